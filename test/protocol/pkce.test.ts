import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { isCodeChallenge, isCodeVerifier, verifyCodeVerifier } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const allowed = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~']
const anyVerifier = fc.string({ unit: fc.constantFrom(...allowed), minLength: 43, maxLength: 128 })

describe('PKCE', () => {
  it('PK-01 a verifier has 43 to 128 characters', () => {
    expect([42, 43, 128, 129].map((length) => isCodeVerifier('a'.repeat(length)))).toEqual([false, true, true, false])
  })

  it.each([' ', '+', '/', '=', '%', 'é', '\n'])('PK-01 a verifier has no %j', (character) => {
    expect(isCodeVerifier(`${verifier}${character}`)).toBe(false)
  })

  it('PK-01 a verifier may hold every unreserved character', () => {
    expect(isCodeVerifier(allowed.join(''))).toBe(true)
  })

  it('PK-02 TV-1 the vector of RFC 7636 appendix B', () => {
    expect(verifyCodeVerifier(verifier, challenge)).toBe(true)
  })

  it('PK-02 agrees with another SHA-256, and with no other verifier', () => {
    fc.assert(
      fc.property(anyVerifier, anyVerifier, (own, other) => {
        const digest = createHash('sha256').update(own, 'ascii').digest('base64url')
        expect(isCodeChallenge(digest)).toBe(true)
        expect(verifyCodeVerifier(own, digest)).toBe(true)
        expect(verifyCodeVerifier(other, digest)).toBe(own === other)
      }),
    )
  })

  it.each([
    `${challenge}=`,
    challenge.replace('-', '+'),
    challenge.replace('-', '/'),
    challenge.slice(1),
    `${challenge}A`,
    `${challenge}\n`,
  ])('PK-03 AZ-12 %j is no challenge', (text) => {
    expect(isCodeChallenge(text)).toBe(false)
    expect(verifyCodeVerifier(verifier, text)).toBe(false)
  })

  it('PK-04 S-062 S-066 plain is never accepted: the challenge does not verify itself', () => {
    expect(verifyCodeVerifier(challenge, challenge)).toBe(false)
    expect(verifyCodeVerifier(verifier, verifier)).toBe(false)
  })

  it('PK-05 S-063 a code without a challenge is met by no verifier', () => {
    expect(verifyCodeVerifier(verifier, '')).toBe(false)
    expect(verifyCodeVerifier('', '')).toBe(false)
  })

  it('PK-01 a verifier outside the grammar fails, even with its own digest', () => {
    for (const text of ['short', 'a'.repeat(129), `${verifier}é`]) {
      expect(verifyCodeVerifier(text, createHash('sha256').update(text).digest('base64url'))).toBe(false)
    }
  })

  it('S-065 a wrong verifier fails', () => {
    expect(verifyCodeVerifier(`${verifier}x`, challenge)).toBe(false)
    expect(verifyCodeVerifier('a'.repeat(43), challenge)).toBe(false)
  })
})
