import { randomBytes } from 'node:crypto'
import type { Storage } from 'grantor'
import { migrate, sqlStorage } from 'grantor/storage/sql'
import { Kysely, type MysqlDialect, type PostgresDialect } from 'kysely'
import { inject } from 'vitest'
import { dropTables, sqliteTestDatabase } from '../../support/databases.js'
import { mysqlDialect, postgresDialect } from './dialects.js'

/** A database of its own for a test, with as many connections as a server would have. */
export interface PooledDatabase {
  readonly storage: Storage
  /** What the names of its tables begin with. */
  readonly prefix: string
  readonly close: () => Promise<void>
}

async function pooled(dialect: PostgresDialect | MysqlDialect): Promise<PooledDatabase> {
  const kysely = new Kysely<unknown>({ dialect })
  const prefix = `t${randomBytes(5).toString('hex')}_`
  await migrate(kysely, { prefix })
  return {
    storage: sqlStorage(kysely, { prefix }),
    prefix,
    async close() {
      await dropTables(kysely, prefix)
      await kysely.destroy()
    },
  }
}

const servers = inject('databaseServers')

/** The URL of PostgreSQL, for another process; null where there is none. */
export const postgresUrl = servers.postgres

export const openPostgres = (url: string): Promise<PooledDatabase> => pooled(postgresDialect(url))

/** Every database in which requests can race, by name. Call to open one that is empty. */
export const pools: Readonly<Record<string, () => Promise<PooledDatabase>>> = {
  sqlite: sqliteTestDatabase,
  ...(servers.postgres === null ? {} : { postgres: () => openPostgres(servers.postgres ?? '') }),
  ...(servers.mariadb === null ? {} : { mariadb: () => pooled(mysqlDialect(servers.mariadb ?? '')) }),
}
