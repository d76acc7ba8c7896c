import { generateKeyPairSync } from 'node:crypto'
import { readPublicKeys, signingAlgorithms } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { refusal } from './refusal.js'

const jwk = (type: 'rsa' | 'ec' | 'ed25519', bits = 2048, curve = 'P-256') => {
  const options = { modulusLength: bits, namedCurve: curve }
  const { publicKey } = (generateKeyPairSync as (type: string, options: object) => { publicKey: CryptoExport })(
    type,
    options,
  )
  return publicKey.export({ format: 'jwk' }) as Record<string, string>
}
interface CryptoExport {
  export: (options: { format: 'jwk' }) => object
}

const rsa = jwk('rsa')
const ec = jwk('ec')
const ed = jwk('ed25519')

describe('readPublicKeys', () => {
  it('CA-24 MD-09 knows asymmetric algorithms only', () => {
    expect([...signingAlgorithms]).toEqual(['RS256', 'PS256', 'ES256', 'EdDSA'])
  })

  it('keeps what verifying takes, and nothing else', () => {
    const keys = [{ ...rsa, kid: 'a', alg: 'RS256', use: 'sig', x5c: ['MII'], key_ops: ['verify'] }, ec, ed]
    expect(readPublicKeys({ keys, more: 1 })).toEqual([{ ...rsa, kid: 'a', alg: 'RS256', use: 'sig' }, ec, ed])
  })

  it.each([
    ['for encryption', { ...rsa, use: 'enc' }],
    ['for an algorithm that is not used', { ...rsa, alg: 'RS512' }],
    ['of a curve that is not used', jwk('ec', 0, 'P-384')],
    ['of 1024 bits', jwk('rsa', 1024)],
    ['of a kind nobody knows', { kty: 'AKP', pub: 'x' }],
    ['without its numbers', { kty: 'RSA', e: 'AQAB' }],
    ['with numbers that are none', { ...ec, x: 'not base64url!' }],
  ])('leaves out a key %s', (_name, key) => {
    expect(readPublicKeys({ keys: [key, ec] })).toEqual([ec])
  })

  it.each([
    ['a private key', { keys: [{ ...ec, d: 'x' }] }],
    ['a private key beside a public one', { keys: [ec, { ...rsa, p: 'x' }] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'x' }] }],
    ['a symmetric key without its secret', { keys: [{ kty: 'oct' }] }],
    ['no keys', {}],
    ['keys that are no list', { keys: {} }],
    ['keys that are no objects', { keys: ['x'] }],
    ['inherited keys', Object.create({ keys: [] })],
    ['nothing', null],
    ['too many', { keys: Array(51).fill(ec) }],
  ])('DCR-10 S-133 refuses %s', (_name, jwks) => {
    expect(refusal(() => readPublicKeys(jwks))).toMatchObject({
      code: 'invalid_client_metadata',
      reason: 'client_metadata.jwks',
    })
  })
})
