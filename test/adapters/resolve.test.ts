import { describe, expect, it } from 'vitest'
import { type NameResolver, resolveAll } from '../../adapters/http/resolve.js'

const never = new AbortController().signal
const refused = (code: string) => Object.assign(new Error(code), { code })

/** A resolver that knows these addresses, or fails with these codes. */
function resolver(four: readonly string[] | string, six: readonly string[] | string) {
  let cancelled = 0
  const answer = async (known: readonly string[] | string) => {
    if (typeof known === 'string') throw refused(known)
    return [...known]
  }
  const self: NameResolver = {
    resolve4: () => answer(four),
    resolve6: () => answer(six),
    cancel: () => {
      cancelled += 1
    },
  }
  return { self, cancelled: () => cancelled }
}

describe('resolveAll', () => {
  it.each([
    ['both kinds', ['192.0.2.1', '192.0.2.2'], ['2001:db8::1'], ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
    ['IPv4 alone', ['192.0.2.1'], 'ENODATA', ['192.0.2.1']],
    ['IPv6 alone', 'ENODATA', ['2001:db8::1'], ['2001:db8::1']],
    ['none', 'ENOTFOUND', 'ENOTFOUND', []],
  ])('CIM-11 answers with every address there is: %s', async (_name, four, six, expected) => {
    const { self, cancelled } = resolver(four, six)
    const found = await resolveAll('client.example', never, self)
    expect(found.map(({ address }) => address)).toEqual(expected)
    expect(found.map(({ family }) => family)).toEqual(expected.map((address) => (address.includes(':') ? 6 : 4)))
    expect(cancelled()).toBe(0)
  })

  it('CIM-11 fails when it cannot know one kind', async () => {
    await expect(resolveAll('client.example', never, resolver(['192.0.2.1'], 'ESERVFAIL').self)).rejects.toThrow(
      /ESERVFAIL/,
    )
    await expect(resolveAll('client.example', never, resolver('ETIMEOUT', []).self)).rejects.toThrow(/ETIMEOUT/)
  })

  it('CIM-15 stops asking when the time is up', async () => {
    const time = new AbortController()
    const { self, cancelled } = resolver([], [])
    const waiting = resolveAll('client.example', time.signal, { ...self, resolve4: () => new Promise<never>(() => {}) })
    time.abort()
    expect(cancelled()).toBe(1)
    await expect(Promise.race([waiting, 'still waiting'])).resolves.toBe('still waiting')
  })

  it('asks the DNS by itself, which knows no name of a private network', async () => {
    await expect(resolveAll('client.invalid', AbortSignal.timeout(3_000)).catch(() => [])).resolves.toEqual([])
  })
})
