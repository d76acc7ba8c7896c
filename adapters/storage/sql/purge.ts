import type { Purge, Purged, Timestamp } from 'grantor'
import { type Bind, batches, type Clearing, clearing, idsOf } from './clearing.js'
import type { Database } from './database.js'
import { filled } from './engine.js'
import { unusedClients } from './purge-clients.js'
import { type Row, textOf } from './rows.js'

interface Expiring {
  readonly table: string
  readonly key: string
  /** What is only there for the sake of these records: a table, and its column that names the record. */
  readonly beside: readonly (readonly [table: string, column: string])[]
}

/** Delete what expired, and what hung on it. A record that is extended meanwhile stays. */
function expired({ engine }: Database, clear: Clearing, { table, key, beside }: Expiring) {
  return (before: Timestamp, limit: number): Promise<number> =>
    clear(async (run, lock) => {
      const isOver = (bind: Bind) => `expires_at < ${bind(before)}`
      const find = (bind: Bind) =>
        `SELECT ${key} AS id FROM ${table} WHERE ${isOver(bind)} ORDER BY expires_at LIMIT ${bind(limit)}${lock}`
      let removed = 0
      for (const keys of batches(idsOf((await run(filled(engine, find))).rows))) {
        const remove = (from: string, column: string, also: (bind: Bind) => string) => {
          const named = (bind: Bind) => keys.map((id) => bind(id)).join(', ')
          return run(
            filled(engine, (bind) => `DELETE FROM ${from} WHERE ${column} IN (${named(bind)}) AND ${also(bind)}`),
          )
        }
        removed += (await remove(table, key, isOver)).affected
        for (const [other, column] of beside)
          await remove(other, column, () => `NOT EXISTS (SELECT 1 FROM ${table} r WHERE r.${key} = ${other}.${column})`)
      }
      return removed
    })
}

/** Events are never changed and their ids begin with their time, so that the oldest are the first ones of the primary key. */
function oldEvents({ engine, tables: { events } }: Database, clear: Clearing) {
  return (before: Timestamp, limit: number): Promise<number> =>
    clear(async (run) => {
      const oldest = await run(
        filled(engine, (bind) => `SELECT id, at FROM ${events} ORDER BY id LIMIT ${bind(limit)}`),
      )
      let removed = 0
      for (const ids of batches(idsOf(oldest.rows.filter(({ at }) => Number(at) < before)))) {
        const named = (bind: Bind) => ids.map((id) => bind(id)).join(', ')
        removed += (await run(filled(engine, (bind) => `DELETE FROM ${events} WHERE id IN (${named(bind)})`))).affected
      }
      return removed
    })
}

const SECONDS_PER_DAY = 86_400

/** Three places a row, so fewer rows at once. Nobody adds to days that are over. */
const MOST_DAYS_AT_ONCE = 100

function oldUsage({ engine, tables: { usage } }: Database, clear: Clearing) {
  return (before: Timestamp, limit: number): Promise<number> =>
    clear(async (run) => {
      const { rows } = await run(
        filled(
          engine,
          (bind) =>
            `SELECT client_id, day, account_id FROM ${usage} WHERE day < ${bind(Math.floor(before / SECONDS_PER_DAY))}
             ORDER BY day LIMIT ${bind(limit)}`,
        ),
      )
      let removed = 0
      for (const some of batches(rows, MOST_DAYS_AT_ONCE)) {
        const one = (bind: Bind, row: Row) =>
          `(client_id = ${bind(textOf(row.client_id))} AND day = ${bind(Number(row.day))} AND account_id = ${bind(textOf(row.account_id))})`
        const named = (bind: Bind) => some.map((row) => one(bind, row)).join(' OR ')
        removed += (await run(filled(engine, (bind) => `DELETE FROM ${usage} WHERE ${named(bind)}`))).affected
      }
      return removed
    })
}

/** Each kind of record in a transaction of its own, so that none is long. */
export function purger(database: Database): (purge: Purge) => Promise<Purged> {
  const { tables } = database
  const clear = clearing(database)
  const uses = [tables.uses, 'id'] as const
  const tokens = expired(database, clear, { table: tables.tokens, key: 'digest', beside: [uses] })
  const beside = [[tables.grantProjects, 'grant_id'] as const, uses]
  const grants = expired(database, clear, { table: tables.grants, key: 'id', beside })
  const clients = unusedClients(database, clear)
  const events = oldEvents(database, clear)
  const usage = oldUsage(database, clear)
  return async ({ expiredBefore, unusedClientsBefore, eventsBefore, limit }) => {
    const removed = { tokens: await tokens(expiredBefore, limit), grants: await grants(expiredBefore, limit) }
    const lines = eventsBefore === null ? 0 : await events(eventsBefore, limit)
    const days = eventsBefore === null || lines >= limit ? 0 : await usage(eventsBefore, limit - lines)
    return {
      ...removed,
      clients: unusedClientsBefore === null ? 0 : await clients(unusedClientsBefore, limit),
      events: lines + days,
    }
  }
}
