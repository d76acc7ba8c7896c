import { remember } from '../bounded.js'
import { everybody, type Limits, type Throttle, type Throttled, throttleLimits } from '../throttle.js'

export interface ThrottleOptions {
  /** What differs from {@link throttleLimits}. */
  readonly limits?: Readonly<Partial<Record<Throttled, Limits>>>
}

/** How often a key has been counted in its present span of time, and for how many milliseconds that goes on. */
export interface Count {
  readonly taken: number
  readonly leftMs: number
}

/** Counts one more for a key, in a span of so many seconds that began with the first. */
export type Counter = (key: string, seconds: number) => Promise<Count>

/** How many keys without room are remembered. */
const mostFull = 10_000

const longest = 86_400

function checkLimits(limits: NonNullable<ThrottleOptions['limits']>): void {
  for (const [name, limit] of Object.entries(limits)) {
    if (!Object.hasOwn(throttleLimits, name)) throw new TypeError(`throttle: there is no limit ${name}`)
    for (const { most, seconds } of [limit, ...(limit.inAll ? [limit.inAll] : [])])
      if (!(most >= 1) || !Number.isInteger(seconds) || seconds < 1 || seconds > longest)
        throw new TypeError(`throttle: ${name}: most is 1 or more, seconds a whole number from 1 to ${longest}`)
  }
}

/**
 * A throttle on top of anything that counts. A key that has no room is remembered here, so that it costs the counter nothing more.
 *
 * @throws TypeError for a limit that is none
 */
export function countingThrottle(count: Counter, { limits = {} }: ThrottleOptions = {}): Throttle {
  checkLimits(limits)
  const all: Readonly<Record<Throttled, Limits>> = { ...throttleLimits, ...limits }
  const full = new Map<string, number>()
  const waitOf = (name: string) => Math.max(0, (full.get(name) ?? 0) - Date.now()) / 1000

  return {
    async take(what, key) {
      const limit = key === everybody ? all[what].inAll : all[what]
      const name = `${what}:${key}`
      if (!limit || waitOf(name) > 0) return waitOf(name)
      const { taken, leftMs } = await count(name, limit.seconds)
      if (taken <= limit.most || leftMs <= 0) return 0
      remember(full, name, Date.now() + leftMs, mostFull)
      return leftMs / 1000
    },
    peek: async (what, key) => waitOf(`${what}:${key}`),
  }
}
