import { gap, seeded, zipf } from './random.js'

/** Requests with tokens, at the servers of an API, each of which keeps what it was told of a token for a while. */
export interface Traffic {
  readonly seed: number
  readonly requestsPerSecond: number
  readonly servers: number
  /** Tokens in use, some of them far more than others. */
  readonly tokens: number
  readonly exponent: number
  /** `cache` of `remoteGuard`. 0 seconds: each request asks. */
  readonly cache: { readonly seconds: number; readonly most: number }
  /** A token always comes to the same server. */
  readonly sticky: boolean
  readonly revocationsPerSecond: number
  /** What is measured, after as many seconds again in which the caches fill. */
  readonly seconds: number
}

export interface Lag {
  readonly mean: number
  readonly p99: number
  readonly most: number
}

export interface Outcome {
  readonly requests: number
  /** Requests for which the provider was asked. */
  readonly asked: number
  readonly hitRatio: number
  /** Seconds from a revocation to the last request that was let in all the same. */
  readonly lag: Lag
  /** Rows of last uses that the provider writes a second: a token and its grant, each once in every five seconds of a process. */
  readonly usesPerSecond: number
}

/** As in src/activity.ts: how long uses wait, and how many ids may. */
const flushSeconds = 5
const mostWaiting = 10_000
/** As in src/remote/cache.ts: how long it is kept that a token was no good. */
const refusalSeconds = 2

interface Kept {
  readonly until: number
  readonly active: boolean
}

/** One server's cache, by the rules of src/remote/cache.ts: kept from when it was asked, the oldest question goes first. */
export function newCache({ seconds, most }: Traffic['cache']) {
  const kept = new Map<number, Kept>()
  // Goes on from where it was: whoever began anew would pass by all that was taken from the front of the map.
  const oldest = kept.keys()
  return {
    find: (token: number, now: number): Kept | null => {
      const known = kept.get(token)
      return known && known.until > now ? known : null
    },
    keep(token: number, active: boolean, now: number): void {
      if (seconds === 0) return
      kept.delete(token)
      kept.set(token, { active, until: now + (active ? seconds : Math.min(seconds, refusalSeconds)) })
      if (kept.size > most) kept.delete(oldest.next().value ?? token)
    },
  }
}

/** Counts the rows that a process writes of what it has seen, at most so many ids in each span of time. */
function newUses() {
  let [span, rows] = [0, 0]
  let ids = new Set<number>()
  return {
    seen(token: number, now: number, counts: boolean): void {
      const at = Math.floor(now / flushSeconds)
      if (at !== span) [span, ids] = [at, new Set()]
      if (ids.has(token) || ids.size * 2 >= mostWaiting) return
      ids.add(token)
      if (counts) rows += 2
    },
    rows: () => rows,
  }
}

interface Revocation {
  readonly at: number
  last: number
}

function lagOf(revocations: Iterable<Revocation>): Lag {
  const lags = [...revocations].map(({ at, last }) => last - at).toSorted((a, b) => a - b)
  const sum = lags.reduce((total, lag) => total + lag, 0)
  const at = (part: number) => lags[Math.min(lags.length - 1, Math.floor(lags.length * part))] ?? 0
  return { mean: lags.length === 0 ? 0 : sum / lags.length, p99: at(0.99), most: at(1) }
}

/** Requests and revocations in the order in which they happen. The same seed gives the same outcome. */
export function simulateTraffic(traffic: Traffic): Outcome {
  const { requestsPerSecond, servers, tokens, exponent, sticky, revocationsPerSecond, seconds } = traffic
  const random = seeded(traffic.seed)
  const anyToken = zipf(random, tokens, exponent)
  const caches = Array.from({ length: servers }, () => newCache(traffic.cache))
  const uses = Array.from({ length: servers }, newUses)
  const revoked = new Map<number, Revocation>()
  let [requests, asked] = [0, 0]
  let [nextRequest, nextRevocation] = [gap(random, requestsPerSecond), gap(random, revocationsPerSecond)]

  const request = (now: number) => {
    const token = anyToken()
    const server = sticky ? token % servers : Math.floor(random() * servers)
    const [cache, use] = [caches[server], uses[server]]
    if (!cache || !use) return
    const counts = now >= seconds
    const known = cache.find(token, now)
    const revocation = revoked.get(token)
    if (counts) requests += 1
    if (known?.active && revocation) revocation.last = now
    if (known) return
    if (counts) asked += 1
    cache.keep(token, !revocation, now)
    use.seen(token, now, counts)
  }
  while (Math.min(nextRequest, nextRevocation) < 2 * seconds) {
    if (nextRevocation < nextRequest) {
      // Whoever is revoked is using it: a token that lies idle has no lag.
      const token = anyToken()
      if (nextRevocation >= seconds && !revoked.has(token))
        revoked.set(token, { at: nextRevocation, last: nextRevocation })
      nextRevocation += gap(random, revocationsPerSecond)
    } else {
      request(nextRequest)
      nextRequest += gap(random, requestsPerSecond)
    }
  }
  return {
    requests,
    asked,
    hitRatio: requests === 0 ? 0 : 1 - asked / requests,
    lag: lagOf(revoked.values()),
    usesPerSecond: uses.reduce((sum, one) => sum + one.rows(), 0) / seconds,
  }
}

/** Signed tokens that nobody is asked about: each revoked one is let in until it expires, at the last of its requests. */
export function simulateSigned(
  seed: number,
  { lifetime, secondsBetween, revocations }: Readonly<Record<'lifetime' | 'secondsBetween' | 'revocations', number>>,
): Lag {
  const random = seeded(seed)
  const revoked = Array.from({ length: revocations }, () => {
    const left = random() * lifetime
    return { at: 0, last: Math.max(0, left - gap(random, 1 / secondsBetween)) }
  })
  return lagOf(revoked)
}
