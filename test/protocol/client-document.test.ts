import * as fc from 'fast-check'
import { type ClientDocumentPolicy, mcpClientRedirects, readClientDocument } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const policy: ClientDocumentPolicy = {
  privateUseSchemes: mcpClientRedirects,
  grantTypes: ['authorization_code', 'refresh_token'],
  scopes: ['files:read', 'files:write'],
  issuerOrigin: 'https://as.example',
  loopbackDocuments: false,
  fetchesKeys: true,
  redirects: 'any',
}
const url = 'https://app.example/oauth/client.json'
const web = 'https://app.example/callback'
const [cursor = ''] = mcpClientRedirects
const least = { client_id: url, client_name: 'App', redirect_uris: [web] }
const jwks_uri = 'https://app.example/jwks.json'

const read = (members: object, changes: Partial<ClientDocumentPolicy> = {}) =>
  readClientDocument({ ...least, ...members }, url, { ...policy, ...changes })
const reason = (members: object, changes: Partial<ClientDocumentPolicy> = {}) =>
  refusal(() => read(members, changes)).reason

describe('readClientDocument', () => {
  it('CIM-31 CIM-33 CIM-39 fills in what a registration would, for a public client that stays connected', () => {
    expect(read({})).toEqual({
      client_name: 'App',
      redirect_uris: [web],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
  })

  it('CIM-39 honours what a registration would', () => {
    const members = {
      scope: 'files:read',
      client_uri: 'https://app.example/',
      logo_uri: 'https://app.example/logo.png',
      application_type: 'native',
      grant_types: ['authorization_code'],
    }
    expect(read({ ...members, more: 'unknown', trusted: true })).toEqual({
      ...members,
      client_name: 'App',
      redirect_uris: [web],
      token_endpoint_auth_method: 'none',
      response_types: ['code'],
    })
  })

  it('reads what it has read again as it is', () => {
    const keys = { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'], jwks_uri }
    for (const members of [{}, keys, { ...keys, token_endpoint_auth_method: 'private_key_jwt' }]) {
      const metadata = read(members)
      expect(readClientDocument({ ...metadata, client_id: url }, url, policy)).toEqual(metadata)
    }
  })
})

describe('whose document it is', () => {
  it.each([
    ['missing', undefined],
    ['another', 'https://app.example/oauth/other.json'],
    ['in upper case', 'https://APP.example/oauth/client.json'],
    ['with a slash more', `${url}/`],
    ['with the port', 'https://app.example:443/oauth/client.json'],
    ['a list', [url]],
  ])('CIM-30 S-147 refuses a client_id that is %s', (_name, client_id) => {
    expect(reason({ client_id })).toBe('client_document.client_id')
  })

  it('CIM-30 does not take an inherited client_id for its own', () => {
    const document = Object.assign(Object.create({ client_id: url }), { client_name: 'App', redirect_uris: [web] })
    expect(refusal(() => readClientDocument(document, url, policy)).reason).toBe('client_document.client_id')
  })

  it.each([
    ['client_name', 'client_document.client_name'],
    ['redirect_uris', 'client_document.redirect_uris'],
  ])('CIM-31 refuses a document without %s', (name, why) => {
    for (const value of [undefined, null, '', name === 'client_name' ? '\u200b' : []])
      expect(reason({ [name]: value })).toBe(why)
  })
})

describe('secrets and keys', () => {
  it.each(['client_secret', 'client_secret_expires_at'])('CIM-32 S-148 refuses a document with %s', (name) => {
    for (const value of ['x', 0, null, '']) expect(reason({ [name]: value })).toBe('client_document.client_secret')
  })

  it.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'tls_client_auth', 'foo', 'NONE'])(
    'CIM-32 S-148 refuses %s',
    (token_endpoint_auth_method) => {
      expect(reason({ token_endpoint_auth_method, jwks_uri })).toBe('client_document.auth_method')
    },
  )

  it('CIM-34 keeps where the keys are, or the keys themselves', () => {
    const signing = { token_endpoint_auth_method: 'private_key_jwt' }
    expect(read({ ...signing, jwks_uri })).toMatchObject({ ...signing, jwks_uri })
    const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] }
    expect(read({ ...signing, jwks })).toMatchObject({ ...signing, jwks })
  })

  it.each([
    ['no keys', {}],
    ['keys on http', { jwks_uri: 'http://app.example/jwks' }],
    ['keys on a private address', { jwks_uri: 'https://10.0.0.1/jwks' }],
    ['both kinds', { jwks_uri, jwks: { keys: [] } }],
    ['a private key', { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' }] } }],
    ['an algorithm with a shared secret', { jwks_uri, token_endpoint_auth_signing_alg: 'HS256' }],
  ])('CIM-34 S-133 S-134 refuses a client that signs with %s', (_name, members) => {
    expect(reason({ token_endpoint_auth_method: 'private_key_jwt', ...members })).toMatch(/^client_metadata\./)
  })

  const both = ['none', 'private_key_jwt']
  it.each([
    ['both of them', { token_endpoint_auth_methods_supported: both, jwks_uri }, both],
    [
      'the singular, too',
      { token_endpoint_auth_method: 'none', token_endpoint_auth_methods_supported: both.slice(1), jwks_uri },
      both,
    ],
    [
      'as ChatGPT says it',
      { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_methods_supported: both, jwks_uri },
      both,
    ],
    ['none alone', { token_endpoint_auth_methods_supported: ['none'] }, ['none']],
    ['what is known of it', { token_endpoint_auth_methods_supported: ['client_secret_basic', 'none', 'x'] }, ['none']],
    ['one that cannot do without', { token_endpoint_auth_methods_supported: both.slice(1), jwks_uri }, both.slice(1)],
    ['a choice without keys', { token_endpoint_auth_methods_supported: both }, ['none']],
    [
      'a choice with an algorithm not used here',
      { token_endpoint_auth_methods_supported: both, jwks_uri, token_endpoint_auth_signing_alg: 'ES512' },
      ['none'],
    ],
    [
      'a choice with a scheme of its own',
      { token_endpoint_auth_methods_supported: both, jwks_uri, redirect_uris: [cursor] },
      ['none'],
    ],
  ])('CIM-35 19.2 takes %s', (_name, members, methods) => {
    const metadata = read(members)
    const { token_endpoint_auth_method, token_endpoint_auth_methods_supported } = metadata
    expect(token_endpoint_auth_methods_supported ?? [token_endpoint_auth_method]).toEqual(methods)
    expect(token_endpoint_auth_method).toBe(methods[0])
    expect('jwks_uri' in metadata).toBe(methods.includes('private_key_jwt'))
  })

  it.each([
    ['empty', { token_endpoint_auth_methods_supported: [] }],
    ['of strangers', { token_endpoint_auth_methods_supported: ['client_secret_post', 'tls_client_auth'] }],
  ])('CIM-35 refuses a list that is %s', (_name, members) => {
    expect(reason(members)).toBe('client_document.auth_method')
  })

  it('RED-05 refuses a key where the redirect URI is a scheme of its own', () => {
    const members = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri, redirect_uris: [cursor] }
    expect(reason(members)).toBe('client_metadata.auth_method')
  })
})

describe('redirect URIs', () => {
  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'vbscript:x',
    'intent://x',
  ])('CIM-36 refuses the whole document for %s', (uri) => {
    expect(reason({ redirect_uris: [web, uri] })).toBe('client_document.redirect_uris')
  })

  it.each([
    'http://app.example/callback',
    'https://app.example/callback#fragment',
    'https://*.app.example/callback',
    'https://user@app.example/callback',
    'myapp://callback',
    'urn:ietf:wg:oauth:2.0:oob',
    'https://as.example/oauth/authorize',
    'nonsense',
  ])('CIM-36 RED-09 drops %s, and refuses when nothing is left', (uri) => {
    expect(read({ redirect_uris: [uri, web] }).redirect_uris).toEqual([web])
    expect(reason({ redirect_uris: [uri] })).toBe('client_document.redirect_uris')
  })

  it('CIM-36 keeps what well-known clients say', () => {
    const redirect_uris = ['http://localhost/callback', 'http://127.0.0.1/callback', web, cursor]
    expect(read({ redirect_uris }).redirect_uris).toEqual(redirect_uris)
  })

  it('CIM-36 refuses too many, and a list that is none', () => {
    expect(reason({ redirect_uris: Array.from({ length: 51 }, (_, at) => `${web}/${at}`) })).toBe(
      'client_document.redirect_uris',
    )
    expect(reason({ redirect_uris: web })).toBe('client_metadata.malformed')
    expect(reason({ redirect_uris: [web, 1] })).toBe('client_metadata.malformed')
  })

  it('CIM-37 keeps to the document’s own origin and loopback where the host wants that', () => {
    const loopback = 'http://127.0.0.1/callback'
    const redirect_uris = [web, 'https://elsewhere.example/cb', 'https://app.example:8443/cb', loopback, cursor]
    expect(read({ redirect_uris }, { redirects: 'own' }).redirect_uris).toEqual([web, loopback])
    expect(reason({ redirect_uris: ['https://elsewhere.example/cb'] }, { redirects: 'own' })).toBe(
      'client_document.redirect_uris',
    )
  })
})

describe('what is told', () => {
  it('CIM-20 says which check failed, and nothing of what the document holds', () => {
    const secret = 'internal-host-name'
    const broken = [
      { client_id: `https://${secret}/` },
      { redirect_uris: [`http://${secret}/`] },
      { redirect_uris: [`javascript:${secret}`] },
      { grant_types: [secret] },
      { response_types: [secret] },
      { token_endpoint_auth_method: secret },
      { scope: `"${secret}` },
      { jwks_uri: `http://${secret}/`, token_endpoint_auth_method: 'private_key_jwt' },
    ]
    for (const members of broken) {
      const error = refusal(() => read(members))
      expect(error.description).toMatch(/^the metadata document is not valid \([a-z_.]+\)$/)
      expect(`${error.description} ${error.message} ${error.reason}`).not.toContain(secret)
    }
  })

  it('never throws anything but an OAuthError, and keeps nothing dangerous', () => {
    const uri = fc.oneof(fc.webUrl(), fc.constantFrom('javascript:x', web, 'http://localhost/cb', cursor, ''))
    const members = fc.record(
      {
        redirect_uris: fc.oneof(fc.array(uri), fc.jsonValue()),
        token_endpoint_auth_method: fc.oneof(fc.constantFrom('none', 'private_key_jwt'), fc.jsonValue()),
        token_endpoint_auth_methods_supported: fc.oneof(
          fc.array(fc.constantFrom('none', 'private_key_jwt')),
          fc.jsonValue(),
        ),
        jwks_uri: fc.oneof(uri, fc.jsonValue()),
        grant_types: fc.jsonValue(),
        scope: fc.jsonValue(),
        logo_uri: fc.oneof(uri, fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(members, (some) => {
        const metadata = orRefusal(() => read(some))
        if (metadata instanceof Error) return
        expect(metadata.redirect_uris.length).toBeGreaterThan(0)
        expect(JSON.stringify(metadata)).not.toContain('javascript:')
        expect(['none', 'private_key_jwt']).toContain(metadata.token_endpoint_auth_method)
      }),
    )
  })
})
