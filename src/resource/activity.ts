import type { Context } from '../context.js'
import type { AccountId, ClientId, GrantId, Timestamp, TokenDigest } from '../records.js'
import type { Activity, Usage } from '../storage.js'

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

/**
 * Remembers what was used, by whom and how often, off the path of the requests themselves. What waits here when a process dies is
 * lost: that costs statistics, never access.
 */
export interface ActivityLog {
  readonly add: (seen: Seen) => void
  /** Write what waits, and stop waiting. */
  readonly flush: () => Promise<void>
}

interface Waiting {
  readonly uses: Map<GrantId | TokenDigest, Timestamp>
  readonly usage: Map<string, Usage>
}

const nothing = (): Waiting => ({ uses: new Map(), usage: new Map() })

function note({ uses, usage }: Waiting, { clientId, accountId, grantId, token, refused }: Seen, at: Timestamp): void {
  const day = Math.floor(at / secondsPerDay)
  const key = JSON.stringify([clientId, accountId, day])
  const before = usage.get(key) ?? { clientId, accountId, day, requests: 0, refused: 0 }
  if (usage.size < mostWaiting || usage.has(key))
    usage.set(key, refused ? { ...before, refused: before.refused + 1 } : { ...before, requests: before.requests + 1 })
  if (refused || uses.size >= mostWaiting) return
  uses.set(grantId, at)
  uses.set(token, at)
}

const slice = <T>(items: readonly T[], index: number) => items.slice(index * batch, (index + 1) * batch)

function batches({ uses, usage }: Waiting): readonly Activity[] {
  const allUses = [...uses].map(([id, at]) => ({ id, at }))
  const allUsage = [...usage.values()]
  const count = Math.ceil(Math.max(allUses.length, allUsage.length) / batch)
  return Array.from({ length: count }, (_, index) => ({ uses: slice(allUses, index), usage: slice(allUsage, index) }))
}

export function activityLog(context: Context): ActivityLog {
  let waiting = nothing()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const written = waiting
    waiting = nothing()
    for (const activity of batches(written)) await context.storage.touch(activity)
  }

  const flushSoon = () => {
    timer ??= setTimeout(() => {
      flush().catch((error: unknown) => context.hooks.onError(error, 'activity'))
    }, flushAfterMs)
    // In Node the timer must not keep a process alive; elsewhere it is a number.
    if (typeof timer === 'object' && 'unref' in timer) timer.unref()
  }

  return {
    add(seen) {
      note(waiting, seen, context.now())
      flushSoon()
    },
    flush,
  }
}
