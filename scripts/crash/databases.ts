import type { Storage } from 'grantor'
import { redisStorage } from 'grantor/storage/redis'
import { migrate, preparedPool, sqlStorage } from 'grantor/storage/sql'
import { Redis } from 'ioredis'
import { CompiledQuery, type Dialect, Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'

export const engines = ['postgres', 'mariadb', 'redis'] as const
export type Engine = (typeof engines)[number]

/** Where a run keeps its records, and the name by which it knows its own connections and records there. */
export interface Place {
  readonly engine: Engine
  readonly url: string
  readonly name: string
}

export interface OpenStorage {
  readonly storage: Storage
  readonly close: () => Promise<void>
}

/** A token as it is stored, whatever stores it. */
export interface StoredToken {
  readonly digest: string
  readonly kind: string
  readonly grantId: string
  readonly redeemed: boolean
  readonly expiresAt: number
}

/** The database of one run, seen from beside the provider. */
export interface Watch extends OpenStorage {
  readonly version: string
  /** End a connection of the provider, one that is at work if there is any; how many were ended. */
  readonly killConnection: () => Promise<number>
  /** Every token on a grant. */
  readonly tokens: () => Promise<readonly StoredToken[]>
}

/** Long enough for a server that is busy, short enough for a client that waits. */
const connectTimeout = 2_000

/** The query that fails says that a connection was lost; an event that nobody listens to would end the process. */
const heard = () => {}

/** @param application what the server knows the connections as */
function postgresDialect(url: string, application: string): Dialect {
  const pool = new Pool({
    connectionString: url,
    application_name: application,
    connectionTimeoutMillis: connectTimeout,
  })
  pool.on('error', heard).on('connect', (client) => client.on('error', heard))
  return new PostgresDialect({ pool: preparedPool(pool) })
}

const mariadbDialect = (url: string, database: string, connectionLimit: number): Dialect =>
  new MysqlDialect({ pool: createPool({ uri: new URL(`/${database}`, url).href, connectionLimit, connectTimeout }) })

function connectRedis(url: string, connectionName: string): Redis {
  const redis = new Redis(url, { connectionName, maxRetriesPerRequest: 2, connectTimeout })
  return redis.on('error', heard)
}

const redisOptions = (name: string) => ({ prefix: name, warn: heard })

/** What the provider runs on. */
export function openStorage({ engine, url, name }: Place): OpenStorage {
  if (engine === 'redis') {
    const redis = connectRedis(url, name)
    return { storage: redisStorage(redis, redisOptions(name)), close: async () => redis.disconnect() }
  }
  const db = new Kysely<unknown>({
    dialect: engine === 'postgres' ? postgresDialect(url, name) : mariadbDialect(url, name, 10),
  })
  return { storage: sqlStorage(db, { prefix: `${name}_` }), close: () => db.destroy() }
}

type Row = Readonly<Record<string, unknown>>

const asker =
  (db: Kysely<unknown>) =>
  async (sql: string, ...values: unknown[]): Promise<readonly Row[]> =>
    (await db.executeQuery<Row>(CompiledQuery.raw(sql, values))).rows

/** MariaDB keeps keys as bytes. */
const textOf = (value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value))

const readRow = (row: Row): StoredToken => ({
  digest: textOf(row.digest),
  kind: textOf(row.kind),
  grantId: textOf(row.grant_id),
  redeemed: row.redeemed_at !== null,
  expiresAt: Number(row.expires_at),
})

const allTokens = (name: string) =>
  `SELECT digest, kind, grant_id, redeemed_at, expires_at FROM ${name}_tokens WHERE grant_id IS NOT NULL`

async function watchPostgres({ url, name }: Place): Promise<Watch> {
  const db = new Kysely<unknown>({ dialect: postgresDialect(url, `${name}_watch`) })
  const ask = asker(db)
  await migrate(db, { prefix: `${name}_` })
  const [about] = await ask('SHOW server_version')
  const victim = `SELECT pid FROM pg_stat_activity WHERE application_name = $1
    ORDER BY state = 'active' DESC, random() LIMIT 1`
  return {
    storage: sqlStorage(db, { prefix: `${name}_` }),
    version: `PostgreSQL ${String(about?.server_version).split(' ')[0]}`,
    killConnection: async () =>
      (await ask(`SELECT pg_terminate_backend(pid) AS ended FROM (${victim}) AS one`, name)).length,
    tokens: async () => (await ask(allTokens(name))).map(readRow),
    async close() {
      const tables = await ask(`SELECT tablename FROM pg_tables WHERE starts_with(tablename, $1)`, `${name}_`)
      for (const { tablename } of tables) await ask(`DROP TABLE ${String(tablename)}`)
      await db.destroy()
    },
  }
}

/** A database of its own tells which connections are the provider's; this one is the only other, so that it can leave itself out. */
async function watchMariadb({ url, name }: Place): Promise<Watch> {
  const server = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool({ uri: url }) }) })
  await asker(server)(`CREATE DATABASE ${name}`)
  const db = new Kysely<unknown>({ dialect: mariadbDialect(url, name, 1) })
  const ask = asker(db)
  await migrate(db, { prefix: `${name}_` })
  const [about] = await ask('SELECT VERSION() AS version')
  const victim = `SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()
    ORDER BY command = 'Sleep', RAND() LIMIT 1`
  return {
    storage: sqlStorage(db, { prefix: `${name}_` }),
    version: `MariaDB ${String(about?.version).split('-')[0]}`,
    async killConnection() {
      const [found] = await ask(victim, name)
      if (!found) return 0
      // It may have gone by itself meanwhile.
      return ask(`KILL ${Number(found.id ?? found.ID)}`).then(
        () => 1,
        () => 0,
      )
    },
    tokens: async () => (await ask(allTokens(name))).map(readRow),
    async close() {
      await db.destroy()
      await asker(server)(`DROP DATABASE ${name}`)
      await server.destroy()
    },
  }
}

async function watchRedis({ url, name }: Place): Promise<Watch> {
  const redis = connectRedis(url, `${name}_watch`)
  async function* keys(kind: string): AsyncGenerator<string[]> {
    yield* redis.scanStream({ match: `{${name}}:${kind}`, count: 1_000 })
  }
  const read = async (key: string): Promise<StoredToken | null> => {
    const [body, redemption] = await redis.hmget(key, 'body', 'redemption')
    const token = JSON.parse(body ?? '{}') as Omit<StoredToken, 'redeemed' | 'grantId'> & { grantId: string | null }
    return token.grantId ? { ...token, grantId: token.grantId, redeemed: redemption !== null } : null
  }
  return {
    storage: redisStorage(redis, redisOptions(name)),
    version: `Redis ${/redis_version:(\S+)/.exec(await redis.info('server'))?.[1]}`,
    async killConnection() {
      const listed = String(await redis.call('CLIENT', 'LIST')).split('\n')
      const id = listed.filter((line) => line.includes(` name=${name} `)).flatMap((line) => /^id=(\d+)/.exec(line)?.[1])
      return id[0] === undefined ? 0 : Number(await redis.call('CLIENT', 'KILL', 'ID', id[0]))
    },
    async tokens() {
      // A scan may show a key twice.
      const found = new Map<string, StoredToken>()
      for await (const some of keys('token:*'))
        for (const token of await Promise.all(some.map(read))) if (token) found.set(token.digest, token)
      return [...found.values()]
    },
    async close() {
      for await (const some of keys('*')) if (some.length > 0) await redis.unlink(some)
      redis.disconnect()
    },
  }
}

const watchers = { postgres: watchPostgres, mariadb: watchMariadb, redis: watchRedis }

/** Prepare a database for a run, with nothing in it. `close` clears it away. */
export const openWatch = (place: Place): Promise<Watch> => watchers[place.engine](place)
