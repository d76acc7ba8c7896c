import type { Timestamp } from '../records.js'
import type { Activity, Storage, Use, UsedId } from '../storage.js'
import { equal } from './assert.js'

export const touch = (storage: Storage, { uses = [], usage = [] }: Partial<Activity>) => storage.touch({ uses, usage })

/** What was told may show late. The last answer, as soon as it is the expected one. */
export async function soon<T>(ask: () => Promise<T>, expected: T, what: string): Promise<void> {
  const wanted = JSON.stringify(expected)
  let seen = await ask()
  for (let waited = 0; waited < 20 && JSON.stringify(seen) !== wanted; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    seen = await ask()
  }
  equal(seen, expected, what)
}

export const useOf = (id: UsedId, at: Timestamp, from: Partial<Use> = {}): Use => ({
  id,
  at,
  address: null,
  agent: null,
  ...from,
})

const usesInOrder = (uses: readonly Use[]) =>
  [...uses].map(({ id, at, address, agent }) => ({ id, at, address, agent })).sort((a, b) => (a.id < b.id ? -1 : 1))

/** Uses may be merged, dropped or late, so they are told again until they show. */
export async function used(
  storage: Storage,
  uses: readonly Use[],
  expected: readonly Use[],
  what: string,
): Promise<void> {
  const ask = async () => {
    await touch(storage, { uses })
    return usesInOrder(await storage.lastUses(expected.map(({ id }) => id)))
  }
  await soon(ask, usesInOrder(expected), what)
}
