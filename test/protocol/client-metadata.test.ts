import * as fc from 'fast-check'
import type { ClientMetadata } from 'grantor/protocol'
import {
  type ClientMetadataPolicy,
  cleanText,
  isPrivateUse,
  mcpClientRedirects,
  OAuthError,
  readClientMetadata,
  refuseRedirectUri,
} from 'grantor/protocol'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { JsonObject } from '../../src/records.js'
import { orRefusal, refusal } from './refusal.js'

const policy: ClientMetadataPolicy = {
  privateUseSchemes: mcpClientRedirects,
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  scopes: ['files:read', 'files:write'],
  issuerOrigin: 'https://as.example',
  loopbackDocuments: false,
  fetchesKeys: true,
}
const web = 'https://app.example/cb'
const loopback = 'http://localhost:3118/callback'
const [cursor = ''] = mcpClientRedirects

const read = (members: object, changes: Partial<ClientMetadataPolicy> = {}) =>
  readClientMetadata({ redirect_uris: [web], ...members }, { ...policy, ...changes })
const code = (members: object) => refusal(() => read(members)).code

describe('readClientMetadata', () => {
  it('fits into a record', () => {
    expectTypeOf<ClientMetadata>().toExtend<JsonObject>()
  })

  it('DCR-06 fills in what was left out', () => {
    expect(read({})).toEqual({
      redirect_uris: [web],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      response_types: ['code'],
    })
  })

  it('DCR-03 echoes what hosted and local clients register', () => {
    const body = {
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      client_name: 'Claude',
    }
    expect(read(body)).toEqual(body)
    const local = {
      ...body,
      redirect_uris: [loopback],
      token_endpoint_auth_method: 'none',
      client_name: 'Claude Code (demo)',
    }
    expect(read(local)).toEqual(local)
  })

  it.each([null, undefined, 'text', 1, true, [], [{}], '{"redirect_uris":[]}'])(
    'DCR-02 refuses the body %j',
    (body) => {
      expect(refusal(() => readClientMetadata(body, policy)).code).toBe('invalid_client_metadata')
    },
  )

  it('DCR-04 DCR-22 S-131 ignores unknown and internal members', () => {
    const claims = {
      trusted: true,
      scopes_ceiling: ['x'],
      client_id: 'x',
      client_secret: 'x',
      registration_access_token: 'x',
    }
    expect(read({ ...claims, foo: { bar: [] }, id_token_signed_response_alg: 'none' })).toEqual(read({}))
  })

  it('DCR-04 does not read inherited members, nor set them', () => {
    const body: unknown = JSON.parse(`{"redirect_uris":["${web}"],"__proto__":{"client_name":"x"},"constructor":"y"}`)
    expect(readClientMetadata(body, policy)).toEqual(read({}))
  })

  it.each([
    'client_name',
    'client_uri',
    'scope',
    'token_endpoint_auth_method',
    'contacts',
    'grant_types',
    'software_id',
  ])('GEN-11 takes null and "" for an absent %s', (name) => {
    expect(read({ [name]: null })).toEqual(read({}))
    expect(read({ [name]: '' })).toEqual(read({}))
  })

  it.each([
    ['client_name', 1],
    ['client_uri', {}],
    ['scope', ['files:read']],
    ['token_endpoint_auth_method', ['none']],
    ['grant_types', 'authorization_code'],
    ['grant_types', [1]],
    ['response_types', 'code'],
    ['contacts', 'a@b.example'],
    ['contacts', [null]],
    ['software_version', 2],
    ['application_type', true],
    ['client_name#ja', 1],
  ])('DCR-05 refuses %s of the wrong type', (name, value) => {
    expect(code({ [name]: value })).toBe('invalid_client_metadata')
  })
})

describe('redirect_uris', () => {
  it.each([
    'http://app.example/cb',
    'javascript:alert(1)//',
    'data:text/html,x',
    'https://*.example.com/cb',
    'https://a.example/cb#x',
    'https://app.example@evil.com/cb',
    'unknown-app://cb',
    '/cb',
    '',
  ])('DCR-05 RED-01 S-004 S-008 S-009 S-010 S-011 refuses %j', (uri) => {
    const error = refusal(() => read({ redirect_uris: [web, uri] }))
    expect([error.code, error.reason]).toEqual(['invalid_redirect_uri', 'redirect_uri.refused'])
  })

  it.each([[[]], [undefined], [null], [web], [[1]], [{}]])('RED-06 DCR-05 refuses %j', (redirect_uris) => {
    expect(code({ redirect_uris })).toBe('invalid_redirect_uri')
  })

  it('RED-06 grants that do not redirect need none', () => {
    expect(read({ redirect_uris: undefined, grant_types: ['client_credentials'] })).toEqual({
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
    })
  })

  it('RED-07 takes a mix of https and loopback, whatever the application_type', () => {
    const redirect_uris = [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ]
    for (const application_type of ['native', 'web', undefined]) {
      expect(read({ redirect_uris, application_type }).redirect_uris).toEqual(redirect_uris)
    }
  })

  it('RED-08 drops repeats, keeps order and spelling', () => {
    const spelt = 'https://App.example:443/%63b'
    expect(read({ redirect_uris: [spelt, web, spelt] }).redirect_uris).toEqual([spelt, web])
  })

  it.each(['https://as.example/cb', 'https://AS.example:443/oauth/authorize?x=1', 'https://as.example'])(
    'RED-09 refuses %s, which is on the authorization server itself',
    (uri) => {
      const error = refusal(() => read({ redirect_uris: [uri] }))
      expect([error.code, error.reason]).toEqual(['invalid_redirect_uri', 'redirect_uri.own_origin'])
    },
  )

  it('takes 50 and no more', () => {
    const uris = (count: number) => Array.from({ length: count }, (_, index) => `${web}/${index}`)
    expect(read({ redirect_uris: uris(50) }).redirect_uris).toHaveLength(50)
    expect(code({ redirect_uris: uris(51) })).toBe('invalid_redirect_uri')
  })
})

describe('token_endpoint_auth_method', () => {
  it.each(['none', 'client_secret_basic', 'client_secret_post'])('DCR-07 never answers %s with another', (method) => {
    expect(read({ token_endpoint_auth_method: method }).token_endpoint_auth_method).toBe(method)
    const local = { redirect_uris: [loopback], token_endpoint_auth_method: method }
    expect(read(local).token_endpoint_auth_method).toBe(method)
  })

  it.each([
    [[loopback, 'http://127.0.0.1/cb'], 'none'],
    [[loopback, cursor], 'none'],
    [[cursor], 'none'],
    [[loopback, web], 'client_secret_basic'],
    [[web], 'client_secret_basic'],
  ])('DCR-07 absent, with %j: %s', (redirect_uris, method) => {
    expect(read({ redirect_uris }).token_endpoint_auth_method).toBe(method)
  })

  it('RED-05 a client with a private-use URI is public', () => {
    expect(read({ redirect_uris: [cursor, web] }).token_endpoint_auth_method).toBe('none')
    expect(code({ redirect_uris: [cursor, web], token_endpoint_auth_method: 'client_secret_post' })).toBe(
      'invalid_client_metadata',
    )
  })

  it.each(['client_secret_jwt', 'tls_client_auth', 'NONE', 'foo'])(
    'DCR-07 refuses %s and names the others',
    (method) => {
      const error = refusal(() => read({ token_endpoint_auth_method: method }))
      expect([error.code, error.reason]).toEqual(['invalid_client_metadata', 'client_metadata.auth_method'])
      expect(error.description).toContain('none, client_secret_basic, client_secret_post, private_key_jwt')
    },
  )
})

describe('grant_types and response_types', () => {
  it('DCR-09 drops grant types that are not supported', () => {
    const grant_types = [
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'implicit',
      'password',
      'authorization_code',
    ]
    expect(read({ grant_types }).grant_types).toEqual(['authorization_code', 'refresh_token'])
  })

  it.each([[['implicit']], [['password', 'implicit']], [['refresh_token']], [[]]])(
    'DCR-09 refuses %j, of which nothing useful remains',
    (grant_types) => {
      const error = refusal(() => read({ grant_types }))
      expect([error.code, error.reason]).toEqual(['invalid_client_metadata', 'client_metadata.grant_types'])
    },
  )

  it('DCR-09 keeps authorization_code without refresh_token as it is', () => {
    expect(read({ grant_types: ['authorization_code'] }).grant_types).toEqual(['authorization_code'])
  })

  it('DCR-08 corrects code beside client_credentials', () => {
    const metadata = read({ grant_types: ['client_credentials'], response_types: ['code'] })
    expect([metadata.grant_types, metadata.response_types]).toEqual([['client_credentials'], []])
  })

  it('DCR-08 removes what is not code, and refuses when code is not there', () => {
    expect(read({ response_types: ['code', 'token', 'id_token token'] }).response_types).toEqual(['code'])
    expect(read({ response_types: [] }).response_types).toEqual(['code'])
    expect(code({ response_types: ['token'] })).toBe('invalid_client_metadata')
  })

  it('a public client gets no client_credentials', () => {
    const grant_types = ['authorization_code', 'client_credentials']
    expect(read({ grant_types, token_endpoint_auth_method: 'none' }).grant_types).toEqual(['authorization_code'])
    expect(code({ grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' })).toBe(
      'invalid_client_metadata',
    )
  })
})

describe('jwks and jwks_uri', () => {
  const publicKey = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }

  const signing = { token_endpoint_auth_method: 'private_key_jwt' }
  const jwks_uri = 'https://app.example/jwks'

  it('DCR-10 keeps the keys of a client that signs, and where they are', () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one' }
    const inline = read({
      ...signing,
      jwks: { keys: [{ ...key, x5c: ['y'] }] },
      token_endpoint_auth_signing_alg: 'ES256',
    })
    expect(inline).toMatchObject({ ...signing, jwks: { keys: [key] }, token_endpoint_auth_signing_alg: 'ES256' })
    expect(read({ ...signing, jwks_uri })).toMatchObject({ ...signing, jwks_uri })
  })

  it.each([
    ['no keys', {}, 'client_metadata.jwks'],
    ['an empty set', { jwks: { keys: [] } }, 'client_metadata.jwks'],
    [
      'no key that can be used',
      { jwks: { keys: [{ kty: 'EC', crv: 'P-521', x: 'x', y: 'y' }] } },
      'client_metadata.jwks',
    ],
    ['HS256', { jwks_uri, token_endpoint_auth_signing_alg: 'HS256' }, 'client_metadata.signing_alg'],
    ['none', { jwks_uri, token_endpoint_auth_signing_alg: 'none' }, 'client_metadata.signing_alg'],
  ])('DCR-10 CA-24 refuses a client that signs with %s', (_name, members, reason) => {
    expect(refusal(() => read({ ...signing, ...members }))).toMatchObject({ code: 'invalid_client_metadata', reason })
  })

  it('DCR-10 refuses jwks_uri where nothing is fetched', () => {
    const error = refusal(() => read({ ...signing, jwks_uri }, { fetchesKeys: false }))
    expect([error.code, error.reason]).toEqual(['invalid_client_metadata', 'client_metadata.jwks_uri'])
  })

  it('takes keys on loopback only where the provider is there itself', () => {
    const local = { ...signing, jwks_uri: 'https://localhost:8443/jwks' }
    expect(read(local, { loopbackDocuments: true }).jwks_uri).toBe(local.jwks_uri)
    expect(code(local)).toBe('invalid_client_metadata')
    expect(
      refusal(() => read({ ...local, jwks_uri: 'http://localhost/jwks' }, { loopbackDocuments: true })).reason,
    ).toBe('client_metadata.jwks_uri')
  })

  it('DCR-10 takes public keys from a client that does not sign, and forgets them', () => {
    expect(read({ jwks: { keys: [publicKey] } })).toEqual(read({}))
    expect(read({ jwks_uri: 'https://app.example/jwks' })).toEqual(read({}))
  })

  it.each([
    ['both', { jwks: { keys: [publicKey] }, jwks_uri: 'https://app.example/jwks' }],
    ['a private key', { jwks: { keys: [publicKey, { ...publicKey, d: 'd' }] } }],
    ['a private RSA prime', { jwks: { keys: [{ kty: 'RSA', n: 'n', e: 'AQAB', p: 'p' }] } }],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'k' }] } }],
    ['no key set', { jwks: [] }],
    ['keys that are none', { jwks: { keys: ['x', null] } }],
    ['a text', { jwks: '{"keys":[]}' }],
    ['http', { jwks_uri: 'http://app.example/jwks' }],
    ['localhost', { jwks_uri: 'https://localhost/jwks' }],
    ['loopback http', { jwks_uri: 'http://127.0.0.1/jwks' }],
    ['a private address', { jwks_uri: 'https://10.0.0.1/jwks' }],
    ['an IPv6 address', { jwks_uri: 'https://[::1]/jwks' }],
    ['an internal name', { jwks_uri: 'https://db.internal/jwks' }],
    ['an internal name with a dot', { jwks_uri: 'https://db.internal./jwks' }],
    ['a decimal address', { jwks_uri: 'https://2130706433/jwks' }],
    ['nonsense', { jwks_uri: 'javascript:x' }],
  ])('DCR-10 S-133 S-134 refuses %s', (_, members) => {
    expect(code(members)).toBe('invalid_client_metadata')
  })
})

describe('what people get to see', () => {
  it.each(['Claude Code (plugin:acme:demo)', 'https://x.example/y', 'Łódź 日本語 عربي', "O'Neill & Söhne <b>"])(
    'DCR-13 keeps the name %s',
    (client_name) => {
      expect(read({ client_name }).client_name).toBe(client_name)
    },
  )

  it.each([
    ['Claude\u202e', 'Claude'],
    ['Cl\u200baude\u200d\ufeff', 'Claude'],
    ['\u2066a\u2069\u061cb', 'ab'],
    ['a\r\n\tb', 'a b'],
    ['a\u0000\u001b\u0085b', 'ab'],
    ['  a   b  ', 'a b'],
    ['a\ud800b', 'ab'],
    ['a\u3164\u115f\u{e0041}', 'a'],
  ])('DCR-13 S-045 cleans %j to %j', (client_name, cleaned) => {
    expect(read({ client_name }).client_name).toBe(cleaned)
  })

  it('DCR-13 cuts a name at 200 code points, and drops one that has nothing to see', () => {
    expect(read({ client_name: '𝒜'.repeat(300) }).client_name).toBe('𝒜'.repeat(200))
    expect(read({ client_name: '\u202e\u200b ' })).not.toHaveProperty('client_name')
  })

  it('DCR-12 keeps https pages', () => {
    const pages = {
      client_uri: 'https://app.example',
      logo_uri: 'https://app.example/logo.png',
      tos_uri: 'https://app.example/tos?x=1#y',
      policy_uri: 'https://app.example/privacy',
    }
    expect(read(pages)).toMatchObject(pages)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://app.example/logo',
    '//app.example',
    'x',
    'https://u@a.example/',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('DCR-12 S-132 never stores %j', (uri) => {
    const names = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'logo_uri#de']
    expect(read(Object.fromEntries(names.map((name) => [name, uri])))).toEqual(read({}))
  })

  it('DCR-12 takes http on loopback only in development', () => {
    const logo_uri = 'http://localhost:8080/logo.png'
    expect(read({ logo_uri })).not.toHaveProperty('logo_uri')
    expect(read({ logo_uri }, { loopbackDocuments: true }).logo_uri).toBe(logo_uri)
  })

  it('DCR-12 keeps variants in other languages', () => {
    const variants = {
      'client_name#ja': 'クライアント',
      'client_name#zh-Hant': 'x',
      'tos_uri#de': 'https://a.example/agb',
    }
    expect(read(variants)).toMatchObject(variants)
    expect(read({ 'client_name#': 'x', 'client_name#"': 'x', 'redirect_uris#de': 'x', 'scope#de': 'x' })).toEqual(
      read({}),
    )
  })

  it('keeps contacts, software and application type', () => {
    const more = { contacts: ['a@b.example'], software_id: 'id', software_version: '1.0', application_type: 'native' }
    expect(read(more)).toMatchObject(more)
    expect(read({ application_type: 'toaster', contacts: [] })).toEqual(read({}))
  })

  it('DCR-11 drops unknown scopes', () => {
    expect(read({ scope: 'openid files:read admin files:write' }).scope).toBe('files:read files:write')
    expect(read({ scope: 'openid profile' })).not.toHaveProperty('scope')
    expect(code({ scope: 'a"b' })).toBe('invalid_client_metadata')
  })
})

describe('properties', () => {
  const uri = fc.oneof(
    fc.constantFrom(web, loopback, cursor, 'https://as.example/x', 'javascript:x', 'x'),
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
  )
  const members = fc.record(
    {
      redirect_uris: fc.oneof(fc.array(uri, { maxLength: 3 }), fc.jsonValue()),
      token_endpoint_auth_method: fc.oneof(fc.constantFrom('none', 'client_secret_post'), fc.jsonValue()),
      grant_types: fc.oneof(
        fc.subarray(['authorization_code', 'refresh_token', 'client_credentials', 'x']),
        fc.jsonValue(),
      ),
      response_types: fc.oneof(fc.subarray(['code', 'token']), fc.jsonValue()),
      client_name: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
      logo_uri: fc.oneof(uri, fc.jsonValue()),
      scope: fc.oneof(fc.string(), fc.constant('files:read'), fc.jsonValue()),
      contacts: fc.oneof(fc.array(fc.string({ unit: 'binary' })), fc.jsonValue()),
      jwks: fc.oneof(fc.jsonValue(), fc.constant(undefined)),
    },
    { requiredKeys: [] },
  )

  it('DCR-02 any JSON is read or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), members), (body) => {
        expect(orRefusal(() => readClientMetadata(body, policy))).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })

  it('what was read is sound, and reads the same again', () => {
    const sensible = fc.record(
      {
        redirect_uris: fc.subarray([web, loopback, cursor, 'https://b.example/cb?x=1'], { minLength: 1 }),
        token_endpoint_auth_method: fc.constantFrom('none', 'client_secret_post', 'client_secret_basic'),
        grant_types: fc.subarray(['authorization_code', 'refresh_token', 'client_credentials', 'implicit'], {
          minLength: 1,
        }),
        response_types: fc.subarray(['code', 'token']),
        client_name: fc.string({ unit: 'binary', maxLength: 300 }),
        contacts: fc.array(fc.string({ unit: 'binary' })),
        scope: fc.constantFrom('files:read', 'files:write  files:read openid', ''),
        'client_name#ja': fc.string({ unit: 'binary' }),
      },
      { requiredKeys: ['redirect_uris'] },
    )
    fc.assert(
      fc.property(sensible, (body) => {
        const metadata = orRefusal(() => readClientMetadata(body, policy))
        if (metadata instanceof OAuthError) return
        expect(readClientMetadata(JSON.parse(JSON.stringify(metadata)), policy)).toStrictEqual(metadata)
        expect(metadata.redirect_uris.map((uri) => refuseRedirectUri(uri, policy))).toEqual(
          metadata.redirect_uris.map(() => null),
        )
        expect(metadata.token_endpoint_auth_method === 'none' || !metadata.redirect_uris.some(isPrivateUse)).toBe(true)
        expect(metadata.response_types.includes('code')).toBe(metadata.grant_types.includes('authorization_code'))
      }),
      { numRuns: 500 },
    )
  })

  it('cleanText is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, longest) => {
        const cleaned = cleanText(text, longest) ?? ''
        expect(cleanText(cleaned, longest) ?? '').toBe(cleaned)
        expect([...cleaned].length).toBeLessThanOrEqual(longest)
      }),
      { numRuns: 1000, examples: [['a\t\u0000\ta', 4]] },
    )
  })
})
