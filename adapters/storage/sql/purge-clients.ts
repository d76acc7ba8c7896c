import type { Timestamp } from 'grantor'
import { type Bind, batches, type Clearing, idsOf } from './clearing.js'
import type { Database } from './database.js'
import { filled } from './engine.js'

/** One reason for which a client may go: a condition, and the time in it. Each has an index. */
interface Reason {
  readonly condition: string
  readonly time: string
}

const reasons: readonly Reason[] = [
  { condition: "registration = 'dynamic' AND created_at", time: 'created_at' },
  { condition: 'revoked_at', time: 'revoked_at' },
]

/**
 * Delete clients that nobody needs. Most old clients are in use, and to ask each of them for its grants takes a while, so
 * that is asked without a lock, and the next call goes on where this one ended.
 */
export function unusedClients(database: Database, clear: Clearing) {
  const { engine, tables, run } = database
  const { clients } = tables
  const noGrant = `NOT EXISTS (SELECT 1 FROM ${tables.grants} g WHERE g.client_id = ${clients}.id)`

  function clearerFor({ condition, time }: Reason) {
    let seen = 0
    const isOld = (bind: Bind, before: Timestamp) => `${condition} < ${bind(before)}`
    const find = async (from: number, before: Timestamp, limit: number) => {
      const query = filled(
        engine,
        (bind) => `SELECT id, ${time} AS since FROM ${clients} WHERE ${isOld(bind, before)} AND ${time} >= ${bind(from)}
          AND ${noGrant} ORDER BY ${time} LIMIT ${bind(limit)}`,
      )
      const { rows } = await run(query)
      seen = rows.length < limit ? 0 : Number(rows.at(-1)?.since ?? 0)
      return idsOf(rows)
    }
    const found = async (before: Timestamp, limit: number) => {
      const from = seen
      const ids = await find(from, before, limit)
      return ids.length < limit && from > 0 ? find(0, before, limit) : ids
    }
    const remove = (ids: readonly string[], before: Timestamp) =>
      clear(async (within, lock) => {
        const named = (bind: Bind) => ids.map((id) => bind(id)).join(', ')
        const still = (bind: Bind) => `id IN (${named(bind)}) AND ${isOld(bind, before)}`
        // A grant that was inserted before the client was locked is only seen by a statement that begins after that.
        const locked = idsOf(
          (await within(filled(engine, (bind) => `SELECT id FROM ${clients} WHERE ${still(bind)}${lock}`))).rows,
        )
        if (locked.length === 0) return 0
        const places = (bind: Bind) => locked.map((id) => bind(id)).join(', ')
        return (
          await within(filled(engine, (bind) => `DELETE FROM ${clients} WHERE id IN (${places(bind)}) AND ${noGrant}`))
        ).affected
      })
    return async (before: Timestamp, limit: number): Promise<number> => {
      let removed = 0
      for (const ids of batches(await found(before, limit))) removed += await remove(ids, before)
      return removed
    }
  }

  const clearers = reasons.map(clearerFor)
  return async (before: Timestamp, limit: number): Promise<number> => {
    let removed = 0
    for (const clearer of clearers) if (removed < limit) removed += await clearer(before, limit - removed)
    return removed
  }
}
