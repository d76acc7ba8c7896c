import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.js'
import { confidentialClient, connect, publicClient, refresh, registration, send } from '../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

type Dynamic = Exclude<NonNullable<NonNullable<TestOptions['registration']>['dynamic']>, boolean>

/** A provider that is told where a request comes from. */
const siteWith = (dynamic: Dynamic = { reuseWithin: 60 }, options: TestOptions = {}) =>
  testProvider({
    registration: { dynamic },
    address: (request) => request.headers.get('x-address'),
    throttle: false,
    ...options,
  })

const registerFrom = (site: TestProvider, address: string | null, metadata: object = publicClient) =>
  send(site, '/oauth/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(address !== null && { 'x-address': address }) },
    body: JSON.stringify(metadata),
  })

const idFrom = async (...args: Parameters<typeof registerFrom>) => (await registerFrom(...args)).body.client_id

const wanted = ['memory', 'sqlite', 'postgres']
const here = Object.entries(databases).filter(([name]) => wanted.includes(name))

describe('the same client once more', () => {
  it('DCR-20 19.2 is the same client within a minute, and answered in full', async () => {
    const site = siteWith()
    const first = await registerFrom(site, '192.0.2.1')
    site.clock.advance(59)
    const again = await registerFrom(site, '192.0.2.1', { ...publicClient, unknown: 'member' })
    expect(again.status).toBe(201)
    const { registration_client_uri: _, registration_access_token: __, ...rest } = first.body
    expect(again.body).toEqual(rest)
    expect(site.events.filter(({ type }) => type === 'client.registered')).toHaveLength(1)
  })

  it('DCR-20 is another one later, from elsewhere, with other words, or with nobody knowing where from', async () => {
    const site = siteWith()
    const first = await idFrom(site, '192.0.2.1')
    const others = [
      await idFrom(site, '192.0.2.2'),
      await idFrom(site, '192.0.2.1', { ...publicClient, client_name: 'Other' }),
      await idFrom(site, null),
      await idFrom(site, null),
    ]
    site.clock.advance(60)
    others.push(await idFrom(site, '192.0.2.1'))
    expect(new Set([first, ...others]).size).toBe(6)
  })

  it('DCR-20 is never the same with a secret', async () => {
    const site = siteWith()
    expect(await idFrom(site, '192.0.2.1', confidentialClient)).not.toBe(
      await idFrom(site, '192.0.2.1', confidentialClient),
    )
  })

  it('DCR-20 is another one once it has been changed or deleted', async () => {
    const site = siteWith()
    const first = await idFrom(site, '192.0.2.1')
    await site.provider.clients.update(first as ClientId, { metadata: { client_name: 'Mine now' } })
    const second = await idFrom(site, '192.0.2.1')
    expect(second).not.toBe(first)
  })

  it('DCR-20 is off unless the host says so', async () => {
    const site = siteWith({})
    expect(await idFrom(site, '192.0.2.1')).not.toBe(await idFrom(site, '192.0.2.1'))
  })

  it('DCM-01 belongs to two then, so that neither can change or delete it', async () => {
    const site = siteWith()
    const { body } = await registerFrom(site, '192.0.2.1')
    const own = (init: RequestInit = {}) =>
      send(site, new URL(String(body.registration_client_uri)).pathname, {
        ...init,
        headers: { authorization: `Bearer ${String(body.registration_access_token)}` },
      })
    expect((await own()).status).toBe(200)
    const again = await registerFrom(site, '192.0.2.1')
    expect(again.body.client_id).toBe(body.client_id)
    expect(again.body).not.toHaveProperty('registration_access_token')
    expect((await own({ method: 'DELETE' })).status).toBe(401)
  })

  it.each(here)('DCR-20 of many at once there is one client, on %s', async (_, open) => {
    const database = await open()
    const [one, two] = [database.storage, database.peer].map((storage) =>
      siteWith({ reuseWithin: 60 }, { storage }),
    ) as [TestProvider, TestProvider]
    const ids = await Promise.all(
      Array.from({ length: 6 }, (__, index) => idFrom(index % 2 === 0 ? one : two, '192.0.2.1')),
    )
    expect(new Set(ids).size).toBe(1)
    expect((await one.provider.clients.list()).items).toHaveLength(1)
    await database.close()
  })
})

describe('clients that nobody uses', () => {
  it('DCR-19 S-130 fill up a ceiling: more are told when to come back, and storage is bounded', async () => {
    const site = siteWith({ mostUnused: 20 })
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => registerFrom(site, `192.0.2.${index}`)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(40)
    expect(refused[0]?.body.error).toBe('temporarily_unavailable')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await site.provider.clients.list({ registration: 'dynamic' })).items).toHaveLength(20)
  })

  it('DCR-19 those that are used do not count', async () => {
    const site = siteWith({ mostUnused: 2 })
    for (const address of ['192.0.2.1', '192.0.2.2']) {
      const { body } = await registerFrom(site, address)
      const { tokens } = await connect(site, { client: body as never })
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      expect((await send(site, '/api/projects/alpha/items', { headers })).status).toBe(200)
    }
    await site.provider.close()
    expect((await registerFrom(site, '192.0.2.3')).status).toBe(429)
    site.clock.advance(60)
    expect((await registerFrom(site, '192.0.2.3')).status).toBe(201)
  })

  it('DCR-19 DCR-21 make room after a day; those with a grant never do', async () => {
    const site = siteWith({ mostUnused: 2 }, { lifetimes: { refreshToken: 30 * 86_400 } })
    const kept = await registerFrom(site, '192.0.2.1')
    const { client, tokens } = await connect(site, { client: kept.body as never })
    const gone = await registerFrom(site, '192.0.2.2')
    expect((await registerFrom(site, '192.0.2.3')).status).toBe(429)
    site.clock.advance(86_401)
    expect((await registerFrom(site, '192.0.2.3')).status).toBe(201)
    expect(await site.provider.clients.find(gone.body.client_id as ClientId)).toBeNull()
    expect((await refresh(site, client, tokens.refresh_token)).status).toBe(200)
  })

  it.each(here)('DCR-21 are purged after a month, and asked to register again, on %s', async (_, open) => {
    const database = await open()
    const site = siteWith({}, { storage: database.storage })
    const unused = await registerFrom(site, '192.0.2.1')
    const { client, tokens } = await connect(site)
    site.clock.advance(31 * 86_400)
    const used = { ...tokens }
    expect((await refresh(site, client, used.refresh_token)).status).toBe(400)
    const fresh = await connect(site)
    await site.provider.purge()
    expect(await site.provider.clients.find(unused.body.client_id as ClientId)).toBeNull()
    expect(await site.provider.clients.find(fresh.client.client_id as ClientId)).not.toBeNull()
    const again = await refresh(site, unused.body as never, 'x')
    expect([again.status, again.body.error]).toEqual([401, 'invalid_client'])
    await database.close()
  })
})

describe('the switch', () => {
  const document = '/.well-known/oauth-authorization-server'

  it.each(here)(
    'MD-13 closes registration on every node from the next request on, and opens it again, on %s',
    async (_, open) => {
      const database = await open()
      const [one, two] = [database.storage, database.peer].map((storage) => siteWith({}, { storage })) as [
        TestProvider,
        TestProvider,
      ]
      expect((await send(two, document)).body).toHaveProperty('registration_endpoint')
      await one.provider.clients.setRegistrationOpen(false, { actor: { type: 'admin', id: 'alice' } })
      const refused = await registration(two, publicClient)
      expect([refused.status, refused.body.error]).toEqual([403, 'access_denied'])
      expect(refused.headers.get('content-type')).toBe('application/json')
      expect((await send(two, document)).body).not.toHaveProperty('registration_endpoint')
      expect(await two.provider.clients.isRegistrationOpen()).toBe(false)
      await one.provider.clients.setRegistrationOpen(false)
      await two.provider.clients.setRegistrationOpen(true)
      expect((await registration(one, publicClient)).status).toBe(201)
      expect((await send(one, document)).body).toHaveProperty('registration_endpoint')
      expect(one.events.filter(({ type }) => type === 'setting.changed')).toMatchObject([
        { actor: { type: 'admin', id: 'alice' }, data: { name: 'registration.dynamic', value: false } },
      ])
      await database.close()
    },
  )

  it('leaves clients that are there as they are', async () => {
    const site = siteWith()
    const { client, tokens } = await connect(site)
    await site.provider.clients.setRegistrationOpen(false)
    expect((await refresh(site, client, tokens.refresh_token)).status).toBe(200)
  })

  it('cannot open what the options have off', async () => {
    const site = testProvider({ registration: { dynamic: false } })
    await expect(site.provider.clients.setRegistrationOpen(true)).rejects.toMatchObject({ reason: 'registration.off' })
    expect(await site.provider.clients.isRegistrationOpen()).toBe(false)
  })

  it('WK-12 while storage is down the document is as it last was', async () => {
    const site = siteWith()
    await site.provider.clients.setRegistrationOpen(false)
    await send(site, document)
    site.storage.inject({ method: 'findSetting', how: 'throw' })
    const answer = await send(site, document)
    expect([answer.status, 'registration_endpoint' in answer.body]).toEqual([200, false])
    expect(site.errors).toHaveLength(1)
  })
})
