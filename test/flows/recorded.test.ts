import { createHash, randomBytes } from 'node:crypto'
import { memoryStorage } from 'grantor/storage/memory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.js'
import { type Answer, responseOf, send } from '../support/flow.js'
import { type App, startApp } from './support/app.js'
import { distinct, parallel } from './support/grants.js'
import { browser as inBrowser, type Pairs, type RecordedClient } from './support/recorded-client.js'
import { codexWithoutResource, recordedClients } from './support/recorded-clients.js'

interface Registered {
  readonly id: string
  readonly secret: string | undefined
  readonly answer: Readonly<Record<string, unknown>>
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Sends what a client sends, byte for byte as far as HTTP lets one. */
function replay(app: App, { headers, ...recorded }: RecordedClient) {
  const mcp = `${app.provider.issuer}/mcp`

  async function register(): Promise<Registered> {
    if (recorded.manual) {
      const { client, secret } = await app.provider.clients.register(recorded.registration)
      return { id: client.id, secret: secret ?? undefined, answer: client.metadata }
    }
    const { status, body } = await send(app, '/oauth/register', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(recorded.registration),
    })
    expect(status).toBe(201)
    return { id: String(body.client_id), secret: body.client_secret as string | undefined, answer: body }
  }

  function token({ id, secret = '' }: Registered, form: Pairs): Promise<Answer> {
    const pair = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    const shown: Pairs = {
      none: [['client_id', id]] as const,
      post: [['client_id', id] as const, ['client_secret', secret] as const],
      basic: [],
      'basic beside client_id': [['client_id', id]] as const,
    }[recorded.authentication]
    return send(app, '/oauth/token', {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded',
        ...(recorded.authentication.startsWith('basic') && { authorization: pair }),
      },
      body: new URLSearchParams([...form, ...shown].map(([name, value]) => [name, value])).toString(),
    })
  }

  return {
    mcp,
    register,
    /** A navigation, whatever else the client does by itself: the person approves the project alpha. */
    async authorize({ id }: Registered, browser: Browser, redirectUri = recorded.redirectUri) {
      const verifier = randomBytes(32).toString('base64url')
      const state = randomBytes(16).toString('base64url')
      const query: Pairs = [
        ['response_type', 'code'],
        ['client_id', id],
        ['redirect_uri', redirectUri],
        ['code_challenge', sha256(verifier)],
        ['code_challenge_method', 'S256'],
        ['state', state],
        ...recorded.authorization(mcp),
      ]
      const search = new URLSearchParams(query.map(([name, value]) => [name, value]))
      return { page: await browser.open(`/oauth/authorize?${search}`), verifier, state }
    },
    exchange: (client: Registered, code: string, verifier: string) =>
      token(client, [
        ['grant_type', 'authorization_code'],
        ['code', code],
        ['code_verifier', verifier],
        ...recorded.exchange(mcp, recorded.redirectUri),
      ]),
    refresh: (client: Registered, refreshToken: unknown) =>
      token(client, [
        ['grant_type', 'refresh_token'],
        ['refresh_token', String(refreshToken)],
        ...(recorded.refresh?.(mcp) ?? []),
      ]),
    call: (accessToken?: unknown) =>
      send(app, '/mcp', {
        method: 'POST',
        headers: {
          ...headers,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      }),
    document: (path: string) => send(app, path, { headers }),
  }
}

describe('requests of well-known clients, over HTTP', () => {
  let app: App
  let alice: Browser

  beforeAll(async () => {
    app = await startApp({ storage: memoryStorage() })
    alice = openBrowser(app)
    await signIn(alice, 'alice')
  })

  afterAll(() => app?.close())

  /** Through the whole life of a connection, as this client has it. */
  async function live(at: App, browser: Browser, recorded: RecordedClient) {
    const as = replay(at, recorded)
    const client = await as.register()
    expect(client.answer).toMatchObject({ redirect_uris: recorded.registration.redirect_uris, ...recorded.registered })
    expect(client.secret === undefined).toBe(recorded.authentication === 'none')

    const { page, verifier, state } = await as.authorize(client, browser)
    const decision = { decision: 'approve', project: 'alpha' }
    const left = await browser.submit(page, decision, ['decision', 'approve'])
    expect(left.url.startsWith(`${recorded.redirectUri}?`)).toBe(true)
    const response = responseOf(left.url)
    expect([response.get('state'), response.get('iss'), response.get('error')]).toEqual([
      state,
      at.provider.issuer,
      null,
    ])

    const first = await as.exchange(client, response.get('code') ?? '', verifier)
    expect([first.status, first.body.scope]).toEqual([200, recorded.scope])
    expect((await as.call(first.body.access_token)).status).toBe(200)
    expect('refresh_token' in first.body).toBe(recorded.refresh !== null)
    return { as, client, first }
  }

  it.each(recordedClients.map((recorded) => [recorded.client, recorded] as const))(
    '19.12 %s registers, connects and calls',
    async (_, recorded) => {
      const { first } = await live(app, alice, recorded)
      expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
    },
  )

  it.each(
    recordedClients.filter(({ refresh }) => refresh !== null).map((recorded) => [recorded.client, recorded] as const),
  )('19.12 %s refreshes, and goes on', async (_, recorded) => {
    const { as, client, first } = await live(app, alice, recorded)
    const answers = await parallel(recorded.refreshes ?? 1, () => as.refresh(client, first.body.refresh_token))
    expect(answers.map(({ status, body }) => [status, body.scope])).toEqual(answers.map(() => [200, recorded.scope]))
    expect(distinct(answers, 'refresh_token')).toHaveLength(1)
    expect((await as.call(answers[0]?.body.access_token)).status).toBe(200)
    const next = await as.refresh(client, answers[0]?.body.refresh_token)
    expect(next.status).toBe(200)
    expect((await as.call(next.body.access_token)).status).toBe(200)
  })

  it('19.12 RI-08 Codex names no resource, and gets the default', async () => {
    const { origin } = app
    const defaulting = await startApp({ storage: memoryStorage(), issuer: origin, defaultResource: [`${origin}/mcp`] })
    const browser = openBrowser(defaulting)
    await signIn(browser, 'alice')
    const { as, client, first } = await live(defaulting, browser, codexWithoutResource)
    expect((await as.refresh(client, first.body.refresh_token)).status).toBe(200)
    await defaulting.close()
  })

  it('19.12 RI-08 Codex names no resource where there are two and no default, and is told so', async () => {
    const as = replay(app, codexWithoutResource)
    const { page } = await as.authorize(await as.register(), alice)
    expect(page.status).toBeNull()
    expect(responseOf(page.url).get('error')).toBe('invalid_target')
  })

  it('19.12 CA-05 a client of the TypeScript SDK that was deleted hears invalid_client, and can register again', async () => {
    const recorded = recordedClients.find(({ authentication }) => authentication === 'basic')!
    const as = replay(app, recorded)
    const client = await as.register()
    const gone = await as.refresh({ ...client, id: 'client_that_was_deleted' }, 'anything')
    expect([gone.status, gone.body.error]).toEqual([401, 'invalid_client'])
    expect(gone.headers.get('www-authenticate')).toMatch(/^Basic /)
    expect((await as.register()).id).not.toBe(client.id)
  })

  const grok = recordedClients.find(({ client }) => client.startsWith('Grok'))!

  it('19.12 RS-01 PRM-02 Grok gets a challenge without error, and a document that names exactly what was typed', async () => {
    const as = replay(app, grok)
    const { status, headers } = await as.call()
    expect(status).toBe(401)
    const document = `${app.provider.issuer}/.well-known/oauth-protected-resource/mcp`
    expect(headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${document}", scope="project:read"`)
    expect((await as.document(document)).body.resource).toBe(as.mcp)
  })

  it('19.12 RED-21 Grok is not sent to its redirect URI without the slash', async () => {
    const as = replay(app, grok)
    const { page } = await as.authorize(await as.register(), alice, grok.redirectUri.slice(0, -1))
    expect([page.status, page.url.startsWith(app.origin)]).toEqual([400, true])
  })

  const vsCode = recordedClients.find(({ client }) => client.startsWith('VS Code'))!

  it('19.12 MD-14 PRM-06 VS Code can ask for every scope that the documents list', async () => {
    const as = replay(app, vsCode)
    const server = (await as.document('/.well-known/oauth-authorization-server')).body.scopes_supported
    const resource = (await as.document('/.well-known/oauth-protected-resource/mcp')).body.scopes_supported
    const listed = [...new Set([server, resource].flat())].join(' ')
    const everything: RecordedClient = {
      ...vsCode,
      authorization: (mcp) => [
        ['scope', listed],
        ['resource', mcp],
      ],
    }
    const { first } = await live(app, alice, everything)
    expect(first.body.scope).toBe('project:read project:write')
  })

  const inspector = recordedClients.find(({ headers }) => headers === inBrowser)!
  const exposed = 'access-control-expose-headers'

  it.each([
    ['GET', '/.well-known/oauth-protected-resource/mcp', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-protected-resource', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-authorization-server', 'mcp-protocol-version'],
    ['GET', '/.well-known/oauth-authorization-server/nobody-is-here', 'mcp-protocol-version'],
    ['POST', '/oauth/register', 'content-type,mcp-protocol-version'],
    ['POST', '/oauth/token', 'authorization,content-type,mcp-protocol-version'],
    ['POST', '/oauth/revoke', 'authorization,content-type,mcp-protocol-version'],
    ['POST', '/mcp', 'authorization,content-type,mcp-protocol-version,mcp-session-id,x-custom-auth'],
    ['GET', '/mcp', 'authorization,last-event-id,mcp-protocol-version'],
    ['DELETE', '/mcp', 'authorization,mcp-protocol-version'],
  ])('19.12 CORS-01 CORS-06 Inspector asks before it sends %s %s', async (method, path, asked) => {
    const { status, headers } = await send(app, path, {
      method: 'OPTIONS',
      headers: {
        origin: inBrowser.origin,
        'access-control-request-method': method,
        'access-control-request-headers': asked,
      },
    })
    const allowed = (headers.get('access-control-allow-headers') ?? '').toLowerCase().split(/, ?/)
    expect(status).toBe(204)
    expect(['*', inBrowser.origin]).toContain(headers.get('access-control-allow-origin'))
    expect(headers.get('access-control-allow-methods')).toContain(method)
    expect(allowed).toEqual(expect.arrayContaining(asked.split(',')))
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('19.12 CORS-02 CORS-03 Inspector may read every answer, refusals included', async () => {
    const as = replay(app, inspector)
    const client = await as.register()
    const answers = {
      document: await as.document('/.well-known/oauth-protected-resource/mcp'),
      missing: await as.document('/.well-known/oauth-protected-resource/elsewhere'),
      challenge: await as.call(),
      dead: await as.call('dead'),
      refused: await as.refresh(client, 'unknown'),
      stranger: await as.refresh({ ...client, id: 'nobody' }, 'unknown'),
    }
    const statuses = Object.values(answers).map(({ status }) => status)
    expect(statuses).toEqual([200, 404, 401, 401, 400, 401])
    for (const { headers, body } of Object.values(answers)) {
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(body).not.toEqual({})
    }
    for (const { headers } of [answers.challenge, answers.dead])
      expect(headers.get(exposed)).toMatch(/WWW-Authenticate/i)
  })

  it('19.12 CORS-04 Inspector cannot read the authorization endpoint, which is for navigations', async () => {
    const preflight = await send(app, '/oauth/authorize', {
      method: 'OPTIONS',
      headers: { origin: inBrowser.origin, 'access-control-request-method': 'GET' },
    })
    const fetched = await send(app, '/oauth/authorize?client_id=x', { headers: inBrowser })
    for (const { headers } of [preflight, fetched]) expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(fetched.status).toBe(400)
  })
})
