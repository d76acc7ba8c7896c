import { crc32 as builtin } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../src/protocol/crc32.js'

const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 200 })

describe('CRC-32', () => {
  it('is the one of the catalogues, and of zip', () => {
    expect(crc32('123456789')).toBe(0xcbf43926)
    expect(crc32('')).toBe(0)
    fc.assert(fc.property(ascii, (text) => crc32(text) === builtin(text)))
  })

  it('tells any single character from any other', () => {
    const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(fc.string(), unit, unit, fc.string(), (before, one, other, after) => {
        const isSame = crc32(before + one + after) === crc32(before + other + after)
        expect(isSame).toBe(one === other)
      }),
    )
  })
})
