import * as fc from 'fast-check'
import { type Counter, countingThrottle, memoryThrottle, throttleLimits } from 'grantor'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryCounter } from '../../src/throttle/memory.js'
import { requireRoom, throttleKey } from '../../src/throttle.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { registration: { most: 3, seconds: 60, inAll: { most: 5, seconds: 60 } } }

const times = async <T>(count: number, act: () => Promise<T>): Promise<T[]> => {
  const all: T[] = []
  for (let n = 0; n < count; n += 1) all.push(await act())
  return all
}

describe('a throttle in memory', () => {
  it('has room for so many, and then tells when there is room again', async () => {
    const throttle = memoryThrottle({ limits })
    expect(await times(3, () => throttle.take('registration', 'a'))).toEqual([0, 0, 0])
    vi.advanceTimersByTime(20_000)
    expect(await throttle.take('registration', 'a')).toBe(40)
    vi.advanceTimersByTime(39_000)
    expect(await throttle.peek('registration', 'a')).toBe(1)
    vi.advanceTimersByTime(1_000)
    expect(await throttle.take('registration', 'a')).toBe(0)
  })

  it('counts every key and every kind by itself, and a peek not at all', async () => {
    const throttle = memoryThrottle({ limits })
    await times(9, () => throttle.peek('registration', 'a'))
    await times(4, () => throttle.take('registration', 'a'))
    expect(await throttle.peek('registration', 'a')).toBeGreaterThan(0)
    expect([await throttle.peek('registration', 'b'), await throttle.peek('authorization', 'a')]).toEqual([0, 0])
  })

  it('S-130 is of a size that no number of keys makes larger, and forgets whoever was not seen for longest', async () => {
    const count = memoryCounter(100)
    const take = async (key: string) => (await count(key, 60)).taken
    await take('first')
    for (let key = 0; key < 5_000; key += 1) {
      await take(`k${key}`)
      await take('busy')
    }
    expect([await take('busy'), await take('first'), await take('k4999')]).toEqual([5_001, 1, 2])
  })

  it('S-130 forgets nothing of one kind for the keys of another, which anybody may make up', async () => {
    const throttle = memoryThrottle({ limits })
    await times(3, () => throttle.take('registration', 'a'))
    for (let key = 0; key < 10_001; key += 1) await throttle.take('client_failure', `["client_${key}","192.0.2.1"]`)
    expect(await throttle.take('registration', 'a')).toBeGreaterThan(0)
  })

  it.each([
    [{ registrations: { most: 1, seconds: 1 } }, /there is no limit registrations/],
    [{ registration: { most: 0, seconds: 1 } }, /registration: most is 1 or more/],
    [{ registration: { most: 1, seconds: 0.5 } }, /seconds a whole number from 1 to 86400/],
    [{ registration: { most: 1, seconds: 90_000 } }, /seconds a whole number from 1 to 86400/],
    [{ registration: { most: 1, seconds: 1, inAll: { most: Number.NaN, seconds: 1 } } }, /most is 1 or more/],
  ])('refuses %j at boot', (wrong, words) => {
    expect(() => memoryThrottle({ limits: wrong as never })).toThrow(words)
  })

  it('lets through exactly what the limit says, in whatever order keys come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }), async (keys) => {
        const throttle = memoryThrottle({ limits })
        const passed = new Map<string, number>()
        for (const key of keys)
          if ((await throttle.take('registration', key)) === 0) passed.set(key, (passed.get(key) ?? 0) + 1)
        for (const [key, count] of passed)
          expect(count).toBe(Math.min(limits.registration.most, keys.filter((one) => one === key).length))
      }),
    )
  })
})

describe('what has no room', () => {
  it('costs the counter nothing more', async () => {
    const count = vi.fn<Counter>(async () => ({ taken: 99, leftMs: 10_000 }))
    const throttle = countingThrottle(count)
    await times(5, () => throttle.take('interaction', 'a'))
    expect(count).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(10_000)
    await throttle.take('interaction', 'a')
    expect(count).toHaveBeenCalledTimes(2)
  })

  it('a peek never asks the counter', async () => {
    const count = vi.fn<Counter>(async () => ({ taken: 1, leftMs: 10_000 }))
    const throttle = countingThrottle(count)
    for (const what of Object.keys(throttleLimits)) await throttle.peek(what as 'interaction', 'a')
    expect(count).not.toHaveBeenCalled()
  })
})

describe('requireRoom', () => {
  it('counts whoever is known, and everybody together', async () => {
    const throttle = memoryThrottle({ limits })
    const take = (...keys: (string | null)[]) => requireRoom({ throttle }, 'registration', keys)
    await times(5, () => take(null))
    await expect(take(null)).rejects.toMatchObject({
      status: 429,
      code: 'temporarily_unavailable',
      reason: 'throttle.exceeded',
      headers: { 'retry-after': '60' },
    })
  })

  it('takes no room from everybody for those that a limit of their own refuses', async () => {
    const throttle = memoryThrottle({ limits })
    const take = (key: string) =>
      requireRoom({ throttle }, 'registration', [key]).then(
        () => 'in',
        () => 'out',
      )
    expect(await times(9, () => take('attacker'))).toEqual([...Array(3).fill('in'), ...Array(6).fill('out')])
    expect(await take('somebody')).toBe('in')
  })
})

describe('a key', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::8'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('is the same for %s and %s', (one, other) => {
    expect(throttleKey(one)).toBe(throttleKey(other))
  })

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['192.0.2.7', '192.0.2.8'],
    // What a database would read as one and the same address are two ids of people.
    ['8', '010'],
  ])('is another one for %s and %s', (one, other) => {
    expect(throttleKey(one)).not.toBe(throttleKey(other))
  })

  it('of parts cannot be taken for another one, and is none when a part is not known', () => {
    expect(throttleKey('a', 'b')).not.toBe(throttleKey('a,b'))
    expect(throttleKey('a","b')).not.toBe(throttleKey('a', 'b'))
    expect([throttleKey('a', null), throttleKey('a', '')]).toEqual([null, null])
  })
})
