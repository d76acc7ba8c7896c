import * as fc from 'fast-check'
import { encodeFormComponent, OAuthError, parseForm, readClient } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const nothing = parseForm('')
const basic = (credentials: string) => `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`
const read = (authorization: string | null, body = '') => readClient(authorization, parseForm(body))
const outcome = (authorization: string | null, body = '') => {
  const { code, status, headers } = refusal(() => read(authorization, body))
  return [code, status, headers['WWW-Authenticate']]
}
const challenged = ['invalid_client', 401, 'Basic realm="oauth"']
const unchallenged = ['invalid_client', 401, undefined]
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

describe('readClient with Basic', () => {
  it('TV-4 reads the example of RFC 6749', () => {
    expect(readClient('Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3', nothing)).toEqual({
      clientId: 's6BhdRkqt3',
      method: 'client_secret_basic',
      secret: '7Fjfp0ZBr1KtDRbnfVdmIw',
      rawSecret: null,
    })
  })

  it('TV-4b CA-03 form-decodes both halves', () => {
    const header = 'Basic YXBwJTNBMSUyRiVDMyVBOTpwJTJCdytkJTI1MjUlM0ElMjY='
    expect(readClient(header, nothing)).toEqual({
      clientId: 'app:1/é',
      method: 'client_secret_basic',
      secret: 'p+w d%25:&',
      rawSecret: 'p%2Bw+d%2525%3A%26',
    })
    const credentials = `${encodeFormComponent('app:1/é')}:${encodeFormComponent('p+w d%25:&')}`
    expect(basic(credentials)).toBe(header)
  })

  it.each(['basic', 'BASIC', 'bAsIc'])('CA-03 the scheme is not case-sensitive: %s', (scheme) => {
    expect(read(basic('a:b').replace('Basic', scheme)).clientId).toBe('a')
  })

  it('CA-03 splits at the first colon', () => {
    expect(read(basic('a:b:c'))).toMatchObject({ clientId: 'a', secret: 'b:c', rawSecret: null })
  })

  it.each([
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YQ',
    'Basic YQ===',
    'Basic Y',
    'Basic YTpi YTpi',
    'Basic YTpi, Basic YTpi',
    basic('nocolon'),
    basic('a:%zz'),
    basic('%zz:b'),
    basic('a:%'),
    basic('a:%ff'),
    basic(':secret'),
    basic('%00:secret'),
    `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`,
    'Bearer abc',
    '',
  ])('CA-03 CA-06 S-093 %j is 401 with a challenge', (header) => {
    expect(outcome(header)).toEqual(challenged)
  })

  it('CA-04 keeps the raw secret for clients that do not form-encode', () => {
    expect(read(basic('a:p+w'))).toMatchObject({ secret: 'p w', rawSecret: 'p+w' })
    expect(read(basic('a:p%41'))).toMatchObject({ secret: 'pA', rawSecret: 'p%41' })
    expect(read(basic('a:plain'))).toMatchObject({ secret: 'plain', rawSecret: null })
  })

  it('CA-01 the same client_id in the body is fine', () => {
    expect(read(basic('a:b'), 'client_id=a').method).toBe('client_secret_basic')
  })

  it('CA-01 S-092 another client_id in the body is not', () => {
    expect(outcome(basic('a:b'), 'client_id=c')).toEqual(challenged)
  })

  it('CA-06 CA-07 an empty password is still the use of the header', () => {
    expect(read(basic('a:'))).toEqual({ clientId: 'a', method: 'client_secret_basic', secret: '', rawSecret: null })
  })

  it('GEN-21 generated identifiers and secrets read the same encoded and raw', () => {
    const text = fc.string({ unit: fc.constantFrom(...'azAZ09-_'), minLength: 1 })
    fc.assert(
      fc.property(text, text, (id, secret) => {
        const raw = read(basic(`${id}:${secret}`))
        expect(read(basic(`${encodeFormComponent(id)}:${encodeFormComponent(secret)}`))).toEqual(raw)
        expect(raw).toEqual({ clientId: id, method: 'client_secret_basic', secret, rawSecret: null })
      }),
    )
  })

  it('reads back any credentials that were encoded as the RFC asks', () => {
    const id = fc.string({ unit: 'grapheme-ascii', minLength: 1 })
    fc.assert(
      fc.property(id, fc.string({ unit: 'grapheme', minLength: 1 }), (clientId, secret) => {
        const header = basic(`${encodeFormComponent(clientId)}:${encodeFormComponent(secret)}`)
        expect(read(header)).toMatchObject({ clientId, secret })
      }),
    )
  })
})

describe('readClient with a body', () => {
  it('reads client_secret_post', () => {
    expect(read(null, 'client_id=a&client_secret=b%2B')).toEqual({
      clientId: 'a',
      method: 'client_secret_post',
      secret: 'b+',
      rawSecret: null,
    })
  })

  it('CA-10 an empty secret is no secret', () => {
    expect(read(null, 'client_id=a&client_secret=').method).toBe('none')
  })

  it('CA-07 without any client_id: 401', () => {
    expect(outcome(null)).toEqual(unchallenged)
    expect(outcome(null, 'client_secret=b')).toEqual(unchallenged)
    expect(outcome(null, 'client_id=')).toEqual(unchallenged)
  })

  it('CA-05 an identifier that cannot exist is an unknown client', () => {
    const error = refusal(() => read(null, 'client_id=a%07b'))
    expect([error.code, error.description]).toEqual(['invalid_client', 'unknown client or bad credentials'])
    expect(refusal(() => read(null, `client_id=${'a'.repeat(513)}`)).code).toBe('invalid_client')
  })

  it('GEN-03 refuses repeated credentials', () => {
    for (const body of ['client_id=a&client_id=a', 'client_id=a&client_secret=b&client_secret=b']) {
      expect(refusal(() => read(null, body)).reason).toBe('parameters.repeated')
    }
    expect(refusal(() => read(basic('a:b'), 'client_id=a&client_id=a')).reason).toBe('parameters.repeated')
  })
})

describe('readClient with several methods', () => {
  it.each([
    ['Basic and a secret in the body', basic('a:b'), 'client_id=a&client_secret=b'],
    ['Basic and an assertion', basic('a:b'), `client_assertion=x&client_assertion_type=${assertionType}`],
    ['a secret and an assertion', null, `client_id=a&client_secret=b&client_assertion=x&client_assertion_type=y`],
    ['an assertion of another type', null, 'client_assertion=x&client_assertion_type=saml'],
    ['half an assertion', null, 'client_id=a&client_assertion=x'],
    ['the other half', null, `client_id=a&client_assertion_type=${assertionType}`],
  ])('CA-01 CA-27 S-091 refuses %s', (_, authorization, body) => {
    expect(outcome(authorization, body)).toEqual(['invalid_request', 400, undefined])
  })

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = (claims: object) => `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`
  const asserted = (assertion: string, more = '') =>
    `client_assertion=${assertion}&client_assertion_type=${assertionType}${more}`

  it('CA-20 reads who an assertion is from, with or without a client_id beside it', () => {
    const assertion = signed({ sub: 'a' })
    const presented = { clientId: 'a', method: 'private_key_jwt', secret: null, rawSecret: null, assertion }
    expect(read(null, asserted(assertion))).toEqual(presented)
    expect(read(null, asserted(assertion, '&client_id=a'))).toEqual(presented)
  })

  it.each([
    ['is about another client', asserted(signed({ sub: 'a' }), '&client_id=b')],
    ['is about nobody', asserted(signed({}))],
    ['is about nobody, beside a client_id', asserted(signed({}), '&client_id=a')],
    ['is about a number', asserted(signed({ sub: 1 }))],
    ['is about what is no id', asserted(signed({ sub: 'a\u0007' }))],
    ['is no JWT', asserted('x', '&client_id=a')],
  ])('CA-20 CA-27 S-101 refuses an assertion that %s', (_, body) => {
    expect(outcome(null, body)).toEqual(unchallenged)
  })

  it('never throws anything but an OAuthError', () => {
    const header = fc.option(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }).map(basic),
        fc.base64String().map((text) => `Basic ${text}`),
      ),
    )
    const body = fc
      .array(fc.constantFrom('client_id=a', 'client_id=b', 'client_secret=s', 'client_assertion=x', 'client_secret='))
      .map((pairs) => pairs.join('&'))
    fc.assert(
      fc.property(header, body, (header, body) => {
        const client = orRefusal(() => read(header, body))
        expect(client instanceof OAuthError || (client.method === 'none') === (client.secret === null)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
