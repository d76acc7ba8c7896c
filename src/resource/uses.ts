import type { Context } from '../context.js'
import type { GrantId, Timestamp } from '../records.js'

/** How many grants may wait to be written, and for how long. */
const mostWaiting = 1_000
const flushAfterMs = 5_000

/** Remembers which grants were used, off the path of the requests that used them. Losing some costs statistics only. */
export interface Uses {
  readonly add: (grantId: GrantId) => void
  readonly flush: () => Promise<void>
}

export function bufferUses(context: Context): Uses {
  let waiting = new Map<GrantId, Timestamp>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    const uses = [...waiting].map(([grantId, at]) => ({ grantId, at }))
    waiting = new Map()
    await context.storage.touch(uses)
  }

  const flushSoon = () => {
    if (timer !== undefined) return
    timer = setTimeout(() => {
      flush().catch((error: unknown) => context.hooks.onError(error, 'uses'))
    }, flushAfterMs)
    // In Node the timer must not keep a process alive; elsewhere it is a number.
    if (typeof timer === 'object' && 'unref' in timer) timer.unref()
  }

  return {
    add(grantId) {
      if (waiting.size >= mostWaiting && !waiting.has(grantId)) return
      waiting.set(grantId, context.now())
      flushSoon()
    },
    flush,
  }
}
