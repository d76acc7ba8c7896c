import { change, createProvider, type Timestamp, type Token } from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import { sampleEvent, sampleGrant, sampleToken } from 'grantor/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

const boot = (options?: Parameters<typeof memoryStorage>[0]) =>
  createProvider({
    issuer: 'http://127.0.0.1',
    storage: memoryStorage(options),
    scopes: { 'project:read': 'Read' },
    resources: { 'http://127.0.0.1/api': { name: 'API' } },
    session: () => null,
    login: () => '/login',
    entitlements: () => [],
    pages: pages({ name: 'Test' }),
  })

describe('a provider that forgets everything at a restart', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  })

  it.each(['development', 'test', ''])('boots with NODE_ENV=%j', (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    expect(() => boot()).not.toThrow()
  })

  it('boots where there is no process at all', () => {
    vi.stubGlobal('process', undefined)
    expect(() => memoryStorage()).not.toThrow()
  })

  it('does not boot with NODE_ENV=production, unless that is wanted', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => boot()).toThrow('with NODE_ENV=production use a database')
    expect(() => boot({ allowInProduction: true })).not.toThrow()
  })
})

describe('a process in which nobody purges', () => {
  const [lives, kept, every] = [60, 3_600, 10]
  /** As many as there are at a time of those that may not be forgotten yet. */
  const needed = (lives + kept) / every

  /** A token every ten seconds, each good for a minute and used once. */
  async function issuing(count: number) {
    const storage = memoryStorage()
    const add = async (createdAt: number, expiresAt: number) => {
      const token = sampleToken(null, { createdAt: createdAt as Timestamp, expiresAt: expiresAt as Timestamp })
      await storage.commit(change({ tokens: [token] }))
      await storage.touch({ uses: [{ id: token.digest, at: token.createdAt, address: null, agent: null }], usage: [] })
      return token
    }
    const lasting = await add(0, count * every * 2)
    const tokens: Token[] = []
    for (let index = 0; index < count; index += 1) tokens.push(await add(index * every, index * every + lives))
    const isThere = async ({ digest }: Token) => (await storage.findToken(digest)) !== null
    const there = await Promise.all(tokens.map(isThere))
    const uses = await storage.lastUses(tokens.map(({ digest }) => digest))
    return { lasting: await isThere(lasting), tokens, there, uses: uses.length }
  }

  it('does not fill up with tokens that have expired', async () => {
    const { there, uses } = await issuing(10 * needed)
    const left = there.filter(Boolean).length
    expect(left).toBeLessThan(3 * needed)
    expect(uses).toBe(left)
  })

  it('keeps those that are good, and for an hour those that were', async () => {
    const { lasting, tokens, there } = await issuing(10 * needed)
    expect(lasting).toBe(true)
    const now = Math.max(...tokens.map(({ createdAt }) => createdAt))
    const young = there.filter((_, index) => tokens[index]!.expiresAt + kept >= now)
    expect(young.length).toBeGreaterThan(needed - 2)
    expect(young.every(Boolean)).toBe(true)
  })
})

describe('what is read from memory', () => {
  const isSealed = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isSealed))

  it('is frozen to the bottom, and not what was handed in', async () => {
    const storage = memoryStorage()
    const list = ['a']
    const grant = sampleGrant({ details: { list } })
    const token = sampleToken(grant, { data: { list } })
    const event = sampleEvent({ data: { list } })
    await storage.commit(change({ grants: [grant], tokens: [token], events: [event] }))
    list.push('b')
    const found = await storage.findToken(token.digest)
    const { items } = await storage.listEvents({}, { limit: 1 })
    for (const kept of [found?.token.data, found?.grant?.details, items[0]?.data]) expect(kept).toEqual({ list: ['a'] })
    expect([found?.token, found?.grant, items[0]].every(isSealed)).toBe(true)
  })

  it('is frozen after a change as well', async () => {
    const storage = memoryStorage()
    const grant = sampleGrant()
    const token = sampleToken(grant)
    await storage.commit(change({ grants: [grant], tokens: [token] }))
    const first = await storage.findToken(token.digest)
    const redeem = [{ digest: token.digest, at: 5 as Timestamp, note: 'n' }]
    await storage.commit(change({ redeem, revoke: [{ grantId: grant.id, at: 5 as Timestamp }] }))
    const second = await storage.findToken(token.digest)
    expect([second?.token.redemption, second?.grant?.revokedAt]).toEqual([{ at: 5, note: 'n' }, 5])
    expect([second?.token, second?.grant].every(isSealed)).toBe(true)
    expect([first?.token.redemption, first?.grant?.revokedAt]).toEqual([null, null])
  })
})
