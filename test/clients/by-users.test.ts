import type { AccountId, By, ClientId, Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { databases } from '../support/databases.js'
import { confidentialClient, connect, publicClient, type RegisteredClient, refresh, tokensOf } from '../support/flow.js'
import { editClient, registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

type ByUsers = Exclude<NonNullable<NonNullable<TestOptions['registration']>['byUsers']>, false>

const bob = 'bob' as Subject
const byBob: By = { actor: { type: 'user', id: bob }, owner: bob }
const siteWith = (byUsers: ByUsers = {}, options: TestOptions = {}) =>
  testProvider({ registration: { byUsers }, ...options })

const registerOwn = (site: TestProvider, client_name: string, ownerId = bob): Promise<RegisteredClient> =>
  registerManually(site, { ...confidentialClient, client_name }, { registration: 'user', ownerId })

describe('a client that a person registers', () => {
  it('is labelled as theirs, and in the log with them as the actor', async () => {
    const site = siteWith()
    const { client_id } = await registerOwn(site, 'Bob’s')
    expect(await site.provider.clients.find(client_id as ClientId)).toMatchObject({
      registration: 'user',
      ownerId: 'bob',
    })
    expect(site.events.at(-1)).toMatchObject({
      type: 'client.registered',
      actor: { type: 'user', id: 'bob' },
      subject: 'bob',
      data: { registration: 'user', client_name: 'Bob’s' },
    })
  })

  it('is not to be had unless the host says so', async () => {
    await expect(registerOwn(testProvider(), 'Bob’s')).rejects.toMatchObject({
      status: 403,
      reason: 'registration.by_users_off',
    })
  })

  it('belongs to somebody', async () => {
    const register = siteWith().provider.clients.register(confidentialClient, { registration: 'user' })
    await expect(register).rejects.toThrow(TypeError)
  })

  it('is refused by the host’s word, when it is registered and when it is changed', async () => {
    const asked: unknown[] = []
    const site = siteWith({
      allow: (own) => {
        asked.push(own)
        return own.metadata.client_name !== 'Acme'
      },
    })
    await expect(registerOwn(site, 'Acme')).rejects.toMatchObject({ status: 403, reason: 'registration.refused' })
    const { client_id } = await registerOwn(site, 'Bob’s')
    const rename = site.provider.clients.update(client_id as ClientId, { metadata: { client_name: 'Acme' } }, byBob)
    await expect(rename).rejects.toMatchObject({ status: 403, reason: 'registration.refused' })
    expect(asked[0]).toMatchObject({ subject: 'bob', accountId: null, metadata: { client_name: 'Acme' } })
  })

  it('never gets more than the host lets such clients have, from its next token on', async () => {
    const first = siteWith()
    const client = await registerOwn(first, 'Bob’s')
    const { tokens } = await connect(first, { client, params: { scope: 'project:write' } })
    expect(tokens.scope).toBe('project:read project:write')
    const later = siteWith({ scope: ['project:read'] }, { storage: first.storage })
    expect(tokensOf(await refresh(later, client, tokens.refresh_token)).scope).toBe('project:read')
  })

  it('cannot be trusted, nor pinned, by its owner', async () => {
    const site = siteWith()
    const { client_id } = await registerOwn(site, 'Bob’s')
    const policies = [
      { trusted: true },
      { projects: ['gamma'] },
      { rotation: 'reuse' },
      { requiredScope: ['project:read'] },
    ] as const
    for (const policy of policies)
      await expect(site.provider.clients.update(client_id as ClientId, { policy }, byBob)).rejects.toMatchObject({
        reason: 'client.policy',
      })
    await site.provider.clients.update(client_id as ClientId, { policy: { description: 'Mine' } }, byBob)
  })

  it('CC-05 acts for itself no further than the host lets it', async () => {
    const site = siteWith()
    const own = {
      ...confidentialClient,
      client_name: 'Bob’s',
      grant_types: ['authorization_code', 'client_credentials'],
    }
    const { client } = await site.provider.clients.register(own, { registration: 'user', ownerId: bob })
    expect(client.metadata.grant_types).toEqual(['authorization_code'])
    await site.provider.clients.update(client.id, {
      metadata: { grant_types: own.grant_types },
      policy: { scope: ['project:read'] },
    })
    const more = site.provider.clients.update(client.id, { policy: { scope: ['project:admin'] } }, byBob)
    await expect(more).rejects.toMatchObject({ status: 403, reason: 'client.policy' })
  })

  it('that an administrator has disabled stays so, whatever its owner does', async () => {
    const site = siteWith()
    const id = (await registerOwn(site, 'Bob’s')).client_id as ClientId
    const { clients } = site.provider
    await clients.disable(id, byBob)
    expect((await clients.enable(id, byBob)).disabledAt).toBeNull()
    await clients.disable(id, byBob)
    await clients.disable(id, { actor: { type: 'admin', id: 'alice' } })
    await expect(clients.enable(id, byBob)).rejects.toMatchObject({ status: 403, reason: 'client.disabled' })
    await clients.disable(id, byBob)
    await expect(clients.enable(id, byBob)).rejects.toMatchObject({ status: 403 })
    expect((await clients.enable(id)).disabledAt).toBeNull()
  })

  it('has a name of its own among those of its account', async () => {
    const site = siteWith()
    await registerManually(site, { ...publicClient, client_name: 'Taken' })
    await expect(registerOwn(site, 'taken')).rejects.toMatchObject({ reason: 'client.name_taken' })
    await site.provider.clients.register(
      { ...confidentialClient, client_name: 'taken' },
      { registration: 'user', ownerId: bob, accountId: 'globex' as AccountId },
    )
  })
})

const wanted = ['memory', 'sqlite', 'postgres']
describe.each(Object.entries(databases).filter(([name]) => wanted.includes(name)))('the quota, on %s', (_, open) => {
  it('holds, however many registrations come at once, and frees a place with each that is deleted', async () => {
    const database = await open()
    const [one, two] = [database.storage, database.peer].map((storage) => siteWith({ most: 3 }, { storage })) as [
      TestProvider,
      TestProvider,
    ]
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (__, index) => registerOwn(index % 2 === 0 ? one : two, `Bob’s ${index}`)),
    )
    const made = tries.filter(({ status }) => status === 'fulfilled').length
    const rest: unknown[] = []
    for (let index = made; index < 3; index += 1) rest.push(await registerOwn(one, `Bob’s later ${index}`))
    expect(made + rest.length).toBe(3)
    await expect(registerOwn(two, 'One more')).rejects.toMatchObject({ status: 403, reason: 'registration.quota' })
    const { items } = await one.provider.clients.list({ ownerId: bob })
    expect(items).toHaveLength(3)
    await registerOwn(two, 'Carol’s', 'carol' as Subject)
    await one.provider.clients.delete(items[0]!.id, byBob)
    await registerOwn(two, 'In its place')
    await database.close()
  })

  it('a name that is taken is told as such, not as a race', async () => {
    const database = await open()
    const site = siteWith({ most: 3 }, { storage: database.storage })
    await registerOwn(site, 'Taken')
    await expect(registerOwn(site, 'TAKEN')).rejects.toMatchObject({ status: 409, reason: 'client.name_taken' })
    await database.close()
  })
})

it('an owner who is nobody is not everybody', async () => {
  const site = siteWith()
  const client = await registerOwn(site, 'Bob’s')
  const by = { actor: byBob.actor, owner: null as never }
  await expect(site.provider.clients.delete(client.client_id as ClientId, by)).rejects.toThrow(TypeError)
  await editClient(site, client, () => ({ ownerId: null }))
  await expect(site.provider.clients.delete(client.client_id as ClientId, byBob)).rejects.toMatchObject({ status: 404 })
})
