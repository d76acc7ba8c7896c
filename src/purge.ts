import type { Context } from './context.js'
import type { Timestamp } from './records.js'
import type { Purged } from './storage.js'

/** Records of each kind that go in one transaction: few enough for a request that waits for one of them not to notice. */
const batch = 500

const none: Purged = { tokens: 0, grants: 0, clients: 0, events: 0 }

const plus = (a: Purged, b: Purged): Purged => ({
  tokens: a.tokens + b.tokens,
  grants: a.grants + b.grants,
  clients: a.clients + b.clients,
  events: a.events + b.events,
})

const total = ({ tokens, grants, clients, events }: Purged) => tokens + grants + clients + events

/**
 * Delete what is over and has been kept long enough, batch by batch, until nothing is left or about `limit` records have gone. A
 * client with a grant and a spent refresh token that could still come again are never among them. Any number of nodes may purge
 * at once.
 */
export async function purge(context: Context, limit: number): Promise<Purged> {
  const { expired, unusedClients, events } = context.retention
  const ago = (seconds: number) => (context.now() - seconds) as Timestamp
  const over = { expiredBefore: ago(expired), eventsBefore: events === null ? null : ago(events) }
  let purged = none
  const clear = async (unusedClientsBefore: Timestamp | null, most: number): Promise<number> => {
    const gone = await context.storage.purge({ ...over, unusedClientsBefore, limit: Math.min(batch, most) })
    purged = plus(purged, gone)
    return total(gone)
  }
  while (total(purged) < limit) if ((await clear(null, limit - total(purged))) === 0) break
  // Clients come last: a grant that has gone may be what kept one. To find those without any takes a database longer than all the
  // rest, so that it is not asked with every batch, and asked once however much there was of the rest.
  const before = unusedClients === null ? null : ago(unusedClients)
  if (before !== null) while ((await clear(before, limit)) > 0 && total(purged) < limit);
  return purged
}
