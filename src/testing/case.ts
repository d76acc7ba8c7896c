import type { AuditEvent, Client, Grant, Setting, Token } from '../records.js'
import { type Change, change, type Storage } from '../storage.js'
import { equal, ok } from './assert.js'

/** One thing that a storage has to do, and a way to find out whether it does. */
export interface StorageCase {
  /** Stable, so that a report can be compared with last year's: `redeem.once`. */
  readonly id: string
  /** What must hold, as a sentence. */
  readonly requirement: string
  /**
   * Try it. The records have random ids, so that all cases may share one database, also at the same time.
   *
   * @param storage the storage to try.
   * @param peer a second handle on the same database, as another process would have it; `storage` itself when left out.
   * @throws Error saying what was expected and what happened instead.
   */
  readonly run: (storage: Storage, peer?: Storage) => Promise<void>
}

/** What a change may consist of; the rest is filled in. */
export type Parts = Parameters<typeof change>[0]

/** Records that a case knows of. */
export interface Records {
  readonly clients?: readonly Client[]
  readonly grants?: readonly Grant[]
  readonly tokens?: readonly Token[]
  readonly events?: readonly AuditEvent[]
  readonly settings?: readonly Setting[]
}

/** Store what a case starts from. */
export async function given(storage: Storage, records: Records): Promise<void> {
  ok(await storage.commit(change(records)), 'new records with free keys were refused')
}

export const commit = (storage: Storage, parts: Parts): Promise<boolean> => storage.commit(change(parts))

/** The change is made. */
export async function makes(storage: Storage, parts: Parts, what: string): Promise<void> {
  ok(await commit(storage, parts), `${what}: refused, though every condition holds`)
}

/** The change is refused. */
export async function refuses(storage: Storage, parts: Parts, what: string): Promise<void> {
  ok(!(await commit(storage, parts)), `${what}: written, though a condition does not hold`)
}

/** The storage has these records, exactly so. */
export async function has(storage: Storage, records: Records, when: string): Promise<void> {
  const { clients = [], grants = [], tokens = [], events = [], settings = [] } = records
  for (const client of clients) equal(await storage.findClient(client.id), client, `client ${when}`)
  for (const grant of grants) equal(await storage.findGrant(grant.id), grant, `grant ${when}`)
  for (const token of tokens) equal((await storage.findToken(token.digest))?.token, token, `token ${when}`)
  for (const event of events) equal(await eventsOf(storage, event), [event], `event ${when}`)
  for (const setting of settings) equal(await storage.findSetting(setting.name), setting, `setting ${when}`)
}

/** The storage has none of these records. */
export async function lacks(storage: Storage, records: Records, when: string): Promise<void> {
  const { clients = [], grants = [], tokens = [], events = [], settings = [] } = records
  for (const client of clients) equal(await storage.findClient(client.id), null, `client ${when}`)
  for (const grant of grants) equal(await storage.findGrant(grant.id), null, `grant ${when}`)
  for (const token of tokens) equal(await storage.findToken(token.digest), null, `token ${when}`)
  for (const event of events) equal(await eventsOf(storage, event), [], `event ${when}`)
  for (const { name } of settings) equal(await storage.findSetting(name), null, `setting ${when}`)
}

async function eventsOf(storage: Storage, { id, subject }: AuditEvent): Promise<readonly AuditEvent[]> {
  ok(subject !== null, 'this case needs an event with a subject')
  const { items } = await storage.listEvents({ subject }, { limit: 100 })
  return items.filter((event) => event.id === id)
}

/** A change with a part that no adapter knows yet. */
export function fromTheFuture(parts: Parts, transmogrify: readonly object[] = [{ grantId: 'x' }]): Change {
  const future = { transmogrify }
  return { ...change(parts), ...future }
}
