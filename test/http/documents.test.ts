import { splitUrl } from 'grantor'
import { describe, expect, it } from 'vitest'
import { confidentialClient, connect, openAttempt, post, register, registration, send } from '../support/flow.js'
import { type TestOptions, testProvider } from '../support/provider.js'
import { newSigner } from '../support/signer.js'

const server = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'
const resource = '/.well-known/oauth-protected-resource'

const box = testProvider()
const metadata = async (options: TestOptions = {}, path = server) => (await send(testProvider(options), path)).body

describe('the server metadata', () => {
  it.each([server, openid])('WK-01 WK-03 WK-07 WK-10 is at %s', async (path) => {
    const answer = await send(box, path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body.issuer).toBe('https://app.example')
  })

  it.each([
    [`${server}/t1`, 200, 'https://as.example/t1'],
    [`${openid}/t1`, 200, 'https://as.example/t1'],
    [`/t1${openid}`, 200, 'https://as.example/t1'],
    [`/t1${server}`, 200, 'https://as.example/t1'],
    [server, 404, undefined],
    [`${server}/t2`, 404, undefined],
  ])('WK-02 WK-04 WK-05 WK-06 WK-15 TV-6 of an issuer with a path: %s is %i', async (path, status, issuer) => {
    const answer = await send(testProvider({ issuer: 'https://as.example/t1' }), path)
    expect([answer.status, answer.body.issuer]).toEqual([status, issuer])
  })

  it('WK-15 endpoints of an issuer with a path are below it', async () => {
    const site = testProvider({ issuer: 'https://as.example/t1' })
    const { token_endpoint } = (await send(site, `${server}/t1`)).body
    expect(token_endpoint).toBe('https://as.example/t1/oauth/token')
    expect((await post(site, '/t1/oauth/token', { client_id: 'x' })).status).toBe(401)
    expect((await post(site, '/oauth/token', { client_id: 'x' })).status).toBe(404)
  })

  it('ISS-02 ISS-03 writes the issuer as it was configured, everywhere', async () => {
    for (const issuer of ['https://app.example', 'https://app.example/']) {
      const site = testProvider({ issuer })
      const { callback } = await connect(site)
      const found = new Set([
        (await send(site, server)).body.issuer,
        (await send(site, openid)).body.issuer,
        ...((await send(site, `${resource}/api`)).body.authorization_servers as string[]),
        callback.response.get('iss'),
      ])
      expect([...found]).toEqual([issuer])
    }
  })

  it('22.1 MD-02 … MD-18 says what there is', async () => {
    expect(await metadata()).toEqual({
      issuer: 'https://app.example',
      authorization_endpoint: 'https://app.example/oauth/authorize',
      token_endpoint: 'https://app.example/oauth/token',
      registration_endpoint: 'https://app.example/oauth/register',
      revocation_endpoint: 'https://app.example/oauth/revoke',
      introspection_endpoint: 'https://app.example/oauth/introspect',
      device_authorization_endpoint: 'https://app.example/oauth/device_authorization',
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      revocation_endpoint_auth_methods_supported: [
        'none',
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
      ],
      revocation_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      introspection_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      authorization_details_types_supported: ['project'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['project:read', 'project:write', 'offline_access'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
    })
  })

  it('MD-07 PK-08 both documents are the same', async () => {
    expect(await metadata({}, openid)).toEqual(await metadata({}, server))
  })

  it('MD-13 names no registration endpoint when clients may not register themselves', async () => {
    const site = testProvider({ registration: { dynamic: false } })
    expect((await send(site, server)).body).not.toHaveProperty('registration_endpoint')
    expect((await registration(site, {})).status).toBe(404)
  })

  it('MD-14 PRM-06 leaves sensitive scopes out', async () => {
    expect((await metadata()).scopes_supported).not.toContain('project:admin')
    expect((await metadata({}, `${resource}/api`)).scopes_supported).toEqual(['project:read', 'project:write'])
  })

  it('MD-29 every endpoint it names answers, and every method it names works', async () => {
    const document = await metadata()
    const endpoints = Object.entries(document).filter(([member]) => member.endsWith('_endpoint'))
    const answers = await Promise.all(
      endpoints.map(async ([name, url]) => [
        name,
        (await send(box, splitUrl(String(url)).path, { method: 'POST' })).status,
      ]),
    )
    expect(answers.filter(([, status]) => status === 404)).toEqual([])
    expect(answers.length).toBe(6)
    for (const method of document.token_endpoint_auth_methods_supported as string[]) {
      const signer = method === 'private_key_jwt' ? await newSigner() : null
      const metadata = {
        ...confidentialClient,
        token_endpoint_auth_method: method,
        ...(signer && { jwks: signer.jwks }),
      }
      const client = await register(box, metadata)
      const assert = signer && { assert: () => signer.sign(client.client_id, box.issuer) }
      const { tokens } = await connect(box, { client: { ...client, ...assert } })
      expect([method, tokens.token_type]).toEqual([method, 'Bearer'])
    }
    for (const alg of document.token_endpoint_auth_signing_alg_values_supported as string[]) {
      const signer = await newSigner(alg)
      const metadata = { ...confidentialClient, token_endpoint_auth_method: 'private_key_jwt', jwks: signer.jwks }
      const client = await register(box, metadata)
      const { tokens } = await connect(box, {
        client: { ...client, assert: () => signer.sign(client.client_id, box.issuer) },
      })
      expect([alg, tokens.token_type]).toEqual([alg, 'Bearer'])
    }
    expect(document.request_uri_parameter_supported).toBe(false)
    const { page } = await openAttempt(box, await register(box), { request_uri: 'https://a.example/r' })
    expect(page.url).toContain('error=request_uri_not_supported')
  })
})

describe('the protected resource metadata', () => {
  it.each([
    [`${resource}/mcp`, 'https://app.example/mcp'],
    [`${resource}/mcp/`, 'https://app.example/mcp'],
    [`${resource}/api`, 'https://app.example/api'],
  ])('PRM-01 PRM-02 PRM-03 PRM-07 PRM-09 is at %s', async (path, identifier) => {
    const answer = await send(box, path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.body).toMatchObject({
      resource: identifier,
      authorization_servers: ['https://app.example'],
      bearer_methods_supported: ['header'],
    })
  })

  it('PRM-05 is at the root, too, when there is one resource, and is not when there are several', async () => {
    expect((await send(box, resource)).status).toBe(404)
    const only = { 'https://app.example/mcp': { name: 'Acme MCP' } }
    expect((await metadata({ resources: only }, resource)).resource).toBe('https://app.example/mcp')
  })

  it.each(['/a/../mcp', '/%2e%2e/mcp', '/%2E%2E/x', '/..%2fmcp', '/%6Dcp', '/MCP', '/mcp%2f', '//mcp'])(
    'PRM-14 S-178 %s after the well-known name selects no document',
    async (suffix) => {
      const raw = { method: 'GET', url: `${resource}${suffix}`, headers: new Headers(), text: async () => '' }
      const answer = await box.provider.handle(raw, new Request(box.origin))
      expect(answer?.status).toBe(404)
    },
  )

  it('WK-14 leaves out a list that would be empty', async () => {
    const resources = { 'https://app.example/mcp': { name: 'Acme MCP', scope: ['project:admin'] as const } }
    expect(await metadata({ resources }, resource)).not.toHaveProperty('scopes_supported')
  })
})

describe('every document', () => {
  const paths = [server, openid, `${resource}/mcp`] as const

  it.each(paths)('WK-11 WK-16 %s is JSON for everybody, whatever they accept and send along', async (path) => {
    const plain = await send(box, path)
    for (const headers of [
      { accept: 'text/html' },
      { accept: '*/*' },
      { authorization: 'Bearer rubbish' },
      { 'mcp-protocol-version': '2025-06-18' },
      { cookie: 'user=alice' },
    ] as Record<string, string>[]) {
      const answer = await send(box, path, { headers })
      expect([answer.status, answer.text]).toEqual([200, plain.text])
      expect(answer.headers.get('set-cookie')).toBeNull()
    }
  })

  it.each(paths)('WK-11 HEAD %s works', async (path) => {
    const answer = await send(box, path, { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  it.each(paths)('WK-12 %s may be kept, and need not be sent twice', async (path) => {
    const { headers } = await send(box, path)
    const maxAge = Number(/^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1])
    expect(maxAge).toBeGreaterThanOrEqual(300)
    expect(maxAge).toBeLessThanOrEqual(3600)
    const etag = headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]+"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await send(box, path, { headers: { 'if-none-match': known } })
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    }
    expect((await send(box, path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it.each([`${server}/unknown`, `${resource}/unknown`, `${resource}`])(
    'WK-13 GEN-12 %s that is not there is 404 in JSON',
    async (path) => {
      const answer = await send(box, path, { headers: { accept: 'text/html' } })
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.body.error).toBe('invalid_request')
    },
  )
})
