import * as fc from 'fast-check'
import { bearerChallenge, OAuthError, readBearer } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const metadata = 'https://h/.well-known/oauth-protected-resource/mcp'

describe('readBearer', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER   abc', 'Bearer abc '])('RS-02 reads %j', (header) => {
    expect(readBearer(header)).toEqual({ kind: 'token', token: 'abc' })
  })

  it('reads every character of the grammar', () => {
    expect(readBearer('Bearer aZ09-._~+/==')).toEqual({ kind: 'token', token: 'aZ09-._~+/==' })
  })

  it.each([null, '', 'Basic YTpi', 'DPoP abc', 'Bearerabc', 'Negotiate'])('RS-01 RS-02 %j holds no token', (header) => {
    expect(readBearer(header)).toEqual({ kind: 'none' })
  })

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', 'Bearer "a"', 'Bearer =', 'Bearer é', 'Bearer\tabc'])(
    'RS-03 refuses %j',
    (header) => {
      const error = refusal(() => readBearer(header))
      expect([error.code, error.status, error.reason]).toEqual(['invalid_request', 400, 'bearer.malformed'])
    },
  )

  it.each(['Bearer a, Bearer b', 'Bearer a, Basic YTpi', 'Basic YTpi, Bearer a', 'DPoP x,bearer a'])(
    'RS-03 S-168 refuses two credentials that were joined: %j',
    (header) => {
      expect(refusal(() => readBearer(header)).reason).toBe('bearer.malformed')
    },
  )

  it('never throws anything but an OAuthError, and never finds a token that is not there', () => {
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map((text) => `Bearer ${text}`),
    )
    fc.assert(
      fc.property(header, (header) => {
        const bearer = orRefusal(() => readBearer(header))
        const found = !(bearer instanceof OAuthError) && bearer.kind === 'token' ? bearer.token : ''
        expect(header).toContain(found)
        expect(found).toMatch(/^[A-Za-z0-9\-._~+/=]*$/)
      }),
    )
  })
})

describe('bearerChallenge', () => {
  it('RS-01 PRM-10 without credentials: no error, as in the golden response', () => {
    expect(bearerChallenge({ resource_metadata: metadata, scope: ['files:read'] })).toBe(
      `Bearer resource_metadata="${metadata}", scope="files:read"`,
    )
  })

  it('RS-06 with too little scope, as in the golden response', () => {
    const challenge = bearerChallenge({
      error: 'insufficient_scope',
      error_description: 'files:write is needed for this tool',
      scope: ['files:read', 'files:write'],
      resource_metadata: metadata,
    })
    expect(challenge).toBe(
      `Bearer error="insufficient_scope", error_description="files:write is needed for this tool", scope="files:read files:write", resource_metadata="${metadata}"`,
    )
  })

  it('RS-14 begins with Bearer, also when there is nothing to say', () => {
    expect(bearerChallenge({})).toBe('Bearer')
    expect(bearerChallenge({ realm: 'api', scope: [] })).toBe('Bearer realm="api"')
  })

  it('SU-01 asks for a stronger or newer login', () => {
    const challenge = bearerChallenge({ error: 'insufficient_user_authentication', acr_values: 'mfa', max_age: 0 })
    expect(challenge).toBe('Bearer error="insufficient_user_authentication", acr_values="mfa", max_age="0"')
  })

  it('RS-13 S-177 lets nothing out of its quotes', () => {
    const challenge = bearerChallenge({
      realm: 'a", error="x',
      error: 'invalid_token',
      error_description: 'bad "token" \\ \r\nX: y é',
      scope: ['files:read', 'a"b', 'c\\d'],
      resource_metadata: 'https://h/"x\\\r\n é',
    })
    expect(challenge).toBe(
      `Bearer realm="a', error='x", error="invalid_token", error_description="bad 'token' ' ??X: y ?", scope="files:read", resource_metadata="https://h/%22x%5C%0D%0A%20%C3%A9"`,
    )
  })

  it('RS-13 leaves a plain URL as it is', () => {
    expect(bearerChallenge({ resource_metadata: 'http://[::1]:3000/a?b=%20c' })).toBe(
      'Bearer resource_metadata="http://[::1]:3000/a?b=%20c"',
    )
  })

  it('RS-13 S-177 is always a list of quoted values, each name once', () => {
    const text = fc.string({ unit: 'binary' })
    const parts = fc.record(
      {
        realm: text,
        error: text,
        error_description: text,
        scope: fc.array(text),
        resource_metadata: text,
        acr_values: text,
        max_age: fc.nat(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(parts, (parts) => {
        const challenge = bearerChallenge(parts)
        expect(challenge).toMatch(/^Bearer(?: [a-z_]+="[^"\\]*"(?:, [a-z_]+="[^"\\]*")*)?$/)
        expect(challenge).toMatch(/^[\x20-\x7e]+$/)
        const names = [...challenge.matchAll(/([a-z_]+)="[^"]*"/g)].map((found) => found[1])
        expect(new Set(names).size).toBe(names.length)
      }),
    )
  })
})
