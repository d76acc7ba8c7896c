import type { AuditEvent, Client, Grant, Page, Paged, Setting, Storage, Use } from 'grantor'
import { assertKnownParts } from './known-parts.js'
import { checkDurability } from './redis/durability.js'
import {
  clientLists,
  encode,
  encodeActivity,
  type Fields,
  type FoundFields,
  readFound,
  readGrant,
  readUsage,
  readWhole,
  type UsageFields,
  usageFrom,
} from './redis/records.js'
import { type RedisConnection, scriptRunner } from './redis/run.js'
import * as scripts from './redis/scripts.js'

export type { RedisConnection } from './redis/run.js'

export interface RedisStorageOptions {
  /** What the names of all keys begin with, in braces, so that a cluster keeps them together. Default `oauth`. */
  readonly prefix?: string
  /**
   * How many replicas have to have a commit before it counts, and for how many milliseconds to wait for them. Without it, a
   * failover may take back a commit that was reported as made. Not on a cluster.
   */
  readonly replicas?: { readonly count: number; readonly timeout: number }
  /** Told when the server is set up so that it would lose commits. Default: `console.warn`. */
  readonly warn?: (message: string) => void
}

const SECONDS_PER_DAY = 86_400

/** How many clients a search looks at for one page. A script that took longer would hold up everybody else. */
const MOST_SEARCHED = 5000

/** How long a write is remembered, in seconds: longer than any client keeps sending it again. */
const REMEMBERED = 600

/** Some records of a kind: those in all of the named lists, in the order of their members. */
interface Listing<T> extends Page {
  readonly kind: 'client' | 'grant' | 'event'
  readonly names: readonly string[]
  /** The first member that is wanted, and the first after it that is not. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly newestFirst?: boolean
  readonly search?: string | undefined
  readonly read: (fields: Fields) => T | null
}

/** The lists for what was asked; without any, that of all. */
function listsBy(all: string, filters: Readonly<Record<string, string | undefined>>): readonly string[] {
  const names = Object.entries(filters).flatMap(([by, value]) => (value === undefined ? [] : [`${all}:${by}:${value}`]))
  return names.length === 0 ? [all] : names
}

/**
 * A storage in Redis 6.2 or later, or Valkey, through the host's own `ioredis`. Every commit is one Lua script and so one
 * atomic step. Tokens are forgotten by Redis itself an hour after they expire; `purge` takes the rest.
 *
 * Redis is then the system of record, and has to be run as one: `appendonly yes`, with `appendfsync always` if not even the
 * last second may be lost; `maxmemory-policy noeviction`; and with replicas, `replicas`. The first two are looked at when
 * the storage is made, and `warn` is told.
 *
 * @throws TypeError for a prefix with braces in it.
 *
 * @example
 * import { Redis } from 'ioredis'
 *
 * const storage = redisStorage(new Redis('redis://localhost:6379'))
 */
export function redisStorage(redis: RedisConnection, options: RedisStorageOptions = {}): Storage {
  const { prefix = 'oauth', replicas, warn = console.warn } = options
  if (!/^[^{}]+$/.test(prefix)) throw new TypeError('a prefix of keys is a text without braces')
  const script = scriptRunner(redis, `{${prefix}}:`)
  const run = {
    commit: script(scripts.commit),
    find: script(scripts.find),
    findToken: script(scripts.findToken),
    list: script(scripts.list),
    touch: script(scripts.touch),
    lastUses: script(scripts.lastUses),
    listUsage: script(scripts.listUsage),
    purge: script(scripts.purge),
  }
  void checkDurability(redis, warn)

  async function list<T>(listing: Listing<T>): Promise<Paged<T>> {
    const { kind, names, limit, after, from = '', until, newestFirst = false, search } = listing
    // An end that is left out, or that the place to go on from has passed, is none.
    const low = newestFirst || after === undefined || after < from ? `[${from}` : `(${after}`
    const high = newestFirst && after !== undefined && !(until !== undefined && until < after) ? after : until
    const reply = await run.list(
      kind,
      limit,
      low,
      high === undefined ? '+' : `(${high}`,
      newestFirst ? 'down' : 'up',
      search === undefined ? 0 : MOST_SEARCHED,
      search ?? '',
      ...names,
    )
    const [next, records] = reply as readonly [string | null, readonly Fields[]]
    return { items: records.flatMap((fields) => listing.read(fields) ?? []), next }
  }

  async function replicated(): Promise<void> {
    if (replicas === undefined) return
    const reached = await redis.wait(replicas.count, replicas.timeout)
    if (reached < replicas.count) throw new Error(`a commit reached ${reached} of ${replicas.count} replicas in time`)
  }

  return {
    findClient: async (id) => readWhole<Client>((await run.find('client', id)) as Fields),
    findGrant: async (id) => readGrant((await run.find('grant', id)) as Fields),
    async findToken(digest) {
      const found = await run.findToken(digest)
      return found === null ? null : readFound(found as FoundFields)
    },
    findSetting: async (name) => readWhole<Setting>((await run.find('setting', name)) as Fields),
    listClients({ order = 'newest', search, registration, ownerId, accountId, disabled }, page) {
      const by = clientLists({ registration, ownerId, accountId, disabled })
      const base = order === 'name' ? 'clients:by-name' : 'clients:by-time'
      const names = (by.length === 0 ? ['all'] : by).map((one) => `${base}:${one}`)
      const newestFirst = order === 'newest'
      return list<Client>({ kind: 'client', names, ...page, newestFirst, search, read: readWhole })
    },
    listGrants({ subject, clientId, projectId }, page) {
      const names = listsBy('grants', { subject, client: clientId, project: projectId })
      return list<Grant>({ kind: 'grant', names, ...page, read: readGrant })
    },
    listEvents({ subject, clientId, grantId, accountId, type, fromId, untilId, order }, page) {
      const names = listsBy('events', { subject, client: clientId, grant: grantId, account: accountId, type })
      const span = { from: fromId, until: untilId, newestFirst: order === 'newest' }
      return list<AuditEvent>({ kind: 'event', names, ...page, ...span, read: readWhole })
    },
    async lastUses(ids) {
      const wanted = [...new Set(ids)]
      if (wanted.length === 0) return []
      return ((await run.lastUses(...wanted)) as readonly string[]).map((use) => JSON.parse(use) as Use)
    },
    async listUsage({ clientId, from, to }) {
      const records = await run.listUsage(clientId, usageFrom(from), usageFrom(to + 1))
      return (records as readonly UsageFields[]).map(readUsage)
    },
    async commit(change) {
      assertKnownParts(change)
      const made = (await run.commit(encode(change), crypto.randomUUID(), REMEMBERED)) === 'ok'
      if (made) await replicated()
      return made
    },
    async touch(activity) {
      await run.touch(encodeActivity(activity), crypto.randomUUID(), REMEMBERED)
    },
    async purge({ expiredBefore, unusedClientsBefore, eventsBefore, limit }) {
      const clear = async (kind: 'grant' | 'client' | 'event' | 'usage', before: number | null, most = limit) =>
        before === null || most <= 0 ? 0 : Number(await run.purge(kind, before, most))
      const grants = await clear('grant', expiredBefore)
      const clients = await clear('client', unusedClientsBefore)
      const events = await clear('event', eventsBefore)
      const today = eventsBefore === null ? null : Math.floor(eventsBefore / SECONDS_PER_DAY)
      return { tokens: 0, grants, clients, events: events + (await clear('usage', today, limit - events)) }
    },
  }
}
