import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Storage } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { redisStorage } from 'grantor/storage/redis'
import { migrate, preparedPool, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { Redis } from 'ioredis'
import {
  type CompiledQuery,
  type Dialect,
  Kysely,
  type LogEvent,
  MysqlDialect,
  PostgresDialect,
  SqliteDialect,
} from 'kysely'
import Database from 'libsql'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { inject } from 'vitest'
import { likeCockroach, likeTidb } from './databases.failing.js'
import type { DatabaseServers } from './databases.setup.js'

/** A database of its own for a test: empty, and cleared away by `close`. */
export interface TestDatabase {
  readonly storage: Storage
  /** A second handle on the same database, as another process would have it. */
  readonly peer: Storage
  readonly close: () => Promise<void>
}

/** An SQL database, for tests that look at its tables and statements. */
export interface SqlTestDatabase extends TestDatabase {
  readonly kysely: Kysely<unknown>
  /** What `peer` runs on. */
  readonly peerKysely: Kysely<unknown>
  readonly prefix: string
  /** What was run on `kysely` so far. */
  readonly statements: CompiledQuery[]
  /** A further way to the same database. */
  readonly dialect: () => Dialect
}

const newPrefix = () => `t${randomBytes(5).toString('hex')}_`

const tableNames = ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'settings', 'uses', 'usage', 'schema']

/** Drop the tables of one prefix, as far as they are there. */
export async function dropTables(db: Kysely<unknown>, prefix: string): Promise<void> {
  for (const name of tableNames) await db.schema.dropTable(`${prefix}${name}`).ifExists().execute()
}

async function sql(dialect: () => Dialect, peerDialect = dialect): Promise<SqlTestDatabase> {
  const prefix = newPrefix()
  const statements: CompiledQuery[] = []
  const log = ({ query }: LogEvent) => {
    statements.push(query)
  }
  const kysely = new Kysely<unknown>({ dialect: dialect(), log })
  const peerKysely = new Kysely<unknown>({ dialect: peerDialect() })
  await migrate(kysely, { prefix })
  return {
    kysely,
    peerKysely,
    prefix,
    statements,
    dialect,
    storage: sqlStorage(kysely, { prefix }),
    peer: sqlStorage(peerKysely, { prefix }),
    async close() {
      await dropTables(kysely, prefix)
      await Promise.all([kysely.destroy(), peerKysely.destroy()])
    },
  }
}

/** The busy timeout is short because all handles live in one process, where waiting stops the one that is waited for. */
const sqliteDialect = (path: string) =>
  new SqliteDialect({ database: sqliteDatabase(new Database(path), { busyTimeout: 20 }) })

export async function sqliteTestDatabase(): Promise<SqlTestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'grantor-sqlite-'))
  const database = await sql(() => sqliteDialect(join(directory, 'oauth.db')))
  return {
    ...database,
    async close() {
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** One handle prepares its statements and the other does not, as two releases of a host might. */
function postgresDatabase(connectionString: string): Promise<SqlTestDatabase> {
  const pool = () => new Pool({ connectionString, max: 6 })
  return sql(
    () => new PostgresDialect({ pool: preparedPool(pool()) }),
    () => new PostgresDialect({ pool: pool() }),
  )
}

/** Each connection is looked at by itself, so that there is one of them for each handle. */
function relativeOfPostgres(connectionString: string): Promise<SqlTestDatabase> {
  return sql(() => likeCockroach(new PostgresDialect({ pool: new Pool({ connectionString, max: 1 }) })))
}

/** One handle counts rows that were found and the other, with `-FOUND_ROWS`, rows that changed. */
function mysqlDatabase(uri: string): Promise<SqlTestDatabase> {
  const pool = (flags: string[]) => createPool({ uri, flags, connectionLimit: 6 })
  return sql(
    () => new MysqlDialect({ pool: pool([]) }),
    () => new MysqlDialect({ pool: pool(['-FOUND_ROWS']) }),
  )
}

function relativeOfMysql(uri: string): Promise<SqlTestDatabase> {
  return sql(() => likeTidb(new MysqlDialect({ pool: createPool({ uri, connectionLimit: 6 }) })))
}

async function memoryDatabase(): Promise<TestDatabase> {
  const storage = memoryStorage()
  return { storage, peer: storage, close: async () => {} }
}

/** Keys of a storage of Redis end with the connections to it. */
async function redisDatabase(url: string): Promise<TestDatabase> {
  const prefix = newPrefix()
  const [redis, other] = [new Redis(url), new Redis(url)]
  const options = { prefix, warn: () => {} }
  return {
    storage: redisStorage(redis, options),
    peer: redisStorage(other, options),
    async close() {
      for await (const keys of redis.scanStream({ match: `{${prefix}}:*`, count: 500 }))
        if (keys.length > 0) await redis.unlink(keys)
      await Promise.all([redis.quit(), other.quit()])
    },
  }
}

const { postgres, mariadb, redis }: DatabaseServers = inject('databaseServers')

/** The SQL databases of this machine, by name. Call to open one that is empty. */
export const sqlDatabases: Readonly<Record<string, () => Promise<SqlTestDatabase>>> = {
  sqlite: sqliteTestDatabase,
  ...(postgres === null ? {} : { postgres: () => postgresDatabase(postgres) }),
  ...(mariadb === null ? {} : { mariadb: () => mysqlDatabase(mariadb) }),
}

/** Servers that speak like one of these and can do less. */
export const relatives: Readonly<Record<string, () => Promise<SqlTestDatabase>>> = {
  ...(postgres === null ? {} : { 'postgres that is like cockroachdb': () => relativeOfPostgres(postgres) }),
  ...(mariadb === null ? {} : { 'mariadb that is like tidb': () => relativeOfMysql(mariadb) }),
}

/**
 * Every database of this machine, by name. Call to open one that is empty.
 *
 * @example
 * describe.each(Object.entries(databases))('%s', (_, open) => {
 *   let database: TestDatabase
 *   beforeAll(async () => { database = await open() })
 *   afterAll(() => database.close())
 * })
 */
export const databases: Readonly<Record<string, () => Promise<TestDatabase>>> = {
  memory: memoryDatabase,
  ...sqlDatabases,
  ...(redis === null ? {} : { redis: () => redisDatabase(redis) }),
}
