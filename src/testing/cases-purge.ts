import type { Client, Timestamp } from '../records.js'
import type { Purge, Purged, Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { commit, given, has, lacks, makes, type Records, refuses, type StorageCase } from './case.js'
import { inSeconds, random, sampleClient, sampleEvent, sampleGrant, sampleToken } from './samples.js'

/** Long ago, so that nothing of the other cases is old enough to go. */
const longAgo = (seconds: number) => (1_000_000 + seconds) as Timestamp
const horizon = longAgo(1000)

const everything: Purge = { expiredBefore: horizon, unusedClientsBefore: horizon, eventsBefore: horizon, limit: 50 }

const total = ({ tokens, grants, clients, events }: Purged) => tokens + grants + clients + events

/** Purge until nothing more goes; what went in all. */
async function purgeAll(storage: Storage, purge: Partial<Purge> = {}): Promise<Purged> {
  const sum = { tokens: 0, grants: 0, clients: 0, events: 0 }
  for (let round = 0; round < 1000; round += 1) {
    const gone = await storage.purge({ ...everything, ...purge })
    for (const kind of ['tokens', 'grants', 'clients', 'events'] as const) sum[kind] += gone[kind]
    if (total(gone) === 0) return sum
  }
  throw new Error('purging never comes to an end')
}

let last: Promise<void> = Promise.resolve()

/** A purge is about the whole database, so that two of these cases would count each other's records. */
const inTurn =
  (run: StorageCase['run']): StorageCase['run'] =>
  async (storage, peer) => {
    const before = last
    const turn = before.then(() => run(storage, peer))
    last = turn.catch(() => {})
    return turn
  }

const range = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const oldGrant = (differences: Parameters<typeof sampleGrant>[0] = {}) =>
  sampleGrant({ createdAt: longAgo(-500), expiresAt: longAgo(0), ...differences })
const oldClient = (differences: Partial<Client> = {}) => sampleClient({ createdAt: longAgo(0), ...differences })
const oldToken = (differences: Parameters<typeof sampleToken>[1] = {}) =>
  sampleToken(null, { createdAt: longAgo(-500), expiresAt: longAgo(0), ...differences })

const old = (count: number) => ({
  tokens: range(count, () => oldToken()),
  grants: range(count, (index) => oldGrant({ expiresAt: longAgo(index) })),
  clients: range(count, (index) => oldClient({ createdAt: longAgo(index) })),
  events: range(count, (index) => sampleEvent({ at: longAgo(index) })),
})

/** How many of these are there, by kind. */
async function left(
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

const nothing: Purged = { tokens: 0, grants: 0, clients: 0, events: 0 }

const cases: readonly StorageCase[] = [
  {
    id: 'purge.all-kinds',
    requirement: 'what is old enough goes, at most so many of each kind at once, and no more than is told',
    run: async (storage) => {
      await purgeAll(storage)
      const records = old(5)
      await given(storage, { tokens: records.tokens, grants: records.grants })
      await given(storage, { clients: records.clients, events: records.events })
      const before = await left(storage, records)
      const removed = await storage.purge({ ...everything, limit: 2 })
      const after = await left(storage, records)
      for (const kind of ['tokens', 'grants', 'clients', 'events'] as const) {
        ok(removed[kind] <= 2, `a purge of at most 2 ${kind} says that it removed ${removed[kind]}`)
        ok(before[kind] - after[kind] <= 2, `a purge of at most 2 ${kind} removed ${before[kind] - after[kind]}`)
      }
      ok(after.grants + after.clients + after.events < 15, 'a purge removed nothing at all')
      await purgeAll(storage)
      equal(await left(storage, records), nothing, 'old records that a purge left')
    },
  },
  {
    id: 'purge.edge',
    requirement: 'what ended or began at the given time, or later, stays',
    run: async (storage) => {
      const next = longAgo(1001)
      const late = { tokens: [oldToken({ expiresAt: horizon }), oldToken({ expiresAt: next })] }
      await given(storage, late)
      const before = await left(storage, late)
      const kept: Records = {
        grants: [oldGrant({ expiresAt: horizon }), oldGrant({ expiresAt: next })],
        clients: [oldClient({ createdAt: horizon }), oldClient({ createdAt: next })],
        events: [sampleEvent({ at: horizon }), sampleEvent({ at: next })],
      }
      await given(storage, kept)
      await purgeAll(storage)
      equal(await left(storage, late), before, 'tokens left that expired at the given time or later')
      await has(storage, kept, 'from the given time, after a purge')
      await purgeAll(storage, {
        expiredBefore: longAgo(2000),
        unusedClientsBefore: longAgo(2000),
        eventsBefore: longAgo(2000),
      })
      equal(await left(storage, { ...kept, ...late }), nothing, 'records left when they were old enough')
    },
  },
  {
    id: 'purge.spares',
    requirement: 'nothing goes that is live, or that expired only recently, whatever was redeemed or revoked of it',
    run: async (storage) => {
      const [grant, revoked, recent] = [
        sampleGrant(),
        sampleGrant({ revokedAt: longAgo(0) }),
        sampleGrant({ createdAt: longAgo(0), expiresAt: inSeconds(-10), revokedAt: inSeconds(-20) }),
      ]
      const redemption = { at: longAgo(0), note: 'salt' }
      const kept: Records = {
        grants: [grant, revoked, recent],
        tokens: [
          sampleToken(grant),
          sampleToken(grant, { createdAt: longAgo(0), redemption }),
          sampleToken(revoked),
          sampleToken(recent, { expiresAt: inSeconds(-10), redemption }),
          sampleToken(null),
        ],
        events: [sampleEvent()],
      }
      await given(storage, kept)
      await purgeAll(storage)
      await has(storage, kept, 'still needed, after a purge')
    },
  },
  {
    id: 'purge.tombstones',
    requirement: 'a token that was redeemed and a grant that was revoked are still known as such after a purge',
    run: async (storage) => {
      const [grant, ended] = [sampleGrant(), sampleGrant()]
      const [token, next] = [sampleToken(grant), sampleToken(grant)]
      await given(storage, { grants: [grant, ended], tokens: [token] })
      const redeem = [{ digest: token.digest, at: longAgo(0), note: 'salt' }]
      await makes(storage, { redeem, tokens: [next] }, 'a redemption')
      await makes(storage, { revoke: [{ grantId: ended.id, at: longAgo(0) }] }, 'a revocation')
      await purgeAll(storage, { expiredBefore: inSeconds(-1) })
      await refuses(storage, { redeem, tokens: [sampleToken(grant)] }, 'a redemption that comes again after a purge')
      await refuses(storage, { tokens: [sampleToken(ended)] }, 'a token on a grant that was revoked before a purge')
      await has(
        storage,
        { tokens: [next, { ...token, redemption: { at: longAgo(0), note: 'salt' } }] },
        'after a purge',
      )
    },
  },
  {
    id: 'purge.clients',
    requirement: 'clients go that registered themselves or were revoked long ago, but none with a grant of any kind',
    run: async (storage) => {
      const holding = (client: Client, grant: Parameters<typeof sampleGrant>[0] = {}) => ({
        client,
        grant: sampleGrant({ clientId: client.id, ...grant }),
      })
      const revoked = { revokedAt: longAgo(0), version: 2 }
      const held = [
        holding(oldClient()),
        holding(oldClient(), { revokedAt: longAgo(0) }),
        holding(oldClient(), { createdAt: longAgo(0), expiresAt: horizon }),
        holding(oldClient(revoked)),
        holding(oldClient({ registration: 'manual', ...revoked }), { projects: 'all', subject: null }),
      ]
      const kept = [
        ...held.map(({ client }) => client),
        oldClient({ registration: 'manual' }),
        oldClient({ registration: 'user' }),
        oldClient({ registration: 'metadata_document' }),
        oldClient({ registration: 'manual', disabledAt: longAgo(0) }),
        oldClient({ registration: 'manual', revokedAt: horizon, version: 2 }),
        sampleClient(),
      ]
      const going = [
        oldClient(),
        oldClient({ disabledAt: longAgo(0), secrets: [] }),
        oldClient({ registration: 'manual', ...revoked }),
        oldClient({ registration: 'user', ...revoked }),
      ]
      await given(storage, { clients: [...kept, ...going] })
      await given(storage, { grants: held.map(({ grant }) => grant) })
      await purgeAll(storage, { unusedClientsBefore: null })
      await has(storage, { clients: [...kept, ...going] }, 'after a purge that is not about clients')
      for (const client of kept.slice(0, 2)) await makes(storage, { update: [{ ...client, version: 2 }] }, 'an edit')
      await purgeAll(storage, { limit: 1 })
      await has(storage, { clients: kept.slice(2), grants: held.map(({ grant }) => grant) }, 'after a purge of clients')
      equal(
        (await left(storage, { clients: kept.slice(0, 2) })).clients,
        2,
        'clients left that were edited and have grants',
      )
      await lacks(storage, { clients: going }, 'after a purge of clients')
    },
  },
  {
    id: 'purge.clients-later',
    requirement: 'a client goes once it is revoked long enough, or its last grant has gone, and may come again',
    run: async (storage) => {
      const [manual, holder] = [oldClient({ registration: 'manual' }), oldClient()]
      const grants = [oldGrant({ clientId: holder.id }), oldGrant({ clientId: holder.id, expiresAt: horizon })]
      await given(storage, { clients: [manual, holder], grants })
      await purgeAll(storage)
      await has(storage, { clients: [manual, holder], grants: grants.slice(1) }, 'after a purge')
      await makes(storage, { update: [{ ...manual, version: 2, revokedAt: longAgo(5) }] }, 'revoking a client')
      await purgeAll(storage, { expiredBefore: longAgo(1001) })
      await lacks(storage, { clients: [manual, holder], grants }, 'after a later purge')
      await given(storage, { clients: [manual] })
      await given(storage, { grants: [sampleGrant({ clientId: manual.id })] })
      await has(storage, { clients: [manual] }, 'that registered again')
    },
  },
  {
    id: 'purge.events',
    requirement: 'events and usage go only when that is asked for, and only those from before the given time',
    run: async (storage) => {
      const { id: clientId } = sampleClient()
      const [day, secondsPerDay] = [100, 86_400]
      const before = (day * secondsPerDay) as Timestamp
      const usage = [day - 2, day - 1, day, day + 1].map((one) => ({
        clientId,
        accountId: null,
        day: one,
        requests: 1,
        refused: 0,
      }))
      await storage.touch({ uses: [], usage })
      const daysLeft = async () =>
        (await storage.listUsage({ clientId, from: 0, to: 200 })).map((one) => one.day).toSorted((a, b) => a - b)
      await daysLeftSoon(daysLeft, usage.length)
      const [gone, kept] = [sampleEvent({ at: longAgo(0) }), sampleEvent({ at: inSeconds(0), subject: null, clientId })]
      await given(storage, { events: [gone, kept] })
      await purgeAll(storage, { eventsBefore: null })
      await has(storage, { events: [gone] }, 'after a purge that is not about events')
      equal(await daysLeft(), [day - 2, day - 1, day, day + 1], 'days of usage after a purge that is not about events')
      await purgeAll(storage, { eventsBefore: before, limit: 1 })
      await lacks(storage, { events: [gone] }, 'after a purge of events')
      equal((await storage.listEvents({ clientId }, { limit: 5 })).items, [kept], 'events from after the given time')
      const days = await daysLeft()
      equal(days, [day, day + 1], 'days of usage after a purge')
      await purgeAll(storage, { eventsBefore: (before + secondsPerDay - 1) as Timestamp })
      equal(await daysLeft(), days, 'days of usage after a purge in the middle of the first of them')
    },
  },
  {
    id: 'purge.at-once',
    requirement: 'two purges at once take every record, each once, and neither fails',
    run: async (storage, peer = storage) => {
      await purgeAll(storage)
      const records = old(12)
      await given(storage, { tokens: records.tokens, grants: records.grants })
      await given(storage, { clients: records.clients, events: records.events })
      const there = await left(storage, records)
      const both = await Promise.all([purgeAll(storage, { limit: 5 }), purgeAll(peer, { limit: 5 })])
      const rest = await purgeAll(storage)
      equal(await left(storage, records), nothing, 'old records left after two purges at once')
      for (const kind of ['tokens', 'grants', 'clients', 'events'] as const) {
        const removed = both[0][kind] + both[1][kind] + rest[kind]
        ok(removed <= there[kind], `two purges say that they removed ${removed} of ${there[kind]} ${kind}`)
      }
    },
  },
  {
    id: 'purge.extended',
    requirement: 'a grant that is extended while it is purged is either extended and there, or refused and gone',
    run: async (storage, peer = storage) => {
      const grants = range(12, () => oldGrant({ projects: [random() as never] }))
      await given(storage, { grants })
      const expiresAt = inSeconds(3600)
      const extendAll = async () => {
        const made: boolean[] = []
        for (const { id } of grants) {
          made.push(await commit(peer, { extend: [{ grantId: id, expiresAt }] }))
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
        return made
      }
      const purges = [purgeAll(storage, { limit: 3 }), purgeAll(peer, { limit: 4 })]
      const [made] = await Promise.all([extendAll(), ...purges])
      await purgeAll(storage)
      for (const [index, grant] of grants.entries()) {
        const now = made[index] ? { ...grant, expiresAt } : null
        equal(await storage.findGrant(grant.id), now, `a grant whose extension was ${made[index] ? 'made' : 'refused'}`)
        const listed = await storage.listGrants({ projectId: grant.projects[0] as never }, { limit: 5 })
        equal(listed.items, now === null ? [] : [now], 'the same grant by its project')
      }
    },
  },
  {
    id: 'purge.redeemed',
    requirement: 'a redemption of a token that is being purged is made whole or refused, and never fails',
    run: async (storage, peer = storage) => {
      const tokens = range(12, () => oldToken({ expiresAt: inSeconds(-5) }))
      await given(storage, { tokens })
      const added = tokens.map(() => ({ events: [sampleEvent()], tokens: [sampleToken(null)] }))
      const redemptions = tokens.map(({ digest }, index) =>
        commit(index % 2 === 0 ? storage : peer, {
          redeem: [{ digest, at: inSeconds(0), note: '' }],
          ...added[index]!,
        }),
      )
      const purge = { expiredBefore: inSeconds(0), limit: 3 }
      const purges = [purgeAll(peer, purge), purgeAll(storage, purge)]
      const [made] = await Promise.all([Promise.all(redemptions), ...purges])
      for (const [index, records] of added.entries())
        await (made[index] ? has : lacks)(storage, records, 'of a redemption during a purge')
    },
  },
  {
    id: 'purge.granted',
    requirement: 'grants are made while their clients are purged, and a client whose grant came first stays',
    run: async (storage, peer = storage) => {
      const clients = range(12, () => oldClient())
      const grants = clients.map(({ id: clientId }) => sampleGrant({ clientId }))
      await given(storage, { clients })
      await given(storage, { grants: grants.slice(0, 4) })
      const purges = [purgeAll(storage, { limit: 3 }), purgeAll(peer, { limit: 2 })]
      const grantings = grants
        .slice(4)
        .map((grant, index) => commit(index % 2 === 0 ? storage : peer, { grants: [grant] }))
      const [made] = await Promise.all([Promise.all(grantings), ...purges])
      ok(!made.includes(false), 'a grant was refused while clients were purged')
      await has(storage, { clients: clients.slice(0, 4), grants }, 'after a purge')
    },
  },
]

async function daysLeftSoon(daysLeft: () => Promise<readonly number[]>, count: number): Promise<void> {
  for (let waited = 0; waited < 20 && (await daysLeft()).length < count; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

/** The clearing away of what is over, also while others are at work. */
export const purgeCases: readonly StorageCase[] = cases.map((one) => ({ ...one, run: inTurn(one.run) }))
