import { createProvider, type Purge, type Purged } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, it } from 'vitest'

/** A storage with this much to delete, and what it was asked. */
function crowded(left: Purged) {
  const asked: Purge[] = []
  const rest = { ...left }
  const take = (kind: keyof Purged, wanted: boolean, most: number) => {
    const gone = wanted ? Math.min(rest[kind], most) : 0
    rest[kind] -= gone
    return gone
  }
  const provider = createProvider({
    issuer: 'https://app.example',
    storage: {
      ...memoryStorage(),
      async purge(purge) {
        asked.push(purge)
        return {
          tokens: take('tokens', true, purge.limit),
          grants: take('grants', true, purge.limit),
          clients: take('clients', purge.unusedClientsBefore !== null, purge.limit),
          events: take('events', purge.eventsBefore !== null, purge.limit),
        }
      },
    },
    scopes: { read: 'Read' },
    resources: { 'https://app.example/api': { name: 'API' } },
    session: () => null,
    login: () => '/login',
    entitlements: () => ['read'],
    interaction: () => '/consent',
    retention: { expired: 100, unusedClients: 200, events: 300 },
    now: () => 10_000,
  })
  return { provider, asked, rest }
}

const some = { tokens: 1_700, grants: 20, clients: 700, events: 40 }

describe('purging', () => {
  it('DCR-21 goes on in batches until nothing is left, each kind as long as it is to be kept', async () => {
    const { provider, asked, rest } = crowded(some)
    expect(await provider.purge()).toEqual(some)
    expect(rest).toEqual({ tokens: 0, grants: 0, clients: 0, events: 0 })
    expect(new Set(asked.map(({ expiredBefore, eventsBefore }) => `${expiredBefore} ${eventsBefore}`))).toEqual(
      new Set(['9900 9700']),
    )
    expect(Math.max(...asked.map(({ limit }) => limit))).toBe(500)
  })

  it('asks for clients last, and not with every batch', async () => {
    const { provider, asked } = crowded(some)
    await provider.purge()
    expect(asked.map(({ unusedClientsBefore }) => unusedClientsBefore)).toEqual([
      ...Array<null>(5).fill(null),
      ...Array<number>(3).fill(9_800),
    ])
  })

  it('stops at about as many as it is told, and does not forget clients over the rest', async () => {
    const { provider, rest } = crowded(some)
    const purged = await provider.purge(100)
    expect(purged.tokens).toBeGreaterThanOrEqual(100)
    expect(purged.clients).toBe(100)
    expect(Object.values(purged).reduce((sum, one) => sum + one, 0)).toBeLessThan(500)
    expect(rest.tokens).toBeGreaterThan(1_000)
  })

  it('asks once for each when there is nothing', async () => {
    const { provider, asked } = crowded({ tokens: 0, grants: 0, clients: 0, events: 0 })
    await provider.purge()
    expect(asked.map(({ unusedClientsBefore }) => unusedClientsBefore)).toEqual([null, 9_800])
  })
})
