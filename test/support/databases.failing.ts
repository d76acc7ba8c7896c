import type { DatabaseConnection, Dialect, Driver } from 'kysely'

/** Called before and after each statement. It throws to fail it. */
export interface Sabotage {
  readonly before?: (sql: string) => void
  readonly after?: (sql: string) => void
  /** The rows to answer with in place of the database, if any. */
  readonly instead?: (sql: string) => readonly unknown[] | null
  /** What the database is given in place of the statement. */
  readonly rewrite?: (sql: string) => string
}

function sabotaged(
  connection: DatabaseConnection,
  { before, after, instead, rewrite = (sql) => sql }: Sabotage,
): DatabaseConnection {
  return {
    async executeQuery(query) {
      before?.(query.sql)
      const rows = instead?.(query.sql)
      if (rows) return { rows: rows as never[] }
      const result = await connection.executeQuery<never>({ ...query, sql: rewrite(query.sql) })
      after?.(query.sql)
      return result
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  }
}

/** The same dialect, on connections that fail when they are told to. */
export function failing(dialect: Dialect, sabotage: Sabotage): Dialect {
  const originals = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const createDriver = (): Driver => {
    const driver = dialect.createDriver()
    return {
      init: () => driver.init(),
      destroy: () => driver.destroy(),
      async acquireConnection() {
        const original = await driver.acquireConnection()
        const connection = sabotaged(original, sabotage)
        originals.set(connection, original)
        return connection
      },
      releaseConnection: (connection) => driver.releaseConnection(originals.get(connection)!),
      beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
      commitTransaction: (connection) => driver.commitTransaction(connection),
      rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    }
  }
  return {
    createDriver,
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  }
}

const refused = (code: string) => Object.assign(new Error('at or near: unimplemented'), { code })

/** Refuses what CockroachDB documents not to have, as it does, on a real PostgreSQL. */
export function likeCockroach(dialect: Dialect): Dialect {
  let inTransaction = false
  return failing(dialect, {
    instead: (sql) => (sql === 'SELECT version() AS server' ? [{ server: 'CockroachDB CCL v25.4.1' }] : null),
    before(sql) {
      if (sql.includes('COLLATE')) throw refused('42601')
      if (/advisory|hashtext|LOCK TABLE/.test(sql)) throw refused('0A000')
      const writes = [...sql.matchAll(/\b(?:UPDATE|INSERT INTO|DELETE FROM) (\w+)/g)].map(([, table]) => table)
      if (/\bWITH\b/.test(sql) && new Set(writes).size < writes.length) throw refused('0A000')
      inTransaction = sql.startsWith('BEGIN') || (inTransaction && !/^(COMMIT|ROLLBACK)/.test(sql))
      if (inTransaction && sql.startsWith('CREATE')) throw refused('0A000')
    },
  })
}

/** Reads SKIP LOCKED and takes no lock, as TiDB does, on a real MySQL or MariaDB. */
export const likeTidb = (dialect: Dialect): Dialect =>
  failing(dialect, { rewrite: (sql) => sql.replace(' FOR UPDATE SKIP LOCKED', '') })
