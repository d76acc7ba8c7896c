import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisStorage } from 'grantor/storage/redis'
import { migrate, preparedPool, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { Redis } from 'ioredis'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import Database from 'libsql'
import { Pool } from 'pg'
import type { OpenStorage } from './contestant.js'

/** Databases as the README sets them up; tables and keys are made for a run and go with it. */

export const postgresUrl = () => process.env.BENCH_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const redisUrl = () => process.env.BENCH_REDIS_URL ?? 'redis://127.0.0.1:6379'

const newPrefix = () => `bench${randomBytes(4).toString('hex')}_`

const tables = ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'settings', 'uses', 'usage', 'schema']

export async function openSqlite(): Promise<OpenStorage> {
  const directory = await mkdtemp(join(tmpdir(), 'grantor-bench-'))
  const database = sqliteDatabase(new Database(join(directory, 'oauth.db')))
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  await migrate(db)
  return {
    storage: sqlStorage(db),
    async close() {
      await db.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** On a pool that somebody may listen to. */
export async function openPostgresOn(pool: Pool): Promise<OpenStorage> {
  const prefix = newPrefix()
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: preparedPool(pool) }) })
  await migrate(db, { prefix })
  return {
    storage: sqlStorage(db, { prefix }),
    async close() {
      for (const name of tables) await db.schema.dropTable(`${prefix}${name}`).ifExists().execute()
      await db.destroy()
    },
  }
}

export const openPostgres = (): Promise<OpenStorage> => openPostgresOn(new Pool({ connectionString: postgresUrl() }))

export async function openRedis(): Promise<OpenStorage> {
  const prefix = newPrefix()
  const redis = new Redis(redisUrl())
  return {
    storage: redisStorage(redis, { prefix, warn: () => {} }),
    async close() {
      for await (const keys of redis.scanStream({ match: `{${prefix}}:*`, count: 500 }))
        if (keys.length > 0) await redis.unlink(keys)
      await redis.quit()
    },
  }
}
