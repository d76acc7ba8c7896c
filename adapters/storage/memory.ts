import type {
  AuditEvent,
  Change,
  Client,
  Grant,
  Page,
  Paged,
  Purge,
  Purged,
  Storage,
  Timestamp,
  Token,
  Usage,
} from 'grantor'
import { assertKnownParts } from './known-parts.js'

export interface MemoryStorageOptions {
  /** Say true to run with `NODE_ENV=production`, where everything is forgotten at a restart and nothing is shared between processes. */
  readonly allowInProduction?: boolean
}

interface Tables {
  readonly clients: Map<string, Client>
  readonly grants: Map<string, Grant>
  readonly tokens: Map<string, Token>
  readonly events: Map<string, AuditEvent>
  readonly uses: Map<string, Timestamp>
  readonly usage: Map<string, Usage>
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}

/** A frozen copy: neither the caller's object nor a returned one is a way into the store. */
const keep = <T>(record: T): T => freeze(JSON.parse(JSON.stringify(record)) as T)

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function holds(change: Change, { clients, grants, tokens, events }: Tables): boolean {
  const live = (id: string) => grants.get(id)?.revokedAt === null
  return (
    change.redeem.every(({ digest }) => tokens.get(digest)?.redemption === null) &&
    change.alive.every(live) &&
    change.extend.every(({ grantId }) => live(grantId)) &&
    change.revoke.every(({ grantId }) => live(grantId)) &&
    change.narrow.every(({ grantId, from }) => {
      const grant = grants.get(grantId)
      return grant?.revokedAt === null && sameJson([grant.scope, grant.projects], [from.scope, from.projects])
    }) &&
    change.update.every(({ id, version }) => clients.get(id)?.version === version - 1) &&
    !change.clients.some(({ id }) => clients.has(id)) &&
    !change.grants.some(({ id }) => grants.has(id)) &&
    !change.tokens.some(({ digest }) => tokens.has(digest)) &&
    !change.events.some(({ id }) => events.has(id))
  )
}

/** Nothing in here can fail, or a failure would leave half a change behind. */
function write(change: Change, { clients, grants, tokens, events }: Tables): void {
  const editGrant = (id: string, edit: Partial<Grant>) => grants.set(id, Object.freeze({ ...grants.get(id)!, ...edit }))
  for (const { digest, ...redemption } of change.redeem)
    tokens.set(digest, freeze({ ...tokens.get(digest)!, redemption }))
  for (const { grantId, expiresAt } of change.extend)
    if (expiresAt > grants.get(grantId)!.expiresAt) editGrant(grantId, { expiresAt })
  for (const { grantId, at } of change.revoke) editGrant(grantId, { revokedAt: at })
  for (const { grantId, to } of change.narrow) editGrant(grantId, { scope: to.scope, projects: to.projects })
  for (const client of [...change.update, ...change.clients]) clients.set(client.id, client)
  for (const grant of change.grants) grants.set(grant.id, grant)
  for (const token of change.tokens) tokens.set(token.digest, token)
  for (const event of change.events) events.set(event.id, event)
}

function pageOf<T extends { readonly id: string }>(
  records: Iterable<T>,
  wanted: (record: T) => boolean,
  { limit, after }: Page,
): Paged<T> {
  const rest = [...records]
    .filter((record) => (after === undefined || record.id > after) && wanted(record))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const items = rest.slice(0, limit)
  return { items, next: rest.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** Delete at most `limit` of the records that may go; how many went. */
function remove<T>(records: Map<string, T>, limit: number, mayGo: (record: T, key: string) => boolean): number {
  let removed = 0
  for (const [key, record] of records) {
    if (removed >= limit) break
    if (mayGo(record, key) && records.delete(key)) removed += 1
  }
  return removed
}

const secondsPerDay = 86_400

function purge(tables: Tables, { expiredBefore, unusedClientsBefore, eventsBefore, limit }: Purge): Purged {
  const { clients, grants, tokens, events, uses, usage } = tables
  const over = ({ expiresAt }: Token | Grant) => expiresAt < expiredBefore
  const removed = { tokens: remove(tokens, limit, over), grants: remove(grants, limit, over) }
  if (removed.tokens + removed.grants > 0)
    for (const id of uses.keys()) if (!grants.has(id) && !tokens.has(id)) uses.delete(id)
  const inUse = new Set([...grants.values()].map(({ clientId }) => clientId))
  const unused = ({ id, registration, createdAt, revokedAt }: Client, before: Timestamp) =>
    !inUse.has(id) && ((registration === 'dynamic' && createdAt < before) || (revokedAt !== null && revokedAt < before))
  const past = ({ day }: Usage, before: Timestamp) => (day + 1) * secondsPerDay <= before
  const lines = eventsBefore === null ? 0 : remove(events, limit, ({ at }) => at < eventsBefore)
  const days = eventsBefore === null ? 0 : remove(usage, limit - lines, (one) => past(one, eventsBefore))
  return {
    ...removed,
    clients: unusedClientsBefore === null ? 0 : remove(clients, limit, (one) => unused(one, unusedClientsBefore)),
    events: lines + days,
  }
}

function refuseProduction(): void {
  const host: { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } } = globalThis
  if (host.process?.env?.NODE_ENV === 'production')
    throw new Error('memoryStorage() forgets everything at a restart; with NODE_ENV=production use a database')
}

/**
 * A storage that lives and dies with this process: for tests, and for a first look. Every commit is one synchronous step, so
 * that no two of them interleave. Records are deeply frozen.
 *
 * @throws Error with `NODE_ENV=production`, unless `allowInProduction` is set.
 *
 * @example
 * const provider = createProvider({ ...options, storage: memoryStorage() })
 */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage {
  if (options.allowInProduction !== true) refuseProduction()
  const tables: Tables = {
    clients: new Map(),
    grants: new Map(),
    tokens: new Map(),
    events: new Map(),
    uses: new Map(),
    usage: new Map(),
  }
  const { clients, grants, tokens, events, uses, usage } = tables
  return {
    findClient: async (id) => clients.get(id) ?? null,
    findGrant: async (id) => grants.get(id) ?? null,
    async findToken(digest) {
      const token = tokens.get(digest)
      if (!token) return null
      const grant = token.grantId === null ? null : (grants.get(token.grantId) ?? null)
      return { token, grant, client: clients.get(token.clientId) ?? null }
    },
    listClients: async (page) => pageOf(clients.values(), () => true, page),
    listGrants: async ({ subject, clientId, projectId }, page) =>
      pageOf(
        grants.values(),
        (grant) =>
          (subject === undefined || grant.subject === subject) &&
          (clientId === undefined || grant.clientId === clientId) &&
          (projectId === undefined || (grant.projects !== 'all' && grant.projects.includes(projectId))),
        page,
      ),
    listEvents: async ({ subject, clientId, grantId }, page) =>
      pageOf(
        events.values(),
        (event) =>
          (subject === undefined || event.subject === subject) &&
          (clientId === undefined || event.clientId === clientId) &&
          (grantId === undefined || event.grantId === grantId),
        page,
      ),
    lastUses: async (ids) =>
      ids.flatMap((id) => {
        const at = uses.get(id)
        return at === undefined ? [] : [{ id, at }]
      }),
    listUsage: async ({ clientId, from, to }) =>
      [...usage.values()].filter((one) => one.clientId === clientId && one.day >= from && one.day <= to),
    async commit(change) {
      assertKnownParts(change)
      const copy = keep(change)
      if (!holds(copy, tables)) return false
      write(copy, tables)
      return true
    },
    async touch(activity) {
      for (const { id, at } of activity.uses) if (at > (uses.get(id) ?? -1)) uses.set(id, at)
      for (const { clientId, accountId, day, requests, refused } of activity.usage) {
        const key = JSON.stringify([clientId, accountId, day])
        const before = usage.get(key) ?? { requests: 0, refused: 0 }
        const sum = { requests: before.requests + requests, refused: before.refused + refused }
        usage.set(key, Object.freeze({ clientId, accountId, day, ...sum }))
      }
    },
    purge: async (wanted) => purge(tables, wanted),
  }
}
