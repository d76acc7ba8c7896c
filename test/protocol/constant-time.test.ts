import * as fc from 'fast-check'
import { equal } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

describe('equal', () => {
  it.each([
    ['', '', true],
    ['a', '', false],
    ['', 'a', false],
    ['secret', 'secret', true],
    ['secret', 'secreT', false],
    ['secret', 'secret\u0000', false],
    ['\ud800', '\ufffd', false],
  ])('GEN-24 %j and %j: %s', (a, b, same) => {
    expect(equal(a, b)).toBe(same)
  })

  it('GEN-24 S-234 agrees with ===, whatever the lengths', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect([equal(a, b), equal(a, a), equal(a, `${a}${b}x`)]).toEqual([a === b, true, false])
      }),
    )
  })
})
