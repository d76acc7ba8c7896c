import * as fc from 'fast-check'
import {
  authorizationResponse,
  OAuthError,
  parseForm,
  readAuthorizationRequest,
  readTarget,
  stateOf,
} from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const target = { client_id: 'c', redirect_uri: 'https://a.example/cb', redirect_uri_sent: true }
const resources = ['https://h/api', 'https://h/mcp']
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }

type Changes = Readonly<Record<string, string | undefined>>
const form = (changes: Changes = {}) => {
  const members = { response_type: 'code', client_id: 'c', redirect_uri: 'https://a.example/cb', ...pkce, ...changes }
  return new URLSearchParams(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
const read = (changes: Changes = {}, more = '') =>
  readAuthorizationRequest(parseForm(`${form(changes)}${more}`), target, { resources })
const outcome = (changes: Changes, more = '') => {
  const { code, reason } = refusal(() => read(changes, more))
  return [code, reason]
}

describe('readTarget', () => {
  it('reads who asks and where the answer should go', () => {
    expect(readTarget(parseForm('client_id=c&redirect_uri=https%3A%2F%2Fa%2Fcb'))).toEqual({
      client_id: 'c',
      redirect_uri: 'https://a/cb',
    })
  })

  it('GEN-02 an empty redirect_uri is omitted', () => {
    expect(readTarget(parseForm('client_id=c&redirect_uri='))).toEqual({ client_id: 'c', redirect_uri: undefined })
  })

  it.each(['', 'client_id=', 'client_id=a&client_id=a', 'client_id=a%00', `client_id=${'a'.repeat(513)}`])(
    'AZ-02 refuses %j',
    (text) => {
      expect(refusal(() => readTarget(parseForm(text))).code).toBe('invalid_request')
    },
  )

  it.each([
    'redirect_uri=https://a/cb&redirect_uri=https://evil/cb',
    'redirect_uri=https://evil/cb&redirect_uri=https://a/cb',
    'redirect_uri=https://a/cb&redirect_uri=https://a/cb',
  ])('AZ-03 GEN-03 S-017 refuses %s', (text) => {
    expect(refusal(() => readTarget(parseForm(`client_id=c&${text}`))).reason).toBe('parameters.repeated')
  })
})

describe('stateOf', () => {
  it('GEN-03 is what was sent, once', () => {
    expect(stateOf(parseForm('state=a%26b%3D%2B'))).toBe('a&b=+')
    expect(stateOf(parseForm('state=a&state=a'))).toBeUndefined()
    expect(stateOf(parseForm('state='))).toBeUndefined()
  })
})

describe('readAuthorizationRequest', () => {
  it('reads a whole request', () => {
    const request = read({
      state: 's t',
      scope: 'b a b',
      resource: 'HTTPS://h/mcp/',
      prompt: 'login consent',
      max_age: '60',
      login_hint: 'x@a.example',
      ui_locales: 'de en',
      acr_values: 'mfa',
      nonce: 'n',
      dpop_jkt: challenge,
    })
    expect(request).toEqual({
      client_id: 'c',
      redirect_uri: 'https://a.example/cb',
      redirect_uri_sent: true,
      response_type: 'code',
      code_challenge: challenge,
      state: 's t',
      scope: ['b', 'a'],
      resource: ['https://h/mcp'],
      prompt: ['login', 'consent'],
      max_age: 60,
      login_hint: 'x@a.example',
      ui_locales: 'de en',
      acr_values: 'mfa',
      nonce: 'n',
      dpop_jkt: challenge,
    })
  })

  it('survives JSON unchanged when little was sent', () => {
    const request = read()
    expect(JSON.parse(JSON.stringify(request))).toStrictEqual(request)
    expect(request).not.toHaveProperty('state')
  })

  it.each([
    [undefined, 'invalid_request', 'parameters.missing'],
    ['token', 'unsupported_response_type', 'response_type.unsupported'],
    ['id_token', 'unsupported_response_type', 'response_type.unsupported'],
    ['code token', 'unsupported_response_type', 'response_type.unsupported'],
    ['foo', 'unsupported_response_type', 'response_type.unsupported'],
    ['Code', 'unsupported_response_type', 'response_type.unsupported'],
  ])('AZ-04 AZ-33 S-041 response_type %j is %s', (response_type, code, reason) => {
    expect(outcome({ response_type })).toEqual([code, reason])
  })

  it('AZ-04 a client that did not register code is unauthorized', () => {
    const call = () => readAuthorizationRequest(parseForm(`${form()}`), target, { resources, responseTypes: [] })
    expect(refusal(call).code).toBe('unauthorized_client')
  })

  it('AZ-05 keeps state as it was sent', () => {
    const state = `${'x'.repeat(2000)}&=+%20 base64+/=~"<>`
    expect(read({ state }).state).toBe(state)
  })

  it.each([undefined, ''])('AZ-10 GEN-02 S-060 S-061 refuses code_challenge %j', (code_challenge) => {
    expect(outcome({ code_challenge })).toEqual(['invalid_request', 'pkce.missing'])
    expect(outcome({ code_challenge, code_challenge_method: undefined })).toEqual(['invalid_request', 'pkce.missing'])
  })

  it.each([undefined, '', 'plain', 's256', 'S512', 'S256 '])('AZ-11 PK-04 S-062 refuses the method %j', (method) => {
    expect(outcome({ code_challenge_method: method })).toEqual(['invalid_request', 'pkce.method'])
  })

  it.each([`${challenge}=`, `${challenge}A`, challenge.slice(1), challenge.replace('-', '+'), 'a'.repeat(128)])(
    'AZ-12 PK-03 refuses the challenge %j',
    (code_challenge) => {
      expect(outcome({ code_challenge })).toEqual(['invalid_request', 'pkce.malformed'])
    },
  )

  it('AZ-13 refuses a method without a challenge', () => {
    expect(outcome({ code_challenge: undefined, code_challenge_method: 'S256' })[0]).toBe('invalid_request')
  })

  it('AZ-14 leaves unknown scopes in, refuses characters that are not allowed', () => {
    expect(read({ scope: ' openid  profile files:read ' }).scope).toEqual(['openid', 'profile', 'files:read'])
    expect(outcome({ scope: 'a"b' })).toEqual(['invalid_scope', 'scope.malformed'])
    expect(read({ scope: '' }).scope).toEqual([])
  })

  it('AZ-16 RI-01 RI-03 refuses resources that are malformed or unknown', () => {
    expect(outcome({ resource: 'https://evil/mcp' })).toEqual(['invalid_target', 'resource.unknown'])
    expect(outcome({ resource: '/mcp' })).toEqual(['invalid_target', 'resource.malformed'])
    expect(outcome({ resource: 'https://h/mcp#f' })).toEqual(['invalid_target', 'resource.malformed'])
  })

  it('RI-02 takes resource more than once', () => {
    expect(read({ resource: 'https://h/mcp' }, '&resource=https://h/mcp&resource=https://h/api').resource).toEqual([
      'https://h/mcp',
      'https://h/api',
    ])
  })

  it('RI-08 takes the only resource when none is named', () => {
    const request = readAuthorizationRequest(parseForm(`${form()}`), target, { resources: ['https://h/mcp'] })
    expect(request.resource).toEqual(['https://h/mcp'])
    expect(read().resource).toEqual([])
  })

  it('AZ-17 S-049 does not take request objects', () => {
    expect(outcome({ request: 'e30.e30.' })[0]).toBe('request_not_supported')
    expect(outcome({ request_uri: 'http://169.254.169.254/' })[0]).toBe('request_uri_not_supported')
  })

  it('AZ-18 S-042 answers in the query only', () => {
    expect(read({ response_mode: 'query' }).response_type).toBe('code')
    for (const response_mode of ['fragment', 'form_post', 'web_message', 'jwt']) {
      expect(outcome({ response_mode })).toEqual(['invalid_request', 'response_mode.unsupported'])
    }
  })

  it('AZ-24 refuses a dpop_jkt that is no thumbprint', () => {
    expect(outcome({ dpop_jkt: 'short' })).toEqual(['invalid_request', 'dpop_jkt.malformed'])
  })

  it('AZ-26 prompt none stands alone, and unknown values are refused', () => {
    expect(read({ prompt: 'none' }).prompt).toEqual(['none'])
    expect(read({ prompt: 'consent  consent' }).prompt).toEqual(['consent'])
    expect(outcome({ prompt: 'none login' })).toEqual(['invalid_request', 'prompt.contradiction'])
    expect(outcome({ prompt: 'register' })).toEqual(['invalid_request', 'prompt.unknown'])
  })

  it.each(['-1', '1.5', 'x', '1e3', '99999999999', ' 1'])('refuses max_age %j', (max_age) => {
    expect(outcome({ max_age })).toEqual(['invalid_request', 'max_age.malformed'])
  })

  it('takes max_age 0', () => {
    expect(read({ max_age: '0' }).max_age).toBe(0)
  })

  it('AZ-27 GEN-01 ignores what real clients send besides', () => {
    const more = {
      audience: 'x',
      access_type: 'offline',
      codex_cli: '1',
      originator: 'codex',
      display: 'page',
      claims: '{}',
    }
    expect(Object.keys(read(more)).sort()).toEqual(Object.keys(read()).sort())
  })

  it.each(['response_type=code', 'scope=b', 'state=b', `code_challenge=${challenge}`, 'prompt=none', 'foo=2'])(
    'GEN-03 S-040 refuses a second %s',
    (again) => {
      const first = { scope: 'a', state: 'a', prompt: 'login', foo: '1' }
      expect(outcome(first, `&${again}`)).toEqual(['invalid_request', 'parameters.repeated'])
    },
  )

  it('never throws anything but an OAuthError, and always has a challenge', () => {
    const names =
      'response_type code_challenge code_challenge_method scope resource prompt max_age state response_mode request'
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
      fc.constantFrom('code', challenge, 'S256', 'https://h/mcp', 'none', '0', 'query'),
    )
    const changes = fc.dictionary(fc.constantFrom(...names.split(' ')), value)
    fc.assert(
      fc.property(changes, (changes) => {
        const request = orRefusal(() => read(changes))
        expect(request instanceof OAuthError || request.code_challenge.length === 43).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('authorizationResponse', () => {
  it.each([
    ['https://a.example/cb', 'https://a.example/cb?code=x'],
    ['https://a.example/cb?x=1', 'https://a.example/cb?x=1&code=x'],
    ['https://a.example/cb?', 'https://a.example/cb?code=x'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&code=x'],
    ['https://A.example:443/%63b', 'https://A.example:443/%63b?code=x'],
    ['http://127.0.0.1:33418', 'http://127.0.0.1:33418?code=x'],
    ['http://[::1]:1', 'http://[::1]:1?code=x'],
    ['com.example:/cb', 'com.example:/cb?code=x'],
    ['cursor://host/cb', 'cursor://host/cb?code=x'],
  ])('AZ-06 AZ-40 appends to %s as it is', (uri, location) => {
    expect(authorizationResponse(uri, { code: 'x' })).toBe(location)
  })

  it('TV-12 ISS-04 encodes iss once', () => {
    expect(authorizationResponse('x:/', { iss: 'https://as.example/t1' })).toBe('x:/?iss=https%3A%2F%2Fas.example%2Ft1')
  })

  it('AZ-05 AZ-07 leaves out what is undefined', () => {
    expect(authorizationResponse('x:/', { code: 'c', state: undefined, iss: 'i' })).toBe('x:/?code=c&iss=i')
    expect(authorizationResponse('x:/', {})).toBe('x:/')
  })

  it('AZ-41 S-020 keeps line breaks and NUL out of the header', () => {
    const location = authorizationResponse('https://a/cb', { state: '\r\nSet-Cookie:x=1\u0000' })
    expect(location).toBe('https://a/cb?state=%0D%0ASet-Cookie%3Ax%3D1%00')
  })

  it('AZ-05 AZ-40 is ASCII and gives state back, to form decoders and to percent decoders', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, (state, error_description) => {
        const location = authorizationResponse('com.example:/cb?x=1', { state, error_description, iss: 'https://as' })
        expect(location).toMatch(/^com\.example:\/cb\?x=1&[\x21-\x7e]+$/)
        expect(new URLSearchParams(location.split('?')[1]).get('state')).toBe(state)
        expect(decodeURIComponent(/&state=([^&]*)/.exec(location)?.[1] ?? '')).toBe(state)
      }),
    )
  })
})
