import * as fc from 'fast-check'
import {
  decodeFormComponent,
  encodeFormComponent,
  limits,
  many,
  parseForm,
  refuseRepeats,
  required,
  single,
} from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

describe('parseForm', () => {
  it('keeps order and repeated values', () => {
    expect([...parseForm('b=2&a=1&b=3')]).toEqual([
      ['b', ['2', '3']],
      ['a', ['1']],
    ])
  })

  it.each(['scope=', 'scope', 'scope=&scope=', '', '&&'])('GEN-02 treats an empty value as absent: %j', (text) => {
    expect(single(parseForm(text), 'scope')).toBeUndefined()
    expect(parseForm(text).size).toBe(0)
  })

  it('GEN-02 an empty value beside a real one is no repetition', () => {
    expect(single(parseForm('state=&state=x'), 'state')).toBe('x')
  })

  it('GEN-08 reads + and %20 as space, and UTF-8', () => {
    expect(single(parseForm('a=x+y%20z%2B%C3%A9%e2%82%ac'), 'a')).toBe('x y z+é€')
  })

  it.each(['a=%', 'a=%2', 'a=%zz', '%=1', 'a=%ff', 'a=%C3', 'a=%C0%80', 'a=%ED%A0%80', 'a=\ufffd', 'a=\ud800'])(
    'GEN-08 refuses malformed percent sequences and what is not UTF-8: %j',
    (text) => {
      expect(refusal(() => parseForm(text))).toMatchObject({
        code: 'invalid_request',
        status: 400,
        reason: 'parameters.malformed',
      })
    },
  )

  it('GEN-08 accepts U+FFFD that was itself encoded', () => {
    expect(single(parseForm('a=%EF%BF%BD'), 'a')).toBe('\ufffd')
  })

  it('GEN-08 S-043 prototype names are plain keys', () => {
    const parameters = parseForm('__proto__=1&constructor=2&__proto__[x]=3&hasOwnProperty=4')
    expect([...parameters.keys()]).toEqual(['__proto__', 'constructor', '__proto__[x]', 'hasOwnProperty'])
    expect(single(parseForm('a=1'), 'constructor')).toBeUndefined()
    expect('x' in {}).toBe(false)
  })

  it('GEN-07 takes 100 parameters and no more', () => {
    const text = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join('&')
    expect(parseForm(text(limits.parameters)).size).toBe(100)
    expect(refusal(() => parseForm(text(limits.parameters + 1))).reason).toBe('parameters.too_many')
    expect(refusal(() => parseForm('a=&'.repeat(101))).reason).toBe('parameters.too_many')
  })

  it('GEN-07 bounds names and values', () => {
    const size = (name: number, value: number) => `${'n'.repeat(name)}=${'v'.repeat(value)}`
    expect(parseForm(size(limits.nameLength, limits.valueLength)).size).toBe(1)
    expect(refusal(() => parseForm(size(limits.nameLength + 1, 1))).reason).toBe('parameters.too_long')
    expect(refusal(() => parseForm(size(1, limits.valueLength + 1))).reason).toBe('parameters.too_long')
  })

  it('GEN-07 gives request objects and assertions more room', () => {
    expect(parseForm(`request=${'v'.repeat(limits.valueLength + 1)}`).size).toBe(1)
    expect(refusal(() => parseForm(`assertion=${'v'.repeat(limits.documentLength + 1)}`)).status).toBe(400)
  })

  it('S-044 refuses ten thousand parameters and a megabyte of state at once', () => {
    expect(refusal(() => parseForm('a=1&'.repeat(10_000))).reason).toBe('parameters.too_many')
    expect(refusal(() => parseForm(`state=${'x'.repeat(1_000_000)}`)).reason).toBe('parameters.too_long')
  })

  it('never throws anything but an OAuthError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(orRefusal(() => parseForm(text))).toBeDefined()
      }),
    )
    const shaped = fc.array(fc.constantFrom('a', '=', '&', '%', '%4', '%41', '+', 'é')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(shaped, (text) => {
        expect(orRefusal(() => parseForm(text))).toBeDefined()
      }),
    )
  })

  it('reads back what URLSearchParams wrote', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (pairs) => {
        const parameters = parseForm(new URLSearchParams(pairs).toString())
        for (const [name] of pairs) {
          const values = pairs.filter(([other]) => other === name).map(([, value]) => value)
          expect(many(parameters, name)).toEqual(values)
        }
      }),
    )
  })
})

describe('single, required, many', () => {
  it('GEN-03 refuses a repeated parameter, identical values too', () => {
    const error = refusal(() => single(parseForm('state=a&state=a'), 'state'))
    expect([error.code, error.reason]).toEqual(['invalid_request', 'parameters.repeated'])
  })

  it('says which parameter is missing', () => {
    const error = refusal(() => required(parseForm('code='), 'code'))
    expect([error.code, error.reason]).toEqual(['invalid_request', 'parameters.missing'])
    expect(error.description).toContain('code')
  })

  it('gives the value that is there', () => {
    expect(required(parseForm('code=c'), 'code')).toBe('c')
    expect(many(parseForm(''), 'resource')).toEqual([])
  })
})

describe('refuseRepeats', () => {
  it('GEN-03 S-040 refuses any repetition but of the parameters named', () => {
    expect(() => refuseRepeats(parseForm('resource=a&resource=b&x=1'), ['resource'])).not.toThrow()
    for (const text of ['scope=a&scope=b', 'response_type=code&response_type=token', 'foo=1&foo=1']) {
      expect(refusal(() => refuseRepeats(parseForm(text), ['resource'])).reason).toBe('parameters.repeated')
    }
  })

  it('GEN-01 lets unknown parameters pass', () => {
    expect(() => refuseRepeats(parseForm('codex_x=1&originator=2'), [])).not.toThrow()
  })
})

describe('form components', () => {
  it('TV-4c encodes as RFC 6749 appendix B', () => {
    expect(encodeFormComponent(' %&+£€')).toBe('+%25%26%2B%C2%A3%E2%82%AC')
    expect(decodeFormComponent('+%25%26%2B%C2%A3%E2%82%AC')).toBe(' %&+£€')
  })

  it('TV-11 encodes ~ as form encoders do', () => {
    expect(encodeFormComponent('~')).toBe('%7E')
  })

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeFormComponent(encodeFormComponent(text))).toBe(text)
      }),
    )
  })
})
