import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest, newSecret, readSecret, type SecretKind, secretFrom } from '../../src/tokens/format.js'

const context = { secretPrefix: 'grantor', random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)) }
const kinds: readonly SecretKind[] = [
  'authorization_code',
  'access_token',
  'refresh_token',
  'interaction',
  'registration_access_token',
  'device_code',
  'user_code',
  'request_uri',
  'client_secret',
  'browser',
]
const body = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((drawn) => Buffer.from(drawn).toString('base64url'))
const kind = fc.constantFrom(...kinds)

describe('the format of secrets', () => {
  it('GEN-20 GEN-21 carries 256 bits in base64url, with what it is and a checksum', () => {
    for (const one of kinds) expect(newSecret(context, one).reveal()).toMatch(/^grantor_[a-z]{2}_[A-Za-z0-9_-]{49}$/)
    const many = Array.from({ length: 200 }, () => newSecret(context, 'access_token').reveal())
    expect(new Set(many).size).toBe(200)
  })

  it('reads back what it wrote, as the kind it is and as no other', () => {
    fc.assert(
      fc.property(body, kind, kind, (drawn, one, other) => {
        const text = secretFrom(context, one, drawn).reveal()
        const read = readSecret(context, other, text)?.reveal() ?? null
        return read === (one === other ? text : null)
      }),
    )
    expect(kinds).toHaveLength(10)
  })

  it('refuses any text that differs in a single character', () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (drawn, position, character) => {
        const text = secretFrom(context, 'access_token', drawn).reveal()
        const at = position % text.length
        const changed = `${text.slice(0, at)}${character}${text.slice(at + 1)}`
        return changed === text || readSecret(context, 'access_token', changed) === null
      }),
    )
    expect(readSecret(context, 'access_token', '')).toBeNull()
  })

  it.each([
    ['a prefix of another provider', (text: string) => text.replace('grantor', 'other')],
    ['a space before', (text: string) => ` ${text}`],
    ['a line end behind', (text: string) => `${text}\n`],
    ['a character more', (text: string) => `${text}A`],
    ['a character less', (text: string) => text.slice(0, -1)],
    ['padding', (text: string) => `${text}=`],
    ['something huge', (text: string) => text.repeat(10_000)],
  ])('refuses %s', (_name, change) => {
    expect(readSecret(context, 'refresh_token', change(newSecret(context, 'refresh_token').reveal()))).toBeNull()
  })

  it('GEN-23 S-076 the digest of a secret depends on what it is', () => {
    const secret = newSecret(context, 'access_token')
    expect(new Set(kinds.map((one) => digest(one, secret))).size).toBe(kinds.length)
    expect(digest('access_token', secret)).toMatch(/^[\w-]{43}$/)
    expect(digest('access_token', secret)).not.toContain(secret.reveal().slice(11, 20))
  })
})
