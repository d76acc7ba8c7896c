import { createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  approve,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  type Params,
  postAs,
  publicClient,
  register,
  registration,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, testProvider } from '../support/provider.js'
import { newSigner, type Signer } from '../support/signer.js'
import { fakeWeb } from '../support/web.js'

/** What a provider does not offer must open nothing either: neither by half nor by an address that somebody else has named. */

const web = fakeWeb()
const box = testProvider({ registration: { metadataDocuments: { fetch: web.fetch } } })
const evil = 'https://evil.example/keys'

let signer: Signer
beforeAll(async () => {
  signer = await newSigner('RS256')
  web.publish(evil, signer.jwks)
})

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const unsigned = (claims: object) => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`

const claims = (): Record<string, unknown> => ({
  iss: box.issuer,
  sub: 'alice',
  aud: box.api,
  client_id: 'client_x',
  scope: 'project:read project:write',
  iat: box.clock.now(),
  exp: box.clock.now() + 600,
})

const signed = (header: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
  signer.sign('client_x', box.api, { claims: { ...claims(), ...changes }, header })

/** Signed with what is public of a key, as if it were a secret. */
function byPublicKey(): string {
  const content = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: signer.kid })}.${encode(claims())}`
  const mac = createHmac('sha256', JSON.stringify(signer.jwks.keys[0])).update(content).digest('base64url')
  return `${content}.${mac}`
}

describe('21.7 a JWT for an access token, where access tokens are opaque', () => {
  it.each<readonly [string, () => string | Promise<string>]>([
    ['S-163 JAT-07 an ID token', () => signed({ typ: 'JWT' }, { nonce: 'n', at_hash: 'h' })],
    ['S-164 one that is not signed', () => unsigned(claims())],
    ['S-164 one that is signed with a public key', () => byPublicKey()],
    ['S-164 RS-10 one with something critical', () => signed({ typ: 'at+jwt', b64: true, crit: ['b64'] })],
    ['S-164 RS-10 one that brings the address of its key', () => signed({ typ: 'at+jwt', jku: evil })],
    ['S-165 one of another issuer', () => signed({ typ: 'at+jwt' }, { iss: 'https://other.example' })],
    ['S-227 INT-09 the answer of an introspection', () => signed({ typ: 'token-introspection+jwt' })],
    ['S-228 a logout token', () => signed({ typ: 'logout+jwt' })],
    ['S-240 one by a key that nobody has published', () => signed({ typ: 'at+jwt' })],
  ])('%s: 401, without a look at storage or the web', async (_, forge) => {
    const token = await forge()
    box.storage.reset()
    const { status, headers } = await call(box, token)
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect([box.storage.trips(), web.requests]).toEqual([[], []])
  })
})

describe('21.2 an authorization request from elsewhere', () => {
  const pushed = 'urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c'

  it.each<readonly [string, () => Params | Promise<Params>, string]>([
    ['S-050 unsigned', () => ({ request: unsigned({ scope: 'project:admin' }) }), 'request_not_supported'],
    ['S-050 signed with a public key', () => ({ request: byPublicKey() }), 'request_not_supported'],
    ['S-050 signed', async () => ({ request: await signed({ typ: 'oauth-authz-req+jwt' }) }), 'request_not_supported'],
    ['S-051 S-052 pushed by whomever', () => ({ request_uri: pushed }), 'request_uri_not_supported'],
    ['S-053 pushed, beside another', () => ({ request_uri: pushed, scope: 'x' }), 'request_uri_not_supported'],
    ['S-049 at an address', () => ({ request_uri: evil }), 'request_uri_not_supported'],
  ])('%s: an error, and no fetch', async (_, params, error) => {
    const { page } = await openAttempt(box, await register(box), await params())
    expect(new URL(page.url).searchParams.get('error')).toBe(error)
    expect(web.requests).toEqual([])
  })

  it('S-229 the id of a grant changes nothing about it', async () => {
    const first = await connect(box)
    const grantId = (await call(box, first.tokens.access_token)).body.grantId as string
    const params = { grant_id: grantId, grant_management_action: 'replace' }
    const attempt = await openAttempt(box, await register(box), params)
    const callback = await approve(attempt.browser, attempt)
    const { access_token } = tokensOf(await exchange(box, callback))
    expect((await call(box, access_token)).body.grantId).not.toBe(grantId)
    expect((await call(box, first.tokens.access_token)).status).toBe(200)
  })

  it('S-023 there is no logout that would send anybody anywhere', async () => {
    const { body } = await send(box, '/.well-known/openid-configuration')
    expect(body.end_session_endpoint).toBeUndefined()
    for (const path of ['/oauth/logout', '/oauth/end_session', '/oauth/session/end']) {
      const answer = await send(box, `${path}?post_logout_redirect_uri=https%3A%2F%2Fevil.example`)
      expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
    }
  })
})

describe('21.9 a grant that nobody offers', () => {
  const exchanged = 'urn:ietf:params:oauth:token-type:access_token'
  const bearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

  it.each<readonly [string, (token: string) => Params | Promise<Params>]>([
    [
      'S-217 S-218 the exchange of a token',
      (token) => ({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: exchanged,
        scope: 'project:admin',
        audience: box.mcp,
      }),
    ],
    [
      'S-219 S-220 an identity assertion',
      async () => ({ grant_type: bearer, assertion: await signed({ typ: 'oauth-id-jag+jwt' }, { resource: box.mcp }) }),
    ],
    [
      'S-221 an assertion that brings its own keys',
      async () => ({
        grant_type: bearer,
        assertion: await signed({ typ: 'JWT', jwk: signer.jwks.keys[0], jku: evil }),
      }),
    ],
    ['a password', () => ({ grant_type: 'password', username: 'alice', password: 'demo' })],
  ])('%s: unsupported_grant_type, and nothing is written or fetched', async (_, params) => {
    const { tokens } = await connect(box)
    const grant_types = ['authorization_code', 'refresh_token', 'client_credentials']
    const client = await registerManually(box, { ...confidentialClient, client_name: crypto.randomUUID(), grant_types })
    const form = await params(tokens.access_token)
    box.storage.reset()
    const { status, body } = await postAs(box, '/oauth/token', client, form)
    expect([status, body.error]).toEqual([400, 'unsupported_grant_type'])
    expect(box.storage.trips()).not.toContain('commit')
    expect(web.requests).toEqual([])
  })
})

describe('21.8 a token that is bound to a key, where none is', () => {
  const proof = () => signed({ typ: 'dpop+jwt', jwk: signer.jwks.keys[0] }, { htm: 'POST', htu: `${box.issuer}/x` })

  it('S-190 S-198 a proof makes no bound token, whatever is in it, and none is claimed', async () => {
    const { client, tokens } = await connect(box)
    for (const dpop of [await proof(), 'nonsense', `${await proof()}, ${await proof()}`]) {
      const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id }
      const answer = await send(box, '/oauth/token', {
        method: 'POST',
        headers: { dpop },
        body: new URLSearchParams(form),
      })
      expect([answer.status, answer.body.token_type]).toEqual([200, 'Bearer'])
    }
    const { body } = await send(box, '/.well-known/oauth-authorization-server')
    expect(Object.keys(body).filter((name) => /dpop|mtls|tls_/.test(name))).toEqual([])
  })

  it('S-169 S-196 S-197 a token is shown as what it is', async () => {
    const { tokens } = await connect(box)
    const headers = { authorization: `DPoP ${tokens.access_token}`, dpop: await proof() }
    expect((await send(box, '/api/projects/alpha/items', { headers })).status).toBe(401)
  })

  it('S-114 S-200 a client that wants bound tokens is not told that it gets them', async () => {
    const wish = { dpop_bound_access_tokens: true, tls_client_certificate_bound_access_tokens: true }
    const { status, body } = await registration(box, { ...publicClient, ...wish })
    expect([status, Object.keys(body).filter((name) => name in wish)]).toEqual([201, []])
  })
})
