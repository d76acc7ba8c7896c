import * as fc from 'fast-check'
import { readJsonDocument } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readJsonDocument(bytes(text))
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('readJsonDocument', () => {
  it('reads what JSON.parse reads, as long as it is an object', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        expect(read(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('CIM-16 takes a byte order mark', () => {
    expect(read('\ufeff{"a":1}')).toEqual({ a: 1 })
  })

  it.each([
    ['an array', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['half an object', '{"a":1'],
    ['something after it', '{} {}'],
    ['a comment', '{"a":1/**/}'],
  ])('CIM-16 refuses %s', (_name, text) => {
    expect(read(text)).toBeNull()
  })

  it('CIM-16 refuses bytes that are not UTF-8', () => {
    expect(readJsonDocument(Uint8Array.from([...bytes('{"a":"'), 0xff, ...bytes('"}')]))).toBeNull()
    expect(readJsonDocument(Uint8Array.from([...bytes('{"a":"'), 0xc0, 0x80, ...bytes('"}')]))).toBeNull()
  })

  it.each([
    ['twice', '{"client_id":"a","client_id":"b"}'],
    ['twice with the same value', '{"a":1,"a":1}'],
    ['twice in two spellings', '{"a":1,"\\u0061":2}'],
    ['twice further in', '{"x":[{"a":1,"b":{"c":1,"c":2}}]}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
  ])('CIM-16 S-138 refuses a member that is there %s', (_name, text) => {
    expect(read(text)).toBeNull()
  })

  it('CIM-16 takes the same name in two objects, and names made of what structures JSON', () => {
    expect(read('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).not.toBeNull()
    expect(read('{"{":":","}":"\\"","\\"":"a","a":["{","\\\\"]}')).toEqual({
      '{': ':',
      '}': '"',
      '"': 'a',
      a: ['{', '\\'],
    })
  })

  it('CIM-16 refuses what is nested deeper than eight', () => {
    expect(read(nested(8))).not.toBeNull()
    expect(read(nested(9))).toBeNull()
    expect(read(`{"a":${'['.repeat(8)}${']'.repeat(8)}}`)).toBeNull()
    expect(read(`{"a":"${'['.repeat(100)}"}`)).not.toBeNull()
  })

  it('members of Object.prototype are plain names', () => {
    const document = read('{"__proto__":{"client_id":"x"},"constructor":1}')
    expect(document?.client_id).toBeUndefined()
    expect(Object.keys(document ?? {})).toEqual(['__proto__', 'constructor'])
  })
})
