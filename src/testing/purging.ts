import type { Client, Timestamp } from '../records.js'
import type { Purge, Purged, Storage } from '../storage.js'
import type { Records, StorageCase } from './case.js'
import { sampleClient, sampleEvent, sampleGrant, sampleToken } from './samples.js'

/** Long ago, so that nothing of the other cases is old enough to go. */
export const longAgo = (seconds: number) => (1_000_000 + seconds) as Timestamp
export const horizon = longAgo(1000)

export const everything: Purge = {
  expiredBefore: horizon,
  unusedClientsBefore: horizon,
  eventsBefore: horizon,
  limit: 50,
}

/** What is counted. */
export const kinds = ['tokens', 'grants', 'clients', 'events'] as const

const total = ({ tokens, grants, clients, events }: Purged) => tokens + grants + clients + events

/** Purge until nothing more goes; what went in all. */
export async function purgeAll(storage: Storage, purge: Partial<Purge> = {}): Promise<Purged> {
  const sum = { tokens: 0, grants: 0, clients: 0, events: 0 }
  for (let round = 0; round < 1000; round += 1) {
    const gone = await storage.purge({ ...everything, ...purge })
    for (const kind of kinds) sum[kind] += gone[kind]
    if (total(gone) === 0) return sum
  }
  throw new Error('purging never comes to an end')
}

let last: Promise<void> = Promise.resolve()

/** A purge is about the whole database, so that two of these cases would count each other's records. */
export const inTurn =
  (run: StorageCase['run']): StorageCase['run'] =>
  async (storage, peer) => {
    const before = last
    const turn = before.then(() => run(storage, peer))
    last = turn.catch(() => {})
    return turn
  }

export const range = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

export const oldGrant = (differences: Parameters<typeof sampleGrant>[0] = {}) =>
  sampleGrant({ createdAt: longAgo(-500), expiresAt: longAgo(0), ...differences })
export const oldClient = (differences: Partial<Client> = {}) => sampleClient({ createdAt: longAgo(0), ...differences })
export const oldToken = (differences: Parameters<typeof sampleToken>[1] = {}) =>
  sampleToken(null, { createdAt: longAgo(-500), expiresAt: longAgo(0), ...differences })

export const old = (count: number) => ({
  tokens: range(count, () => oldToken()),
  grants: range(count, (index) => oldGrant({ expiresAt: longAgo(index) })),
  clients: range(count, (index) => oldClient({ createdAt: longAgo(index) })),
  events: range(count, (index) => sampleEvent({ at: longAgo(index) })),
})

/** How many of these are there, by kind. */
export async function left(
  storage: Storage,
  { tokens = [], grants = [], clients = [], events = [] }: Records,
): Promise<Purged> {
  const there = async (all: readonly Promise<unknown>[]) =>
    (await Promise.all(all)).filter((found) => found !== null).length
  const listed = async (subject: NonNullable<(typeof events)[number]['subject']>) =>
    (await storage.listEvents({ subject }, { limit: 1 })).items[0] ?? null
  return {
    tokens: await there(tokens.map(({ digest }) => storage.findToken(digest))),
    grants: await there(grants.map(({ id }) => storage.findGrant(id))),
    clients: await there(clients.map(({ id }) => storage.findClient(id))),
    events: await there(events.map(({ subject }) => listed(subject!))),
  }
}

export const nothing: Purged = { tokens: 0, grants: 0, clients: 0, events: 0 }
