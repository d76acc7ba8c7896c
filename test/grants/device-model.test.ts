import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { OAuthError } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type DeviceCodes, deviceClient, deviceCodes, poll, told } from '../support/device.js'
import { type RegisteredClient, register } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

/**
 * Two devices ask, two people enter codes, approve and refuse in any order, from any number of clicks, while time passes. A small model
 * says what each of them has to be told.
 */
const life = 600
const people = ['alice', 'bob'] as const
type Person = (typeof people)[number]
type Decision = 'approved' | 'denied'

interface Device {
  readonly codes: DeviceCodes
  readonly endsAt: number
  claimedBy: Person | null
  decision: Decision | null
  /** The device was told that the time is over. */
  closed: boolean
  redeemed: boolean
  polledAt: number | null
  slowed: number
}

interface World {
  readonly box: TestProvider
  readonly client: RegisteredClient
  readonly devices: readonly Device[]
  readonly cookies: ReadonlyMap<Person, string>
}

type Step =
  | { readonly kind: 'poll'; readonly device: number }
  | { readonly kind: 'claim' | 'approve' | 'deny'; readonly device: number; readonly person: Person }
  | { readonly kind: 'wait'; readonly seconds: number }

const intervalOf = ({ slowed }: Device) => Math.min(5 + 5 * slowed, 60)

/** RFC 8628 section 3.5, and what SPEC adds to it. */
function predictPoll(device: Device, now: number): string {
  if (device.redeemed) return '400 invalid_grant'
  if (device.decision === 'denied') return '400 access_denied'
  if (device.decision === 'approved') {
    if (now >= device.endsAt + 2 * intervalOf(device)) return '400 expired_token'
    device.redeemed = true
    return '200'
  }
  if (device.closed || now >= device.endsAt) {
    device.closed = true
    return '400 expired_token'
  }
  const tooSoon = device.polledAt !== null && now < device.polledAt + intervalOf(device)
  device.polledAt = now
  if (tooSoon) device.slowed = Math.min(device.slowed + 1, 11)
  return tooSoon ? '400 slow_down' : '400 authorization_pending'
}

function predictClaim(device: Device, person: Person, now: number): string {
  if (device.claimedBy === person) return 'claimed'
  if (device.claimedBy !== null) return 'user_code.taken'
  if (now >= device.endsAt) return 'user_code.expired'
  device.claimedBy = person
  return 'claimed'
}

function predictDecision(device: Device, person: Person, decision: Decision, now: number): string {
  if (device.claimedBy !== person) return 'no page'
  if (device.decision === decision) return decision
  if (device.decision !== null) return 'no page'
  if (device.closed || now >= device.endsAt) return 'no page'
  device.decision = decision
  return decision
}

const requestOf = ({ cookies }: Pick<World, 'cookies'>, person: Person) =>
  new Request('https://app.example/oauth/device', { headers: { 'x-user': person, cookie: cookies.get(person) ?? '' } })

const reasonOf = (error: unknown): string => {
  if (error instanceof OAuthError) return error.reason
  throw error
}

async function claim(world: World, { codes }: Device, person: Person): Promise<string> {
  const { device } = world.box.provider
  const request = requestOf(world, person)
  const { step, view } = await device.read(request, request, '')
  if (step !== 'code') throw new Error(step)
  return device.claim(request, request, codes.user_code, { csrf: view.csrf }).then(() => 'claimed', reasonOf)
}

/** Decides on the page if there is one, twice as fast as it can be. */
async function decide(world: World, { codes }: Device, person: Person, decision: Decision): Promise<string> {
  const { device } = world.box.provider
  const request = requestOf(world, person)
  const { step, view } = await device.read(request, request, codes.user_code)
  if (step === 'done') return view.outcome === (decision === 'approved' ? 'device' : 'denied') ? decision : 'no page'
  if (step === 'code') return 'no page'
  const approval = {
    csrf: view.csrf,
    scope: ['project:read'],
    projects: [person === 'alice' ? 'alpha' : 'gamma'],
    keepAlive: true,
  }
  const act = () =>
    decision === 'approved'
      ? device.approve(request, request, codes.user_code, approval)
      : device.deny(request, request, codes.user_code, view)
  const both = await Promise.all([act(), act()])
  return both.map((one) => ('decision' in one ? one.decision : one.problem)).join() === `${decision},${decision}`
    ? decision
    : JSON.stringify(both)
}

async function take(world: World, step: Step): Promise<{ readonly seen: string; readonly expected: string }> {
  const { box, client, devices } = world
  if (step.kind === 'wait') {
    box.clock.advance(step.seconds)
    return { seen: '', expected: '' }
  }
  const device = devices[step.device]!
  const now = box.clock.now()
  switch (step.kind) {
    case 'poll':
      return { expected: predictPoll(device, now), seen: told(await poll(box, client, device.codes.device_code)) }
    case 'claim':
      return { expected: predictClaim(device, step.person, now), seen: await claim(world, device, step.person) }
    default: {
      const decision = step.kind === 'approve' ? 'approved' : 'denied'
      const expected = predictDecision(device, step.person, decision, now)
      return { expected, seen: await decide(world, device, step.person, decision) }
    }
  }
}

/** Everything that was told is in the log, once. */
function logged({ box, devices }: World) {
  const count = (type: string) => box.events.filter((event) => event.type === type).length
  const seen = [count('device.approved'), count('grant.created'), count('device.denied'), count('token.issued')]
  const approved = devices.filter(({ decision }) => decision === 'approved').length
  const denied = devices.filter(({ decision }) => decision === 'denied').length
  return { seen, expected: [approved, approved, denied, devices.filter(({ redeemed }) => redeemed).length] }
}

async function newWorld(): Promise<World> {
  const box = testProvider()
  const client = await register(box, deviceClient)
  const cookies = new Map<Person, string>()
  for (const person of people) {
    const request = requestOf({ cookies }, person)
    const { cookie } = await box.provider.device.read(request, request, '')
    cookies.set(person, cookie?.split(';')[0] ?? '')
  }
  const devices: Device[] = []
  for (let n = 0; n < 2; n += 1)
    devices.push({
      codes: await deviceCodes(box, client),
      endsAt: box.clock.now() + life,
      claimedBy: null,
      decision: null,
      closed: false,
      redeemed: false,
      polledAt: null,
      slowed: 0,
    })
  return { box, client, devices, cookies }
}

const device = fc.nat(1)
const person = fc.constantFrom(...people)
const ofPerson = <Kind extends 'claim' | 'approve' | 'deny'>(kind: Kind) =>
  fc.record({ kind: fc.constant(kind), device, person })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('poll' as const), device }) },
  { weight: 3, arbitrary: ofPerson('claim') },
  { weight: 2, arbitrary: ofPerson('approve') },
  { weight: 1, arbitrary: ofPerson('deny') },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) },
        { weight: 1, arbitrary: fc.integer({ min: 20, max: life }) },
        { weight: 1, arbitrary: fc.constantFrom(life - 1, life, life + 9) },
      ),
    }),
  },
)

const story = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
  const world = await newWorld()
  for (const one of steps)
    for (const outcome of [await take(world, one), logged(world)])
      if (!isDeepStrictEqual(outcome.seen, outcome.expected))
        throw new Error(JSON.stringify({ after: one, ...outcome }))
})

describe('the life of a device code', () => {
  it('DEV-05 … DEV-08 DEV-15 … DEV-17 S-213 … S-215 goes as designed, whatever is done in whatever order', async () => {
    const { counterexample, errorInstance } = await fc.check(story, { numRuns: 200 })
    expect({ counterexample, errorInstance }).toEqual({ counterexample: null, errorInstance: null })
  }, 300_000)
})
