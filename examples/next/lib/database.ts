import { migrate, type SqlOptions, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { Kysely, SqliteDialect } from 'kysely'
import Database from 'libsql'

declare global {
  var notebookDatabase: Kysely<unknown> | undefined
}

/** Opened with the first query, so that a build touches no file. */
const open = async () => sqliteDatabase(new Database(process.env.DATABASE_FILE ?? 'notebook.db'))

// SQLite wants one connection per process, and `next dev` loads this file again after every edit.
globalThis.notebookDatabase ??= new Kysely({ dialect: new SqliteDialect({ database: open }) })

const database = globalThis.notebookDatabase

// Said, because a bundle may hold Kysely more than once, and then nobody can tell one copy's dialects by another's.
const options: SqlOptions = { engine: 'sqlite' }

export const storage = sqlStorage(database, options)

/** Makes the tables, or brings them up to date. */
export const prepare = () => migrate(database, options)
