import type { ClientId, Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { call, connect, refresh, revoke, send } from '../support/flow.js'
import { editClient, type TestProvider, testProvider } from '../support/provider.js'

const box = testProvider()
const metadata = 'https://app.example/.well-known/oauth-protected-resource/api'
const at = (site: TestProvider, authorization: string | undefined, path = '/api/projects/alpha/items') =>
  send(site, path, authorization === undefined ? {} : { headers: { authorization } })
const challengeOf = (answer: { readonly headers: Headers }) => answer.headers.get('www-authenticate')

describe('a request without a token', () => {
  it.each([
    ['RS-01 no Authorization', undefined],
    ['RS-02 Basic', 'Basic YTpi'],
    ['RS-02 another scheme', 'DPoP abc'],
    ['RS-02 a scheme that only begins alike', 'Bearerish abc'],
  ])('%s: 401, where to go, and no error', async (_name, authorization) => {
    const answer = await at(box, authorization)
    expect(answer.status).toBe(401)
    expect(challengeOf(answer)).toBe(`Bearer resource_metadata="${metadata}", scope="project:read"`)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.text).not.toMatch(/invalid_token|expired|revoked/)
  })

  it('RS-05 S-167 a token in the query or the body is no token', async () => {
    const { tokens } = await connect(box)
    const query = await send(box, `/api/projects/alpha/items?access_token=${tokens.access_token}`)
    expect([query.status, challengeOf(query)?.includes('error')]).toEqual([401, false])
    const body = new URLSearchParams({ access_token: tokens.access_token })
    expect((await send(box, '/api/projects/alpha/items', { method: 'POST', body })).status).toBe(401)
    const cookie = `access_token=${tokens.access_token}`
    expect((await send(box, '/api/projects/alpha/items', { headers: { cookie } })).status).toBe(401)
  })

  it('PRM-10 22.1 names the document of the resource that was asked, on its own origin', async () => {
    expect(challengeOf(await at(box, undefined, '/mcp'))).toBe(
      'Bearer resource_metadata="https://app.example/.well-known/oauth-protected-resource/mcp", scope="project:read"',
    )
    expect((await send(box, metadata)).status).toBe(200)
  })

  it('RS-19 is never redirected to a login', async () => {
    const answer = await send(box, '/api/projects/alpha/items', { headers: { accept: 'text/html' } })
    expect([answer.status, answer.headers.get('location')]).toEqual([401, null])
  })
})

describe('a request with a token', () => {
  it('RS-17 passes, with everything the host needs to know', async () => {
    const { client, tokens } = await connect(box)
    const answer = await at(box, `Bearer ${tokens.access_token}`)
    expect(answer.body).toEqual({
      subject: 'alice',
      clientId: client.client_id,
      grantId: expect.stringMatching(/^grant_/),
      accountId: 'acme',
      projects: ['alpha'],
      scope: ['project:read', 'project:write'],
      resource: [box.api],
      expiresAt: box.clock.now() + 3_600,
      authenticatedAt: box.clock.now(),
      acr: null,
    })
    expect(answer.headers.get('cache-control')).toBe('private')
  })

  it('RS-02 whatever the letter case of the scheme', async () => {
    const { tokens } = await connect(box)
    for (const scheme of ['bearer', 'BEARER', 'BeArEr'])
      expect((await at(box, `${scheme} ${tokens.access_token}`)).status).toBe(200)
  })

  it.each([
    ['nothing after the scheme', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['S-168 two tokens', 'Bearer a, Bearer b'],
    ['two words', 'Bearer a b'],
    ['characters that no token has', 'Bearer {a}'],
  ])('RS-03 %s is 400 invalid_request with a challenge', async (_name, authorization) => {
    const answer = await at(box, authorization)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    expect(challengeOf(answer)).toMatch(/^Bearer error="invalid_request".*resource_metadata="/)
  })

  it.each<readonly [string, (tokens: { access_token: string; refresh_token: string }) => string]>([
    ['rubbish', () => 'rubbish'],
    [
      'a token with a wrong checksum',
      ({ access_token }) => `${access_token.slice(0, -1)}${access_token.endsWith('A') ? 'B' : 'A'}`,
    ],
    ['a token in other letters', ({ access_token }) => access_token.toUpperCase()],
    ['S-119 a refresh token', ({ refresh_token }) => refresh_token],
    ['another provider’s token', () => 'other_at_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a JWT', () => 'eyJhbGciOiJub25lIn0.e30.'],
  ])('RS-04 RS-18 %s is 401 invalid_token', async (_name, token) => {
    const { tokens } = await connect(box)
    const answer = await at(box, `Bearer ${token(tokens)}`)
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token'])
    expect(challengeOf(answer)).toMatch(
      /^Bearer error="invalid_token", error_description="[^"]+", scope="project:read"/,
    )
    expect(challengeOf(answer)).toContain(`resource_metadata="${metadata}"`)
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  it('RS-04 S-166 lives until the second it expires', async () => {
    const site = testProvider()
    const { tokens } = await connect(site)
    site.clock.advance(3_599)
    expect((await call(site, tokens.access_token)).status).toBe(200)
    site.clock.advance(1)
    expect((await call(site, tokens.access_token)).body.error).toBe('invalid_token')
  })

  it.each([
    ['has expired before it', { expiresAt: 1 as Timestamp }],
    ['was revoked', { revokedAt: 1 as Timestamp }],
    ['is gone', null],
  ])('RS-04 is worth nothing when its grant %s, whatever it says itself', async (_name, edit) => {
    const { tokens } = await connect(box)
    const altered = testProvider({
      storage: {
        ...box.storage,
        async findToken(digest) {
          const found = await box.storage.findToken(digest)
          return found?.grant ? { ...found, grant: edit && { ...found.grant, ...edit } } : found
        },
      },
    })
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect((await call(altered, tokens.access_token)).body.error).toBe('invalid_token')
  })

  it('RS-04 S-175 is dead the moment it, its grant or its client ends', async () => {
    const [token, grant, gone, disabled] = [
      await connect(box),
      await connect(box),
      await connect(box),
      await connect(box),
    ]
    await revoke(box, token.client, token.tokens.access_token)
    await box.provider.grants.revokeAll({ clientId: grant.client.client_id as ClientId })
    await editClient(box, gone.client, () => ({ revokedAt: 1 as Timestamp }))
    await editClient(box, disabled.client, () => ({ disabledAt: 1 as Timestamp }))
    const answers = await Promise.all(
      [token, grant, gone, disabled].map(({ tokens }) => call(box, tokens.access_token)),
    )
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual(answers.map(() => [401, 'invalid_token']))
  })

  it('RS-07 S-160 S-161 S-162 for another resource is 401, however alike they are spelt', async () => {
    const resources = Object.fromEntries(
      ['mcp', 'mc', 'mcp2', 'mcp/', 'MCP', 'mcp/deeper'].map((path) => [`https://app.example/${path}`, { name: path }]),
    )
    const site = testProvider({ resources })
    const { tokens } = await connect(site, { params: { resource: 'https://app.example/mcp' } })
    const passes = async (resource: string) => {
      const request = new Request(resource, { headers: { authorization: `Bearer ${tokens.access_token}` } })
      return (await site.provider.guard({ resource })(request, request)).ok
    }
    const passed = await Promise.all(Object.keys(resources).map(async (one) => ((await passes(one)) ? one : null)))
    expect(passed.filter((one) => one !== null)).toEqual(['https://app.example/mcp'])
  })

  it('RS-07 RI-C5 goes on when the host adds or drops the slash at the end of a resource', async () => {
    const { tokens } = await connect(box)
    const respelt = testProvider({
      storage: box.storage,
      resources: { 'https://app.example/api/': { name: 'Acme API' } },
    })
    const request = new Request(`${box.origin}/api/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect((await respelt.provider.guard()(request, request)).ok).toBe(true)
  })

  it('RS-06 22.1 too weak is 403 with the scope that is needed', async () => {
    const { tokens } = await connect(box, { params: { scope: 'project:read' } })
    const answer = await call(box, tokens.access_token, undefined, { method: 'POST' })
    expect([answer.status, answer.body.error]).toEqual([403, 'insufficient_scope'])
    const challenge = challengeOf(answer)
    expect(challenge).toMatch(/^Bearer error="insufficient_scope", error_description="[^"]*project:write[^"]*"/)
    expect(challenge).toContain(`scope="project:write", resource_metadata="${metadata}"`)
  })

  it('RS-06 for another project is 403, not 401: the token itself is good', async () => {
    const { tokens } = await connect(box)
    const answer = await call(box, tokens.access_token, '/api/projects/beta/items')
    expect([answer.status, answer.body.error]).toEqual([403, 'insufficient_scope'])
    expect(challengeOf(answer)).toContain('resource_metadata=')
  })

  it('RS-16 a broader scope will do for a narrower one', async () => {
    const { tokens } = await connect(box, { params: { scope: 'project:admin' }, changes: { scope: 'project:admin' } })
    expect(tokens.scope).toBe('project:admin')
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect((await call(box, tokens.access_token, undefined, { method: 'DELETE' })).status).toBe(200)
  })

  it('RS-15 is judged each time, not once for a connection', async () => {
    const { client, tokens } = await connect(box)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    await revoke(box, client, tokens.access_token)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })
})

describe('the options of a guard', () => {
  const withToken = async (site: TestProvider) => {
    const { tokens } = await connect(site)
    return (path: string) =>
      new Request(`${site.origin}${path}`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  }

  it('without any, any live token of the resource will do', async () => {
    const request = (await withToken(box))('/api/anything')
    expect((await box.provider.guard()(request, request)).ok).toBe(true)
  })

  it('may name several scopes; all of them are needed', async () => {
    const request = (await withToken(box))('/api')
    const pass = await box.provider.guard({ scope: ['project:read', 'project:write'] })(request, request)
    expect(pass.ok).toBe(true)
    const result = await box.provider.guard({ scope: ['project:read', 'project:admin'] })(request, request)
    expect(result).toMatchObject({
      ok: false,
      response: {
        status: 403,
        headers: { 'www-authenticate': expect.stringContaining('scope="project:read project:admin"') },
      },
    })
  })

  it('find the resource by the longest path that the request is below', async () => {
    const site = testProvider({
      resources: { 'https://app.example/api': { name: 'API' }, 'https://app.example/api/v2': { name: 'API 2' } },
    })
    const challenge = async (path: string) => {
      const request = new Request(`${site.origin}${path}`)
      return JSON.stringify(await site.provider.guard()(request, request))
    }
    expect(await challenge('/api/v2/items')).toContain('oauth-protected-resource/api/v2')
    expect(await challenge('/api/v20')).toContain('oauth-protected-resource/api\\"')
    expect(await challenge('/api')).toContain('oauth-protected-resource/api\\"')
  })

  it('a request below none of the resources is a mistake of the host: 500, told to the host', async () => {
    const site = testProvider()
    const request = new Request(`${site.origin}/elsewhere`)
    const result = await site.provider.guard()(request, request)
    expect(result).toMatchObject({ ok: false, response: { status: 500 } })
    expect(site.errors).toMatchObject([{ message: expect.stringContaining('below none of the configured resources') }])
  })

  it('that name what there is not are refused at boot', () => {
    expect(() => box.provider.guard({ resource: 'https://app.example/unknown' })).toThrow(/not configured/)
    expect(() => box.provider.guard({ scope: 'unknown' as 'project:read' })).toThrow(/not configured/)
  })

  it('a hook that throws lets nobody in', async () => {
    const site = testProvider()
    const guard = site.provider.guard({
      resource: site.api,
      project: () => {
        throw new Error('no such route')
      },
    })
    const request = (await withToken(site))('/api')
    expect(await guard(request, request)).toMatchObject({ ok: false, response: { status: 500 } })
  })
})

describe('Access.allows', () => {
  it('answers for scopes and projects, implied scopes included', async () => {
    const site = testProvider()
    site.host.entitle('alice', 'beta', ['project:read'])
    const { tokens } = await connect(site, { changes: { project: ['alpha', 'beta'], scope: 'project:write' } })
    const request = new Request(site.api, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const result = await site.provider.guard()(request, request)
    if (!result.ok) throw new Error('refused')
    const { access } = result
    const asked = [
      access.allows('project:read'),
      access.allows(['project:read', 'project:write']),
      access.allows('project:admin'),
      access.allows('project:write', 'alpha'),
      access.allows('project:read', 'beta'),
      access.allows('project:write', 'beta'),
      access.allows('project:read', 'gamma'),
      access.allows([], 'gamma'),
    ]
    expect(asked).toEqual([true, true, false, true, true, false, false, false])
  })
})
