import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Storage } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { migrate, preparedPool, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { Kysely, MysqlDialect, PostgresDialect, type PostgresPool, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { inject } from 'vitest'
import type { DatabaseServers } from './databases.setup.js'

/** A database of its own for a test: empty, and cleared away by `close`. */
export interface TestDatabase {
  readonly storage: Storage
  /** A second handle on the same database, as another process would have it. */
  readonly peer: Storage
  readonly close: () => Promise<void>
}

/** An SQL database, for tests that look at its tables. */
export interface SqlTestDatabase extends TestDatabase {
  readonly kysely: Kysely<unknown>
  readonly prefix: string
}

const newPrefix = () => `t${randomBytes(5).toString('hex')}_`

const tableNames = ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'uses', 'schema']

async function sql(open: () => Kysely<unknown>, openPeer = open, drop = true): Promise<SqlTestDatabase> {
  const prefix = newPrefix()
  const [kysely, other] = [open(), openPeer()]
  await migrate(kysely, { prefix })
  return {
    kysely,
    prefix,
    storage: sqlStorage(kysely, { prefix }),
    peer: sqlStorage(other, { prefix }),
    async close() {
      for (const name of drop ? tableNames : []) await kysely.schema.dropTable(`${prefix}${name}`).ifExists().execute()
      await Promise.all([kysely.destroy(), other.destroy()])
    },
  }
}

/** The busy timeout is short because both handles live in one process, where waiting stops the one that is waited for. */
export function openSqlite(path: string, busyTimeout = 20): Kysely<unknown> {
  const database = sqliteDatabase(new Database(path), { busyTimeout })
  return new Kysely({ dialect: new SqliteDialect({ database }) })
}

export async function sqliteTestDatabase(): Promise<SqlTestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'grantor-sqlite-'))
  const openFile = () => openSqlite(join(directory, 'oauth.db'))
  const database = await sql(openFile, openFile, false)
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
  const connected = (to: PostgresPool) => new Kysely<unknown>({ dialect: new PostgresDialect({ pool: to }) })
  return sql(
    () => connected(preparedPool(pool())),
    () => connected(pool()),
  )
}

const mysqlDatabase = (uri: string) =>
  sql(() => new Kysely({ dialect: new MysqlDialect({ pool: createPool({ uri, connectionLimit: 6 }) }) }))

async function memoryDatabase(): Promise<TestDatabase> {
  const storage = memoryStorage()
  return { storage, peer: storage, close: async () => {} }
}

const { postgres, mariadb }: DatabaseServers = inject('databaseServers')

/** The SQL databases of this machine, by name. Call to open one that is empty. */
export const sqlDatabases: Readonly<Record<string, () => Promise<SqlTestDatabase>>> = {
  sqlite: sqliteTestDatabase,
  ...(postgres === null ? {} : { postgres: () => postgresDatabase(postgres) }),
  ...(mariadb === null ? {} : { mariadb: () => mysqlDatabase(mariadb) }),
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
}
