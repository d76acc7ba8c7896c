import { createHash, createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBase64url, portable as portableBase64url } from '../../src/protocol/base64url.js'
import { hmacSha256, portable, sha256 } from '../../src/protocol/sha256.js'

const text = fc.string({ unit: 'binary' })
const bytes = fc.uint8Array({ maxLength: 200 })

describe('digests', () => {
  it('are the same wherever the core runs', () => {
    fc.assert(
      fc.property(text, bytes, (one, key) => {
        const digest = createHash('sha256').update(one).digest('base64url')
        expect([sha256(one), portable.sha256(one)]).toEqual([digest, digest])
        const mac = createHmac('sha256', key).update(one).digest('base64url')
        for (const from of [key, Buffer.from(key)])
          for (const { hmacSha256: derive } of [portable, { hmacSha256 }]) expect(derive(from, one)).toBe(mac)
      }),
    )
  })

  it('take a text as a key for its UTF-8', () => {
    fc.assert(
      fc.property(text, text, (key, one) => {
        const mac = createHmac('sha256', key).update(one).digest('base64url')
        for (const { hmacSha256: derive } of [portable, { hmacSha256 }]) expect(derive(key, one)).toBe(mac)
      }),
    )
  })
})

describe('base64url', () => {
  it('is the same wherever the core runs, of a part of a buffer too', () => {
    fc.assert(
      fc.property(bytes, fc.nat(5), (all, from) => {
        const part = all.subarray(from)
        const expected = Buffer.from(part).toString('base64url')
        expect([encodeBase64url(part), portableBase64url(part)]).toEqual([expected, expected])
      }),
    )
  })
})
