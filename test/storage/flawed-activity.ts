import type { Storage, Timestamp, Usage } from 'grantor'
import type { Flaw } from './flaws.js'

/** What a storage is told of the guard, right without a flaw and wrong in one way with it. */
export function flawedActivity(
  is: (flaw: Flaw) => boolean,
  usage: Map<string, Usage>,
  extend: (id: string) => void,
): Pick<Storage, 'touch' | 'lastUses' | 'listUsage'> {
  const uses = new Map<string, Timestamp>()

  function count({ clientId, accountId, day, requests, refused }: Usage): void {
    if (is('usage: never kept') || (is('usage: no account counts as none') && accountId === null)) return
    const account = is('usage: accounts are lumped together') ? null : accountId
    const key = JSON.stringify([clientId, account, is('usage: days are lumped together') ? 0 : day])
    const known = is('usage: the last told replaces') ? undefined : usage.get(key)
    const before = known ?? { clientId, accountId: account, day, requests: 0, refused: 0 }
    const times = is('usage: counted twice') ? 2 : 1
    const added = is('usage: refusals count as requests') ? requests + refused : requests
    usage.set(key, {
      ...before,
      requests: before.requests + times * added,
      refused: before.refused + (is('usage: refusals are lost') ? 0 : times * refused),
    })
  }

  return {
    lastUses: async (ids) =>
      ids.flatMap((id) => {
        const at = uses.get(id)
        return at === undefined || is('use: never kept') ? [] : [{ id, at }]
      }),
    listUsage: async ({ clientId, from, to }) => {
      const text = is('usage: days compare as texts')
      const upTo = (a: number, b: number) => (text ? String(a) <= String(b) : a <= b)
      return [...usage.values()].filter(
        (one) =>
          (one.clientId === clientId || is('usage: that of other clients is listed as well')) &&
          upTo(from, one.day) &&
          upTo(one.day, to) &&
          !(is('usage: the first day of a span is left out') && one.day === from) &&
          !(is('usage: the last day of a span is left out') && one.day === to),
      )
    },
    async touch(told) {
      for (const { id, at } of told.uses) {
        if (is('use: those of tokens are lost') && !id.startsWith('grant_')) continue
        if (at > (uses.get(id) ?? -1) || is('use: the last told wins')) uses.set(id, at)
        if (is('use: extends the grant')) extend(id)
      }
      for (const one of is('usage: only 100 are kept of one call') ? told.usage.slice(0, 100) : told.usage) count(one)
    },
  }
}
