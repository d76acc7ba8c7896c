import type { AuditEvent, Client, Grant, Purge, Purged, Storage, Timestamp, Token, Usage, Use } from 'grantor'
import type { Flaw } from './flaws.js'

interface Tables {
  readonly clients: Map<string, Client>
  readonly grants: Map<string, Grant>
  readonly tokens: Map<string, Token>
  readonly events: Map<string, AuditEvent>
  readonly usage: Map<string, Usage>
  readonly uses: Map<string, Use>
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

/** The clearing away, right without a flaw and wrong in one way with it. */
export function flawedPurge(
  is: (flaw: Flaw) => boolean,
  tables: Tables,
  clientGone: (client: Client) => void,
): Storage['purge'] {
  const slow =
    is('purge: counts what another one took') ||
    is('purge: fails where another one was first') ||
    is('purge: takes what was extended meanwhile')

  const isClient = (record: unknown): record is Client =>
    typeof record === 'object' && record !== null && 'secrets' in record

  function forget(id: string, record: unknown): void {
    const secrets = isClient(record) ? record.secrets.map(({ digest }) => digest) : []
    if (isClient(record)) clientGone(record)
    if (is('purge: takes uses of what stays')) tables.uses.clear()
    if (is('purge: leaves uses')) return
    for (const used of is('purge: leaves uses of secrets') ? [id] : [id, ...secrets]) tables.uses.delete(used)
  }

  async function remove<T>(records: Map<string, T>, limit: number, mayGo: (record: T) => boolean): Promise<number> {
    const keys = [...records].filter(([, record]) => mayGo(record)).map(([key]) => key)
    const chosen = is('purge: knows no limit') ? keys : keys.slice(0, limit)
    if (slow) await pause()
    const late = !is('purge: takes what was extended meanwhile')
    const still = chosen.filter((key) => {
      const record = records.get(key)
      return record !== undefined && (!late || mayGo(record))
    })
    if (is('purge: fails where another one was first') && still.length < chosen.length) throw new Error('not there')
    for (const key of still) {
      const record = records.get(key)!
      records.delete(key)
      forget(key, record)
    }
    return Math.min(limit, is('purge: counts what another one took') ? chosen.length : still.length)
  }

  function expired({ expiredBefore }: Purge) {
    const over = (expiresAt: Timestamp) =>
      expiresAt < expiredBefore ||
      (is('purge: takes what expires at the given time') && expiresAt === expiredBefore) ||
      is('purge: takes everything')
    const token = ({ expiresAt, redemption }: Token) =>
      over(expiresAt) || (is('purge: takes what was redeemed') && redemption !== null)
    const grant = ({ expiresAt, revokedAt }: Grant) =>
      over(expiresAt) || is('purge: takes live grants') || (is('purge: takes what was revoked') && revokedAt !== null)
    return { token, grant }
  }

  const keepsClient = ({ expiresAt, revokedAt }: Grant): boolean =>
    !is('purge: takes clients with grants') &&
    !(is('purge: takes clients whose grants are revoked') && revokedAt !== null) &&
    !(is('purge: takes clients whose grants have expired') && expiresAt < Date.now() / 1000)

  function unused(before: Timestamp) {
    const inUse = new Set([...tables.grants.values()].filter(keepsClient).map(({ clientId }) => clientId))
    const comesBack = ({ registration, disabledAt }: Client) =>
      (registration === 'dynamic' ||
        (registration === 'metadata_document' && !is('purge: leaves clients of metadata documents'))) &&
      (disabledAt === null || is('purge: takes clients that would come back enabled'))
    const own = (client: Client) =>
      client.revokedAt === null &&
      (comesBack(client) ||
        is('purge: takes clients that somebody made') ||
        (is('purge: takes clients that are disabled') && client.disabledAt !== null))
    const early = (time: Timestamp) =>
      time < before || (is('purge: takes clients at the given time') && time === before)
    const ended = ({ revokedAt, disabledAt }: Client) =>
      revokedAt !== null &&
      !(is('purge: leaves clients that are disabled and revoked') && disabledAt !== null) &&
      !is('purge: leaves clients that were revoked') &&
      (early(revokedAt) || is('purge: takes clients as soon as they are revoked'))
    return (client: Client) => !inUse.has(client.id) && ((own(client) && early(client.createdAt)) || ended(client))
  }

  async function clientsIn({ unusedClientsBefore, expiredBefore, limit }: Purge): Promise<number> {
    const before = unusedClientsBefore ?? (is('purge: takes clients unasked') ? expiredBefore : null)
    return before === null || is('purge: leaves clients') ? 0 : remove(tables.clients, limit, unused(before))
  }

  async function eventsIn({ eventsBefore, expiredBefore, limit }: Purge): Promise<number> {
    const before = eventsBefore ?? (is('purge: takes events unasked') ? expiredBefore : null)
    if (before === null || is('purge: leaves events')) return 0
    const early = ({ at }: AuditEvent) =>
      at < before || (is('purge: takes events at the given time') && at === before) || is('purge: takes every event')
    return remove(tables.events, limit, early)
  }

  async function usageIn({ eventsBefore, expiredBefore, limit }: Purge): Promise<number> {
    const before = eventsBefore ?? (is('purge: takes usage unasked') ? expiredBefore * 1000 : null)
    if (before === null || is('purge: leaves usage')) return 0
    const ends = is('purge: takes usage of a day that is not over') ? 0 : 1
    return remove(tables.usage, limit, ({ day }) => (day + ends) * 86_400 <= before)
  }

  return async (purge): Promise<Purged> => {
    const { token, grant } = expired(purge)
    const told = tables.uses.size
    const removed = {
      tokens: await remove(tables.tokens, purge.limit, token),
      grants: is('purge: forgets the grants') ? 0 : await remove(tables.grants, purge.limit, grant),
      clients: await clientsIn(purge),
    }
    const lines = await eventsIn(purge)
    const days = await usageIn({
      ...purge,
      limit: is('purge: usage has a limit of its own') ? purge.limit : purge.limit - lines,
    })
    if (is('purge: usage is not counted')) return { ...removed, events: lines }
    const uses = is('purge: uses are counted') ? told - tables.uses.size : 0
    return { ...removed, clients: removed.clients + uses, events: lines + days }
  }
}
