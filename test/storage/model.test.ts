import * as fc from 'fast-check'
import {
  type Change,
  type Client,
  type ClientId,
  change,
  type Grant,
  type GrantId,
  type ProjectId,
  type Purged,
  type Reach,
  type Storage,
  type Subject,
  type Timestamp,
  type Token,
  type TokenDigest,
} from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { sampleClient, sampleEvent, sampleGrant, sampleToken } from 'grantor/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'

/** The few records that all commits of one history are about, so that they get in each other's way. */
interface World {
  readonly clients: readonly ClientId[]
  readonly grants: readonly GrantId[]
  readonly tokens: readonly TokenDigest[]
  readonly projects: readonly ProjectId[]
  readonly subject: Subject
}

function newWorld(): World {
  const id = crypto.randomUUID()
  return {
    clients: [0, 1].map((n) => `client-${n}-${id}` as ClientId),
    grants: [0, 1, 2].map((n) => `grant-${n}-${id}` as GrantId),
    tokens: [0, 1, 2, 3].map((n) => `token-${n}-${id}` as TokenDigest),
    projects: [0, 1].map((n) => `project-${n}-${id}` as ProjectId),
    subject: `user-${id}` as Subject,
  }
}

const now = Math.floor(Date.now() / 1000) + 100_000
const time = fc.nat(5).map((n) => (now + n * 1000) as Timestamp)
const index = (count: number) => fc.nat(count - 1)

/** A reach by name, because what it names depends on the world. */
const reachOf = ({ projects }: World, [scope, named]: readonly [number, number]): Reach => ({
  scope: [['a', 'b'], ['a'], []][scope]!,
  projects: ([[projects[0]!], [projects[0]!, projects[1]!], [], 'all'] as const)[named]!,
})
const reach = fc.tuple(index(3), index(4))

/** A step does little, or it would nearly always be refused. */
const doing = <Deed extends string>(...deeds: readonly Deed[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...deeds) },
  )

const aboutToken = fc.record({
  does: doing('redeem', 'insert'),
  grant: fc.option(index(3)),
  client: index(2),
  at: time,
  note: fc.string({ unit: 'grapheme', maxLength: 8 }),
  value: fc.jsonValue({ maxDepth: 2 }),
})
const aboutGrant = fc.record({
  does: doing('insert', 'extend', 'narrow', 'narrow', 'revoke'),
  client: index(2),
  at: time,
  from: reach,
  to: reach,
})
const aboutClient = fc.record({
  does: doing('insert', 'update'),
  version: fc.integer({ min: 1, max: 4 }),
  value: fc.jsonValue({ maxDepth: 2 }),
})
const step = fc.record({
  tokens: fc.tuple(aboutToken, aboutToken, aboutToken, aboutToken),
  grants: fc.tuple(aboutGrant, aboutGrant, aboutGrant),
  clients: fc.tuple(aboutClient, aboutClient),
  purge: fc.option(time, { freq: 6 }),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The change that a step stands for in this world. */
function changeOf(world: World, { tokens, grants, clients }: Step): Change {
  const on = <About extends { readonly does: string }, T>(
    all: readonly About[],
    does: string,
    make: (about: About, n: number) => T,
  ) => all.flatMap((about, n) => (about.does === does ? [make(about, n)] : []))
  const client = (about: (typeof clients)[number], n: number): Client =>
    sampleClient({
      id: world.clients[n]!,
      secrets: [],
      createdAt: now as Timestamp,
      version: about.version,
      metadata: { value: about.value } as Client['metadata'],
    })
  const token = (about: (typeof tokens)[number], n: number): Token =>
    sampleToken(null, {
      digest: world.tokens[n]!,
      grantId: about.grant === null ? null : world.grants[about.grant]!,
      clientId: world.clients[about.client]!,
      expiresAt: about.at,
      data: { value: about.value } as Token['data'],
    })
  const grant = (about: (typeof grants)[number], n: number): Grant =>
    sampleGrant({
      id: world.grants[n]!,
      clientId: world.clients[about.client]!,
      subject: world.subject,
      expiresAt: about.at,
      ...reachOf(world, about.from),
    })
  return change({
    redeem: on(tokens, 'redeem', ({ at, note }, n) => ({ digest: world.tokens[n]!, at, note })),
    extend: on(grants, 'extend', ({ at }, n) => ({ grantId: world.grants[n]!, expiresAt: at })),
    revoke: on(grants, 'revoke', ({ at }, n) => ({ grantId: world.grants[n]!, at })),
    narrow: on(grants, 'narrow', ({ from, to }, n) => ({
      grantId: world.grants[n]!,
      from: reachOf(world, from),
      to: reachOf(world, to),
    })),
    update: on(clients, 'update', client),
    clients: on(clients, 'insert', client),
    grants: on(grants, 'insert', grant),
    tokens: on(tokens, 'insert', token),
    events: [sampleEvent({ subject: world.subject })],
  })
}

/** What there is before the first step. */
function beginning({ clients, grants, tokens, subject, projects }: World): Change {
  const grant = sampleGrant({ id: grants[0]!, subject, clientId: clients[0]!, projects, scope: ['a', 'b'] })
  const token = sampleToken(grant, { digest: tokens[0]! })
  return change({ clients: [sampleClient({ id: clients[0]! })], grants: [grant], tokens: [token] })
}

/** Everything that a storage says about a world. */
async function seen(storage: Storage, world: World) {
  const page = { limit: 100 }
  return {
    clients: await Promise.all(world.clients.map((id) => storage.findClient(id))),
    grants: await Promise.all(world.grants.map((id) => storage.findGrant(id))),
    tokens: await Promise.all(world.tokens.map((digest) => storage.findToken(digest))),
    bySubject: await storage.listGrants({ subject: world.subject }, page),
    byClient: await Promise.all(world.clients.map((clientId) => storage.listGrants({ clientId }, page))),
    byProject: await Promise.all(world.projects.map((projectId) => storage.listGrants({ projectId }, page))),
    events: await storage.listEvents({ subject: world.subject }, page),
  }
}

/** Clients and events of the world are not old enough to go, and others' may be. */
const everythingBefore = (expiredBefore: Timestamp) => ({
  expiredBefore,
  unusedClientsBefore: null,
  eventsBefore: null,
  limit: 500,
})

const { memory: _, ...others } = databases

describe.each(Object.entries(others))('%s', (name, open) => {
  const model = memoryStorage()
  const expiresItself = name === 'redis'
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('answers every history of commits as the model in memory does', async () => {
    const outcomes = { made: 0, refused: 0 }
    const run = async (storage: Storage, world: World, changes: readonly (readonly [Change, Timestamp | null])[]) => {
      const answers: (boolean | Purged)[] = []
      for (const [next, purge] of changes) {
        answers.push(await storage.commit(next))
        if (purge !== null) answers.push(await storage.purge(everythingBefore(purge)))
      }
      return { answers, seen: await seen(storage, world) }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 20 }), async (steps) => {
        const world = newWorld()
        const changes = [
          [beginning(world), null] as const,
          ...steps.map((one) => [changeOf(world, one), expiresItself ? null : one.purge] as const),
        ]
        const expected = await run(model, world, changes)
        expect(await run(database.storage, world, changes)).toEqual(expected)
        outcomes.made += expected.answers.filter((answer) => answer === true).length
        outcomes.refused += expected.answers.filter((answer) => answer === false).length
      }),
      { numRuns: 50 },
    )
    expect(outcomes.made).toBeGreaterThan(50)
    expect(outcomes.refused).toBeGreaterThan(50)
  }, 300_000)
})
