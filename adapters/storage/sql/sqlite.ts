import type { SqliteDatabase } from 'kysely'

/** What `libsql`, `better-sqlite3` and others of their kind have in common. */
export interface SqliteHandle extends SqliteDatabase {
  exec(sql: string): unknown
}

export interface SqliteOptions {
  /** How long to wait for another process that is writing, in milliseconds. Default 5000. */
  readonly busyTimeout?: number
}

const transactional = /^\s*(begin|commit|rollback|savepoint|release)\b/i

/**
 * Prepare an SQLite connection for this storage and for Kysely's `SqliteDialect`: with a write-ahead log, so that readers
 * and the one writer do not wait for each other, and with patience for other processes.
 *
 * Use one connection per process. The wait for a writer in the same process would block that writer.
 *
 * @example
 * import Database from 'libsql'
 *
 * const database = sqliteDatabase(new Database('oauth.db'))
 * const db = new Kysely({ dialect: new SqliteDialect({ database }) })
 */
export function sqliteDatabase(handle: SqliteHandle, { busyTimeout = 5000 }: SqliteOptions = {}): SqliteDatabase {
  handle.exec(`PRAGMA busy_timeout = ${Math.trunc(busyTimeout)}`)
  handle.exec('PRAGMA journal_mode = WAL')
  // FULL, or a power failure takes back commits that were reported as done.
  handle.exec('PRAGMA synchronous = FULL')
  return {
    close: () => handle.close(),
    prepare(sql) {
      if (!transactional.test(sql)) return handle.prepare(sql)
      // A prepared BEGIN that found the database busy stays active in libsql and makes the next COMMIT fail. exec does not.
      return {
        reader: false,
        all: () => [],
        iterate: () => [].values(),
        run() {
          handle.exec(sql)
          return { changes: 0, lastInsertRowid: 0 }
        },
      }
    },
  }
}
