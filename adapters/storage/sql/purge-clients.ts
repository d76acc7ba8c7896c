import type { Client, Registration, Timestamp } from 'grantor'
import { type Bind, batches, type Clearing, idsOf } from './clearing.js'
import type { Database, Run } from './database.js'
import { filled } from './engine.js'
import { type Row, textOf } from './rows.js'

/** One reason for which a client may go: a condition, and the time after it. Each has an index. */
interface Reason {
  readonly condition: string
  readonly time: 'listed_at' | 'revoked_at'
}

/** A client of such a registration may come back by itself. One that is disabled would come back enabled, and so it stays. */
const comesBack = (registration: Registration): Reason => ({
  condition: `registration = '${registration}' AND disabled_at IS NULL AND`,
  time: 'listed_at',
})

const reasons: readonly Reason[] = [
  comesBack('dynamic'),
  comesBack('metadata_document'),
  { condition: '', time: 'revoked_at' },
]

/**
 * Delete clients that nobody needs. Most old clients are in use, and to ask each of them for its grants takes a while, so
 * that is asked without a lock, and the next call goes on where this one ended.
 */
export function unusedClients(database: Database, clear: Clearing) {
  const { engine, tables, run } = database
  const { clients, uses } = tables
  const noGrant = `NOT EXISTS (SELECT 1 FROM ${tables.grants} g WHERE g.client_id = ${clients}.id)`

  /** Uses of the clients that went and of their secrets. */
  async function forget(within: Run, locked: readonly Row[]): Promise<void> {
    const ids = idsOf(locked)
    const among = (bind: Bind) => ids.map((id) => bind(id)).join(', ')
    const { rows } = await within(filled(engine, (bind) => `SELECT id FROM ${clients} WHERE id IN (${among(bind)})`))
    const left = new Set(idsOf(rows))
    const secretsOf = (row: Row) => JSON.parse(textOf(row.secrets)) as Client['secrets']
    const used = locked
      .filter((row) => !left.has(textOf(row.id)))
      .flatMap((row) => [textOf(row.id), ...secretsOf(row).map(({ digest }) => digest)])
    for (const some of batches(used)) {
      const named = (bind: Bind) => some.map((id) => bind(id)).join(', ')
      await within(filled(engine, (bind) => `DELETE FROM ${uses} WHERE id IN (${named(bind)})`))
    }
  }

  function clearerFor({ condition, time }: Reason) {
    let seen = 0
    const isOld = (bind: Bind, before: Timestamp) => `${condition} ${time} < ${bind(before)}`
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
        const locked = await within(
          filled(engine, (bind) => `SELECT id, secrets FROM ${clients} WHERE ${still(bind)}${lock}`),
        )
        if (locked.rows.length === 0) return 0
        const places = (bind: Bind) =>
          idsOf(locked.rows)
            .map((id) => bind(id))
            .join(', ')
        const { affected } = await within(
          filled(
            engine,
            (bind) => `DELETE FROM ${clients} WHERE id IN (${places(bind)}) AND ${isOld(bind, before)} AND ${noGrant}`,
          ),
        )
        await forget(within, locked.rows)
        return affected
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
