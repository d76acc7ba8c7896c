import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomBytes, randomText } from '../src/random.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('random bytes', () => {
  it('GEN-20 are as many as were asked for, and never the same', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 5000 }), (count) => {
        const drawn = randomBytes(count)
        expect(drawn).toHaveLength(count)
        expect(seen.has(hex(drawn))).toBe(false)
        seen.add(hex(drawn))
      }),
      { numRuns: 2000 },
    )
  })

  it('belong to whoever asked: neither a later call nor the pool shares them', () => {
    const first = randomBytes(32)
    const before = hex(first)
    for (let draws = 0; draws < 1000; draws += 1) randomBytes(32).fill(0)
    expect(hex(first)).toBe(before)
    expect(first.buffer.byteLength).toBe(32)
  })

  it('GEN-20 are the same as text: as many, and never the same', () => {
    const drawn = Array.from({ length: 2000 }, () => randomText(32))
    expect(new Set(drawn).size).toBe(2000)
    for (const text of drawn) {
      expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(Buffer.from(text, 'base64url')).toHaveLength(32)
    }
  })

  it('have every value in every place', () => {
    const values = Array.from({ length: 16 }, () => new Set<number>())
    for (let draws = 0; draws < 10_000; draws += 1)
      for (const [at, value] of randomBytes(16).entries()) values[at]?.add(value)
    expect(values.map(({ size }) => size)).toEqual(Array(16).fill(256))
  })
})
