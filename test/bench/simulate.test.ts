import { describe, expect, it } from 'vitest'
import { isFlat, slopeOf } from '../../bench/scale/flat.js'
import { replaced } from '../../bench/scale/results.js'
import { demandOf, type World } from '../../bench/scale/simulation/demand.js'
import { gap, seeded, zipf } from '../../bench/scale/simulation/random.js'
import { newCache, simulateSigned, simulateTraffic, type Traffic } from '../../bench/scale/simulation/traffic.js'
import { cached } from '../../src/remote/cache.js'

const traffic: Traffic = {
  seed: 1,
  requestsPerSecond: 2_000,
  servers: 4,
  tokens: 10_000,
  exponent: 0.8,
  cache: { seconds: 10, most: 1_000 },
  sticky: false,
  revocationsPerSecond: 5,
  seconds: 20,
}

const outcome = (changes: Partial<Traffic> = {}) => simulateTraffic({ ...traffic, ...changes })

describe('numbers that are drawn', () => {
  it('are the same for the same seed, and others for another', () => {
    const draws = (seed: number) => Array.from({ length: 5 }, seeded(seed))
    expect(draws(1)).toEqual(draws(1))
    expect(draws(1)).not.toEqual(draws(2))
  })

  it('come as often as they should', () => {
    const random = seeded(1)
    const count = 50_000
    const mean = (draw: () => number) => Array.from({ length: count }, draw).reduce((a, b) => a + b, 0) / count
    expect(mean(random)).toBeCloseTo(0.5, 2)
    expect(mean(() => gap(random, 4))).toBeCloseTo(0.25, 2)
  })

  it.each([0.6, 1, 1.4])('have ranks by the law of Zipf, with exponent %d', (exponent) => {
    const [count, draws] = [50, 200_000]
    const draw = zipf(seeded(1), count, exponent)
    const seen = new Map<number, number>()
    for (let index = 0; index < draws; index += 1) {
      const rank = draw()
      seen.set(rank, (seen.get(rank) ?? 0) + 1)
    }
    const weights = Array.from({ length: count }, (_, index) => (index + 1) ** -exponent)
    const sum = weights.reduce((a, b) => a + b, 0)
    expect(Math.max(...seen.keys())).toBeLessThanOrEqual(count)
    for (const rank of [1, 2, 3, 10, 50]) {
      const wanted = (weights[rank - 1] ?? 0) / sum
      expect(Math.abs((seen.get(rank) ?? 0) / draws - wanted)).toBeLessThan(0.004)
    }
  })
})

describe('traffic', () => {
  it('is the same for the same seed', () => {
    expect(outcome()).toEqual(outcome())
    expect(outcome({ seed: 2 })).not.toEqual(outcome())
  })

  it('asks for every request without a cache, and lets nobody in after a revocation', () => {
    const { requests, asked, hitRatio, lag } = outcome({ cache: { seconds: 0, most: 1 } })
    expect(requests).toBeGreaterThan(35_000)
    expect([asked, hitRatio, lag]).toEqual([requests, 0, { mean: 0, p99: 0, most: 0 }])
  })

  it('asks less the longer answers are kept, the more of them, and where a token stays with a server', () => {
    const ratio = (seconds: number, most: number, sticky = false) =>
      outcome({ cache: { seconds, most }, sticky, seconds: 30 }).hitRatio
    const most = ratio(20, 10_000)
    expect(most).toBeGreaterThan(ratio(2, 10_000))
    expect(most).toBeGreaterThan(ratio(20, 200))
    expect(ratio(20, 10_000, true)).toBeGreaterThan(most)
  })

  it('lets a revoked token in for no longer than answers are kept', () => {
    const { lag } = outcome({ cache: { seconds: 10, most: 10_000 } })
    expect(lag.most).toBeGreaterThan(5)
    expect(lag.most).toBeLessThanOrEqual(10)
    expect(lag.mean).toBeLessThan(lag.p99)
  })

  it('writes fewer uses where fewer requests come to the provider, and never more than a process holds', () => {
    const direct = outcome({ cache: { seconds: 0, most: 1 } })
    expect(outcome().usesPerSecond).toBeLessThan(direct.usesPerSecond)
    const crowd = outcome({ cache: { seconds: 0, most: 1 }, requestsPerSecond: 8_000, servers: 1, tokens: 1_000_000 })
    expect(crowd.usesPerSecond).toBeLessThanOrEqual(2_000)
    expect(crowd.usesPerSecond).toBeGreaterThan(1_500)
  })

  it('keeps answers by the rules of the remote guard itself', async () => {
    const [rules, clock, random] = [{ seconds: 10, most: 20 }, { now: 1_000 }, seeded(7)]
    let real = 0
    const inspect = cached(
      async ({ token }) => {
        real += 1
        return Number(token) % 5 === 0
          ? { active: false }
          : ({ active: true, exp: 10_000 } as unknown as Awaited<ReturnType<ReturnType<typeof cached>>>)
      },
      () => clock.now,
      rules,
    )
    const model = newCache(rules)
    const draw = zipf(random, 60, 0.8)
    let simulated = 0
    for (let index = 0; index < 3_000; index += 1) {
      clock.now += random() * 0.4
      const token = draw()
      await inspect({ token: String(token), project: undefined, live: false })
      if (!model.find(token, clock.now)) {
        simulated += 1
        model.keep(token, token % 5 !== 0, clock.now)
      }
      expect(simulated).toBe(real)
    }
    expect(real).toBeGreaterThan(500)
    expect(real).toBeLessThan(3_000)
  })
})

describe('signed tokens', () => {
  it('outlive their revocation by half their life on average', () => {
    const { mean, most } = simulateSigned(1, { lifetime: 3_600, secondsBetween: 1, revocations: 20_000 })
    expect(mean).toBeGreaterThan(1_750)
    expect(mean).toBeLessThan(1_850)
    expect(most).toBeLessThanOrEqual(3_600)
  })
})

describe('what a world needs', () => {
  const day = 86_400
  const world: World = {
    grants: 1_000,
    clients: 10,
    activeADay: 0.5,
    activeSeconds: 7_200,
    connectedADay: 0,
    peak: 2,
    lifetimes: { accessToken: 3_600, refreshToken: 30 * day },
    retention: { expired: day, events: 10 * day },
  }

  it('follows from its refreshes', () => {
    const { refreshesADay, refreshesPerSecond, rows, spentRefreshTokens } = demandOf(world)
    expect(refreshesADay).toBe(1_000)
    expect(refreshesPerSecond).toBeCloseTo(2_000 / day)
    expect(spentRefreshTokens).toBe(31_000)
    // A day of access tokens and an hour more, what is spent, and what is live.
    expect(rows.tokens).toBeCloseTo(1_000 * (25 / 24) + 31_000 + 1_000)
    expect(rows.events).toBe(10_000)
  })

  it('is less where less is kept', () => {
    const short = demandOf({ ...world, lifetimes: { accessToken: 3_600, refreshToken: 7 * day } })
    expect(short.spentRefreshTokens).toBe(8_000)
  })
})

describe('a soak', () => {
  const line = (perMinute: number, noise: number) => {
    const random = seeded(3)
    return Array.from({ length: 60 }, (_, index) => ({
      minute: index / 6,
      heap: 5e7 + (index / 6) * perMinute + (random() - 0.5) * noise,
    }))
  }

  it('is flat when its line is, whatever lies around it', () => {
    const { slope, error } = slopeOf(line(0, 1e6))
    expect(isFlat({ slope, error, perRequest: slope / 60_000 })).toBe(true)
  })

  it('is not when a record stays behind for each request', () => {
    const { slope, error } = slopeOf(line(60_000 * 400, 1e6))
    expect(slope).toBeGreaterThan(2e7)
    expect(isFlat({ slope, error, perRequest: slope / 60_000 })).toBe(false)
  })
})

describe('a table in the guide', () => {
  const guide = 'before\n<!-- memory -->\n\nold\n\n<!-- /memory -->\nafter'

  it('takes the place of the one before', () => {
    expect(replaced(guide, 'memory', 'new\n')).toBe('before\n<!-- memory -->\n\nnew\n\n<!-- /memory -->\nafter')
  })

  it('goes nowhere without its comments', () => {
    expect(replaced(guide, 'rows', 'new')).toBe(guide)
  })
})
