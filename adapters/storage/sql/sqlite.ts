import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** What `libsql`, `better-sqlite3` and others of their kind have in common. */
export interface SqliteHandle extends SqliteDatabase {
  exec(sql: string): unknown
}

export interface SqliteOptions {
  /** How long to wait for another process that is writing, in milliseconds. Default 5000. */
  readonly busyTimeout?: number
}

const transactional = /^\s*(begin|commit|rollback|savepoint|release)\b/i
const MOST_STATEMENTS = 200

/** A prepared BEGIN that found the database busy stays active in libsql and makes the next COMMIT fail. One that is executed does not. */
const executed = (handle: SqliteHandle, sql: string): SqliteStatement => ({
  reader: false,
  all: () => [],
  iterate: () => [].values(),
  run() {
    handle.exec(sql)
    return { changes: 0, lastInsertRowid: 0 }
  },
})

/** Statements are kept, because preparing one costs more than running it. A failed one is not: it may not have been reset. */
function remembering(handle: SqliteHandle) {
  const statements = new Map<string, SqliteStatement>()
  const forgetOnFault =
    <Result>(sql: string, use: (parameters: readonly unknown[]) => Result) =>
    (parameters: readonly unknown[]): Result => {
      try {
        return use(parameters)
      } catch (fault) {
        statements.delete(sql)
        throw fault
      }
    }
  return (sql: string): SqliteStatement => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const prepared = handle.prepare(sql)
    const statement: SqliteStatement = {
      reader: prepared.reader,
      all: forgetOnFault(sql, (parameters) => prepared.all(parameters)),
      run: forgetOnFault(sql, (parameters) => prepared.run(parameters)),
      iterate: (parameters) => handle.prepare(sql).iterate(parameters),
    }
    if (statements.size >= MOST_STATEMENTS) statements.clear()
    statements.set(sql, statement)
    return statement
  }
}

/**
 * Prepare an SQLite connection for this storage and for Kysely's `SqliteDialect`: with a write-ahead log, so that readers
 * and the one writer do not wait for each other, with patience for other processes, and with its statements kept.
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
  const prepare = remembering(handle)
  return {
    close: () => handle.close(),
    prepare: (sql) => (transactional.test(sql) ? executed(handle, sql) : prepare(sql)),
  }
}
