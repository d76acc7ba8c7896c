import { inOrder } from './protocol/lists.js'
import type {
  AccountId,
  AuditEvent,
  Client,
  ClientId,
  Grant,
  GrantId,
  ProjectId,
  Registration,
  Setting,
  Subject,
  Timestamp,
  Token,
  TokenDigest,
} from './records.js'

/**
 * A token together with what decides whether it is live. It is live if and only if it is not expired and not redeemed, and
 * its grant and its client are there, not revoked and not expired. The core judges that, never the adapter.
 */
export interface FoundToken {
  readonly token: Token
  /** Null when the token has none, or when the grant is gone. */
  readonly grant: Grant | null
  /** Null when this store does not know the client. */
  readonly client: Client | null
}

/** Use up a single-use token: store `at` and `note`, once and for all. */
export interface Redeem {
  readonly digest: TokenDigest
  readonly at: Timestamp
  readonly note: string
}

/** Let a grant live longer: `expiresAt = max(expiresAt, this)`. Never a reason to refuse. */
export interface Extend {
  readonly grantId: GrantId
  readonly expiresAt: Timestamp
}

/** End a grant. One that has ended is a refusal, so that the event beside it is written exactly once. */
export interface Revoke {
  readonly grantId: GrantId
  readonly at: Timestamp
}

/** What a grant reaches. It may only shrink; more is a new grant. */
export type Reach = Pick<Grant, 'scope' | 'projects'>

/** Shrink a grant from what the core read to what is left of it. */
export interface Narrow {
  readonly grantId: GrantId
  readonly from: Reach
  readonly to: Reach
}

/**
 * Everything one request changes. The core builds it with {@link change}, which guarantees the adapter:
 *
 * - every part is present, possibly empty, and sorted by key, so that locks taken in this order never cross;
 * - no record is named twice, except that a grant in `extend`, `revoke` or `narrow` is also in `alive`;
 * - at most {@link CHANGE_LIMIT} records in all.
 *
 * The conditions below must all hold for any of it to be written.
 */
export interface Change {
  /** Each token exists and is not redeemed. */
  readonly redeem: readonly Redeem[]
  /**
   * Each grant exists and is not revoked. No write of its own. A grant in `extend`, `revoke` or `narrow` is here too: a store that
   * allows one operation per record merges the two.
   */
  readonly alive: readonly GrantId[]
  readonly extend: readonly Extend[]
  readonly revoke: readonly Revoke[]
  /** The stored scope and projects are still `from`, element by element. Then: replace them by `to`. */
  readonly narrow: readonly Narrow[]
  /** The stored version is `client.version - 1`. Then: replace the record. */
  readonly update: readonly Client[]
  /** The stored version is `setting.version - 1`; none is stored of version 1. Then: replace or insert. */
  readonly settings: readonly Setting[]
  /**
   * No other client that is not revoked has the `uniqueName` of one in `update` or `clients`, null aside. A revoked client has none.
   * The key of each is free. Then: insert. Keys compare byte for byte: letter case, accents and trailing spaces count. */
  readonly clients: readonly Client[]
  readonly grants: readonly Grant[]
  readonly tokens: readonly Token[]
  /** Their ids are random: a taken one may be refused or thrown. */
  readonly events: readonly AuditEvent[]
}

/** The most records one {@link Change} may name. */
export const CHANGE_LIMIT = 25

/**
 * A page of a list. `after` is the `next` of an earlier page: it means nothing to the caller, and holds nothing that a URL could not. It
 * comes back from somebody's address bar: for a text that ended no page of this list, any page will do, and none is thrown.
 */
export interface Page {
  readonly limit: number
  readonly after?: string
}

export interface Paged<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** Members that are left out do not filter; those that are there must all hold. */
export interface ClientFilter {
  readonly registration?: Registration
  readonly ownerId?: Subject
  readonly accountId?: AccountId
  readonly disabled?: boolean
  /** The id itself, or any part of {@link Client.name}, folded as it is. */
  readonly search?: string
  /** By `createdAt`, or by {@link Client.name}, and by id where those are the same. Left out: newest first. */
  readonly order?: 'newest' | 'oldest' | 'name'
}

export interface GrantFilter {
  readonly subject?: Subject
  readonly clientId?: ClientId
  /** Grants that name this project. Those for all projects name none. */
  readonly projectId?: ProjectId
}

export interface EventFilter {
  readonly subject?: Subject
  readonly clientId?: ClientId
  readonly grantId?: GrantId
  readonly accountId?: AccountId
  readonly type?: string
  /** Ids begin with their time: the first id that is wanted, and the first after it that is not. */
  readonly fromId?: string
  readonly untilId?: string
  /** By id. Left out: oldest first. */
  readonly order?: 'oldest' | 'newest'
}

/** What may be used: a grant, a token, a secret of a client, a client. Their ids never look alike, so that all are kept in one place. */
export type UsedId = GrantId | TokenDigest | ClientId

export interface Use {
  readonly id: UsedId
  readonly at: Timestamp
  /** Where the request came from and with which `User-Agent`; null where nobody knows. */
  readonly address: string | null
  readonly agent: string | null
}

/** What a client did in one day for one account, or for none. */
export interface Usage {
  readonly clientId: ClientId
  readonly accountId: AccountId | null
  /** Whole days since 1970-01-01, UTC. */
  readonly day: number
  readonly requests: number
  /** Requests with a token of this client that the guard turned away. Not among `requests`. */
  readonly refused: number
}

/** What has happened at the guard since it was last told. Each use once, each usage once for its client, account and day. */
export interface Activity {
  readonly uses: readonly Use[]
  readonly usage: readonly Usage[]
}

/** Days are whole days since 1970-01-01, UTC; both ends are included. */
export interface UsageFilter {
  readonly clientId: ClientId
  readonly from: number
  readonly to: number
}

/** What may be deleted. */
export interface Purge {
  /** Tokens and grants that expired before this. */
  readonly expiredBefore: Timestamp
  /**
   * Clients of `dynamic` or `metadata_document` registration made before this and not disabled, which would come back enabled, and
   * any revoked before it, that have no grant. Null: none.
   */
  readonly unusedClientsBefore: Timestamp | null
  /** Audit events from before this, and usage of days that were over by then. Null: none. */
  readonly eventsBefore: Timestamp | null
  /** The most records of each kind to delete in one call. */
  readonly limit: number
}

/** How many records went; usage is among the events. What hangs on a record, such as its last use, goes along uncounted. */
export interface Purged {
  readonly tokens: number
  readonly grants: number
  readonly clients: number
  readonly events: number
}

/**
 * Everything the provider asks of a database: reads that judge nothing, and one write.
 *
 * What must not happen: a part of a change without the rest; two successes that redeem one token or revoke one grant; a
 * redemption, a revocation or a larger expiry that disappears; a secret in here (the types admit digests only); a time
 * compared, other than in `extend` and `purge`.
 */
export interface Storage {
  findClient(id: ClientId): Promise<Client | null>
  findGrant(id: GrantId): Promise<Grant | null>
  /** Token, grant and client as of one moment, in one round trip where the store can join. Every API request pays for this one. */
  findToken(digest: TokenDigest): Promise<FoundToken | null>

  findSetting(name: string): Promise<Setting | null>

  /**
   * Clients that are not revoked. Each record at most once, and every record that was there, and stayed as it was, from the first page
   * to the last. A page of a search may hold fewer than its limit and still have a next.
   */
  listClients(filter: ClientFilter, page: Page): Promise<Paged<Client>>
  /** As with clients, in an order of the store's own. */
  listGrants(filter: GrantFilter, page: Page): Promise<Paged<Grant>>
  /** A reader of the newest who trails by a minute misses none: ids begin with their time. */
  listEvents(filter: EventFilter, page: Page): Promise<Paged<AuditEvent>>
  /** When each of these was last used, as far as {@link Storage.touch} has told. */
  lastUses(ids: readonly UsedId[]): Promise<readonly Use[]>
  /** What a client did in a span of days, by day and account, as far as {@link Storage.touch} has told. */
  listUsage(filter: UsageFilter): Promise<readonly Usage[]>

  /**
   * Write all of the change, or nothing.
   *
   * - `true`: all of it is durable, and every later `find*` and `commit`, from any process, sees it. (No lagging replica behind `find*`.)
   * - `false`: a condition did not hold; nothing was written. Which one is not told: the core reads again and decides again.
   * - throws: unknown. All or nothing of it was written. Never throw for a condition, never return false for a fault. The core
   *   answers 503 and the client's retry finds out. A fault that the database reports as rolled back (deadlock,
   *   serialization) may be retried in here.
   *
   * Commits on one record take effect one after the other. A part of the change that the adapter does not know must throw unless it
   * is empty, so that a release that brings a new part stops only what needs it. The adapter keeps the list of those it knows itself.
   */
  commit(change: Change): Promise<boolean>

  /**
   * Keep the newest use of each id; add usage to what is there for its client, account and day. Best effort: may be late,
   * merged or dropped; must not wait for `commit` nor make one wait.
   */
  touch(activity: Activity): Promise<void>
  /**
   * Delete some of what may go, in a short transaction, also while other nodes do the same and while requests are served. What is
   * being changed at the moment is left for the next time. A store that expires records by itself does not count those.
   */
  purge(purge: Purge): Promise<Purged>
}

const none: readonly never[] = Object.freeze([])

const twice = () => new TypeError('a change names each record once')

/** @throws TypeError when a record of one list is in the other as well */
function refuseShared<T>(keyOf: (record: T) => string, list: readonly T[], others: readonly T[]): void {
  if (list.length === 0 || others.length === 0) return
  for (const one of list) for (const other of others) if (keyOf(one) === keyOf(other)) throw twice()
}

/**
 * A part in the order of its keys.
 *
 * @throws TypeError when two records of it are the same one
 */
function part<T>(records: readonly T[], keyOf: (record: T) => string): readonly T[] {
  const ordered = inOrder(records, keyOf)
  for (let at = 1; at < ordered.length; at += 1) if (keyOf(ordered[at - 1]!) === keyOf(ordered[at]!)) throw twice()
  return ordered
}

const idOf = ({ id }: { readonly id: string }) => id
const grantIdOf = ({ grantId }: { readonly grantId: string }) => grantId
const digestOf = ({ digest }: { readonly digest: string }) => digest
const nameOf = ({ name }: { readonly name: string }) => name

/** The grants on which something happens. They have to be there already, unless they begin with this change. */
function touchedBy(
  lists: readonly (readonly { readonly grantId: GrantId | null }[])[],
  begun: readonly Grant[],
): readonly GrantId[] {
  const touched: GrantId[] = []
  for (const list of lists)
    for (const { grantId } of list)
      if (grantId !== null && !touched.includes(grantId) && !begun.some(({ id }) => id === grantId))
        touched.push(grantId)
  return touched
}

/**
 * Fill in what is absent, sort, and refuse what no adapter should have to think about. The only way to make a {@link Change}.
 *
 * @param events in place of those among the parts
 * @throws TypeError when a record is named twice or more than {@link CHANGE_LIMIT} records are named.
 */
export function change(
  {
    redeem = none,
    extend = none,
    revoke = none,
    narrow = none,
    update = none,
    settings = none,
    clients = none,
    grants = none,
    tokens = none,
    events: own = none,
  }: Partial<Omit<Change, 'alive'>>,
  events: readonly AuditEvent[] = own,
): Change {
  const alive = touchedBy([tokens, extend, revoke, narrow], grants)
  let count = alive.length
  for (const { length } of [redeem, extend, revoke, narrow, update, settings, clients, grants, tokens, events])
    count += length
  if (count > CHANGE_LIMIT) throw new TypeError(`a change names at most ${CHANGE_LIMIT} records`)
  refuseShared(grantIdOf, extend, revoke)
  refuseShared(grantIdOf, extend, narrow)
  refuseShared(grantIdOf, revoke, narrow)
  refuseShared(idOf, update, clients)
  refuseShared(digestOf, redeem, tokens)
  return {
    redeem: part(redeem, digestOf),
    alive: part(alive, (id) => id),
    extend: part(extend, grantIdOf),
    revoke: part(revoke, grantIdOf),
    narrow: part(narrow, grantIdOf),
    update: part(update, idOf),
    settings: part(settings, nameOf),
    clients: part(clients, idOf),
    grants: part(grants, idOf),
    tokens: part(tokens, digestOf),
    events: part(events, idOf),
  }
}
