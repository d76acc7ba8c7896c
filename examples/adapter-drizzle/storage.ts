import type { SQL, TablesRelationalConfig } from 'drizzle-orm'
import { and, between, eq, gt, inArray, isNull, lt, notExists, or, sql } from 'drizzle-orm'
import type { BaseSQLiteDatabase, SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { AccountId, Activity, Change, Page, Paged, Purge, Purged, Storage, Use } from 'grantor'
import { clients, events, grants, tokens, usage, uses } from './schema.js'

type Drizzle = BaseSQLiteDatabase<'sync', { readonly changes: number }, Record<string, unknown>, TablesRelationalConfig>

/** What Drizzle makes of a synchronous driver and passes to a transaction, whatever other tables the host has in it. */
export type Database = Omit<Drizzle, '_' | 'query'>

/** Thrown inside a transaction, so that it is rolled back. It never leaves this file. */
const refusal = Symbol('a condition did not hold')

/** A condition is a statement that finds its rows only where the condition holds. */
function expect(rows: number, { changes }: { readonly changes: number }): void {
  if (changes !== rows) throw refusal
}

function write(tx: Database, { clients: newClients, grants: newGrants, tokens: newTokens, ...change }: Change): void {
  const { redeem, alive, extend, revoke, narrow, update, events: newEvents, ...unknown } = change
  // A part that a later release added must not be left out in silence. One that is empty asks for nothing.
  if (Object.values<readonly unknown[]>(unknown).flat().length > 0)
    throw new TypeError(`this storage does not know ${Object.keys(unknown)} in a change: update it`)

  for (const { digest, ...redemption } of redeem) {
    const unredeemed = and(eq(tokens.digest, digest), isNull(tokens.redemption))
    expect(1, tx.update(tokens).set({ redemption }).where(unredeemed).run())
  }
  // To write what is there already locks the rows, on a database that locks rows.
  const unrevoked = and(inArray(grants.id, alive), isNull(grants.revokedAt))
  expect(alive.length, tx.update(grants).set({ revokedAt: grants.revokedAt }).where(unrevoked).run())

  for (const { grantId, expiresAt } of extend) {
    const sooner = and(eq(grants.id, grantId), lt(grants.expiresAt, expiresAt))
    tx.update(grants).set({ expiresAt }).where(sooner).run()
  }
  for (const { grantId, at } of revoke)
    expect(1, tx.update(grants).set({ revokedAt: at }).where(eq(grants.id, grantId)).run())
  for (const { grantId, from, to } of narrow) {
    const same = and(eq(grants.id, grantId), eq(grants.scope, from.scope), eq(grants.projects, from.projects))
    expect(1, tx.update(grants).set({ scope: to.scope, projects: to.projects }).where(same).run())
  }
  for (const client of update) {
    const before = and(eq(clients.id, client.id), eq(clients.version, client.version - 1))
    expect(1, tx.update(clients).set(client).where(before).run())
  }
  // A taken key inserts nothing, which is a condition like any other.
  for (const client of newClients) expect(1, tx.insert(clients).values(client).onConflictDoNothing().run())
  for (const grant of newGrants) expect(1, tx.insert(grants).values(grant).onConflictDoNothing().run())
  for (const token of newTokens) expect(1, tx.insert(tokens).values(token).onConflictDoNothing().run())
  for (const event of newEvents) expect(1, tx.insert(events).values(event).onConflictDoNothing().run())
}

function tell(tx: Database, activity: Activity): void {
  const newest = { at: sql`max(${uses.at}, excluded.at)` }
  if (activity.uses.length > 0)
    tx.insert(uses)
      .values([...activity.uses])
      .onConflictDoUpdate({ target: uses.id, set: newest })
      .run()

  const target = [usage.clientId, usage.day, usage.account]
  const requests = sql`${usage.requests} + excluded.requests`
  const refused = sql`${usage.refused} + excluded.refused`
  const days = activity.usage.map(({ accountId, ...day }) => ({ ...day, account: JSON.stringify(accountId) }))
  if (days.length > 0) tx.insert(usage).values(days).onConflictDoUpdate({ target, set: { requests, refused } }).run()
}

/** Null is never. */
const before = (column: SQLiteColumn, time: number | null) => (time === null ? sql`false` : lt(column, time))

/** Delete at most `limit` rows; the keys of those that went. */
function remove(tx: Database, table: SQLiteTable, key: SQLiteColumn | SQL, where: SQL | undefined, limit: number) {
  const some = tx.select({ key }).from(table).where(where).limit(limit)
  const gone = tx.delete(table).where(sql`${key} IN ${some}`).returning({ key }).all()
  return gone.map(({ key }) => String(key))
}

function purge(tx: Database, { expiredBefore, unusedClientsBefore, eventsBefore, limit }: Purge): Purged {
  const selfMade = and(eq(clients.registration, 'dynamic'), before(clients.createdAt, unusedClientsBefore))
  const old = or(selfMade, before(clients.revokedAt, unusedClientsBefore))
  const granted = tx.select({ id: grants.id }).from(grants).where(eq(grants.clientId, clients.id))
  const gone = {
    tokens: remove(tx, tokens, tokens.digest, before(tokens.expiresAt, expiredBefore), limit),
    grants: remove(tx, grants, grants.id, before(grants.expiresAt, expiredBefore), limit),
    clients: remove(tx, clients, clients.id, and(old, notExists(granted)), limit),
    events: remove(tx, events, events.id, before(events.at, eventsBefore), limit),
    usage: remove(tx, usage, sql`rowid`, before(usage.day, eventsBefore && Math.floor(eventsBefore / 86_400)), limit),
  }
  const unused = [...gone.tokens, ...gone.grants] as Use['id'][]
  tx.delete(uses).where(inArray(uses.id, unused)).run()
  const { tokens: t, grants: g, clients: c, events: e, usage: u } = gone
  return { tokens: t.length, grants: g.length, clients: c.length, events: e.length + u.length }
}

const is = (column: SQLiteColumn, value: string | undefined) => (value === undefined ? undefined : eq(column, value))
const past = (column: SQLiteColumn, { after }: Page) => (after === undefined ? undefined : gt(column, after))

/** A list is read one row too far, which tells whether there is another page. */
function pageOf<T extends { id: string }>(query: { limit(n: number): { all(): T[] } }, { limit }: Page): Paged<T> {
  const rows = query.limit(limit + 1).all()
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
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
    .select({ token: tokens, grant: grants, client: clients })
    .from(tokens)
    .leftJoin(grants, eq(grants.id, tokens.grantId))
    .leftJoin(clients, eq(clients.id, tokens.clientId))
    .where(eq(tokens.digest, sql.placeholder('digest')))
    .prepare()
  // One that begins with a read cannot go on to write while another process does.
  const transaction = <T>(work: (tx: Database) => T): T => db.transaction(work, { behavior: 'immediate' })

  return {
    findClient: async (id) => db.select().from(clients).where(eq(clients.id, id)).get() ?? null,
    findGrant: async (id) => db.select().from(grants).where(eq(grants.id, id)).get() ?? null,
    findToken: async (digest) => found.get({ digest }) ?? null,
    listClients: async (page) =>
      pageOf(db.select().from(clients).where(past(clients.id, page)).orderBy(clients.id), page),
    async listGrants({ subject, clientId, projectId }, page) {
      // Only the elements of an array have a key: a grant for all projects names none.
      const named = sql`${projectId} IN (SELECT value FROM json_each(${grants.projects}) WHERE key IS NOT NULL)`
      const asked = and(is(grants.subject, subject), is(grants.clientId, clientId), past(grants.id, page))
      const wanted = projectId === undefined ? asked : and(asked, named)
      return pageOf(db.select().from(grants).where(wanted).orderBy(grants.id), page)
    },
    async listEvents({ subject, clientId, grantId }, page) {
      const asked = and(is(events.subject, subject), is(events.clientId, clientId), is(events.grantId, grantId))
      const wanted = and(asked, past(events.id, page))
      return pageOf(db.select().from(events).where(wanted).orderBy(events.id), page)
    },
    lastUses: async (ids) => db.select().from(uses).where(inArray(uses.id, ids)).all(),
    async listUsage({ clientId, from, to }) {
      const asked = and(eq(usage.clientId, clientId), between(usage.day, from, to))
      const rows = db.select().from(usage).where(asked).orderBy(usage.day, usage.account).all()
      return rows.map(({ account, ...row }) => ({ ...row, accountId: JSON.parse(account) as AccountId | null }))
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
