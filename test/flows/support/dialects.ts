import { MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'

/** As many as a server would have, so that requests wait for each other in the database and not in front of it. */
const connections = 16

export const postgresDialect = (connectionString: string) =>
  new PostgresDialect({ pool: new Pool({ connectionString, max: connections }) })

export const mysqlDialect = (uri: string) =>
  new MysqlDialect({ pool: createPool({ uri, connectionLimit: connections }) })
