import type { ClientId, GrantId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  confidentialClient,
  connect,
  type Params,
  post,
  postAs,
  type RegisteredClient,
  refresh,
  register,
  revoke,
  send,
  tokensOf,
} from '../support/flow.js'
import { editClient, registerManually, type TestProvider, testProvider } from '../support/provider.js'

const resourceServer = {
  client_name: 'API server',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
}

const serverOf = (box: TestProvider, introspect: readonly string[] = [box.api], name = 'API server') =>
  registerManually(box, { ...resourceServer, client_name: name }, { policy: { introspect } })

const introspect = (box: TestProvider, server: RegisteredClient, token: string | undefined, params: Params = {}) =>
  postAs(box, '/oauth/introspect', server, { token, ...params })

const dead = (answer: Answer) => [answer.status, answer.text]
const inactive = [200, '{"active":false}']

describe('the introspection endpoint', () => {
  it('INT-04 INT-06 tells a resource server what a token for it is worth, and nobody may keep it', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { client, tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
    const answer = await introspect(box, server, tokens.access_token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const [grant] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
    const now = box.clock.now()
    expect(answer.body).toEqual({
      active: true,
      scope: 'project:read project:write',
      client_id: client.client_id,
      token_type: 'Bearer',
      iss: box.issuer,
      aud: [box.api],
      sub: 'alice',
      sub_type: 'user',
      iat: now,
      nbf: now,
      exp: now + 3_600,
      auth_time: now,
      jti: expect.any(String),
      grant_id: grant?.grant.id,
      account_id: 'acme',
      authorization_details: [
        { type: 'project', identifier: 'alpha' },
        { type: 'project', identifier: 'beta' },
      ],
      projects: ['alpha', 'beta'],
      project_scope: {},
    })
  })

  it('INT-04 tells where less is held', async () => {
    const box = testProvider()
    box.host.entitle('alice', 'beta', ['project:read'])
    const { tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
    const { body } = await introspect(box, await serverOf(box), tokens.access_token)
    expect(body).toMatchObject({ scope: 'project:read project:write', project_scope: { beta: 'project:read' } })
  })

  it('CC-03 tells a client that acts for itself from a person', async () => {
    const box = testProvider()
    const service = await registerManually(
      box,
      { ...resourceServer, client_name: 'Import' },
      { policy: { scope: ['project:read'], projects: ['alpha'] } },
    )
    const { access_token } = tokensOf(
      await postAs(box, '/oauth/token', service, { grant_type: 'client_credentials', resource: box.api }),
    )
    const { body } = await introspect(box, await serverOf(box), access_token)
    expect(body).toMatchObject({ sub: service.client_id, sub_type: 'client', client_id: service.client_id })
  })

  it.each<readonly [string, (box: TestProvider, token: string, client: RegisteredClient) => unknown]>([
    ['revoked', (box, token, client) => revoke(box, client, token)],
    ['expired', (box) => box.clock.advance(3_601)],
    [
      'of a grant that has ended',
      async (box, _token, client) => box.provider.grants.revokeAll({ clientId: client.client_id as ClientId }),
    ],
    ['of a disabled client', (box, _token, client) => box.provider.clients.disable(client.client_id as ClientId)],
    ['of a deleted client', (box, _token, client) => box.provider.clients.delete(client.client_id as ClientId)],
  ])('INT-03 says nothing of a token that is %s but that it is not active', async (_name, end) => {
    const box = testProvider()
    const server = await serverOf(box)
    const { client, tokens } = await connect(box)
    await end(box, tokens.access_token, client)
    expect(dead(await introspect(box, server, tokens.access_token))).toEqual(inactive)
  })

  it('INT-03 INT-07 S-225 nor of one for somebody else, of a refresh token, a code or nonsense', async () => {
    const box = testProvider()
    const server = await serverOf(box, [box.mcp])
    const { tokens, callback } = await connect(box)
    const code = callback.response.get('code') ?? ''
    for (const token of [tokens.access_token, tokens.refresh_token, code, 'nonsense', `${tokens.access_token}x`])
      expect(dead(await introspect(box, server, token))).toEqual(inactive)
  })

  it('INT-05 tells each of two what concerns it', async () => {
    const issuer = 'https://app.example'
    const resources = {
      [`${issuer}/api`]: { name: 'API', scope: ['project:write'] as const },
      [`${issuer}/mcp`]: { name: 'MCP', scope: ['project:read'] as const },
    }
    const box = testProvider({ resources })
    const { tokens } = await connect(box, { params: { resource: [box.api, box.mcp] } })
    const told = async (introspects: string, name: string) =>
      (await introspect(box, await serverOf(box, [introspects], name), tokens.access_token)).body
    expect(await told(box.mcp, 'MCP server')).toMatchObject({ aud: [box.mcp], scope: 'project:read' })
    expect(await told(box.api, 'API server')).toMatchObject({ aud: [box.api], scope: 'project:read project:write' })
  })

  it('a wrong hint changes nothing', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    const params = { token_type_hint: 'refresh_token' }
    expect((await introspect(box, await serverOf(box), tokens.access_token, params)).body.active).toBe(true)
  })
})

describe('who may ask', () => {
  it('INT-01 INT-02 S-224 no public client, no client without the right, and nobody without credentials', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const ordinary = await register(box, confidentialClient)
    const server = await serverOf(box)
    const params = { token: tokens.access_token }
    const answers = [
      await post(box, '/oauth/introspect', params),
      await introspect(box, client, tokens.access_token),
      await introspect(box, { ...server, client_secret: 'wrong' }, tokens.access_token),
      await post(box, '/oauth/introspect', { ...params, client_id: server.client_id }),
      await introspect(box, ordinary, tokens.access_token),
    ]
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual([
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [403, 'unauthorized_client'],
    ])
    for (const { text } of answers) expect(text).not.toContain('active')
  })

  it('S-224 no public client, whatever its record says', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    await editClient(box, client, () => ({ policy: { introspect: [box.api] } }))
    expect((await introspect(box, client, tokens.access_token)).status).toBe(401)
  })

  it('no resource server that is disabled', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { tokens } = await connect(box)
    await box.provider.clients.disable(server.client_id as ClientId)
    expect((await introspect(box, server, tokens.access_token)).status).toBe(403)
  })

  it('a policy names resources that exist', async () => {
    await expect(serverOf(testProvider(), ['https://app.example/other'])).rejects.toMatchObject({
      reason: 'client.policy',
    })
  })

  it('S-224 a client cannot ask for it when it registers itself', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    const client = await register(box, {
      ...confidentialClient,
      introspect: [box.api],
      policy: { introspect: [box.api] },
    })
    expect((await introspect(box, client, tokens.access_token)).status).toBe(403)
  })
})

describe('requests', () => {
  it('INT-06 GEN-04 GEN-05 are posts of forms with a token', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const none = await introspect(box, server, undefined)
    expect([none.status, none.body.error]).toEqual([400, 'invalid_request'])
    const got = await send(box, '/oauth/introspect')
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    const json = await send(box, '/oauth/introspect', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect([json.status, json.body.error]).toEqual([400, 'invalid_request'])
  })

  it('cost one read for the token, beside that of the caller', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { tokens } = await connect(box)
    box.storage.reset()
    await introspect(box, server, tokens.access_token)
    expect([...box.storage.trips()].sort()).toEqual(['findClient', 'findToken'])
    box.storage.reset()
    await introspect(box, server, 'nonsense')
    expect(box.storage.trips()).toEqual(['findClient'])
  })

  it('MD-10 are advertised, for clients with credentials', async () => {
    const box = testProvider()
    const { body } = await send(box, '/.well-known/oauth-authorization-server')
    expect(body.introspection_endpoint).toBe(`${box.issuer}/oauth/introspect`)
    expect(body.introspection_endpoint_auth_methods_supported).not.toContain('none')
  })

  it('RS-11 GEN-12 are answered 503 while storage is down', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { tokens } = await connect(box)
    box.storage.inject({ method: 'findToken', how: 'throw' })
    const answer = await introspect(box, server, tokens.access_token)
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
  })

  it('are counted as uses of the token', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { client, tokens } = await connect(box)
    await introspect(box, server, tokens.access_token)
    await box.provider.close()
    const [listed] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
    expect(listed?.lastUse?.at).toBe(box.clock.now())
  })
})

describe('a grant for all projects', () => {
  it('is asked about by name, and the host says what is held there', async () => {
    const box = testProvider()
    const open = testProvider({
      projects: { label: 'workspace', choose: 'all', list: box.host.projects },
      entitlements: box.host.entitlements,
    })
    const server = await serverOf(open)
    const { tokens } = await connect(open, { changes: { projects: 'all', project: [] } })
    box.host.entitle('alice', 'beta', ['project:read'])
    const of = async (project?: string) => (await introspect(open, server, tokens.access_token, { project })).body
    expect(await of()).toMatchObject({ projects: 'all', project_scope: {} })
    expect(await of('alpha')).toMatchObject({ projects: 'all', project_scope: { alpha: 'project:read project:write' } })
    expect(await of('beta')).toMatchObject({ scope: 'project:read', project_scope: { beta: 'project:read' } })
    const elsewhere = await of('gamma')
    expect([elsewhere.active, elsewhere.scope, elsewhere.project_scope]).toEqual([true, undefined, {}])
  })
})

describe('live=true', () => {
  it('asks the host what is held right now', async () => {
    const box = testProvider()
    const server = await serverOf(box)
    const { tokens } = await connect(box)
    box.host.entitle('alice', 'alpha', ['project:read'])
    const of = async (params: Params) => (await introspect(box, server, tokens.access_token, params)).body
    expect(await of({})).toMatchObject({ scope: 'project:read project:write' })
    expect(await of({ live: 'true' })).toMatchObject({ scope: 'project:read' })
    expect(await of({ live: 'true', project: 'alpha' })).toMatchObject({ project_scope: { alpha: 'project:read' } })
    box.host.entitle('alice', 'alpha', [])
    expect((await of({ live: 'true', project: 'alpha' })).scope).toBeUndefined()
  })
})

it('a narrowed grant is told of as it is now', async () => {
  const box = testProvider()
  const server = await serverOf(box)
  const { client, tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
  const [listed] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
  await box.provider.grants.narrow(listed?.grant.id as GrantId, { scope: ['project:read'], projects: ['beta'] })
  const { body } = await introspect(box, server, tokens.access_token)
  expect(body).toMatchObject({ scope: 'project:read', projects: ['beta'] })
  expect((await call(box, tokens.access_token, '/api/projects/beta/items')).status).toBe(200)
  expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
})
