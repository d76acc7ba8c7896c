import type { Timestamp } from '../records.js'
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
import { soon, useOf } from './telling.js'

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
    id: 'purge.counted',
    requirement:
      'what goes is counted once, usage among the events, and what hangs on it, such as its last use, is not',
    run: async (storage) => {
      await purgeAll(storage)
      const records = old(3)
      await given(storage, { tokens: records.tokens, grants: records.grants })
      await given(storage, { clients: records.clients, events: records.events })
      const { id: clientId } = sampleClient()
      const usage = [1, 2, 3, 4].map((day) => ({ clientId, accountId: null, day, requests: 1, refused: 0 }))
      const ids = [...records.grants, ...records.clients].map(({ id }) => id)
      const uses = ids.map((id) => useOf(id, longAgo(0)))
      await storage.touch({ uses, usage })
      const days = async () => (await storage.listUsage({ clientId, from: 1, to: 4 })).length
      await soon(days, usage.length, 'days of usage')
      const gone = await storage.purge({ ...everything, limit: 5 })
      ok(gone.events <= 5, `a purge of at most 5 events, with usage among them, says that it removed ${gone.events}`)
      ok((await days()) >= 2, 'a purge of at most 5 events, with usage among them, removed more than that')
      const rest = await purgeAll(storage, { limit: 5 })
      const counted = (kind: (typeof kinds)[number]) => gone[kind] + rest[kind]
      equal(counted('clients'), records.clients.length, 'the clients that went')
      equal(counted('events'), records.events.length + usage.length, 'the events and the usage that went')
      // A store that expires records by itself does not count those.
      for (const kind of ['tokens', 'grants'] as const)
        ok(counted(kind) <= 3, `a purge says that it removed ${counted(kind)} of 3 ${kind}`)
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
      await soon(async () => (await daysLeft()).length, usage.length, 'days of usage')
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

/** The clearing away of what is over. */
export const purgeCases: readonly StorageCase[] = cases.map((one) => ({ ...one, run: inTurn(one.run) }))
