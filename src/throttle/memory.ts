import { remember } from '../bounded.js'
import { lazily } from '../lazily.js'
import type { Throttle } from '../throttle.js'
import { type Counter, countingThrottle, type ThrottleOptions } from './counting.js'

/** How many keys of each kind are counted at a time, so that nobody fills memory with addresses. */
const mostKeys = 10_000

async function openLimiter() {
  const { default: RateLimiterMemory } = await import('rate-limiter-flexible/lib/RateLimiterMemory.js')
  // Each key has a span of its own; these two are asked for and not used.
  return new RateLimiterMemory({ points: 1, duration: 1, keyPrefix: '' })
}

/** What a key says is counted; of what anybody can make up keys, others lose none. */
const kindOf = (key: string): string => key.slice(0, Math.max(0, key.indexOf(':')))

/**
 * A counter in this process. Of more keys of one kind, which is what stands before their first colon, than there is room for, it forgets
 * the one it has not seen for longest.
 */
export function memoryCounter(most = mostKeys): Counter {
  const limiter = lazily(openLimiter)
  const forget = limiter((it) => (key: string) => it.delete(key))
  const count = limiter((it) => (key: string, seconds: number) => it.penalty(key, 1, { customDuration: seconds }))
  const known = new Map<string, Map<string, true>>()
  return async (key, seconds) => {
    const kind = kindOf(key)
    const keys = known.get(kind) ?? new Map<string, true>()
    known.set(kind, keys)
    const forgotten = remember(keys, key, true, most)
    if (forgotten !== null) await forget(forgotten)
    const { consumedPoints, msBeforeNext } = await count(key, seconds)
    return { taken: consumedPoints, leftMs: msBeforeNext }
  }
}

/**
 * Counts in this process alone: each of several nodes has limits of its own. What a provider uses that is told of no other.
 *
 * @throws TypeError for a limit that is none
 */
export const memoryThrottle = (options: ThrottleOptions = {}): Throttle => countingThrottle(memoryCounter(), options)
