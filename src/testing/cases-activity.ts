import type { AccountId, GrantId } from '../records.js'
import type { Activity, Storage, Usage, Use } from '../storage.js'
import { equal, ok } from './assert.js'
import { commit, given, has, type StorageCase } from './case.js'
import { inSeconds, randomAccount, randomDigest, sampleClient, sampleGrant, sampleToken } from './samples.js'

const touch = (storage: Storage, { uses = [], usage = [] }: Partial<Activity>) => storage.touch({ uses, usage })

/** What was told may show late. The last answer, as soon as it is the expected one. */
async function soon<T>(ask: () => Promise<T>, expected: T, what: string): Promise<void> {
  const wanted = JSON.stringify(expected)
  let seen = await ask()
  for (let waited = 0; waited < 20 && JSON.stringify(seen) !== wanted; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    seen = await ask()
  }
  equal(seen, expected, what)
}

const usesInOrder = (uses: readonly Use[]) =>
  [...uses].map(({ id, at }) => ({ id, at })).sort((a, b) => (a.id < b.id ? -1 : 1))

/** Uses may be merged, dropped or late, so they are told again until they show. */
async function used(storage: Storage, uses: readonly Use[], expected: readonly Use[], what: string): Promise<void> {
  const ask = async () => {
    await touch(storage, { uses })
    return usesInOrder(await storage.lastUses(expected.map(({ id }) => id)))
  }
  await soon(ask, usesInOrder(expected), what)
}

const keyOf = ({ day, accountId }: Usage) => `${String(day).padStart(8, '0')} ${accountId ?? ''}`

const usageInOrder = (usage: readonly Usage[]) =>
  [...usage]
    .map(({ clientId, accountId, day, requests, refused }) => ({ clientId, accountId, day, requests, refused }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

const today = Math.floor(Date.now() / 86_400_000)

const usageOf = (of: Partial<Usage> & Pick<Usage, 'clientId'>): Usage => ({
  accountId: null,
  day: today,
  requests: 1,
  refused: 0,
  ...of,
})

async function counted(storage: Storage, expected: readonly Usage[], what: string, days = [today, today] as const) {
  const [first] = expected
  ok(first !== undefined, 'this case expects some usage')
  const [from, to] = days
  const ask = async () => usageInOrder(await storage.listUsage({ clientId: first.clientId, from, to }))
  await soon(ask, usageInOrder(expected), what)
}

const useCases: readonly StorageCase[] = [
  {
    id: 'use.newest',
    requirement: 'the newest use of a grant and of a token stays, whatever the order and however often it is told',
    run: async (storage) => {
      const grants = [sampleGrant(), sampleGrant()]
      const token = sampleToken(grants[0]!)
      await given(storage, { grants, tokens: [token] })
      const [first, second, third] = [grants[0]!.id, grants[1]!.id, token.digest]
      const [early, middle, late] = [inSeconds(0), inSeconds(10), inSeconds(20)]
      const told = [
        { id: second, at: middle },
        { id: first, at: late },
        { id: third, at: late },
        { id: first, at: early },
        { id: first, at: middle },
      ]
      const newest = [
        { id: first, at: late },
        { id: second, at: middle },
        { id: third, at: late },
      ]
      await used(storage, told, newest, 'the last uses')
      await touch(storage, { uses: [first, third].map((id) => ({ id, at: early })) })
      const older = [first, third].map((id) => ({ id, at: middle }))
      await used(storage, older, newest, 'the last uses after older ones were told')
    },
  },
  {
    id: 'use.unknown',
    requirement: 'what was never used or never was has no last use, and telling of nothing is nothing',
    run: async (storage) => {
      const [grant, never] = [sampleGrant(), sampleGrant()]
      const token = sampleToken(grant)
      await given(storage, { grants: [grant], tokens: [token] })
      await touch(storage, {})
      equal(await storage.lastUses([]), [], 'the last uses of nothing')
      equal(
        await storage.lastUses([grant.id, never.id, token.digest, randomDigest()]),
        [],
        'the last uses of the unused',
      )
      await touch(storage, { uses: [{ id: 'no such grant' as GrantId, at: inSeconds(0) }] })
    },
  },
  {
    id: 'use.apart',
    requirement: 'a use changes nothing about the grant, and many at once get in nobody’s way',
    run: async (storage, peer = storage) => {
      const grants = Array.from({ length: 4 }, () => sampleGrant())
      await given(storage, { grants })
      const at = inSeconds(5)
      const forwards = grants.map(({ id }) => ({ id, at }))
      const rounds = Array.from({ length: 16 }, (_, index) => {
        const uses = index % 2 === 0 ? forwards : forwards.toReversed()
        return touch(index % 2 === 0 ? storage : peer, { uses })
      })
      const extend = grants.map(({ id }) => ({ grantId: id, expiresAt: inSeconds(0) }))
      const [made] = await Promise.all([commit(storage, { extend }), ...rounds])
      ok(made, 'a commit was refused while its grants were used')
      await used(storage, forwards, forwards, 'the last uses')
      await has(storage, { grants }, 'after it was used')
    },
  },
]

const usageCases: readonly StorageCase[] = [
  {
    id: 'usage.adds',
    requirement: 'what is told one after the other adds up, requests and refusals each for themselves',
    run: async (storage, peer = storage) => {
      const { id: clientId } = sampleClient()
      await touch(storage, { usage: [usageOf({ clientId, requests: 5, refused: 1 })] })
      await touch(peer, { usage: [usageOf({ clientId, requests: 2 })] })
      await touch(storage, { usage: [usageOf({ clientId, requests: 0, refused: 3 })] })
      await counted(storage, [usageOf({ clientId, requests: 7, refused: 4 })], 'the usage of a client')
      await counted(
        peer,
        [usageOf({ clientId, requests: 7, refused: 4 })],
        'the usage of a client, on the other handle',
      )
    },
  },
  {
    id: 'usage.apart',
    requirement: 'each client, account and day has a count of its own, and no account is one of them',
    run: async (storage) => {
      const [client, other] = [sampleClient().id, sampleClient().id]
      const [account, another] = [randomAccount(), randomAccount()]
      const lookalikes = [account, another, account.toUpperCase(), `${account} `, `${account}é`, 'null', '"', ':']
      const accounts = [null, ...lookalikes.map((text) => text as AccountId)]
      const own = accounts.map((accountId, index) => usageOf({ clientId: client, accountId, requests: index + 1 }))
      const earlier = usageOf({ clientId: client, accountId: account, day: today - 1, refused: 100 })
      await touch(storage, { usage: [...own, earlier] })
      await touch(storage, { usage: [usageOf({ clientId: other, accountId: account, requests: 1000 })] })
      const more = (one: Usage) => ({ ...one, requests: one.requests + 1 })
      await touch(storage, { usage: own.map((one) => ({ ...one, requests: 1 })).toReversed() })
      await counted(storage, own.map(more), 'the usage of a client by account')
      await counted(storage, [earlier, ...own.map(more)], 'its usage of two days', [today - 1, today])
    },
  },
  {
    id: 'usage.span',
    requirement: 'a span of days has both its ends, and a client that did nothing in it has no usage',
    run: async (storage) => {
      const { id: clientId } = sampleClient()
      const days = [0, 9, 99, 100, 101, 999, 1000, today].map((day) => usageOf({ clientId, day, requests: day + 1 }))
      await touch(storage, { usage: days })
      const between = (from: number, to: number) => days.filter(({ day }) => day >= from && day <= to)
      for (const [from, to] of [
        [99, 101],
        [100, 100],
        [9, 100],
        [0, today],
        [999, 1000],
      ] as const)
        await counted(storage, between(from, to), `the usage from day ${from} to ${to}`, [from, to])
      for (const [from, to] of [
        [102, 998],
        [101, 100],
        [today + 1, today + 9],
      ] as const)
        equal(await storage.listUsage({ clientId, from, to }), [], `the usage from day ${from} to ${to}`)
      const nobody = { clientId: sampleClient().id, from: 0, to: today }
      equal(await storage.listUsage(nobody), [], 'the usage of a client that did nothing')
    },
  },
  {
    id: 'usage.at-once',
    requirement: 'what is told at once, also beside a commit on the same client, is counted at most once each',
    run: async (storage, peer = storage) => {
      const client = sampleClient()
      await given(storage, { clients: [client] })
      const accounts = [null, randomAccount(), randomAccount()]
      const usage = accounts.map((accountId) => usageOf({ clientId: client.id, accountId, requests: 10, refused: 1 }))
      const told = Array.from({ length: 16 }, (_, index) =>
        touch(index % 2 === 0 ? storage : peer, { usage: index % 4 < 2 ? usage : usage.toReversed() }),
      )
      const [made] = await Promise.all([commit(peer, { update: [{ ...client, version: 2 }] }), ...told])
      ok(made, 'a commit was refused while its client was used')
      await soon(
        async () => (await storage.listUsage({ clientId: client.id, from: today, to: today })).length,
        3,
        'counts',
      )
      for (const { requests, refused } of await storage.listUsage({ clientId: client.id, from: today, to: today })) {
        ok(requests <= 160 && requests % 10 === 0, `16 times 10 requests told at once add up to ${requests}`)
        ok(refused === requests / 10, `${requests / 10} refusals told at once add up to ${refused}`)
      }
    },
  },
  {
    id: 'activity.together',
    requirement: 'uses and usage are told in one call, as many as 500 of each',
    run: async (storage) => {
      const { id: clientId } = sampleClient()
      const grant = sampleGrant()
      await given(storage, { grants: [grant] })
      const many = Array.from({ length: 499 }, () => randomDigest())
      const at = inSeconds(0)
      const uses = [...many.map((id) => ({ id, at })), { id: grant.id, at }]
      const usage = many.map((_, index) => usageOf({ clientId, day: today - index }))
      await touch(storage, { uses, usage: [...usage, usageOf({ clientId, accountId: randomAccount(), day: 1 })] })
      await counted(storage, usage, 'the usage of a client', [today - 498, today])
      await used(storage, [], [{ id: grant.id, at }], 'the last use')
    },
  },
]

/** When grants and tokens were used, and how much clients did. */
export const activityCases: readonly StorageCase[] = [...useCases, ...usageCases]
