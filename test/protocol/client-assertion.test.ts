import * as fc from 'fast-check'
import { type AssertionExpectation, checkAssertion, decodeAssertion, refuseAssertionType } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const now = 1_795_132_800
const clientId = 'https://app.example/client'
const audience = 'https://as.example'
const tokenEndpoint = `${audience}/oauth/token`
const expected: AssertionExpectation = { clientId, audience, tokenEndpoint: null, now }
const good = { iss: clientId, sub: clientId, aud: audience, exp: now + 60, iat: now, jti: 'one' }

const check = (claims: object, changes: Partial<AssertionExpectation> = {}) =>
  checkAssertion({ header: {}, claims: { ...good, ...claims } }, { ...expected, ...changes })
const reason = (claims: object, changes: Partial<AssertionExpectation> = {}) => {
  const verdict = check(claims, changes)
  return verdict.ok ? null : verdict.reason
}

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const jwt = (header: unknown, claims: unknown) => `${part(header)}.${part(claims)}.c2ln`

describe('checkAssertion', () => {
  it('takes a good one, and says how long to remember it', () => {
    expect(check({})).toEqual({ ok: true, jti: 'one', expiresAt: now + 90 })
    expect(check({ exp: now + 60.5 })).toEqual({ ok: true, jti: 'one', expiresAt: now + 91 })
  })

  it.each([
    ['an issuer that is not its subject', { iss: 'other' }],
    ['a subject that is not its issuer', { sub: 'other' }],
    ['another client', { iss: 'other', sub: 'other' }],
    ['no subject', { sub: undefined }],
    ['a list of subjects', { sub: [clientId] }],
  ])('CA-20 S-101 refuses %s', (_name, claims) => {
    expect(reason(claims)).toBe('client.assertion_subject')
  })

  it.each([
    ['the token endpoint', tokenEndpoint],
    ['a list of one', [audience]],
    ['a list with somebody else', [audience, 'https://evil.example']],
    ['a slash too many', `${audience}/`],
    ['another server', 'https://other.example'],
    ['upper case', 'https://AS.example'],
    ['nothing', undefined],
    ['a number', 1],
  ])('CA-21 S-096 refuses %s as its audience', (_name, aud) => {
    expect(reason({ aud })).toBe('client.assertion_audience')
  })

  it('CA-21 C1 takes the token endpoint, or a list of one, where the host says so; never two', () => {
    for (const aud of [audience, tokenEndpoint, [audience], [tokenEndpoint]])
      expect(reason({ aud }, { tokenEndpoint })).toBeNull()
    for (const aud of [
      [audience, tokenEndpoint],
      [audience, 'https://evil.example'],
      [],
      [[audience]],
      'https://other.example',
    ])
      expect(reason({ aud }, { tokenEndpoint })).toBe('client.assertion_audience')
  })

  it.each([
    ['no end', { exp: undefined }, 'client.assertion_expired'],
    ['an end that is text', { exp: String(now + 60) }, 'client.assertion_expired'],
    ['an end that is no number', { exp: Number.NaN }, 'client.assertion_expired'],
    ['an end that is past', { exp: now - 30 }, 'client.assertion_expired'],
    ['an end in eleven minutes', { exp: now + 660 }, 'client.assertion_too_long'],
    ['an end in a year', { exp: now + 31_536_000 }, 'client.assertion_too_long'],
    ['a beginning in the future', { nbf: now + 31 }, 'client.assertion_early'],
    ['a making in the future', { iat: now + 31 }, 'client.assertion_early'],
    ['a beginning that is text', { nbf: String(now) }, 'client.assertion_early'],
    ['a making that is null', { iat: null }, 'client.assertion_early'],
  ])('CA-22 S-098 refuses %s', (_name, claims, why) => {
    expect(reason(claims)).toBe(why)
  })

  it('CA-22 bears half a minute between two clocks', () => {
    for (const claims of [
      { exp: now - 29 },
      { nbf: now + 30 },
      { iat: now + 30 },
      { exp: now + 630 },
      { iat: undefined },
    ])
      expect(reason(claims)).toBeNull()
  })

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['a number', 1],
    ['a long one', 'x'.repeat(513)],
  ])('CA-23 refuses %s as its id', (_name, jti) => {
    expect(reason({ jti })).toBe('client.assertion_id')
  })

  it('decides on anything without throwing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.jsonValue()), (claims) => {
        expect(typeof check(claims).ok).toBe('boolean')
      }),
    )
  })
})

describe('refuseAssertionType', () => {
  it('CA-26 takes those that are meant for this', () => {
    for (const typ of [undefined, 'JWT', 'jwt', 'client-authentication+jwt', 'application/client-authentication+jwt'])
      expect(refuseAssertionType(typ === undefined ? {} : { typ })).toBeNull()
  })

  it.each(['at+jwt', 'dpop+jwt', 'logout+jwt', 'oauth-id-jag+jwt', 'oauth-authz-req+jwt', '', 1, null, ['JWT']])(
    'CA-26 S-102 refuses %j',
    (typ) => {
      expect(refuseAssertionType({ typ })).toBe('client.assertion_type')
    },
  )
})

describe('decodeAssertion', () => {
  it('reads header and claims', () => {
    expect(decodeAssertion(jwt({ alg: 'ES256' }, good))).toEqual({ header: { alg: 'ES256' }, claims: good })
  })

  it.each([
    ['no JWT', 'x'],
    ['two parts', 'e30.e30'],
    ['five parts', 'e30.e30.e30.e30.e30'],
    ['no signature', 'e30.e30.'],
    ['padding', 'e30=.e30.c2ln'],
    ['claims that are no object', jwt({}, [1])],
    ['a header that is no JSON', jwt('x', {})],
    ['a claim that is there twice', jwt({}, '{"sub":"a","sub":"b"}')],
    ['half a byte', 'e.e30.c2ln'],
  ])('is null for %s', (_name, text) => {
    expect(decodeAssertion(text)).toBeNull()
  })
})
