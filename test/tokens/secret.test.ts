import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../src/tokens/secret.js'

const text = 'grantor_at_very-secret'
const secret = new Secret(text)

describe('a Secret', () => {
  it.each([
    ['a template', () => `${secret}`],
    ['concatenation', () => `token: ${String(secret)}`],
    ['JSON', () => JSON.stringify({ secret, deep: [secret] })],
    ['inspect', () => inspect(secret)],
    ['inspect, deeply', () => inspect({ a: { b: [secret] } }, { depth: 9, showHidden: true })],
    ['an error message', () => new Error(`failed for ${secret}`).message],
    ['an error’s cause', () => inspect(new Error('failed', { cause: secret }))],
    [
      'its members',
      () => JSON.stringify([Object.keys(secret), Object.entries(secret), Object.getOwnPropertyNames(secret)]),
    ],
    ['a copy', () => JSON.stringify({ ...secret })],
    ['a structured clone', () => inspect(structuredClone(secret))],
  ])('LOG-01 says nothing in %s', (_name, write) => {
    expect(write()).not.toContain(text)
  })

  it('says what it is only when it is asked to', () => {
    expect([secret.reveal(), `${secret}`]).toEqual([text, '[secret]'])
  })
})
