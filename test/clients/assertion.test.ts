import { createHmac } from 'node:crypto'
import type { ClientId, Token } from 'grantor'
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentBox } from '../support/documents.js'
import {
  type Answer,
  basic,
  connect,
  formBody,
  type Params,
  post,
  type RegisteredClient,
  refresh,
  register,
  registration,
  revoke,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, secondNode, testProvider } from '../support/provider.js'
import { type Assertion, asserted, newSigner, type Signer } from '../support/signer.js'

const token = '/oauth/token'
/** Whoever gets past authentication is told that this refresh token is unknown. */
const anything = { grant_type: 'refresh_token', refresh_token: 'x' }
const passed = [400, 'invalid_grant']
const refused = [401, 'invalid_client']
const jwksUri = 'https://reporter.example/jwks.json'

const isUsed = ({ kind }: Token) => kind === 'client_assertion'
const outcome = ({ status, body }: Answer) => [status, body.error]

let signer: Signer

beforeAll(async () => {
  signer = await newSigner()
})

const metadata = (members: object = {}) => ({
  client_name: 'Signing reporter',
  redirect_uris: ['https://reporter.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: signer.jwks,
  ...members,
})

/** A provider with a client that signs, and why it was refused the last time. */
async function signing(members: object = {}, options: Parameters<typeof testProvider>[0] = {}) {
  const reasons: string[] = []
  const box = testProvider({ ...options, onRefusal: ({ reason }) => reasons.push(reason) })
  const client = await register(box, metadata(members))
  const { client_id } = client
  const ask = async (changes: Assertion = {}, params: Params = {}, by = signer) =>
    outcome(
      await post(box, token, { ...anything, ...asserted(await by.sign(client_id, box.issuer, changes)), ...params }),
    )
  const sent = async (assertion: string, params: Params = {}) =>
    outcome(await post(box, token, { ...anything, ...asserted(assertion), ...params }))
  const assert = () => signer.sign(client_id, box.issuer)
  return { box, client: { ...client, assert }, client_id, ask, sent, reason: () => reasons.at(-1) }
}

describe('a client that signs', () => {
  it('CIM-34 DCR-10 registers its keys, and gets no secret', async () => {
    const { client } = await signing()
    expect(client).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ kid: signer.kid }] },
    })
    expect(client).not.toHaveProperty('client_secret')
    expect(client).not.toHaveProperty('client_secret_expires_at')
  })

  it.each([
    ['without keys', { jwks: undefined }],
    ['with keys and where they are', { jwks_uri: jwksUri }],
    ['with a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } }],
    ['with keys that nobody here would fetch', { jwks: undefined, jwks_uri: jwksUri }],
  ])('DCR-10 is not registered %s', async (_name, members) => {
    expect(outcome(await registration(testProvider(), metadata(members)))).toEqual([400, 'invalid_client_metadata'])
  })

  it('connects, refreshes and revokes', async () => {
    const { box, client } = await signing()
    const { tokens } = await connect(box, { client })
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await revoke(box, client, next.refresh_token)).status).toBe(200)
    expect(outcome(await refresh(box, client, next.refresh_token))).toEqual(passed)
  })

  it.each(['manual', 'user', 'dynamic'] as const)('is a %s client as any other', async (kind) => {
    const box = testProvider({ registration: { byUsers: {} } })
    const registrar = { registration: kind, ...(kind === 'user' && { ownerId: 'alice' as never }) }
    const client =
      kind === 'dynamic' ? await register(box, metadata()) : await registerManually(box, metadata(), registrar)
    const assert = () => signer.sign(client.client_id, box.issuer)
    expect((await connect(box, { client: { ...client, assert } })).tokens.token_type).toBe('Bearer')
    expect(client.client_secret).toBeUndefined()
    await expect(box.provider.clients.rotateSecret(client.client_id as ClientId)).rejects.toMatchObject({
      reason: 'client.without_secret',
    })
  })

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('CA-24 signs with %s', async (alg) => {
    const other = await newSigner(alg)
    const { ask } = await signing({ jwks: other.jwks, token_endpoint_auth_signing_alg: alg })
    expect(await ask({}, {}, other)).toEqual(passed)
  })

  it('CA-20 may name itself in the body, too', async () => {
    const { ask, client_id } = await signing()
    expect(await ask({}, { client_id })).toEqual(passed)
  })

  it('CA-08 S-106 CIM-34 does not get in by any other way', async () => {
    const { box, client_id } = await signing()
    const other = { ...anything, client_id }
    const answers = [
      await post(box, token, other),
      await post(box, token, { ...other, client_secret: 'x' }),
      await post(box, token, anything, { authorization: basic(client_id, 'x') }),
      await post(box, token, anything, { authorization: basic(client_id, '') }),
      await post(box, '/oauth/revoke', { client_id, token: 'x' }),
      await post(box, '/oauth/introspect', { client_id, token: 'x' }),
    ]
    expect(answers.map(outcome)).toEqual(answers.map(() => refused))
  })

  it('CA-01 S-091 uses one way at a time', async () => {
    const { box, client_id } = await signing()
    const both = { ...anything, ...asserted(await signer.sign(client_id, box.issuer)) }
    expect(outcome(await post(box, token, both, { authorization: basic(client_id, 'x') }))).toEqual([
      400,
      'invalid_request',
    ])
    expect(outcome(await post(box, token, { ...both, client_secret: 'x' }))).toEqual([400, 'invalid_request'])
  })

  it('CA-27 is told when half of it is missing, or of another kind', async () => {
    const { box, client_id } = await signing()
    const { client_assertion, client_assertion_type } = asserted(await signer.sign(client_id, box.issuer))
    const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'
    for (const half of [
      { client_assertion },
      { client_assertion_type },
      { client_assertion, client_assertion_type: saml },
    ])
      expect(outcome(await post(box, token, { ...anything, ...half }))).toEqual([400, 'invalid_request'])
  })

  it('GEN-06 is not heard in the URL', async () => {
    const { box, client_id } = await signing()
    const query = formBody(asserted(await signer.sign(client_id, box.issuer)))
    expect(outcome(await post(box, `${token}?${query}`, { ...anything, client_id }))).toEqual(refused)
  })

  it('STA-01 a client that shares a secret, or is public, does not get in by signing', async () => {
    const box = testProvider()
    for (const token_endpoint_auth_method of ['none', 'client_secret_basic', 'client_secret_post']) {
      const { client_id } = await register(box, metadata({ token_endpoint_auth_method }))
      const assertion = await signer.sign(client_id, box.issuer)
      expect(outcome(await post(box, token, { ...anything, ...asserted(assertion) }))).toEqual(refused)
    }
  })

  it('CA-05 S-094 unknown and wrong look the same', async () => {
    const { box, client_id } = await signing()
    const stranger = await newSigner('ES256', { kid: signer.kid })
    const answers = [
      await post(box, token, { ...anything, ...asserted(await signer.sign('client_unknown', box.issuer)) }),
      await post(box, token, { ...anything, ...asserted(await stranger.sign(client_id, box.issuer)) }),
      await post(box, token, { ...anything, ...asserted('x.y.z'), client_id }),
    ]
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(outcome(answers[0]!)).toEqual(refused)
  })
})

describe('an assertion', () => {
  it.each([
    ['CA-20 S-101 of another subject', { claims: { sub: 'client_other' } }, 'client.unknown'],
    ['CA-20 S-101 of another issuer', { claims: { iss: 'client_other' } }, 'client.assertion_subject'],
    [
      'CA-21 S-096 for several',
      { claims: { aud: ['https://app.example', 'https://evil.example'] } },
      'client.assertion_audience',
    ],
    ['CA-21 S-096 for a list of one', { claims: { aud: ['https://app.example'] } }, 'client.assertion_audience'],
    [
      'CA-21 S-096 for the token endpoint',
      { claims: { aud: 'https://app.example/oauth/token' } },
      'client.assertion_audience',
    ],
    ['CA-21 S-096 for another server', { claims: { aud: 'https://other.example' } }, 'client.assertion_audience'],
    ['CA-21 for the issuer with a slash', { claims: { aud: 'https://app.example/' } }, 'client.assertion_audience'],
    ['CA-22 without an end', { claims: { exp: undefined } }, 'client.assertion_expired'],
    ['CA-22 that is over', { claims: { exp: 1 } }, 'client.assertion_expired'],
    ['CA-22 S-098 for a year', { claims: { exp: 1_795_132_800 + 31_536_000 } }, 'client.assertion_too_long'],
    ['CA-22 of tomorrow', { claims: { nbf: 1_795_132_800 + 86_400 } }, 'client.assertion_early'],
    ['CA-23 without an id', { claims: { jti: undefined } }, 'client.assertion_id'],
    ['CA-24 signed by HS256', { header: { alg: 'ES256' } }, null],
    ['CA-25 with another key id', { header: { kid: 'other' } }, 'client.assertion_key'],
    ['CA-25 with a key id that is no text', { header: { kid: 1 } }, 'client.assertion_key'],
    ['CA-26 S-102 that is an access token', { header: { typ: 'at+jwt' } }, 'client.assertion_type'],
    ['CA-26 S-102 that is a DPoP proof', { header: { typ: 'dpop+jwt' } }, 'client.assertion_type'],
    ['CA-26 for this', { header: { typ: 'client-authentication+jwt' } }, null],
  ])('%s', async (_name, changes, why) => {
    const { ask, reason } = await signing()
    expect(await ask(changes)).toEqual(why === null ? passed : refused)
    expect(reason()).toBe(why ?? 'refresh_token.unknown')
  })

  it('CA-25 S-100 with a key in its header is checked with the client’s own', async () => {
    const box = documentBox()
    const client = box.describeSigning(signer)
    await connect(box, { client })
    const thief = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(thief.publicKey)
    const evil = 'https://evil.example/keys'
    box.web.publish(evil, { keys: [jwk] })
    for (const header of [
      { jwk },
      { jku: evil },
      { x5u: evil },
      { x5c: ['MII'] },
      { jwk, kid: signer.kid },
      { jku: evil, kid: signer.kid },
    ]) {
      const assertion = await new SignJWT({ jti: 'x' })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .setIssuer(client.client_id)
        .setSubject(client.client_id)
        .setAudience(box.issuer)
        .setExpirationTime(box.clock.now() + 60)
        .sign(thief.privateKey)
      expect(outcome(await post(box, token, { ...anything, ...asserted(assertion) }))).toEqual(refused)
    }
    expect(box.web.requests.filter(({ url }) => url === evil)).toEqual([])
  })

  it('CA-25 with something critical that nobody here understands', async () => {
    const { client_id, box, sent } = await signing()
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const critical = await new SignJWT({
      jti: 'x',
      iss: client_id,
      sub: client_id,
      aud: box.issuer,
      exp: box.clock.now() + 60,
    })
      .setProtectedHeader({ alg: 'ES256', crit: ['https://x.example/c'], 'https://x.example/c': true })
      .sign(privateKey, { crit: { 'https://x.example/c': true } })
    expect(await exportJWK(publicKey)).toHaveProperty('x')
    expect(await sent(critical)).toEqual(refused)
  })

  it('CA-24 S-099 that is not signed, or by a public key as if it were a secret', async () => {
    const rsa = await generateKeyPair('RS256', { extractable: true })
    const jwk = { ...(await exportJWK(rsa.publicKey)), kid: 'rsa' }
    const { client_id, box, sent, reason } = await signing({ jwks: { keys: [jwk] } })
    const claims = { iss: client_id, sub: client_id, aud: box.issuer, exp: box.clock.now() + 60, jti: 'x' }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const secret of [await exportSPKI(rsa.publicKey), String(jwk.n)]) {
      const input = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(claims)}`
      const signature = createHmac('sha256', secret).update(input).digest('base64url')
      expect(await sent(`${input}.${signature}`)).toEqual(refused)
      expect(reason()).toBe('client.assertion_algorithm')
    }
    const unsecured = new UnsecuredJWT(claims).encode()
    expect(await sent(unsecured)).toEqual(refused)
    expect(await sent(`${unsecured}x`)).toEqual(refused)
    expect(reason()).toBe('client.assertion_algorithm')
  })

  it('CA-24 S-099 by an algorithm that its key is not for', async () => {
    const rsa = await newSigner('RS256', { kid: 'same' })
    const { ask, reason } = await signing({ jwks: rsa.jwks })
    const ec = await newSigner('ES256', { kid: 'same' })
    expect(await ask({}, {}, ec)).toEqual(refused)
    expect(reason()).toBe('client.assertion_key')
    const [key] = rsa.jwks.keys
    const ps = await importJWK({ ...key, alg: 'PS256' } as never, 'PS256')
    expect(ps).toBeDefined()
    const pss = await newSigner('PS256', { kid: 'same' })
    expect(await ask({}, {}, pss)).toEqual(refused)
  })

  it('CA-24 by an algorithm that the client did not register', async () => {
    const rsa = await newSigner('RS256')
    const keys = { keys: [...signer.jwks.keys, ...rsa.jwks.keys] }
    const { ask, reason } = await signing({ jwks: keys, token_endpoint_auth_signing_alg: 'RS256' })
    expect(await ask({}, {}, rsa)).toEqual(passed)
    expect(await ask({}, {}, signer)).toEqual(refused)
    expect(reason()).toBe('client.assertion_algorithm')
  })

  it('CA-25 without a key id is tried with every key of its kind', async () => {
    const others = await Promise.all([newSigner(), newSigner(), newSigner('RS256')])
    const keys = { keys: [...others.flatMap(({ jwks }) => jwks.keys), ...signer.jwks.keys] }
    const { ask } = await signing({ jwks: keys })
    expect(await ask({ header: { kid: undefined } })).toEqual(passed)
    const stranger = await newSigner()
    expect(await ask({ header: { kid: undefined } }, {}, stranger)).toEqual(refused)
  })

  it('C1 CA-21 may be for the token endpoint where the host says so of this client', async () => {
    const box = testProvider()
    const lenient = await registerManually(box, metadata(), { policy: { allowTokenEndpointAudience: true } })
    const strict = await registerManually(box, metadata({ client_name: 'Strict' }))
    const ask = async ({ client_id }: RegisteredClient, aud: unknown) =>
      outcome(await post(box, token, { ...anything, ...asserted(await signer.sign(client_id, aud)) }))
    const endpoint = `${box.issuer}/oauth/token`
    for (const aud of [endpoint, [endpoint], [box.issuer]]) {
      expect(await ask(lenient, aud)).toEqual(passed)
      expect(await ask(strict, aud)).toEqual(refused)
    }
    expect(await ask(lenient, [endpoint, box.issuer])).toEqual(refused)
    expect(await ask(lenient, `${box.issuer}/oauth/revoke`)).toEqual(refused)
  })
})

describe('an assertion that comes twice', () => {
  it('CA-23 S-097 is good once, whatever became of the request', async () => {
    const { box, client_id, sent, reason } = await signing()
    const assertion = await signer.sign(client_id, box.issuer)
    expect(await sent(assertion)).toEqual(passed)
    expect(await sent(assertion)).toEqual(refused)
    expect(reason()).toBe('client.assertion_replayed')
    expect(outcome(await post(box, '/oauth/revoke', { token: 'x', ...asserted(assertion) }))).toEqual(refused)
  })

  it('CA-23 is another one by its id, and by its client', async () => {
    const { box, sent, ask, client_id } = await signing()
    const other = await register(box, metadata())
    const claims = { jti: 'the same' }
    expect(await sent(await signer.sign(client_id, box.issuer, { claims }))).toEqual(passed)
    expect(await ask({ claims: { ...claims, exp: box.clock.now() + 61 } })).toEqual(refused)
    expect(await sent(await signer.sign(other.client_id, box.issuer, { claims }))).toEqual(passed)
    expect(await ask()).toEqual(passed)
  })

  it('CA-23 S-097 of ten at once one is heard, on two nodes', async () => {
    const { box, client } = await signing()
    const other = secondNode(box, { now: box.clock.now })
    const { tokens } = await connect(box, { client })
    const assertion = await client.assert()
    const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...asserted(assertion) }
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => post(at % 2 ? box : other, token, params)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(9)
    // Nothing was held against the grant: the client goes on with what the one answer brought.
    const won = answers.find(({ status }) => status === 200)
    expect((await refresh(box, client, String(won?.body.refresh_token))).status).toBe(200)
  })

  it('REF-10 several at once that each sign for themselves get the same successor', async () => {
    const { box, client } = await signing()
    const { tokens } = await connect(box, { client })
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(box, client, tokens.refresh_token)))
    const brought = answers.map(({ status, body }) => [status, body.refresh_token, body.access_token])
    const [first] = answers
    expect(brought).toEqual(answers.map(() => [200, first?.body.refresh_token, first?.body.access_token]))
    const used = box.storage.commits().flatMap(({ tokens: written }) => written.filter(isUsed))
    expect(new Set(used.map(({ digest }) => digest)).size).toBe(6)
  })

  it('CA-23 with a code that was used ends no grant: whoever sends both is not the client', async () => {
    const { box, client } = await signing()
    const assertion = await client.assert()
    const assert = async () => assertion
    const { tokens, callback } = await connect(box, { client: { ...client, assert } })
    const again = await post(box, token, {
      grant_type: 'authorization_code',
      code: callback.response.get('code') ?? '',
      code_verifier: callback.verifier,
      redirect_uri: callback.redirectUri,
      ...asserted(assertion),
    })
    expect(outcome(again)).toEqual(refused)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('CA-23 is remembered for as long as it is valid, and no longer', async () => {
    const { box, client_id } = await signing()
    await post(box, token, { ...anything, ...asserted(await signer.sign(client_id, box.issuer)) })
    const [record] = box.storage
      .commits()
      .flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'client_assertion'))
    expect(record).toMatchObject({ clientId: client_id, grantId: null, expiresAt: box.clock.now() + 90, data: {} })
    box.clock.advance(90 + 86_400 + 1)
    await box.provider.purge()
    expect(await box.storage.findToken(record!.digest)).toBeNull()
  })

  it('is written in the commit that it was good for, and costs no round trip of its own', async () => {
    const { box, client } = await signing()
    const { tokens } = await connect(box, { client })
    box.storage.reset()
    await refresh(box, client, tokens.refresh_token)
    expect(box.storage.trips()).toEqual(['findToken', 'commit'])
    expect(
      box.storage
        .commits()[0]
        ?.tokens.map(({ kind }) => kind)
        .sort(),
    ).toEqual(['access_token', 'client_assertion', 'refresh_token'])
    box.storage.reset()
    await refresh(box, client, 'x')
    expect(box.storage.trips()).toEqual(['findClient', 'commit'])
  })

  it('LOG-01 is written nowhere as it is', async () => {
    const { box, client } = await signing()
    const assertion = await client.assert()
    await refresh(box, { ...client, assert: async () => assertion }, 'x')
    const written = JSON.stringify([box.storage.calls, box.events])
    for (const part of assertion.split('.')) expect(written).not.toContain(part)
  })
})

describe('keys that are somewhere else', () => {
  const remote = async (headers: Readonly<Record<string, string>> = {}) => {
    const box = documentBox()
    box.web.publish(jwksUri, signer.jwks, headers)
    const client = await register(box, metadata({ jwks: undefined, jwks_uri: jwksUri }))
    const timely = (claims: Assertion['claims']) => ({ iat: box.clock.now(), exp: box.clock.now() + 60, ...claims })
    const ask = async (by = signer, { claims, header = {} }: Assertion = {}) =>
      outcome(
        await post(box, token, {
          ...anything,
          ...asserted(await by.sign(client.client_id, box.issuer, { claims: timely(claims), header })),
        }),
      )
    return { box, client, ask, fetched: () => box.web.requests.filter(({ url }) => url === jwksUri).length }
  }

  it('are fetched when they are needed, and kept', async () => {
    const { box, ask, fetched } = await remote({ 'cache-control': 'max-age=600' })
    expect(fetched()).toBe(0)
    expect([await ask(), await ask(), fetched()]).toEqual([passed, passed, 1])
    expect(box.web.requests.at(-1)?.request.maxBytes).toBe(65_536)
    box.clock.advance(600)
    expect([await ask(), fetched()]).toEqual([passed, 2])
  })

  it('1.3 are kept for an hour at the most', async () => {
    const { box, ask, fetched } = await remote({ 'cache-control': 'max-age=86400' })
    await ask()
    box.clock.advance(3_599)
    await ask()
    expect(fetched()).toBe(1)
    box.clock.advance(1)
    await ask()
    expect(fetched()).toBe(2)
  })

  it('are not fetched for an assertion that is no good anyway', async () => {
    const { ask, fetched } = await remote()
    const bad = [
      { claims: { aud: 'https://other.example' } },
      { claims: { exp: 1 } },
      { claims: { iss: 'x' } },
      { header: { typ: 'at+jwt' } },
    ]
    for (const changes of bad) expect(await ask(signer, changes)).toEqual(refused)
    expect(fetched()).toBe(0)
  })

  it('CA-28 are fetched again for a key that is not among them, which may be new', async () => {
    const { box, ask, fetched } = await remote()
    await ask()
    const next = await newSigner()
    box.web.publish(jwksUri, { keys: [...signer.jwks.keys, ...next.jwks.keys] })
    expect(await ask(next)).toEqual(refused)
    box.clock.advance(60)
    expect([await ask(next), await ask(), fetched()]).toEqual([passed, passed, 2])
  })

  it('CA-28 S-103 but not more than once a minute, whatever keys are named', async () => {
    const { box, ask, fetched } = await remote()
    await ask()
    for (let minute = 1; minute <= 3; minute += 1) {
      box.clock.advance(60)
      for (let at = 0; at < 10; at += 1) expect(await ask(await newSigner())).toEqual(refused)
      expect(fetched()).toBe(1 + minute)
    }
  })

  it.each([
    ['nobody is there', null],
    ['an error', { status: 500 }],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['no key set', { body: {} }],
    ['a private key among them', { body: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' }] } }],
  ])('CA-28 %s: invalid_client, and nothing is used up', async (_name, published) => {
    const { box, ask } = await remote()
    box.web.put(jwksUri, published)
    expect(await ask()).toEqual(refused)
    expect(box.storage.commits().flatMap(({ tokens }) => tokens.filter(isUsed))).toEqual([])
    expect(box.errors).toEqual([])
    box.web.publish(jwksUri, signer.jwks)
    box.clock.advance(1)
    expect(await ask()).toEqual(passed)
  })

  it('CA-28 that cannot be had for a while do not stop a client that is known', async () => {
    const { box, ask } = await remote()
    await ask()
    box.web.put(jwksUri, null)
    box.clock.advance(1_800)
    expect(await ask()).toEqual(passed)
    box.clock.advance(1_800)
    expect(await ask()).toEqual(refused)
  })

  it('take application/jwk-set+json', async () => {
    const { box, ask } = await remote()
    box.web.publish(jwksUri, signer.jwks, { 'content-type': 'application/jwk-set+json' })
    expect(await ask()).toEqual(passed)
  })

  it('S-134 are on no private address, and are not fetched from one', async () => {
    const box = documentBox()
    for (const jwks_uri of [
      'http://reporter.example/jwks',
      'https://10.0.0.1/jwks',
      'https://localhost/jwks',
      'https://db.internal/jwks',
    ])
      expect(outcome(await registration(box, metadata({ jwks: undefined, jwks_uri })))).toEqual([
        400,
        'invalid_client_metadata',
      ])
    expect(box.web.requests).toEqual([])
  })

  it('MD-09 are advertised by their algorithms', async () => {
    const { body } = await send(testProvider(), '/.well-known/oauth-authorization-server')
    expect(body.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
    expect(body.token_endpoint_auth_signing_alg_values_supported).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA'])
  })
})
