import { describe, expect, it } from 'vitest'
import {
  approve,
  basic,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  post,
  publicClient,
  refresh,
  register,
  registration,
  send,
} from '../support/flow.js'
import { type TestOptions, testProvider } from '../support/provider.js'

const box = testProvider()

describe('21.3 21.4 somebody who is not the client', () => {
  it('S-075 ISS-05 at another issuer a code, a token and a client are unknown, and stay good at their own', async () => {
    const other = testProvider({ issuer: 'https://other.example' })
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    const { client } = callback
    const same = await register(other)
    expect((await exchange(other, callback)).body.error).toBe('invalid_client')
    expect((await exchange(other, { ...callback, client: same })).body.error).toBe('invalid_grant')
    const tokens = (await exchange(box, callback)).body as { access_token: string; refresh_token: string }
    expect((await refresh(other, same, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect((await call(other, tokens.access_token)).status).toBe(401)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('S-095 a thousand wrong secrets lock no client out', async () => {
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) =>
        post(box, '/oauth/token', params, { authorization: basic(client.client_id, `guess ${at}`) }),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it.each(['x-client-cert', 'x-ssl-client-cert', 'x-forwarded-client-cert', 'x-forwarded-user', 'remote-user'])(
    'S-104 %s from outside proves nothing',
    async (name) => {
      const { client, tokens } = await connect(box, { metadata: confidentialClient })
      const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id }
      const answer = await post(box, '/oauth/token', params, { [name]: client.client_id })
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    },
  )

  it('S-094 an unknown client takes about as long as a wrong secret', async () => {
    const known = await register(box, confidentialClient)
    const params = { grant_type: 'refresh_token', refresh_token: 'x' }
    const reads = async (id: string) => {
      box.storage.reset()
      await post(box, '/oauth/token', params, { authorization: basic(id, 'wrong') })
      return box.storage.trips()
    }
    expect(await reads('client_unknown')).toEqual(await reads(known.client_id))
  })
})

describe('21.6 21.7 what is no credential', () => {
  it('S-155 GEN-22 an id of ours is never a URL and never a person’s', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await register(box)).client_id))
    expect(new Set(ids).size).toBe(50)
    for (const id of ids) expect(id).toMatch(/^client_[\w-]{22}$/)
  })

  it('S-170 a scope is a word, not a part of one', async () => {
    const options = {
      scopes: { read: 'Read', readwrite: 'Both', files: 'Files', 'files:read': 'Read files' },
      projects: null,
      entitlements: () => ['read', 'files'],
      resources: { 'https://app.example/api': { name: 'API' } },
    }
    const site = testProvider(options as unknown as TestOptions)
    const attempt = await openAttempt(site, await register(site), { scope: 'read files' })
    const callback = await approve(attempt.browser, attempt, { project: null })
    const { access_token } = (await exchange(site, callback)).body
    const passes = async (scope: string) => {
      const request = new Request(site.api, { headers: { authorization: `Bearer ${access_token}` } })
      const result = await site.provider.guard({ scope: scope as 'project:read' })(request, request)
      return result.ok ? 200 : result.response.status
    }
    expect(await Promise.all(['read', 'files', 'readwrite', 'files:read'].map(passes))).toEqual([200, 200, 403, 403])
  })

  it('S-171 a session of a person, or of MCP, is no token', async () => {
    const { browser } = await connect(box)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const headers = { cookie, 'mcp-session-id': 'stolen', 'x-user': 'alice' }
    expect((await send(box, '/mcp', { headers })).status).toBe(401)
    expect((await send(box, '/api/projects/alpha/items', { headers })).status).toBe(401)
  })

  it('the secret of a client opens no API and is no refresh token', async () => {
    const { client } = await connect(box, { metadata: confidentialClient })
    expect((await call(box, client.client_secret)).status).toBe(401)
    expect((await refresh(box, client, client.client_secret)).body.error).toBe('invalid_grant')
  })
})

describe('21.6 a registration that wants more than it may', () => {
  const refused = async (metadata: unknown) => {
    const { status, body } = await registration(box, metadata)
    return [status, body.error]
  }

  it.each([
    ['S-133 a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['S-133 a private key', { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] } }],
    ['S-133 keys that are none', { jwks: { keys: 'x' } }],
    ['S-134 jwks_uri on http', { jwks_uri: 'http://a.example/jwks' }],
    ['S-134 jwks_uri on a private address', { jwks_uri: 'https://10.0.0.1/jwks' }],
    ['S-134 jwks_uri on the metadata service', { jwks_uri: 'https://169.254.169.254/jwks' }],
    ['S-134 jwks_uri on localhost', { jwks_uri: 'https://localhost/jwks' }],
    ['DCR-10 jwks and jwks_uri', { jwks: { keys: [] }, jwks_uri: 'https://a.example/jwks' }],
    ['DCR-08 a response type that is no code', { response_types: ['token'] }],
    ['DCR-11 a scope with a quote', { scope: 'a"b' }],
    ['a redirect URI too many', null],
  ])('%s: 400', async (_name, metadata) => {
    const many = Array.from({ length: 51 }, (_, at) => `https://a.example/${at}`)
    const body = metadata === null ? { ...publicClient, redirect_uris: many } : { ...publicClient, ...metadata }
    const [status, error] = await refused(body)
    expect([status, String(error)]).toEqual([400, expect.stringMatching(/^invalid_(?:client_metadata|redirect_uri)$/)])
  })

  it.each([
    ['S-135 a sector_identifier_uri is not fetched', { sector_identifier_uri: 'http://169.254.169.254/' }],
    ['S-132 a logo that is a script is dropped', { logo_uri: 'javascript:alert(1)' }],
    [
      'S-132 terms that are data are dropped',
      { tos_uri: 'data:text/html,x', policy_uri: 'data:,', client_uri: 'http://a' },
    ],
    ['S-131 a ceiling of its own is ignored', { policy: { scope: null }, trusted: true }],
  ])('%s', async (_name, metadata) => {
    const { status, body } = await registration(box, { ...publicClient, ...metadata })
    expect(status).toBe(201)
    expect(Object.keys(body).filter((name) => name in metadata)).toEqual([])
  })

  it('S-131 a sensitive scope in its metadata brings it nothing that a person does not give', async () => {
    const { tokens } = await connect(box, {
      metadata: { ...publicClient, scope: 'project:admin' },
      params: { scope: undefined },
    })
    expect(tokens.scope).toBe('project:read project:write')
  })

  it.each([
    ['an array', '[{"redirect_uris":["https://a.example/cb"]}]', 400],
    ['ten thousand levels', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400],
    ['__proto__', '{"__proto__":{"redirect_uris":["https://a.example/cb"]}}', 400],
    ['constructor', '{"constructor":{"prototype":{"trusted":true}},"redirect_uris":["https://a.example/cb"]}', 201],
    [
      'the same member twice: the last one counts, and is checked',
      '{"redirect_uris":["https://a.example/cb"],"redirect_uris":["javascript:x"]}',
      400,
    ],
    ['inherited members', '{"toString":"x","hasOwnProperty":1,"redirect_uris":["https://a.example/cb"]}', 201],
  ])('S-138 %s', async (_name, body, status) => {
    const answer = await send(box, '/oauth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(status)
    expect(({} as Record<string, unknown>).trusted).toBeUndefined()
    expect(answer.text).not.toContain('__proto__')
  })
})
