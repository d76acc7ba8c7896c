import type { Context } from './context.js'
import type { ClientId } from './records.js'
import type { Usage, Use, UsedId } from './storage.js'

export interface UsageReader {
  /** What a client did, by day and account. Days are dates in UTC, both included; the last 30 days when left out. */
  readonly read: (clientId: ClientId, days?: { readonly from: Date; readonly to: Date }) => Promise<readonly Usage[]>
  /**
   * When each of these was last used, from where and with what: clients and grants by their ids, tokens and the secrets of clients
   * by their digests. What has never been used is not among them.
   */
  readonly lastUsed: (ids: readonly UsedId[]) => Promise<ReadonlyMap<UsedId, Use>>
}

const millisecondsPerDay = 86_400_000
/** How many ids a storage is asked about at once. */
const batch = 500

export const usageOf = (context: Context): UsageReader => ({
  async read(clientId, days) {
    const today = Math.floor((context.now() * 1000) / millisecondsPerDay)
    const day = (date: Date) => Math.floor(date.getTime() / millisecondsPerDay)
    const [from, to] = days ? [day(days.from), day(days.to)] : [today - 29, today]
    return context.storage.listUsage({ clientId, from, to })
  },
  async lastUsed(ids) {
    const count = Math.ceil(ids.length / batch)
    const batches = Array.from({ length: count }, (_, index) => ids.slice(index * batch, (index + 1) * batch))
    const uses = await Promise.all(batches.map((some) => context.storage.lastUses(some)))
    return new Map(uses.flat().map((use) => [use.id, use]))
  },
})
