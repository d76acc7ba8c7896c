import type { GrantId, Timestamp, Use } from 'grantor'
import type { Database, Query, Run } from './database.js'
import { bindEach, binder, type Engine } from './engine.js'
import { retrying } from './faults.js'

const MOST_AT_ONCE = 500

/** The newest use of each grant, sorted, so that two calls at once take their locks in the same order. */
function newest(uses: readonly Use[]): readonly Use[] {
  const latest = new Map<GrantId, Timestamp>()
  for (const { grantId, at } of uses) if (at > (latest.get(grantId) ?? -1)) latest.set(grantId, at)
  return [...latest].map(([grantId, at]) => ({ grantId, at })).sort((a, b) => (a.grantId < b.grantId ? -1 : 1))
}

const keepNewest = (engine: Engine, table: string): string =>
  engine === 'mysql'
    ? 'ON DUPLICATE KEY UPDATE at = GREATEST(at, VALUES(at))'
    : `ON CONFLICT (grant_id) DO UPDATE SET at = excluded.at WHERE ${table}.at < excluded.at`

/** Uses are a table of their own, so that telling of one never waits for the lock on a grant. */
export function usage({ engine, tables: { uses: table }, run, transaction }: Database) {
  // SQLite has one lock for all, which every writer here takes in the same way.
  const write = (query: Query) => (engine === 'sqlite' ? transaction((within) => within(query)) : run(query))
  const tell = async (uses: readonly Use[]): Promise<void> => {
    const { bind, reads } = binder<readonly Use[]>(engine)
    const rows = uses.map((_, i) => `(${bind((all) => all[i]!.grantId)}, ${bind((all) => all[i]!.at, 'bigint')})`)
    const sql = `INSERT INTO ${table} (grant_id, at) VALUES ${rows.join(', ')} ${keepNewest(engine, table)}`
    await retrying(() => write({ sql, values: reads.map((read) => read(uses)) }))
  }
  return {
    async touch(uses: readonly Use[]): Promise<void> {
      const latest = newest(uses)
      for (let from = 0; from < latest.length; from += MOST_AT_ONCE) await tell(latest.slice(from, from + MOST_AT_ONCE))
    },
    async lastUses(grantIds: readonly GrantId[]): Promise<readonly Use[]> {
      if (grantIds.length === 0) return []
      const ids = [...new Set(grantIds)]
      const binding = binder<readonly GrantId[]>(engine)
      const places = bindEach(binding, ids.length, (all: readonly GrantId[], i) => all[i]!)
      const sql = `SELECT grant_id AS id, at AS used FROM ${table} WHERE grant_id IN (${places})`
      const { rows } = await run({ sql, values: ids })
      const times = new Map(rows.map(({ id, used }) => [textOf(id), Number(used) as Timestamp]))
      return ids.flatMap((grantId) => {
        const at = times.get(grantId)
        return at === undefined ? [] : [{ grantId, at }]
      })
    },
  }
}

const textOf = (value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value))

/** SKIP LOCKED leaves a record that is just being extended to the next purge. */
function expired(engine: Engine, table: string, key: string): string {
  const { bind } = binder<undefined>(engine)
  const [before, limit] = [bind(() => null), bind(() => null)]
  const lock = { sqlite: '', mysql: ' FOR UPDATE', postgres: ' FOR UPDATE SKIP LOCKED' }[engine]
  return `SELECT ${key} AS id FROM ${table} WHERE expires_at < ${before} ORDER BY expires_at LIMIT ${limit}${lock}`
}

async function remove(run: Run, engine: Engine, table: string, column: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += MOST_AT_ONCE) {
    const some = keys.slice(from, from + MOST_AT_ONCE)
    const places = bindEach(binder<undefined>(engine), some.length, () => null)
    await run({ sql: `DELETE FROM ${table} WHERE ${column} IN (${places})`, values: some })
  }
}

/** Delete what expired, locked first, so that a record that is extended meanwhile stays. */
export function purger({ engine, tables, transaction }: Database) {
  const clear = (from: { readonly table: string; readonly key: string }, beside: readonly string[]) => {
    const sql = expired(engine, from.table, from.key)
    return (before: Timestamp, limit: number) =>
      retrying(() =>
        transaction(async (run) => {
          const { rows } = await run({ sql, values: [before, limit] })
          const keys = rows.map(({ id }) => textOf(id))
          await remove(run, engine, from.table, from.key, keys)
          for (const table of beside) await remove(run, engine, table, 'grant_id', keys)
          return keys.length
        }),
      )
  }
  const tokens = clear({ table: tables.tokens, key: 'digest' }, [])
  const grants = clear({ table: tables.grants, key: 'id' }, [tables.grantProjects, tables.uses])
  return async (before: Timestamp, limit: number): Promise<number> => {
    const removed = await tokens(before, limit)
    return removed === limit ? removed : removed + (await grants(before, limit - removed))
  }
}
