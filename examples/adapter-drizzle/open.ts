import { BetterSQLiteSession } from 'drizzle-orm/better-sqlite3/session'
import { BaseSQLiteDatabase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import Libsql from 'libsql'
import type { Database } from './storage.js'

export interface Open {
  readonly db: Database
  readonly client: Libsql.Database
}

/**
 * What `drizzle(new Database(path))` of `drizzle-orm/better-sqlite3` does, with libsql, which has the same interface and needs no
 * compiler. An app that has better-sqlite3 passes its own `drizzle()` to the storage.
 */
export function openDatabase(path: string): Open {
  const client = new Libsql(path)
  // Patience with other processes that write; readers and the one writer do not wait for each other; and a power failure takes
  // nothing back that was reported as done.
  client.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const dialect = new SQLiteSyncDialect()
  const session = new BetterSQLiteSession(client, dialect, undefined)
  return { db: new BaseSQLiteDatabase('sync', dialect, session, undefined), client }
}
