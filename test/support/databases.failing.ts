import type { DatabaseConnection, Dialect, Driver } from 'kysely'

/** Called before and after each statement. It throws to fail it. */
export interface Sabotage {
  readonly before?: (sql: string) => void
  readonly after?: (sql: string) => void
}

function sabotaged(connection: DatabaseConnection, { before, after }: Sabotage): DatabaseConnection {
  return {
    async executeQuery(query) {
      before?.(query.sql)
      const result = await connection.executeQuery<never>(query)
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
