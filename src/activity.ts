import type { Context, Origin } from './context.js'
import { later } from './later.js'
import type { AccountId, ClientId, GrantId, Timestamp, TokenDigest } from './records.js'
import type { Activity, Usage, Use, UsedId } from './storage.js'

/** How many ids may wait to be written, and for how long. */
const mostWaiting = 10_000
const flushAfterMs = 5_000
/** How many of each a storage is told of at once. */
const batch = 500

const secondsPerDay = 86_400

/** One request that came to the guard with a token that is known. */
export interface Seen {
  readonly clientId: ClientId
  readonly accountId: AccountId | null
  readonly grantId: GrantId
  readonly token: TokenDigest
  readonly refused: boolean
}

/** Where a use came from. */
export type Whence = Pick<Origin, 'address' | 'agent'>

/**
 * Remembers what was used, by whom and how often, off the path of the requests themselves. What waits here when a process dies is
 * lost: that costs statistics, never access.
 */
export interface ActivityLog {
  /** A request at the guard. */
  readonly seen: (seen: Seen, at: Timestamp, whence: () => Whence) => void
  /** Anything else that was used, such as a secret of a client. */
  readonly used: (ids: readonly UsedId[], at: Timestamp, whence: Whence) => void
  /** Write what waits, and stop waiting. */
  readonly flush: () => Promise<void>
}

/** Usage that goes on being counted. */
type Counted = { -readonly [Name in keyof Usage]: Usage[Name] }

interface Waiting {
  readonly uses: Map<UsedId, Use>
  /** By client, and then by day and account. */
  readonly usage: Map<ClientId, Map<string | number, Counted>>
  readonly counted: Counted[]
}

const nothing = (): Waiting => ({ uses: new Map(), usage: new Map(), counted: [] })

function countedOf({ usage, counted }: Waiting, { clientId, accountId }: Seen, day: number): Counted | null {
  const ofClient = usage.get(clientId) ?? new Map<string | number, Counted>()
  const key = accountId === null ? day : `${day} ${accountId}`
  const known = ofClient.get(key)
  if (known || counted.length >= mostWaiting) return known ?? null
  const first = { clientId, accountId, day, requests: 0, refused: 0 }
  usage.set(clientId, ofClient.set(key, first))
  counted.push(first)
  return first
}

function count(waiting: Waiting, seen: Seen, at: Timestamp): void {
  const counted = countedOf(waiting, seen, Math.floor(at / secondsPerDay))
  if (counted) counted[seen.refused ? 'refused' : 'requests'] += 1
}

/** Of all uses within a second the first is told. */
function note({ uses }: Waiting, id: UsedId, at: Timestamp, whence: () => Whence): void {
  const before = uses.get(id)
  if (before?.at === at || (!before && uses.size >= mostWaiting)) return
  const { address, agent } = whence()
  uses.set(id, { id, at, address, agent })
}

const slice = <T>(items: readonly T[], index: number) => items.slice(index * batch, (index + 1) * batch)

function batches({ uses, counted }: Waiting): readonly Activity[] {
  const all = [...uses.values()]
  const count = Math.ceil(Math.max(all.length, counted.length) / batch)
  return Array.from({ length: count }, (_, index) => ({ uses: slice(all, index), usage: slice(counted, index) }))
}

export function activityLog({ storage, hooks }: Pick<Context, 'storage' | 'hooks'>): ActivityLog {
  let waiting = nothing()

  const flush = async () => {
    timer.cancel()
    const written = waiting
    waiting = nothing()
    for (const activity of batches(written)) await storage.touch(activity)
  }

  const timer = later(flushAfterMs, () => {
    flush().catch((error: unknown) => hooks.onError(error, 'activity'))
  })

  return {
    seen(seen, at, whence) {
      count(waiting, seen, at)
      if (!seen.refused) for (const id of [seen.grantId, seen.token, seen.clientId]) note(waiting, id, at, whence)
      timer.soon()
    },
    used(ids, at, whence) {
      for (const id of ids) note(waiting, id, at, () => whence)
      timer.soon()
    },
    flush,
  }
}
