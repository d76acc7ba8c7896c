import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Storage } from 'grantor'
import { redisStorage } from 'grantor/storage/redis'
import { preparedPool, sqlStorage } from 'grantor/storage/sql'
import { Redis } from 'ioredis'
import { type Dialect, Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { inject } from 'vitest'
import { sqlDatabases } from '../support/databases.js'
import { type Line, openLine } from './line.js'

/** A database server at the end of a line that can be cut. */
export interface RemoteDatabase {
  readonly line: Line
  /** By way of the line, set up as docs/storage.md says. */
  readonly storage: Storage
  /** The same records, past the line. */
  readonly direct: Storage
  /** Whether what is sent makes the commit of a refresh. */
  readonly isCommit: (sent: Buffer) => boolean
  readonly close: () => Promise<void>
}

/** Short enough to be waited for, and long enough for a server that has much else to do. */
const timeout = 3_000

const sends =
  (pattern: RegExp) =>
  (sent: Buffer): boolean =>
    pattern.test(sent.toString('latin1'))

async function sqlRemote(
  name: 'postgres' | 'mariadb',
  url: string,
  dialect: (url: string) => Dialect,
  isCommit: RegExp,
): Promise<RemoteDatabase> {
  const database = await sqlDatabases[name]!()
  const line = await openLine(url)
  const db = new Kysely<unknown>({ dialect: dialect(line.url) })
  return {
    line,
    storage: sqlStorage(db, { prefix: database.prefix }),
    direct: database.peer,
    isCommit: sends(isCommit),
    async close() {
      await db.destroy()
      await line.close()
      await database.close()
    },
  }
}

/** Without listeners for errors: a storage that needs them would end this process. */
const postgresDialect = (connectionString: string): Dialect =>
  new PostgresDialect({
    pool: preparedPool(new Pool({ connectionString, connectionTimeoutMillis: timeout, query_timeout: timeout })),
  })

/** A socket that gives up on a silent server: mysql2 has no setting for that. */
function impatientSocket(uri: string) {
  const { hostname, port } = new URL(uri)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, keepAlive: true, timeout })
  return socket.once('timeout', () => socket.destroy(new Error('the database is silent')))
}

const mariadbDialect = (uri: string): Dialect =>
  new MysqlDialect({ pool: createPool({ uri, connectTimeout: timeout, stream: () => impatientSocket(uri) }) })

async function redisRemote(url: string): Promise<RemoteDatabase> {
  const line = await openLine(url)
  const redis = new Redis(line.url, {
    maxRetriesPerRequest: 1,
    connectTimeout: timeout,
    commandTimeout: timeout,
    socketTimeout: timeout,
    retryStrategy: (attempt) => Math.min(attempt * 20, 100),
  })
  redis.on('error', () => {})
  const other = new Redis(url)
  const options = { prefix: `t${randomBytes(5).toString('hex')}`, warn: () => {} }
  return {
    line,
    storage: redisStorage(redis, options),
    direct: redisStorage(other, options),
    isCommit: sends(/token\.issued/),
    async close() {
      redis.disconnect()
      for await (const keys of other.scanStream({ match: `{${options.prefix}}:*`, count: 500 }))
        if (keys.length > 0) await other.unlink(keys)
      await other.quit()
      await line.close()
    },
  }
}

const { postgres, mariadb, redis } = inject('databaseServers')

/** The database servers of this machine, by name. Call to open one that is empty. */
export const remoteDatabases: Readonly<Record<string, () => Promise<RemoteDatabase>>> = {
  ...(postgres === null ? {} : { postgres: () => sqlRemote('postgres', postgres, postgresDialect, /token\.issued/) }),
  ...(mariadb === null ? {} : { mariadb: () => sqlRemote('mariadb', mariadb, mariadbDialect, /COMMIT$/) }),
  ...(redis === null ? {} : { redis: () => redisRemote(redis) }),
}
