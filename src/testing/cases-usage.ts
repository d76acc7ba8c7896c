import type { AccountId } from '../records.js'
import type { Storage, Usage } from '../storage.js'
import { equal, ok } from './assert.js'
import { commit, given, type StorageCase } from './case.js'
import { inSeconds, randomAccount, randomDigest, sampleClient, sampleGrant } from './samples.js'
import { soon, touch, used, useOf } from './telling.js'

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

/** How much clients did. */
export const usageCases: readonly StorageCase[] = [
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
      // Far from the days that the cases about purging take.
      const days = [9998, 9999, 10_000, 10_001, today, 99_999, 100_000, 100_001].map((day) =>
        usageOf({ clientId, day, requests: day + 1 }),
      )
      await touch(storage, { usage: days })
      const between = (from: number, to: number) => days.filter(({ day }) => day >= from && day <= to)
      for (const [from, to] of [
        [9999, 10_001],
        [10_000, 10_000],
        [9998, 100_000],
        [0, today],
        [99_999, 100_000],
      ] as const)
        await counted(storage, between(from, to), `the usage from day ${from} to ${to}`, [from, to])
      for (const [from, to] of [
        [10_002, today - 1],
        [10_001, 10_000],
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
    requirement: 'uses and usage are told in one call, as many as 500 of each, and as many uses are asked for',
    run: async (storage) => {
      const { id: clientId } = sampleClient()
      const grant = sampleGrant()
      await given(storage, { grants: [grant] })
      const many = Array.from({ length: 499 }, () => randomDigest())
      const at = inSeconds(0)
      const uses = [...many.map((id) => useOf(id, at)), useOf(grant.id, at)]
      const usage = many.map((_, index) => usageOf({ clientId, day: today - index }))
      await touch(storage, {
        uses,
        usage: [...usage, usageOf({ clientId, accountId: randomAccount(), day: today + 1 })],
      })
      await counted(storage, usage, 'the usage of a client', [today - 498, today])
      await used(storage, [], [useOf(grant.id, at)], 'the last use')
      const asked = await storage.lastUses(uses.map(({ id }) => id))
      ok(
        asked.some(({ id }) => id === grant.id),
        'a use is not told when 500 are asked for',
      )
    },
  },
]
