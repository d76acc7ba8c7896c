import { memoryStorage } from 'grantor/storage/memory'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from './support/app.js'
import { loopback } from './support/independent-client.js'

/** Clients written by somebody else, acting for themselves over HTTP. */

let app: App
beforeAll(async () => {
  app = await startApp({ storage: memoryStorage() })
})
afterAll(() => app.close())

const registered = async (method: 'client_secret_basic' | 'client_secret_post') => {
  const { client, secret } = await app.provider.clients.register(
    { client_name: `Import by ${method}`, grant_types: ['client_credentials'], token_endpoint_auth_method: method },
    { policy: { scope: ['project:read'], projects: ['alpha'] } },
  )
  return { id: client.id, secret: secret ?? '' }
}

const call = (token: string, project: string) =>
  fetch(`${app.origin}/api/projects/${project}`, { headers: { authorization: `Bearer ${token}` } })

describe('oauth4webapi', () => {
  it('CC-02 CC-04 asks for a token of its own and calls the API with it', async () => {
    const issuer = new URL(app.origin)
    const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback })
    const server = await oauth.processDiscoveryResponse(issuer, discovered)
    const { id, secret } = await registered('client_secret_basic')
    const self = { client_id: id }
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      self,
      oauth.ClientSecretBasic(secret),
      { resource: `${app.origin}/api`, scope: 'project:read' },
      loopback,
    )
    const tokens = await oauth.processClientCredentialsResponse(server, self, answer)
    expect(tokens).toMatchObject({ scope: 'project:read', token_type: 'bearer' })
    expect(tokens.refresh_token).toBeUndefined()
    expect((await call(tokens.access_token, 'alpha')).status).toBe(200)
    expect((await call(tokens.access_token, 'beta')).status).toBe(403)
  })
})

describe('a client that signs', () => {
  it('MC-01 MC-02 is heard with an assertion for the issuer, as oauth4webapi makes it, and with none for the token endpoint', async () => {
    const issuer = new URL(app.origin)
    const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback })
    const server = await oauth.processDiscoveryResponse(issuer, discovered)
    expect(server.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
    )
    expect(server.token_endpoint_auth_signing_alg_values_supported).toContain('ES256')
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), alg: 'ES256', use: 'sig' }
    const { client: signing } = await app.provider.clients.register(
      {
        client_name: 'Import that signs',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [jwk] },
      },
      { policy: { scope: ['project:read'], projects: ['alpha'] } },
    )
    const self = { client_id: signing.id }
    const ask = (authentication: oauth.ClientAuth) =>
      oauth.clientCredentialsGrantRequest(server, self, authentication, { resource: `${app.origin}/api` }, loopback)
    const tokens = await oauth.processClientCredentialsResponse(
      server,
      self,
      await ask(oauth.PrivateKeyJwt(privateKey)),
    )
    expect((await call(tokens.access_token, 'alpha')).status).toBe(200)

    const misled = oauth.PrivateKeyJwt(privateKey, {
      [oauth.modifyAssertion](_header, payload) {
        payload.aud = server.token_endpoint
      },
    })
    expect((await ask(misled)).status).toBe(401)
  })
})

describe('openid-client', () => {
  it('MC-04 CC-02 asks again for what the API says it needs, as far as it was registered for it', async () => {
    const { client: registered, secret } = await app.provider.clients.register(
      { client_name: 'Import that writes', grant_types: ['client_credentials'] },
      { policy: { scope: ['project:read', 'project:write'], projects: ['alpha'] } },
    )
    const configuration = await client.discovery(
      new URL(app.origin),
      registered.id,
      secret ?? '',
      client.ClientSecretBasic(secret ?? ''),
      {
        algorithm: 'oauth2',
        execute: [client.allowInsecureRequests],
      },
    )
    const resource = `${app.origin}/api`
    const write = async (scope: string) => {
      const tokens = await client.clientCredentialsGrant(configuration, { resource, scope })
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      return fetch(`${app.origin}/api/projects/alpha`, { method: 'POST', headers })
    }
    const refused = await write('project:read')
    const needed = /scope="([^"]*)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? ''
    expect([refused.status, needed]).toEqual([403, 'project:write'])
    expect((await write(needed)).status).toBe(200)
    await expect(write('project:admin')).rejects.toMatchObject({ error: 'invalid_scope' })
  })

  it('CC-02 CC-04 asks for a token of its own and calls the API with it', async () => {
    const { id, secret } = await registered('client_secret_post')
    const configuration = await client.discovery(new URL(app.origin), id, secret, client.ClientSecretPost(secret), {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    })
    const tokens = await client.clientCredentialsGrant(configuration, { resource: `${app.origin}/api` })
    expect(tokens.scope).toBe('project:read')
    expect((await call(tokens.access_token, 'alpha')).status).toBe(200)
    await expect(
      client.clientCredentialsGrant(configuration, { resource: `${app.origin}/api`, scope: 'project:admin' }),
    ).rejects.toMatchObject({ error: 'invalid_scope' })
  })
})
