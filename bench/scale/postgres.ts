import { setTimeout as sleep } from 'node:timers/promises'
import { preparedPool, sqlStorage } from 'grantor/storage/sql'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { Pool, type PoolClient } from 'pg'

export const url = process.env.BENCH_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

export interface PostgresOptions {
  readonly prefix: string
  readonly pool: number
  /** How long a request waits for a connection. */
  readonly waitMs: number
  /** How much longer than it takes each statement takes, as if the database were far away or busy. */
  readonly slowMs?: number
  /** How long a statement may take. */
  readonly queryMs?: number
}

function slowed(client: PoolClient, milliseconds: number): void {
  const query: unknown = client.query
  if (typeof query !== 'function') return
  Reflect.set(client, 'query', async (...given: readonly unknown[]) => {
    const result: unknown = await Reflect.apply(query, client, given)
    await sleep(milliseconds)
    return result
  })
}

/** Set up as docs/storage.md says. */
export function openDatabase({ prefix, pool: max, waitMs, slowMs = 0, queryMs = 5_000 }: PostgresOptions) {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: waitMs,
    query_timeout: queryMs,
    keepAlive: true,
    application_name: prefix,
  })
  if (slowMs > 0) pool.on('connect', (client) => slowed(client, slowMs))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: preparedPool(pool) }) })
  return { db, storage: sqlStorage(db, { prefix }) }
}

/** For making and dropping tables, and looking at them. */
export const openForWork = (prefix: string) => openDatabase({ prefix, pool: 2, waitMs: 10_000, queryMs: 600_000 })

type Row = Readonly<Record<string, unknown>>

export const ask = async (db: Kysely<unknown>, sql: string): Promise<readonly Row[]> =>
  (await db.executeQuery<Row>(CompiledQuery.raw(sql))).rows

export async function dropTables(db: Kysely<unknown>, prefix: string): Promise<void> {
  for (const { name } of await db.introspection.getTables())
    if (name.startsWith(prefix)) await db.schema.dropTable(name).execute()
}
