import { createHash } from 'node:crypto'
import { type Counter, countingThrottle, memoryCounter, type Throttle, type ThrottleOptions } from 'grantor'
import type { Cluster, Redis } from 'ioredis'
import { RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'
import { insured } from './throttle/insured.js'

export { memoryThrottle, type Throttle, type ThrottleOptions } from 'grantor'

export interface SharedThrottleOptions extends ThrottleOptions {
  /** For how many milliseconds an answer is waited for before this process counts by itself. Default 500. */
  readonly patience?: number
  /** Told when the server does not answer, at most every five seconds. Default: `console.warn`. */
  readonly warn?: (message: string, error: unknown) => void
}

/** What this needs of `pg`'s pool: every pool and client has it. */
export interface PostgresPool {
  query(query: { readonly text: string; readonly values?: unknown[] }): Promise<{ readonly rows: unknown[] }>
}

/** Every key has a limit and a span of time of its own, so that these two are asked for and not used. */
const unused = { points: 1, duration: 1 }

/** Of a length that fits any column, and telling whoever reads the database neither an address nor a person. */
const hashed = (key: string) => createHash('sha256').update(key).digest('base64url')

/** The two limiters count alike, and know of nobody else's limits. */
function counterOf(limiter: Pick<RateLimiterRedis, 'penalty'>): Counter {
  return async (key, seconds) => {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(hashed(key), 1, { customDuration: seconds })
    return { taken: consumedPoints, leftMs: msBeforeNext }
  }
}

function shared(count: Counter, { patience = 500, warn = console.warn, limits }: SharedThrottleOptions): Throttle {
  return countingThrottle(insured(count, memoryCounter(), { patience, warn }), limits && { limits })
}

/**
 * Counts in Redis or Valkey, through the host's own `ioredis`, so that all nodes share the limits. While it does not answer, each node
 * counts by itself, and nobody is refused because of it.
 *
 * @throws TypeError for a limit that is none
 *
 * @example
 * import { Redis } from 'ioredis'
 *
 * const throttle = redisThrottle(new Redis('redis://localhost:6379'))
 */
export function redisThrottle(
  redis: Redis | Cluster,
  { prefix = 'oauth:throttle', ...options }: SharedThrottleOptions & { readonly prefix?: string } = {},
): Throttle {
  const limiter = new RateLimiterRedis({ ...unused, storeClient: redis, keyPrefix: prefix })
  return shared(counterOf(limiter), options)
}

export interface PostgresThrottleOptions extends SharedThrottleOptions {
  /** Default `oauth_throttle`. */
  readonly table?: string
  /** Make the table when it is first needed. Default true; where the host's user may not, make it as the documentation says. */
  readonly create?: boolean
}

/**
 * Counts in PostgreSQL, through the host's own pool: one statement for what is counted, none for a request that goes well. While it
 * does not answer, each node counts by itself, and nobody is refused because of it.
 *
 * @throws TypeError for a limit that is none
 *
 * @example
 * import { Pool } from 'pg'
 *
 * const throttle = postgresThrottle(new Pool({ connectionString: 'postgres://localhost/app' }))
 */
export function postgresThrottle(
  pool: PostgresPool,
  { table = 'oauth_throttle', create = true, ...options }: PostgresThrottleOptions = {},
): Throttle {
  const open = () =>
    new Promise<Counter>((resolve, reject) => {
      const limiter: RateLimiterPostgres = new RateLimiterPostgres(
        { ...unused, storeClient: pool, storeType: 'client', tableName: table, keyPrefix: '', tableCreated: !create },
        // It is told at once when there is no table to make.
        (error) => queueMicrotask(() => (error ? reject(error) : resolve(counterOf(limiter)))),
      )
    })
  let counter: Promise<Counter> | undefined
  const count: Counter = async (key, seconds) => {
    // Of several nodes that make the table at once PostgreSQL lets all but one fail, `if not exists` or not. Then it is there.
    counter ??= open()
      .catch(open)
      .catch((error: unknown) => {
        counter = undefined
        throw error
      })
    return (await counter)(key, seconds)
  }
  return shared(count, options)
}
