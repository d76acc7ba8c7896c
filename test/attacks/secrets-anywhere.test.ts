import { inspect } from 'node:util'
import * as fc from 'fast-check'
import type { AuditEvent } from 'grantor'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { openEars } from '../support/ears.js'
import {
  approve,
  authorizationUrl,
  authorize,
  basic,
  type Connection,
  call,
  confidentialClient,
  connect,
  decide,
  type Params,
  post,
  publicClient,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'
import { followContexts, openTelemetry } from '../telemetry/opentelemetry.js'

/** Everything a run goes by. */
interface World {
  readonly box: TestProvider
  readonly secrets: ReadonlySet<string>
  readonly connections: Connection[]
}

/** One thing that somebody does, right or wrong. */
type Step = (world: World) => Promise<unknown>

const pick = <T>(items: Iterable<T>, at: number): T | undefined => {
  const all = [...items]
  return all[at % Math.max(1, all.length)]
}

const fields =
  'grant_type client_id client_secret code refresh_token token redirect_uri code_verifier scope resource state prompt request'.split(
    ' ',
  )

/** Any secret that was ever handed out, in any parameter, the right one and all the wrong ones. */
const misplaced = fc
  .dictionary(fc.constantFrom(...fields), fc.nat(), { maxKeys: 4 })
  .map((places) => ({ secrets }: World): Params => {
    const entries = Object.entries(places).map(([name, at]) => [name, pick(secrets, at)] as const)
    return Object.fromEntries(entries)
  })

const grantType = fc.constantFrom('authorization_code', 'refresh_token', 'client_credentials', '')
const who = fc.nat()

const connected = fc
  .record({ metadata: fc.constantFrom(publicClient, confidentialClient), person: fc.constantFrom('alice', 'carol') })
  .map(
    ({ metadata, person }): Step =>
      async ({ box, connections }) => {
        connections.push(await connect(box, { metadata, person, changes: { scope: 'project:read', project: 'alpha' } }))
      },
  )

const asked = fc
  .record({ who, grant_type: grantType, params: misplaced, path: fc.constantFrom('/oauth/token', '/oauth/revoke') })
  .map(
    ({ who: at, grant_type, params, path }): Step =>
      async (world) => {
        const connection = pick(world.connections, at)
        if (!connection) return
        const { client, tokens, callback } = connection
        const right = {
          grant_type,
          client_id: client.client_id,
          refresh_token: tokens.refresh_token,
          code: callback.response.get('code') ?? undefined,
          code_verifier: callback.verifier,
          token: tokens.access_token,
        }
        await post(world.box, path, { ...right, client_secret: client.client_secret, ...params(world) })
      },
  )

const guessed = fc.record({ who, secret: fc.nat() }).map(
  ({ who: at, secret }): Step =>
    async ({ box, connections, secrets }) => {
      const id = pick(connections, at)?.client.client_id ?? 'client_x'
      const authorization = basic(id, pick(secrets, secret) ?? 'guess')
      await post(
        box,
        '/oauth/token',
        { grant_type: 'refresh_token', refresh_token: pick(secrets, secret + 1) },
        { authorization },
      )
    },
)

const called = fc.record({ secret: fc.nat(), project: fc.constantFrom('alpha', 'beta', '..') }).map(
  ({ secret, project }): Step =>
    ({ box, secrets }) =>
      call(box, pick(secrets, secret), `/api/projects/${project}/items`),
)

const decided = fc.record({ who, params: misplaced, decision: fc.constantFrom('approve', 'deny') }).map(
  ({ who: at, params, decision }): Step =>
    async (world) => {
      const connection = pick(world.connections, at)
      if (!connection) return
      const { browser, client } = connection
      await browser.open(authorizationUrl(client, 'v'.repeat(43), params(world)))
      const attempt = await authorize(browser, client, { prompt: 'consent' })
      await (decision === 'deny' ? decide(browser, attempt, 'deny') : approve(browser, attempt, { project: 'alpha' }))
    },
)

const stolen = fc.record({ who }).map(
  ({ who: at }): Step =>
    async ({ box, connections }) => {
      const victim = pick(connections, at)
      if (!victim) return
      const thief = openBrowser(box)
      await signIn(thief, 'bob')
      await thief.open(victim.callback.page.url)
    },
)

const waited = fc.constantFrom(1, 31, 3_601, 90_000).map(
  (seconds): Step =>
    async ({ box }) =>
      box.clock.advance(seconds),
)

const broken = fc
  .record({
    method: fc.constantFrom('findToken', 'commit', 'findClient'),
    when: fc.constantFrom('before', 'after'),
  } as const)
  .map(
    ({ method, when }): Step =>
      async ({ box }) =>
        void box.storage.inject({ method, when, how: 'throw' }),
  )

const reported = fc.record({ who, job: fc.jsonValue() }).map(
  ({ who: at, job }): Step =>
    async ({ box, connections }) => {
      const connection = pick(connections, at)
      const headers = { authorization: `Bearer ${connection?.tokens.access_token}` }
      const request = new Request(`${box.api}/jobs`, { headers })
      const result = await box.provider.guard()(request, request)
      if (result.ok) await result.access.audit('job.created', JSON.parse(JSON.stringify({ job })))
    },
)

const step = fc.oneof(
  { weight: 2, arbitrary: connected },
  { weight: 4, arbitrary: asked },
  guessed,
  called,
  decided,
  stolen,
  waited,
  broken,
  reported,
)

beforeAll(followContexts)

describe('21.9 whatever is done, right or wrong', () => {
  it('LOG-01 S-233 no secret is in an event, a refusal, an error, a span, a metric or the console', async () => {
    const said: string[] = []
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((channel) =>
      vi.spyOn(console, channel).mockImplementation((...args) => void said.push(inspect(args, { depth: 9 }))),
    )
    let heard = 0
    await fc.assert(
      fc.asyncProperty(connected, fc.array(step, { minLength: 4, maxLength: 14 }), async (first, steps) => {
        const ears = openEars()
        const otel = openTelemetry()
        const told: AuditEvent[] = []
        const refusals: unknown[] = []
        const box = testProvider({
          telemetry: otel.telemetry,
          onEvent: (event) => told.push(event),
          onRefusal: (refusal) => refusals.push(refusal),
          address: () => '192.0.2.7',
        })
        const world: World = { box: ears.listen(box), secrets: ears.secrets, connections: [] }
        // What goes wrong on the way is the attacker's to bear: only what is said of it counts.
        for (const one of [first, ...steps]) await one(world).catch(() => {})
        box.storage.heal()
        await box.provider.close()
        const stored = (await box.provider.audit.list({}, { limit: 10_000 })).items
        const spans = otel
          .spans()
          .map(({ name, attributes, status, events, links }) => [name, attributes, status, events, links])
        const everything = { depth: 20, maxArrayLength: null, maxStringLength: null }
        const places = {
          stored: JSON.stringify(stored),
          told: inspect(told, everything),
          refusals: inspect(refusals, everything),
          errors: inspect(box.errors, everything),
          spans: inspect(spans, everything),
          metrics: inspect(await otel.points(), everything),
          console: said.join('\n'),
        }
        await otel.close()
        heard += ears.secrets.size
        expect(ears.secrets.size).toBeGreaterThan(5)
        expect([told.length > 2, spans.length > 10]).toEqual([true, true])
        const leaks = Object.entries(places).map(([place, text]) => [place, ears.heardIn(text)])
        expect(leaks).toEqual(Object.keys(places).map((place) => [place, []]))
      }),
      { numRuns: 100 },
    )
    for (const spy of spies) spy.mockRestore()
    expect(heard).toBeGreaterThan(1_000)
  }, 300_000)
})
