import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call, connect, type RegisteredClient, refresh, register, revoke, tokensOf } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

/**
 * Two clients of one person use their refresh tokens in any order: well-behaved, retrying, asking for less, presenting old ones
 * late, revoking, while time jumps. A small model says what has to come out of it.
 */
const retryWindow = 30
const idle = 1_000
const absolute = 20_000

interface Generation {
  readonly token: string
  readonly expiresAt: number
  spentAt: number | null
}

interface Chain {
  readonly client: RegisteredClient
  readonly createdAt: number
  readonly generations: Generation[]
  /** Access tokens in the order they were issued. */
  readonly access: { readonly token: string; readonly expiresAt: number }[]
  expiresAt: number
  revoked: boolean
}

interface World {
  readonly box: TestProvider
  readonly chains: readonly Chain[]
}

type Step =
  | { readonly kind: 'refresh'; readonly who: number; readonly back: number; readonly narrow: boolean }
  | { readonly kind: 'steal'; readonly who: number; readonly back: number }
  | { readonly kind: 'revoke'; readonly who: number; readonly back: number }
  | { readonly kind: 'wait'; readonly seconds: number }

type Expectation = 'successor' | 'fresh' | 'refused'

/** DESIGN: what becomes of a refresh token that is presented by its own client, and what of its grant. */
function predict(chain: Chain, index: number, now: number): Expectation {
  const generation = chain.generations[index]
  if (!generation || chain.revoked || chain.expiresAt <= now) return 'refused'
  if (generation.spentAt === null) return generation.expiresAt <= now ? 'refused' : 'fresh'
  const successor = chain.generations[index + 1]
  if (successor?.spentAt === null && now <= generation.spentAt + retryWindow) return 'successor'
  chain.revoked = true
  return 'refused'
}

const until = (chain: Chain, now: number, seconds: number) => Math.min(now + seconds, chain.createdAt + absolute)

/** What came of a step, and what should have. */
interface Outcome {
  readonly seen: unknown
  readonly expected: unknown
}

const refused = { status: 400, error: 'invalid_grant' }

async function doRefresh({ box }: World, chain: Chain, index: number, narrow: boolean): Promise<Outcome> {
  const now = box.clock.now()
  const generation = chain.generations[index]
  const expected = predict(chain, index, now)
  const answer = await refresh(box, chain.client, generation?.token, narrow ? { scope: 'project:read' } : {})
  if (expected === 'refused' || !generation || answer.status !== 200)
    return {
      seen: { status: answer.status, error: answer.body.error },
      expected: expected === 'refused' ? refused : expected,
    }
  const tokens = tokensOf(answer)
  if (expected === 'fresh') {
    generation.spentAt = now
    chain.generations.push({ token: tokens.refresh_token ?? '', expiresAt: until(chain, now, idle), spentAt: null })
    chain.expiresAt = Math.max(chain.expiresAt, until(chain, now, idle))
  }
  chain.access.push({ token: tokens.access_token, expiresAt: now + tokens.expires_in })
  return {
    seen: { scope: tokens.scope, successor: tokens.refresh_token },
    expected: {
      scope: narrow ? 'project:read' : 'project:read project:write',
      successor: chain.generations[index + 1]?.token,
    },
  }
}

const indexOf = ({ generations }: Chain, back: number) => Math.max(0, generations.length - 1 - back)

async function take(world: World, step: Step): Promise<Outcome> {
  const { box, chains } = world
  if (step.kind === 'wait') {
    box.clock.advance(step.seconds)
    return { seen: null, expected: null }
  }
  const [mine, theirs] = step.who === 0 ? chains : chains.toReversed()
  if (!mine || !theirs) throw new Error('two chains')
  const index = indexOf(mine, step.back)
  if (step.kind === 'refresh') return doRefresh(world, mine, index, step.narrow)
  const token = mine.generations[index]?.token
  if (step.kind === 'steal') {
    const { status, body } = await refresh(box, theirs.client, token)
    return { seen: { status, error: body.error }, expected: refused }
  }
  mine.revoked = true
  return { seen: (await revoke(box, mine.client, token)).status, expected: 200 }
}

/** No grant has two live successors, and no honest client is dead. */
async function state({ box, chains }: World): Promise<Outcome> {
  const now = box.clock.now()
  const newest = chains.map(({ access }) => access.at(-1))
  const used = await Promise.all(newest.map((one) => call(box, one?.token)))
  const alive = chains.map(
    ({ revoked, expiresAt }, at) => !revoked && expiresAt > now && (newest[at]?.expiresAt ?? 0) > now,
  )
  const unspent = chains.map(({ generations }) => generations.filter(({ spentAt }) => spentAt === null).length)
  const distinct = chains.map(({ generations }) => new Set(generations.map(({ token }) => token)).size)
  return {
    seen: { statuses: used.map(({ status }) => status), unspent, distinct },
    expected: {
      statuses: alive.map((yes) => (yes ? 200 : 401)),
      unspent: [1, 1],
      distinct: chains.map(({ generations }) => generations.length),
    },
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('refresh' as const),
      who: fc.nat(1),
      back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.constant(1) }, fc.nat(4)),
      narrow: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('steal' as const), who: fc.nat(1), back: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: idle + 10 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), who: fc.nat(1), back: fc.nat(3) }) },
)

async function newWorld(): Promise<World> {
  const lifetimes = { accessToken: 300, refreshToken: idle, grant: absolute, retryWindow }
  const box = testProvider({ lifetimes })
  const now = box.clock.now()
  const clients = [await register(box), await register(box)]
  const chains = await Promise.all(
    clients.map(async (client): Promise<Chain> => {
      const { tokens } = await connect(box, { client })
      return {
        client,
        createdAt: now,
        generations: [{ token: tokens.refresh_token, expiresAt: now + idle, spentAt: null }],
        access: [{ token: tokens.access_token, expiresAt: now + tokens.expires_in }],
        expiresAt: now + idle,
        revoked: false,
      }
    }),
  )
  return { box, chains }
}

const life = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
  const world = await newWorld()
  for (const one of steps) {
    for (const outcome of [await take(world, one), await state(world)])
      if (!isDeepStrictEqual(outcome.seen, outcome.expected))
        throw new Error(JSON.stringify({ after: one, ...outcome }))
  }
})

describe('the life of refresh tokens', () => {
  it('REF-08 REF-09 REF-10 REF-12 S-110 … S-113 goes as designed, whatever is done in whatever order', async () => {
    const { counterexample, errorInstance } = await fc.check(life, { numRuns: 150 })
    expect({ counterexample, errorInstance }).toEqual({ counterexample: null, errorInstance: null })
  }, 300_000)
})
