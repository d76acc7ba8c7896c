import type { Client, Grant, Purge, Purged, Setting, Timestamp, Token, Usage, Use } from 'grantor'
import { type Events, removeEvents } from './events.js'

export interface Tables {
  readonly clients: Map<string, Client>
  readonly grants: Map<string, Grant>
  /** The ids of each person's grants, which every authorization request asks for. */
  readonly grantsOf: Map<string, Set<string>>
  readonly tokens: Map<string, Token>
  readonly events: Events
  readonly settings: Map<string, Setting>
  readonly uses: Map<string, Use>
  readonly usage: Map<string, Usage>
}

function forgetGone({ grants, grantsOf }: Tables): void {
  for (const [subject, ids] of grantsOf) {
    for (const id of ids) if (!grants.has(id)) ids.delete(id)
    if (ids.size === 0) grantsOf.delete(subject)
  }
}

/** Delete at most `limit` of the records that may go, each with its last use and those of what is in it; how many went. */
function remove<T>(
  records: Map<string, T>,
  uses: Tables['uses'],
  limit: number,
  mayGo: (record: T) => boolean,
  within: (record: T) => readonly string[] = () => [],
): number {
  let removed = 0
  for (const [key, record] of records) {
    if (removed >= limit) break
    if (!mayGo(record)) continue
    records.delete(key)
    for (const id of [key, ...within(record)]) uses.delete(id)
    removed += 1
  }
  return removed
}

const secondsPerDay = 86_400

export function purge(tables: Tables, { expiredBefore, unusedClientsBefore, eventsBefore, limit }: Purge): Purged {
  const { clients, grants, tokens, events, uses, usage } = tables
  const over = ({ expiresAt }: Token | Grant) => expiresAt < expiredBefore
  const removed = { tokens: remove(tokens, uses, limit, over), grants: remove(grants, uses, limit, over) }
  if (removed.grants > 0) forgetGone(tables)
  const inUse = new Set([...grants.values()].map(({ clientId }) => clientId))
  const comesBack = ({ registration }: Client) => registration === 'dynamic' || registration === 'metadata_document'
  const unused = (client: Client, before: Timestamp) =>
    !inUse.has(client.id) &&
    (client.revokedAt === null
      ? comesBack(client) && client.disabledAt === null && client.createdAt < before
      : client.revokedAt < before)
  const past = ({ day }: Usage, before: Timestamp) => (day + 1) * secondsPerDay <= before
  const lines = eventsBefore === null ? 0 : removeEvents(events, limit, ({ at }) => at < eventsBefore)
  const days = eventsBefore === null ? 0 : remove(usage, uses, limit - lines, (one) => past(one, eventsBefore))
  const old = (client: Client) => unusedClientsBefore !== null && unused(client, unusedClientsBefore)
  const digests = ({ secrets }: Client) => secrets.map(({ digest }) => digest)
  return { ...removed, clients: remove(clients, uses, limit, old, digests), events: lines + days }
}
