import type { Storage, Usage, Use } from 'grantor'
import type { Flaw } from './flaws.js'

/** What a storage is told of the guard, right without a flaw and wrong in one way with it. */
export function flawedActivity(
  is: (flaw: Flaw) => boolean,
  uses: Map<string, Use>,
  isToken: (id: string) => boolean,
  usage: Map<string, Usage>,
  extend: (id: string) => void,
): Pick<Storage, 'touch' | 'lastUses' | 'listUsage'> {
  function note(use: Use): void {
    const { id, at, address, agent } = use
    if (is('use: those of tokens are lost') && isToken(id)) return
    if (is('use: those of secrets are lost') && !isToken(id) && /^[\w-]{43}$/.test(id)) return
    if (is('use: those of clients are lost') && id.startsWith('client_')) return
    const known = uses.get(id)
    const newer = at > (known?.at ?? -1) || is('use: the last told wins')
    if (!newer && !is('use: an older one changes where it came from')) return
    const first = known && is('use: where it came from stays that of the first')
    const filled = known && is('use: from nowhere keeps where the one before came from')
    const from = first
      ? known
      : { address: address ?? (filled ? known.address : null), agent: agent ?? (filled ? known.agent : null) }
    const cut = is('use: the agent is cut after 255 characters')
    uses.set(id, {
      id,
      at: newer ? at : known!.at,
      address: from.address,
      agent: cut ? (from.agent?.slice(0, 255) ?? null) : from.agent,
    })
  }

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

  const never = (id: Use['id']): readonly Use[] =>
    is('use: what was never used was used at the beginning of time')
      ? [{ id, at: 0 as Use['at'], address: null, agent: null }]
      : []

  return {
    lastUses: async (ids) =>
      (is('use: asked twice is answered twice') ? ids : [...new Set(ids)])
        .slice(0, is('use: at most 100 are told of') ? 100 : ids.length)
        .flatMap((id) => (is('use: never kept') ? [] : (uses.get(id) ?? never(id)))),
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
      for (const use of told.uses) {
        note(use)
        if (is('use: extends the grant')) extend(use.id)
      }
      for (const one of is('usage: only 100 are kept of one call') ? told.usage.slice(0, 100) : told.usage) count(one)
    },
  }
}
