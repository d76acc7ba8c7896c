import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { upon } from '../src/upon.js'

const tell = (answer: unknown) => `got ${JSON.stringify(answer)}`

describe('going on with an answer', () => {
  it('goes on at once with what is there already, nothing included', () => {
    for (const answer of [['read'], [], { id: 'alpha' }, 'text', 0, false, true, null, undefined])
      expect(upon(answer, tell)).toBe(tell(answer))
  })

  it('waits for a promise', async () => {
    const answered = upon(Promise.resolve(['read']), tell)
    expect(answered).toBeInstanceOf(Promise)
    expect(await answered).toBe('got ["read"]')
  })

  it('waits for a promise of another realm, which is no instance of this one', async () => {
    const foreign = runInNewContext('Promise.resolve(["read"])')
    expect(foreign).not.toBeInstanceOf(Promise)
    expect(await upon(foreign, tell)).toBe('got ["read"]')
  })

  it('hands on what goes wrong, on either side', async () => {
    const refusal = new Error('no')
    const refuse = () => {
      throw refusal
    }
    expect(() => upon(1, refuse)).toThrow(refusal)
    await expect(upon(Promise.resolve(1), refuse)).rejects.toBe(refusal)
    await expect(upon(Promise.reject(refusal), tell)).rejects.toBe(refusal)
  })
})
