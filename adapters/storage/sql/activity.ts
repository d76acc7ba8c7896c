import type { Activity, Usage, UsageFilter, Use, UsedId } from 'grantor'
import type { Database, Query } from './database.js'
import { type Engine, filled } from './engine.js'
import { retrying } from './faults.js'
import { storable } from './reads.js'
import { readUsage, readUse } from './rows.js'
import { type Column, selected, usageColumns, useColumns } from './tables.js'

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

/** MySQL assigns from left to right, so that the time, by which the others are chosen, comes last. */
const useMembers = ['address', 'agent', 'at']

function keepNewest(engine: Engine, table: string): string {
  const newer = (name: string) => `${name} = IF(VALUES(at) > at, VALUES(${name}), ${name})`
  if (engine === 'mysql') return `ON DUPLICATE KEY UPDATE ${useMembers.map(newer).join(', ')}`
  const set = useMembers.map((name) => `${name} = excluded.${name}`).join(', ')
  return `ON CONFLICT (id) DO UPDATE SET ${set} WHERE ${table}.at < excluded.at`
}

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
    async lastUses(ids: readonly UsedId[]): Promise<readonly Use[]> {
      const wanted = [...new Set<string>(ids)].filter(storable)
      if (wanted.length === 0) return []
      const query = filled(engine, (bind) => {
        const places = wanted.map((id) => bind(id)).join(', ')
        return `SELECT ${selected('u', useColumns)} FROM ${tables.uses} u WHERE u.id IN (${places})`
      })
      return (await run(query)).rows.map(readUse)
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
