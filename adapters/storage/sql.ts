import type { Storage } from 'grantor'
import type { Kysely } from 'kysely'
import { assertKnownParts } from './known-parts.js'
import { activity } from './sql/activity.js'
import { committer } from './sql/commit.js'
import { clientList } from './sql/list-clients.js'
import { lists } from './sql/lists.js'
import { checked, open, type SqlOptions } from './sql/migrate.js'
import { purger } from './sql/purge.js'
import { finders } from './sql/reads.js'

export type { Engine } from './sql/engine.js'
export { migrate, migrationSql, type SqlOptions } from './sql/migrate.js'
export { preparedPool } from './sql/postgres.js'
export { type SqliteHandle, type SqliteOptions, sqliteDatabase } from './sql/sqlite.js'

/**
 * A storage in the host's own database: SQLite, PostgreSQL, MySQL or MariaDB, through the host's own Kysely. Which one it is,
 * is told from the dialect. The tables have to be there: see `migrate` and `migrationSql`. They are looked at once, before
 * the first statement.
 *
 * PostgreSQL makes each commit in one statement and so in one round trip; the others, and relatives of PostgreSQL that refuse
 * such a statement, in a short transaction.
 *
 * @throws TypeError when the dialect is unknown or a transaction is passed. The first use throws when the tables are missing
 *   or older than this release.
 *
 * @example
 * // PostgreSQL
 * const pool = preparedPool(new pg.Pool({ connectionString }))
 * const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
 * await migrate(db)
 * const storage = sqlStorage(db)
 *
 * @example
 * // SQLite. `libsql` has the interface of better-sqlite3, which fits as well.
 * import Database from 'libsql'
 *
 * const database = sqliteDatabase(new Database('oauth.db'))
 * const db = new Kysely({ dialect: new SqliteDialect({ database }) })
 *
 * @example
 * // MySQL or MariaDB
 * const db = new Kysely({ dialect: new MysqlDialect({ pool: mysql.createPool(uri) }) })
 */
export function sqlStorage<DB>(db: Kysely<DB>, options: SqlOptions = {}): Storage {
  const database = checked(open(db, options))
  const find = finders(database)
  const list = lists(database)
  const commit = committer(database)
  return {
    findClient: find.client,
    findGrant: find.grant,
    findToken: find.token,
    findSetting: find.setting,
    listClients: clientList(database),
    listGrants: list.grants,
    listEvents: list.events,
    ...activity(database),
    purge: purger(database),
    async commit(change) {
      assertKnownParts(change)
      return commit(change)
    },
  }
}
