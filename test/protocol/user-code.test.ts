import * as fc from 'fast-check'
import { formatUserCode, normalizeUserCode, userCodeAlphabet, userCodeFrom } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

describe('user codes', () => {
  it('DEV-03 TV-10 has 20 letters, eight of which hold 34.6 bits', () => {
    expect(userCodeAlphabet).toBe('BCDFGHJKLMNPQRSTVWXZ')
    expect(Math.log2(userCodeAlphabet.length ** 8)).toBeCloseTo(34.6, 1)
  })

  it.each(['WDJB-MJHT', 'wdjb-mjht', ' wdjb mjht ', 'WDJB\u2013MJHT', 'w.d.j.b.m.j.h.t', 'WDJBMJHT\n'])(
    'DEV-03 reads %j',
    (typed) => {
      expect(normalizeUserCode(typed)).toBe('WDJBMJHT')
    },
  )

  it.each(['wdj8-mjht', 'ＷＤＪＢ－ＭＪＨＴ', 'ｗｄｊｂ ｍｊｈｔ'])(
    'DEV-03 S-216 reads what looks alike: %j',
    (typed) => {
      expect(normalizeUserCode(typed)).toBe('WDJBMJHT')
    },
  )

  it('S-216 reads each look-alike for one letter', () => {
    expect(normalizeUserCode('2568-uuuu')).toBe('ZSGBVVVV')
  })

  // The letters of the last one are Cyrillic.
  it.each(['WDJB-MJH0', 'WDJB-MJH1', '\u0412\u0421\u041d\u041a-\u041c\u0420\u0422\u0425'])(
    'S-216 makes no letter of %j',
    (typed) => {
      expect(normalizeUserCode(typed)).toBeNull()
    },
  )

  it.each(['', 'WDJB-MJH', 'WDJB-MJHTB', 'AEIO-UYAE', 'W'.repeat(1000)])('knows that %j is none', (typed) => {
    expect(normalizeUserCode(typed)).toBeNull()
  })

  it('uses every letter equally often', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte)
    const counts = new Map<string, number>()
    for (const byte of bytes) {
      const letter = userCodeFrom(new Uint8Array(8).fill(byte))?.[0] ?? 'refused'
      counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
    expect(counts.get('refused')).toBe(16)
    expect([...userCodeAlphabet].map((letter) => counts.get(letter))).toEqual(Array.from(userCodeAlphabet, () => 12))
  })

  it('asks for more bytes when too few are usable', () => {
    expect(userCodeFrom(new Uint8Array(7))).toBeNull()
    expect(userCodeFrom(new Uint8Array(100).fill(255))).toBeNull()
  })

  it('reads back what it shows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 16, max: 239 }), (bytes) => {
        const code = userCodeFrom(bytes) ?? ''
        expect(formatUserCode(code)).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
        expect(normalizeUserCode(formatUserCode(code).toLowerCase())).toBe(code)
      }),
    )
  })
})
