import type { Client, Timestamp } from '../records.js'
import { equal, ok } from './assert.js'
import { given, has, lacks, makes, type Records, refuses, type StorageCase } from './case.js'
import {
  everything,
  horizon,
  inTurn,
  kinds,
  left,
  longAgo,
  nothing,
  old,
  oldClient,
  oldGrant,
  oldToken,
  purgeAll,
} from './purging.js'
import { inSeconds, sampleClient, sampleEvent, sampleGrant, sampleToken } from './samples.js'

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
      for (const kind of kinds) {
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
]

async function daysLeftSoon(daysLeft: () => Promise<readonly number[]>, count: number): Promise<void> {
  for (let waited = 0; waited < 20 && (await daysLeft()).length < count; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

/** The clearing away of what is over. */
export const purgeCases: readonly StorageCase[] = cases.map((one) => ({ ...one, run: inTurn(one.run) }))
