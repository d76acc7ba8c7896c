import type { ClientId, TokenDigest, UsedId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { call, confidentialClient, connect, refresh, register, send } from './support/flow.js'
import { registerManually, type TestProvider, testProvider } from './support/provider.js'

const used = async (box: TestProvider, ...ids: readonly string[]) => {
  await box.provider.close()
  return box.provider.usage.lastUsed(ids as readonly UsedId[])
}

describe('provider.usage.lastUsed', () => {
  it('tells of clients and grants: when, from where and with what', async () => {
    const box = testProvider({ address: () => '192.0.2.7' })
    const { client, tokens } = await connect(box)
    const { items } = await box.provider.grants.list({ clientId: client.client_id as ClientId })
    const grant = items[0]?.grant.id ?? ''
    box.clock.advance(60)
    await call(box, tokens.access_token, undefined, { headers: { 'user-agent': 'reporter/1' } })
    const uses = await used(box, client.client_id, grant, 'client_other')
    const use = { at: box.clock.now(), address: '192.0.2.7', agent: 'reporter/1' }
    expect([...uses.values()]).toEqual([
      { ...use, id: client.client_id },
      { ...use, id: grant },
    ])
  })

  it('tells which of two secrets is still in use while both work', async () => {
    const box = testProvider()
    const client = await registerManually(box, confidentialClient)
    const id = client.client_id as ClientId
    const { secret } = await box.provider.clients.rotateSecret(id, { overlap: 3_600 })
    const digests = (await box.provider.clients.find(id))?.secrets.map(({ digest }) => digest) ?? []
    const known = async () => (await used(box, ...digests)).size
    expect([digests.length, await known()]).toEqual([2, 0])
    await refresh(box, { ...client, client_secret: 'wrong' }, 'x')
    expect(await known()).toBe(0)
    await refresh(box, client, 'x')
    const [before] = [...(await used(box, ...digests)).keys()]
    await refresh(box, { ...client, client_secret: secret ?? '' }, 'x')
    const after = [...(await used(box, ...digests)).keys()]
    expect([after.length, after.includes(before as TokenDigest)]).toEqual([2, true])
    expect((await used(box, id)).size).toBe(1)
  })

  it('does not believe a public client that only says its name', async () => {
    const box = testProvider()
    const client = await register(box)
    await refresh(box, client, 'x')
    await send(box, '/oauth/token', { method: 'POST', body: new URLSearchParams({ client_id: client.client_id }) })
    expect((await used(box, client.client_id)).size).toBe(0)
  })

  it('takes any number of ids, and asks nothing for none', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    await call(box, tokens.access_token)
    await box.provider.close()
    box.storage.reset()
    expect((await box.provider.usage.lastUsed([])).size).toBe(0)
    expect(box.storage.trips()).toEqual([])
    const many = Array.from({ length: 1_200 }, (_, index) => `client_${index}`)
    expect((await used(box, ...many, client.client_id)).size).toBe(1)
    expect(box.storage.trips()).toEqual(['lastUses', 'lastUses', 'lastUses'])
  })
})

describe('provider.usage.read', () => {
  it('counts what was let through and what was not, by day and account', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const id = client.client_id as ClientId
    await call(box, tokens.access_token)
    await call(box, tokens.access_token, '/api/projects/beta/items')
    box.clock.advance(86_400)
    await call(box, tokens.access_token)
    await box.provider.close()
    const day = Math.floor(box.clock.now() / 86_400)
    const about = { clientId: id, accountId: 'acme' }
    expect(await box.provider.usage.read(id)).toEqual([
      { ...about, day: day - 1, requests: 1, refused: 1 },
      { ...about, day, requests: 0, refused: 1 },
    ])
    const today = new Date(box.clock.now() * 1_000)
    expect(await box.provider.usage.read(id, { from: today, to: today })).toEqual([
      { ...about, day, requests: 0, refused: 1 },
    ])
  })
})
