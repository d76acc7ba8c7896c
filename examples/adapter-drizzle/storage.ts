import type { SQL, TablesRelationalConfig } from 'drizzle-orm'
import { and, eq, gte, inArray, isNotNull, isNull, lt, notExists, or, sql } from 'drizzle-orm'
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core'
import type { Activity, Change, Client, Grant, Page, Paged, Purge, Purged, Storage } from 'grantor'
import { clients, events, grants, member, type RecordsOf, settings, tokens, usage, uses } from './schema.js'

type Drizzle = BaseSQLiteDatabase<'sync', { readonly changes: number }, Record<string, unknown>, TablesRelationalConfig>

/** What Drizzle makes of a synchronous driver and passes to a transaction, whatever other tables the host has in it. */
export type Database = Omit<Drizzle, '_' | 'query'>

/** Thrown inside a transaction, so that it is rolled back. It never leaves this file. */
const refusal = Symbol('a condition did not hold')

function must(condition: boolean): asserts condition {
  if (!condition) throw refusal
}

const find = <T>(db: Database, table: RecordsOf<T>, id: string) =>
  db.select().from(table).where(eq(table.id, id)).get()?.record as T | undefined

/** A key or a unique name that is taken inserts nothing, which is a condition like any other. */
function add<T>(tx: Database, table: RecordsOf<T>, id: string, record: T): void {
  must(tx.insert(table).values({ id, record }).onConflictDoNothing().run().changes === 1)
}

function drop<T>(tx: Database, table: RecordsOf<T>, id: string): void {
  tx.delete(table).where(eq(table.id, id)).run()
}

function put<T>(tx: Database, table: RecordsOf<T>, id: string, record: T): void {
  drop(tx, table, id)
  add(tx, table, id, record)
}

function editGrant(tx: Database, id: string, change: (grant: Grant) => Partial<Grant>): void {
  const grant = find(tx, grants, id)
  must(grant?.revokedAt === null)
  put(tx, grants, id, { ...grant, ...change(grant) })
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Nobody else writes meanwhile, so that what has been looked at holds until all is written. */
function write(tx: Database, { redeem, alive, extend, revoke, narrow, update, ...added }: Change): void {
  const { settings: edits, clients: newClients, grants: newGrants, tokens: newTokens, events: log, ...unknown } = added
  // A part that a later release added must not be left out in silence. One that is empty asks for nothing.
  if (Object.values<readonly unknown[]>(unknown).flat().length > 0)
    throw new TypeError(`this storage does not know ${Object.keys(unknown)} in a change: update it`)

  for (const { digest, ...redemption } of redeem) {
    const token = find(tx, tokens, digest)
    must(token?.redemption === null)
    put(tx, tokens, digest, { ...token, redemption })
  }
  for (const id of alive) must(find(tx, grants, id)?.revokedAt === null)
  for (const { grantId, expiresAt } of extend)
    editGrant(tx, grantId, (grant) => (grant.expiresAt < expiresAt ? { expiresAt } : {}))
  for (const { grantId, at } of revoke) editGrant(tx, grantId, () => ({ revokedAt: at }))
  for (const { grantId, from, to } of narrow)
    editGrant(tx, grantId, ({ scope, projects }) => {
      must(sameJson([scope, projects], [from.scope, from.projects]))
      return { scope: to.scope, projects: to.projects }
    })
  for (const { id, version } of update) {
    must(find(tx, clients, id)?.version === version - 1)
    // All of them first let go of their names, which one may be handing on to another.
    drop(tx, clients, id)
  }
  for (const client of [...update, ...newClients]) add(tx, clients, client.id, client)
  for (const setting of edits) {
    must((find(tx, settings, setting.name)?.version ?? 0) === setting.version - 1)
    put(tx, settings, setting.name, setting)
  }
  for (const grant of newGrants) add(tx, grants, grant.id, grant)
  for (const token of newTokens) add(tx, tokens, token.digest, token)
  for (const event of log) add(tx, events, event.id, event)
}

function tell(tx: Database, activity: Activity): void {
  for (const use of activity.uses) if (use.at > (find(tx, uses, use.id)?.at ?? -1)) put(tx, uses, use.id, use)
  for (const day of activity.usage) {
    const id = JSON.stringify([day.clientId, day.accountId, day.day])
    const { requests, refused } = find(tx, usage, id) ?? { requests: 0, refused: 0 }
    put(tx, usage, id, { ...day, requests: requests + day.requests, refused: refused + day.refused })
  }
}

/** Null is never. */
const before = <T>({ record }: RecordsOf<T>, name: keyof T & string, time: number | null) =>
  time === null ? sql`false` : lt(member(record, name), time)

const digestsIn = (record: object) =>
  'secrets' in record ? (record as Client).secrets.map(({ digest }) => digest) : []

/** Delete at most so many records, and the last uses of them and of secrets in them; how many. */
function remove<T extends object>(tx: Database, table: RecordsOf<T>, where: SQL | undefined, limit: number): number {
  const some = tx.select({ id: table.id }).from(table).where(where).limit(limit)
  const gone = tx.delete(table).where(inArray(table.id, some)).returning().all()
  for (const { id, record } of gone) for (const used of [id, ...digestsIn(record)]) drop(tx, uses, used)
  return gone.length
}

function purge(tx: Database, { expiredBefore, unusedClientsBefore, eventsBefore, limit }: Purge): Purged {
  const its = (name: keyof Client) => member(clients.record, name)
  // One that is disabled would come back enabled.
  const comesBack = and(inArray(its('registration'), ['dynamic', 'metadata_document']), isNull(its('disabledAt')))
  const idle = and(comesBack, isNull(its('revokedAt')), before(clients, 'createdAt', unusedClientsBefore))
  const old = or(idle, before(clients, 'revokedAt', unusedClientsBefore))
  const held = eq(member(grants.record, 'clientId'), clients.id)
  const granted = tx.select().from(grants).where(held)
  const day = eventsBefore && Math.floor(eventsBefore / 86_400)
  const lines = remove(tx, events, before(events, 'at', eventsBefore), limit)
  return {
    tokens: remove(tx, tokens, before(tokens, 'expiresAt', expiredBefore), limit),
    grants: remove(tx, grants, before(grants, 'expiresAt', expiredBefore), limit),
    clients: remove(tx, clients, and(old, notExists(granted)), limit),
    events: lines + remove(tx, usage, before(usage, 'day', day), limit - lines),
  }
}

const when = <T>(value: T | undefined, condition: (value: T) => SQL) =>
  value === undefined ? undefined : condition(value)

/** Members of a filter that are left out do not filter. */
const among = <T>({ record }: RecordsOf<T>, filter: { readonly [name in keyof T]?: unknown }) =>
  Object.entries(filter).map(([name, value]) => when(value, () => eq(member(record, name), value)))

/** A page in the order of a member, and of the ids where two say the same. A cursor is both, of its last record. */
function pageOf<T extends { readonly id: string }>(
  [db, table]: readonly [Database, RecordsOf<T>],
  [by, newest = false]: readonly [by: 'id' | (keyof T & ('name' | 'createdAt')), newest?: boolean],
  asked: readonly (SQL | undefined)[],
  { limit, after }: Page,
): Paged<T> {
  const column = by === 'id' ? table.id : member(table.record, by)
  const [direction, side] = newest ? [sql`DESC`, sql`<`] : [sql`ASC`, sql`>`]
  const [, text = '', id = ''] = /^(.*?)\t(.*)$/s.exec(after ?? '') ?? []
  const place = by === 'createdAt' ? sql`${text} + 0` : text
  const past = when(after, () => sql`(${column}, ${table.id}) ${side} (${place}, ${id})`)
  const [wanted, order] = [and(...asked, past), sql`${column} ${direction}, ${table.id} ${direction}`]
  const most = limit + 1 // One too many tells whether there is another page.
  const rows = db.select().from(table).where(wanted).orderBy(order).limit(most).all()
  const items = rows.slice(0, limit).map(({ record }) => record as T)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, next: last ? `${last[by]}\t${last.id}` : null }
}

/**
 * A storage in an SQLite database, through Drizzle. The tables of `schema.ts` have to be there.
 *
 * @example
 * const storage = drizzleStorage(drizzle(new Database('oauth.db')))
 */
export function drizzleStorage(db: Database): Storage {
  // Prepared once, because every API request asks for a token.
  const found = db
    .select({ token: tokens.record, grant: grants.record, client: clients.record })
    .from(tokens)
    .leftJoin(grants, eq(grants.id, member(tokens.record, 'grantId')))
    .leftJoin(clients, eq(clients.id, member(tokens.record, 'clientId')))
    .where(eq(tokens.id, sql.placeholder('digest')))
    .prepare()
  // One that begins with a read cannot go on to write while another process does.
  const transaction = <T>(work: (tx: Database) => T): T => db.transaction(work, { behavior: 'immediate' })

  return {
    findClient: async (id) => find(db, clients, id) ?? null,
    findGrant: async (id) => find(db, grants, id) ?? null,
    findToken: async (digest) => found.get({ digest }) ?? null,
    findSetting: async (name) => find(db, settings, name) ?? null,
    async listClients({ disabled, search, order = 'newest', ...filter }, page) {
      const isDisabled = when(disabled, (yes) => (yes ? isNotNull : isNull)(member(clients.record, 'disabledAt')))
      const name = member(clients.record, 'name')
      const isNamed = when(search, (part) => sql`(${clients.id} = ${part} OR instr(${name}, ${part}))`)
      const asked = [isNull(member(clients.record, 'revokedAt')), ...among(clients, filter), isDisabled, isNamed]
      const by = order === 'name' ? 'name' : 'createdAt'
      return pageOf([db, clients], [by, order === 'newest'], asked, page)
    },
    async listGrants({ projectId, ...filter }, page) {
      // Only the elements of an array have a key: a grant for all projects names none.
      const named = sql`(SELECT value FROM json_each(${grants.record}, '$.projects') WHERE key IS NOT NULL)`
      const asked = [...among(grants, filter), when(projectId, (id) => sql`${id} IN ${named}`)]
      return pageOf([db, grants], ['id'], asked, page)
    },
    async listEvents({ fromId, untilId, order, ...filter }, page) {
      const span = [when(fromId, (id) => gte(events.id, id)), when(untilId, (id) => lt(events.id, id))]
      return pageOf([db, events], ['id', order === 'newest'], [...among(events, filter), ...span], page)
    },
    lastUses: async (ids) => [...new Set(ids)].flatMap((id) => find(db, uses, id) ?? []),
    async listUsage({ clientId, from, to }) {
      const day = member(usage.record, 'day')
      const asked = and(...among(usage, { clientId }), gte(day, from), lt(day, to + 1))
      const rows = db.select().from(usage).where(asked).all()
      return rows.map(({ record }) => record)
    },
    async commit(change) {
      try {
        transaction((tx) => write(tx, change))
        return true
      } catch (fault) {
        if (fault === refusal) return false
        throw fault
      }
    },
    touch: async (activity) => transaction((tx) => tell(tx, activity)),
    purge: async (what) => transaction((tx) => purge(tx, what)),
  }
}
