import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  confidentialClient,
  connect,
  openAttempt,
  publicClient,
  register,
  registration,
  send,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const uri = 'https://a.example/cb'
const raw = (body: string, type = 'application/json') =>
  send(box, '/oauth/register', { method: 'POST', headers: { 'content-type': type }, body })

describe('the registration endpoint', () => {
  it('DCR-01 DCR-03 22.1 answers a public client with 201 and without a secret', async () => {
    const answer = await registration(box, { ...publicClient, scope: 'project:read', application_type: 'native' })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body).toEqual({
      client_id: expect.stringMatching(/^client_[\w-]{22}$/),
      client_id_issued_at: box.clock.now(),
      registration_client_uri: expect.stringMatching(/^https:\/\/app\.example\/oauth\/register\/client_[\w-]{22}$/),
      registration_access_token: expect.stringMatching(/^grantor_ra_/),
      redirect_uris: publicClient.redirect_uris,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_name: 'Reporter',
      scope: 'project:read',
      application_type: 'native',
    })
  })

  it('DCR-03 DCR-06 answers a confidential client with a secret that never expires, and all defaults', async () => {
    expect((await registration(box, { redirect_uris: [uri] })).body).toEqual({
      client_id: expect.any(String),
      client_id_issued_at: expect.any(Number),
      client_secret: expect.stringMatching(/^grantor_cs_/),
      client_secret_expires_at: 0,
      registration_client_uri: expect.any(String),
      registration_access_token: expect.any(String),
      redirect_uris: [uri],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    })
  })

  it.each([
    ['DCR-02 what is no JSON', '{', 'invalid_client_metadata'],
    ['DCR-02 an array', '[]', 'invalid_client_metadata'],
    ['DCR-02 a string', '"x"', 'invalid_client_metadata'],
    ['DCR-02 null', 'null', 'invalid_client_metadata'],
    ['DCR-02 nothing', '', 'invalid_client_metadata'],
    [
      'DCR-02 garbage in a member',
      '{"redirect_uris":["https://a.example"],"client_name":{"a":1}}',
      'invalid_client_metadata',
    ],
    ['DCR-05 no redirect URI', '{}', 'invalid_redirect_uri'],
    ['DCR-05 redirect URIs that are no list', '{"redirect_uris":"https://a.example"}', 'invalid_redirect_uri'],
    ['DCR-05 a relative redirect URI', '{"redirect_uris":["/cb"]}', 'invalid_redirect_uri'],
  ])('%s is 400', async (_name, body, error) => {
    const answer = await raw(body)
    expect([answer.status, answer.body.error]).toEqual([400, error])
  })

  it('DCR-02 GEN-05 wants JSON by its media type, too', async () => {
    expect((await raw(JSON.stringify(publicClient), 'text/plain')).status).toBe(400)
    expect((await raw(JSON.stringify(publicClient), 'application/json; charset=utf-8')).status).toBe(201)
  })

  it('DCR-02 1.3 a body over 32 KiB is 413', async () => {
    const answer = await raw(JSON.stringify({ ...publicClient, padding: 'x'.repeat(32_768) }))
    expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request'])
  })

  it('DCR-04 S-131 DCR-22 ignores and does not echo what a client cannot say of itself', async () => {
    const { body } = await registration(box, {
      ...publicClient,
      client_id: 'chosen',
      client_secret: 'chosen',
      trusted: true,
      registration: 'manual',
      policy: { rotation: 'reuse', requiredScope: ['project:admin'] },
      ownerId: 'alice',
      scopes_ceiling: ['project:admin'],
      verified: true,
    })
    expect(body.client_id).not.toBe('chosen')
    expect(Object.keys(body).sort()).toEqual([
      'client_id',
      'client_id_issued_at',
      'client_name',
      'grant_types',
      'redirect_uris',
      'registration_access_token',
      'registration_client_uri',
      'response_types',
      'token_endpoint_auth_method',
    ])
    const stored = await box.provider.clients.find(body.client_id as ClientId)
    expect(stored).toMatchObject({ registration: 'dynamic', policy: {}, ownerId: null, accountId: null, secrets: [] })
  })

  it.each(['none', 'client_secret_basic', 'client_secret_post'])(
    'DCR-07 answers with the method that was asked for: %s',
    async (method) => {
      const { body } = await registration(box, { redirect_uris: [uri], token_endpoint_auth_method: method })
      expect(body.token_endpoint_auth_method).toBe(method)
      expect('client_secret' in body).toBe(method !== 'none')
      expect('client_secret_expires_at' in body).toBe(method !== 'none')
    },
  )

  it('DCR-07 names the methods there are when asked for another', async () => {
    const { status, body } = await registration(box, {
      redirect_uris: [uri],
      token_endpoint_auth_method: 'tls_client_auth',
    })
    expect([status, body.error]).toEqual([400, 'invalid_client_metadata'])
    expect(body.error_description).toMatch(/none, client_secret_basic, client_secret_post/)
  })

  it('DCR-07 19.2 a client that does not say, and lives on a person’s machine, is public', async () => {
    for (const own of ['http://localhost:3118/callback', 'cursor://anysphere.cursor-mcp/oauth/callback']) {
      const { body } = await registration(box, { redirect_uris: [own] })
      expect([body.token_endpoint_auth_method, 'client_secret' in body]).toEqual(['none', false])
    }
  })

  it('DCR-09 drops grant types there are not, and refuses when none is left', async () => {
    const superset = [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:saml2-bearer',
      'implicit',
    ]
    expect((await register(box, { ...publicClient, grant_types: superset })) as object).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const none = await registration(box, { ...publicClient, grant_types: ['password'] })
    expect([none.status, none.body.error]).toEqual([400, 'invalid_client_metadata'])
  })

  it('DCR-11 a registered scope is a hint: another one may be asked for later', async () => {
    const client = await register(box, { ...publicClient, scope: 'project:read' })
    const { tokens } = await connect(box, { client, params: { scope: 'project:write' } })
    expect(tokens.scope).toBe('project:read project:write')
  })

  it('DCR-24 two registrations with one body are two clients, and consent to one is none to the other', async () => {
    const [one, two] = [await register(box, confidentialClient), await register(box, confidentialClient)]
    expect(one.client_id).not.toBe(two.client_id)
    await connect(box, { client: one })
    expect((await openAttempt(box, one)).page.url).toContain('code=')
    expect((await openAttempt(box, two)).page.status).toBe(200)
  })

  it('LOG-02 tells of a registration, without the secret', async () => {
    const site = testProvider()
    const client = await register(site, { redirect_uris: [uri], client_name: 'Reporter' })
    expect(site.events).toMatchObject([
      {
        type: 'client.registered',
        clientId: client.client_id,
        data: { registration: 'dynamic', client_name: 'Reporter' },
      },
    ])
  })

  it('is 503 while storage is down', async () => {
    box.storage.inject({ method: 'commit', how: 'throw' })
    const answer = await registration(box, publicClient)
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
  })
})
