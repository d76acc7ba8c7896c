import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Storage } from 'grantor'
import { migrate, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { type Dialect, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'

export interface OpenStorage {
  readonly storage: Storage
  /** For people: where the data is, without the password. */
  readonly place: string
  readonly close: () => Promise<void>
}

/** Every table with this prefix is the demo's, and is dropped at a reset. */
const prefix = 'quarry_oauth_'

/** Long enough for a database that is starting, short enough to be told about one that is not there. */
const connectTimeout = 5_000

/** An idle connection that breaks is replaced; without a listener it would end the process. */
const replaced = (error: Error) => console.error(`demo: lost a database connection: ${error.message}`)

async function sqlite(url: string): Promise<Dialect> {
  const path = pathOf(url)
  await mkdir(dirname(path), { recursive: true })
  const { default: Database } = await import('libsql')
  return new SqliteDialect({ database: sqliteDatabase(new Database(path)) })
}

async function postgres(connectionString: string): Promise<Dialect> {
  const { Pool } = await import('pg')
  const pool = new Pool({ connectionString, connectionTimeoutMillis: connectTimeout })
  return new PostgresDialect({ pool: pool.on('error', replaced) })
}

async function mysql(url: string): Promise<Dialect> {
  const { createPool } = await import('mysql2')
  const uri = url.replace(/^mariadb:/, 'mysql:')
  return new MysqlDialect({ pool: createPool({ uri, connectTimeout }) })
}

const dialects: Readonly<Record<string, (url: string) => Promise<Dialect>>> = {
  file: sqlite,
  postgres,
  postgresql: postgres,
  mysql,
  mariadb: mysql,
}

const pathOf = (url: string) => (url.startsWith('file://') ? fileURLToPath(url) : resolve(url.slice('file:'.length)))

function placeOf(url: string): string {
  if (url.startsWith('file:')) return pathOf(url)
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

async function dropTables(db: Kysely<unknown>): Promise<void> {
  const tables = await db.introspection.getTables()
  for (const { name } of tables.filter((table) => table.name.startsWith(prefix)))
    await db.schema.dropTable(name).ifExists().execute()
}

/** Some errors of drivers have a code and no words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

/**
 * Opens the database behind a URL and makes the tables that are missing. Which database it is, changes nothing else.
 *
 * @param url `file:`, `postgres:` or `mysql:`
 * @throws Error that names the database, without its password
 */
export async function openStorage(url: string, { reset }: { readonly reset: boolean }): Promise<OpenStorage> {
  const dialect = dialects[/^[a-z]+(?=:)/.exec(url)?.[0] ?? '']
  if (!dialect || !URL.canParse(url))
    throw new TypeError('DATABASE_URL must be a URL that begins with file:, postgres:// or mysql://')
  const place = placeOf(url)
  try {
    const db = new Kysely<unknown>({ dialect: await dialect(url) })
    if (reset) await dropTables(db)
    await migrate(db, { prefix })
    return { storage: sqlStorage(db, { prefix }), place, close: () => db.destroy() }
  } catch (error) {
    throw new Error(`cannot use the database ${place}: ${wordsOf(error)}`, { cause: error })
  }
}
