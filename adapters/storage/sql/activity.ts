import type { Activity, GrantId, Timestamp, TokenDigest, Usage, UsageFilter, Use } from 'grantor'
import type { Database, Query } from './database.js'
import { type Engine, filled } from './engine.js'
import { retrying } from './faults.js'
import { storable } from './reads.js'
import { type Column, readUsage, selected, textOf, usageColumns, useColumns } from './tables.js'

const MOST_AT_ONCE = 500

/** One of each key, sorted, so that two calls at once take their locks in the same order. */
function merged<T>(items: readonly T[], keyOf: (item: T) => string, merge: (a: T, b: T) => T): readonly T[] {
  const byKey = new Map<string, T>()
  for (const item of items) {
    const known = byKey.get(keyOf(item))
    byKey.set(keyOf(item), known === undefined ? item : merge(known, item))
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

const newest = (uses: readonly Use[]) =>
  merged(
    uses,
    ({ id }) => id,
    (a, b) => (a.at < b.at ? b : a),
  )

const summed = (usage: readonly Usage[]) =>
  merged(
    usage,
    ({ clientId, day, accountId }) => JSON.stringify([clientId, day, accountId]),
    (a, b) => ({ ...a, requests: a.requests + b.requests, refused: a.refused + b.refused }),
  )

const keepNewest = (engine: Engine, table: string): string =>
  engine === 'mysql'
    ? 'ON DUPLICATE KEY UPDATE at = GREATEST(at, VALUES(at))'
    : `ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE ${table}.at < excluded.at`

const addUp = (engine: Engine, table: string): string =>
  engine === 'mysql'
    ? 'ON DUPLICATE KEY UPDATE requests = requests + VALUES(requests), refused = refused + VALUES(refused)'
    : `ON CONFLICT (client_id, day, account_id) DO UPDATE
       SET requests = ${table}.requests + excluded.requests, refused = ${table}.refused + excluded.refused`

/** Both are tables of their own, so that telling of a use never waits for the lock on a grant or a client. */
export function activity({ engine, tables, run, transaction }: Database) {
  // SQLite has one lock for all, which every writer here takes in the same way.
  const write = (query: Query) => (engine === 'sqlite' ? transaction((within) => within(query)) : run(query))
  const insert = async <T>(table: string, columns: readonly Column<T>[], items: readonly T[], known: string) => {
    const names = columns.map(({ name }) => name).join(', ')
    for (let from = 0; from < items.length; from += MOST_AT_ONCE) {
      const query = filled(engine, (bind) => {
        const row = (item: T) => `(${columns.map(({ value, type }) => bind(value(item), type)).join(', ')})`
        const rows = items.slice(from, from + MOST_AT_ONCE).map(row)
        return `INSERT INTO ${table} (${names}) VALUES ${rows.join(', ')} ${known}`
      })
      await retrying(() => write(query))
    }
  }
  return {
    async touch({ uses, usage }: Activity): Promise<void> {
      await insert(tables.uses, useColumns, newest(uses), keepNewest(engine, tables.uses))
      await insert(tables.usage, usageColumns, summed(usage), addUp(engine, tables.usage))
    },
    async lastUses(ids: readonly (GrantId | TokenDigest)[]): Promise<readonly Use[]> {
      const wanted = [...new Set(ids)].filter(storable)
      if (wanted.length === 0) return []
      const places = (bind: (id: string) => string) => wanted.map((id) => bind(id)).join(', ')
      const { rows } = await run(
        filled(engine, (bind) => `SELECT id, at AS used FROM ${tables.uses} WHERE id IN (${places(bind)})`),
      )
      const times = new Map(rows.map(({ id, used }) => [textOf(id), Number(used) as Timestamp]))
      return wanted.flatMap((id) => {
        const at = times.get(id)
        return at === undefined ? [] : [{ id, at }]
      })
    },
    async listUsage({ clientId, from, to }: UsageFilter): Promise<readonly Usage[]> {
      if (!storable(clientId)) return []
      const query = filled(
        engine,
        (bind) => `SELECT ${selected('u', usageColumns)} FROM ${tables.usage} u
          WHERE u.client_id = ${bind(clientId)} AND u.day >= ${bind(from)} AND u.day <= ${bind(to)}
          ORDER BY u.day, u.account_id`,
      )
      return (await run(query)).rows.map(readUsage)
    },
  }
}
