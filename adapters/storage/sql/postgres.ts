import type { PostgresPool, PostgresPoolClient } from 'kysely'
import { nameOf } from './names.js'

/**
 * A lost connection fails the query that was running on it, which is how the host learns of it; pg emits an event as well, and
 * one that nobody listens to ends the process. Idle connections are replaced.
 */
function tolerateLosses(emitter: object): void {
  const on: unknown = Reflect.get(emitter, 'on')
  if (typeof on === 'function') Reflect.apply(on, emitter, ['error', () => {}])
}

/** Of what the server itself says is wrong, pg tells the severity. */
const isAnswer = (fault: unknown): boolean => typeof fault === 'object' && fault !== null && 'severity' in fault

/**
 * The client with its `query` replaced by one that names the statements of this storage; pg prepares what has a name. Once a
 * query has gone unanswered, `release` gives the connection up: on one that has fallen silent the next query would wait as well.
 */
function naming(client: PostgresPoolClient): PostgresPoolClient {
  let unanswered = false
  const query = (text: unknown, values?: readonly unknown[]): unknown => {
    const name = typeof text === 'string' ? nameOf(text) : null
    const sent: unknown = Reflect.apply(client.query, client, name === null ? [text, values] : [{ name, text, values }])
    if (sent instanceof Promise)
      sent.catch((fault: unknown) => {
        unanswered ||= !isAnswer(fault)
      })
    return sent
  }
  const members: Readonly<Record<PropertyKey, unknown>> = {
    query,
    release: () => Reflect.apply(client.release, client, [unanswered]),
  }
  return new Proxy(client, {
    get(target, property) {
      if (Object.hasOwn(members, property)) return members[property]
      const member: unknown = Reflect.get(target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/**
 * A `Pool` of `pg` for Kysely's `PostgresDialect` on which the statements of this storage are prepared once per connection,
 * which about halves what a lookup or a refresh costs. Other statements pass through as they are. The names are derived from
 * the statements' content, so that several storages and releases may share connections.
 *
 * A connection that is lost does not end the process, as it would on a pool without listeners, and one that has left a query
 * unanswered is not used again.
 *
 * Leave it out behind a pooler that hands one connection to many clients and does not know prepared statements.
 *
 * @example
 * const pool = preparedPool(new pg.Pool({ connectionString }))
 * const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
 */
export function preparedPool(pool: PostgresPool): PostgresPool {
  const known = new WeakMap<PostgresPoolClient, PostgresPoolClient>()
  const prepare = (client: PostgresPoolClient): PostgresPoolClient => {
    const prepared = naming(client)
    known.set(client, prepared)
    tolerateLosses(client)
    return prepared
  }
  tolerateLosses(pool)
  return {
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      return known.get(client) ?? prepare(client)
    },
  }
}
