import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Storage } from 'grantor'
import { redisStorage } from 'grantor/storage/redis'
import { migrate, migrationSql, preparedPool, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'

export interface OpenStorage {
  readonly storage: Storage
  /** For people: where the data is, without the password. */
  readonly place: string
  readonly close: () => Promise<void>
}

/** Every table and key with this prefix is the demo's, and is dropped at a reset. */
const prefix = 'quarry_oauth_'

/** Long enough for a database that is starting, short enough to be told about one that is not there. */
const connectTimeout = 5_000

/** An idle connection that breaks is replaced; without a listener it would end the process. */
const replaced = (error: Error) => console.error(`demo: lost a database connection: ${error.message}`)

/** A storage and what ends its connections. */
type Opened = Omit<OpenStorage, 'place'>

/** By their names: who looks through the whole database stumbles over tables that others drop at that moment. */
async function dropTables(db: Kysely<unknown>): Promise<void> {
  const made = migrationSql('sqlite', { prefix }).matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)
  for (const [, name = ''] of made) await db.schema.dropTable(name).ifExists().execute()
}

async function sql(dialect: Dialect, reset: boolean): Promise<Opened> {
  const db = new Kysely<unknown>({ dialect })
  const close = () => db.destroy()
  try {
    if (reset) await dropTables(db)
    await migrate(db, { prefix })
    return { storage: sqlStorage(db, { prefix }), close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

async function sqlite(url: string, reset: boolean): Promise<Opened> {
  const path = pathOf(url)
  await mkdir(dirname(path), { recursive: true })
  const { default: Database } = await import('libsql')
  return sql(new SqliteDialect({ database: sqliteDatabase(new Database(path)) }), reset)
}

async function postgres(connectionString: string, reset: boolean): Promise<Opened> {
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString, connectionTimeoutMillis: connectTimeout })
  return sql(new PostgresDialect({ pool: preparedPool(pool.on('error', replaced)) }), reset)
}

async function mysql(url: string, reset: boolean): Promise<Opened> {
  const { createPool } = await import('mysql2')
  const uri = url.replace(/^mariadb:/, 'mysql:')
  return sql(new MysqlDialect({ pool: createPool({ uri, connectTimeout }) }), reset)
}

async function redis(url: string, reset: boolean): Promise<Opened> {
  const { Redis } = await import('ioredis')
  const connection = new Redis(url, { lazyConnect: true, connectTimeout })
  let cause: unknown
  connection.on('error', (error: Error) => {
    cause = error
  })
  try {
    await connection.connect()
    if (reset)
      for await (const keys of connection.scanStream({ match: `{${prefix}}:*`, count: 500 }))
        if (keys.length > 0) await connection.unlink(keys)
  } catch (error) {
    connection.disconnect()
    throw cause ?? error
  }
  connection.removeAllListeners('error').on('error', replaced)
  return {
    storage: redisStorage(connection, { prefix }),
    close: async () => {
      await connection.quit()
    },
  }
}

const databases: Readonly<Record<string, (url: string, reset: boolean) => Promise<Opened>>> = {
  file: sqlite,
  postgres,
  postgresql: postgres,
  mysql,
  mariadb: mysql,
  redis,
  rediss: redis,
}

const pathOf = (url: string) => (url.startsWith('file://') ? fileURLToPath(url) : resolve(url.slice('file:'.length)))

function placeOf(url: string): string {
  if (url.startsWith('file:')) return pathOf(url)
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** Some errors of drivers have a code and no words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

/**
 * Opens the database behind a URL and makes the tables that are missing. Which database it is, changes nothing else.
 *
 * @param url `file:`, `postgres:`, `mysql:` or `redis:`
 * @throws Error that names the database, without its password
 */
export async function openStorage(url: string, { reset }: { readonly reset: boolean }): Promise<OpenStorage> {
  const open = databases[/^[a-z]+(?=:)/.exec(url)?.[0] ?? '']
  if (!open || !URL.canParse(url))
    throw new TypeError('DATABASE_URL must be a URL that begins with file:, postgres://, mysql:// or redis://')
  const place = placeOf(url)
  try {
    return { ...(await open(url, reset)), place }
  } catch (error) {
    throw new Error(`cannot use the database ${place}: ${wordsOf(error)}`, { cause: error })
  }
}
