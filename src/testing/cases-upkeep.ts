import type { GrantId, Timestamp } from '../records.js'
import type { Storage, Use } from '../storage.js'
import { equal, ok } from './assert.js'
import { given, has, makes, type StorageCase } from './case.js'
import { inSeconds, sampleGrant, sampleToken } from './samples.js'

/** Uses may be merged, dropped or late, so they are told again until they show. */
async function used(storage: Storage, uses: readonly Use[], expected: readonly Use[], what: string): Promise<void> {
  let seen: readonly Use[] = []
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await storage.touch(uses)
    seen = await storage.lastUses(expected.map(({ grantId }) => grantId))
    if (JSON.stringify(inOrder(seen)) === JSON.stringify(inOrder(expected))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  equal(inOrder(seen), inOrder(expected), what)
}

const inOrder = (uses: readonly Use[]) =>
  [...uses].map(({ grantId, at }) => ({ grantId, at })).sort((a, b) => (a.grantId < b.grantId ? -1 : 1))

const longAgo = (seconds: number) => (1_000_000 + seconds) as Timestamp

/** Last uses, and the clearing away of what expired. */
export const upkeepCases: readonly StorageCase[] = [
  {
    id: 'use.newest',
    requirement: 'the newest use of a grant stays, whatever the order and however often it is told',
    run: async (storage) => {
      const grants = [sampleGrant(), sampleGrant()]
      await given(storage, { grants })
      const [first, second] = [grants[0]!.id, grants[1]!.id]
      const [early, middle, late] = [inSeconds(0), inSeconds(10), inSeconds(20)]
      const told = [
        { grantId: second, at: middle },
        { grantId: first, at: late },
        { grantId: first, at: early },
        { grantId: first, at: middle },
      ]
      const newest = [
        { grantId: first, at: late },
        { grantId: second, at: middle },
      ]
      await used(storage, told, newest, 'the last uses')
      await storage.touch([{ grantId: first, at: early }])
      await used(storage, [{ grantId: first, at: middle }], newest, 'the last uses after older ones were told')
    },
  },
  {
    id: 'use.unknown',
    requirement: 'a grant that was never used or never was has no last use, and telling of none is nothing',
    run: async (storage) => {
      const [grant, never] = [sampleGrant(), sampleGrant()]
      await given(storage, { grants: [grant] })
      await storage.touch([])
      equal(await storage.lastUses([]), [], 'the last uses of no grants')
      equal(await storage.lastUses([grant.id, never.id]), [], 'the last uses of unused grants')
      await storage.touch([{ grantId: 'no such grant' as GrantId, at: inSeconds(0) }])
    },
  },
  {
    id: 'use.apart',
    requirement: 'a use changes nothing about the grant, and many at once get in nobody’s way',
    run: async (storage, peer = storage) => {
      const grants = Array.from({ length: 4 }, () => sampleGrant())
      await given(storage, { grants })
      const at = inSeconds(5)
      const forwards = grants.map(({ id }) => ({ grantId: id, at }))
      const rounds = Array.from({ length: 16 }, (_, index) => {
        const uses = index % 2 === 0 ? forwards : forwards.toReversed()
        return (index % 2 === 0 ? storage : peer).touch(uses)
      })
      const extend = grants.map(({ id }) => ({ grantId: id, expiresAt: inSeconds(0) }))
      await Promise.all([...rounds, makes(storage, { extend }, 'a commit meanwhile')])
      await used(storage, forwards, forwards, 'the last uses')
      await has(storage, { grants }, 'after it was used')
    },
  },
  {
    id: 'purge.expired',
    requirement: 'what expired before the given time goes, at most so many at once, and what did not stays',
    run: async (storage) => {
      const grants = Array.from({ length: 3 }, (_, index) => sampleGrant({ expiresAt: longAgo(index) }))
      const tokens = Array.from({ length: 5 }, (_, index) => sampleToken(null, { expiresAt: longAgo(index) }))
      const grant = sampleGrant()
      const kept = { grants: [grant], tokens: [sampleToken(grant), sampleToken(null)] }
      await given(storage, { grants, tokens })
      await given(storage, kept)
      const left = async () => {
        const found = [
          ...(await Promise.all(grants.map(({ id }) => storage.findGrant(id)))),
          ...(await Promise.all(tokens.map(({ digest }) => storage.findToken(digest)))),
        ]
        return found.filter((record) => record !== null).length
      }
      const edge = [sampleToken(null, { expiresAt: longAgo(100) }), sampleToken(null, { expiresAt: longAgo(101) })]
      await given(storage, { tokens: edge })
      const edgeLeft = async () => {
        const found = await Promise.all(edge.map(({ digest }) => storage.findToken(digest)))
        return found.filter((record) => record !== null).length
      }
      const edgeBefore = await edgeLeft()
      const before = await left()
      const removed = await storage.purge(longAgo(100), 2)
      ok(removed <= 2, `a purge of at most 2 removed ${removed}`)
      ok(before - (await left()) <= 2, 'a purge of at most 2 removed more than it said')
      for (let round = 0; (await storage.purge(longAgo(100), 50)) > 0; round += 1)
        ok(round < 1000, 'purging never comes to an end')
      equal(await left(), 0, 'expired records left after a purge')
      await has(storage, kept, 'not expired, after a purge')
      equal(await edgeLeft(), edgeBefore, 'records left that expired at the given time or later')
    },
  },
]
