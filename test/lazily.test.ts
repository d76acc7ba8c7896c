import { describe, expect, it } from 'vitest'
import { lazily } from '../src/lazily.js'

interface Part {
  readonly double: (n: number) => Promise<number>
  readonly fail: () => Promise<never>
}

/** A part, and how often it was loaded. The first loads fail, as many as are said. */
function partOf(failures = 0) {
  let loads = 0
  const part: Part = {
    double: async (n) => 2 * n,
    fail: async () => {
      throw new RangeError('of the part')
    },
  }
  const load = async (): Promise<Part> => {
    loads += 1
    if (loads <= failures) throw new Error('no such file')
    return part
  }
  return { of: lazily(load), loads: () => loads }
}

describe('a part that is loaded when it is first asked for', () => {
  it('is not loaded before that, and once for all of its functions', async () => {
    const { of, loads } = partOf()
    const double = of((it) => it.double)
    const fail = of((it) => it.fail)
    expect(loads()).toBe(0)
    expect(await double(2)).toBe(4)
    await expect(fail()).rejects.toThrow('of the part')
    expect(await double(3)).toBe(6)
    expect(loads()).toBe(1)
  })

  it('is loaded once by those who ask at the same time', async () => {
    const { of, loads } = partOf()
    const double = of((it) => it.double)
    expect(await Promise.all([1, 2, 3].map((n) => double(n)))).toEqual([2, 4, 6])
    expect(loads()).toBe(1)
  })

  it('once it is here, is called at once and gives its own promise', async () => {
    const answer = Promise.resolve(1)
    const called: number[] = []
    const act = lazily(async () => ({
      act: (n: number) => {
        called.push(n)
        return answer
      },
    }))((it) => it.act)
    await act(1)
    expect(act(2)).toBe(answer)
    expect(called).toEqual([1, 2])
  })

  it('is asked for again when it could not be loaded, and everybody who waited is told', async () => {
    const { of, loads } = partOf(1)
    const double = of((it) => it.double)
    const settled = await Promise.allSettled([double(1), double(2)])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await double(3)).toBe(6)
    expect(loads()).toBe(2)
  })
})
