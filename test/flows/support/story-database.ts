import { sqliteDatabase } from 'grantor/storage/sql'
import { type Dialect, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { postgresDialect } from './dialects.js'

/** Where the story is kept, and where it breaks off. */
export interface StorySettings {
  /** Of PostgreSQL, or the path of a file for SQLite. */
  readonly url: string
  readonly prefix: string
  /** Kill this process right after so many commits. Null: say so after the first time, and go on until somebody else kills it. */
  readonly dieAfter: number | null
}

export const storyDialect = (url: string): Dialect =>
  url.startsWith('postgres') ? postgresDialect(url) : new SqliteDialect({ database: sqliteDatabase(new Database(url)) })
