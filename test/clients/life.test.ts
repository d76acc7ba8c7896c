import type { By, Client, ClientId, Subject } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'
import {
  approve,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestProvider, testProvider } from '../support/provider.js'

const admin: By = { actor: { type: 'admin', id: 'alice' } }
const idOf = ({ client_id }: RegisteredClient) => client_id as ClientId
const named = (client_name: string, metadata: object = confidentialClient) => ({ ...metadata, client_name })

const wanted = ['memory', 'sqlite', 'postgres']
const here = Object.entries(databases).filter(([name]) => wanted.includes(name))

describe.each(here)('the life of a client, on %s', (_, open) => {
  let database: TestDatabase
  let box: TestProvider
  /** Another process of the same host. */
  let peer: TestProvider

  beforeAll(async () => {
    database = await open()
    box = testProvider({ storage: database.storage })
    peer = testProvider({ storage: database.peer })
  })
  afterAll(() => database.close())

  const eventsOf = (client: RegisteredClient) =>
    box.events.filter(({ clientId, type }) => clientId === client.client_id && type.startsWith('client.'))

  const passes = async (client: RegisteredClient, token: string, site = peer) =>
    (await refresh(site, client, token)).status

  it('STA-01 a new secret kills the one before it at once; tokens live on', async () => {
    const client = await registerManually(box, named('Rotated'))
    const { tokens } = await connect(box, { client })
    const { secret, client: record } = await box.provider.clients.rotateSecret(idOf(client), {}, admin)
    expect(record.secrets).toHaveLength(1)
    expect((await call(peer, tokens.access_token)).status).toBe(200)
    const old = await refresh(peer, client, tokens.refresh_token)
    expect([old.status, old.body.error]).toEqual([401, 'invalid_client'])
    expect(await passes({ ...client, client_secret: secret ?? '' }, tokens.refresh_token)).toBe(200)
    expect(eventsOf(client).map(({ type, actor, data }) => ({ type, actor, data }))).toContainEqual({
      type: 'client.secret_rotated',
      actor: { type: 'admin', id: 'alice' },
      data: { overlap: 0 },
    })
  })

  it('S-105 with an overlap both secrets work until it is over, and there are never three', async () => {
    const client = await registerManually(box, named('Overlapping'))
    const { tokens } = await connect(box, { client })
    const rotate = () => box.provider.clients.rotateSecret(idOf(client), { overlap: 600 }, admin)
    const second = { ...client, client_secret: (await rotate()).secret ?? '' }
    const first = tokensOf(await refresh(peer, client, tokens.refresh_token))
    const next = tokensOf(await refresh(peer, second, first.refresh_token))
    const { client: record, secret } = await rotate()
    expect(record.secrets).toHaveLength(2)
    expect((await refresh(peer, client, next.refresh_token)).status).toBe(401)
    const third = { ...client, client_secret: secret ?? '' }
    const after = tokensOf(await refresh(peer, second, next.refresh_token))
    for (const { clock } of [box, peer]) clock.advance(601)
    expect((await refresh(peer, second, after.refresh_token)).status).toBe(401)
    expect(await passes(third, after.refresh_token ?? '')).toBe(200)
  })

  it('tells when each secret was last used', async () => {
    const client = await registerManually(box, named('Watched'))
    const { tokens } = await connect(box, { client })
    const { client: rotated } = await box.provider.clients.rotateSecret(idOf(client), { overlap: 600 }, admin)
    box.clock.advance(5)
    await refresh(box, client, tokens.refresh_token)
    await box.provider.close()
    const uses = await box.provider.usage.lastUsed(rotated.secrets.map(({ digest }) => digest))
    expect(rotated.secrets.map(({ digest }) => uses.get(digest)?.at ?? null)).toEqual([null, box.clock.now()])
  })

  it.each([-1, 1.5, 2_592_001, Number.NaN])('refuses an overlap of %d seconds', async (overlap) => {
    const client = await registerManually(box, named(`Overlap ${overlap}`))
    await expect(box.provider.clients.rotateSecret(idOf(client), { overlap })).rejects.toMatchObject({
      reason: 'client.secret_overlap',
    })
  })

  it('DCR-03 a public client has no secret to rotate', async () => {
    const client = await register(box, publicClient)
    await expect(box.provider.clients.rotateSecret(idOf(client))).rejects.toMatchObject({
      reason: 'client.without_secret',
    })
  })

  it('switching a client off refuses its tokens on the very next request, and switching it on lets them pass', async () => {
    const { client, tokens } = await connect(box)
    await box.provider.clients.disable(idOf(client), admin)
    expect((await call(peer, tokens.access_token)).status).toBe(401)
    expect((await refresh(peer, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    const attempt = await openAttempt(peer, client)
    expect([attempt.page.status, attempt.page.html]).toEqual([400, expect.stringContaining('client.disabled')])
    await box.provider.clients.enable(idOf(client), admin)
    expect((await call(peer, tokens.access_token)).status).toBe(200)
    expect(await passes(client, tokens.refresh_token)).toBe(200)
    expect(eventsOf(client).map(({ type }) => type)).toEqual(['client.registered', 'client.disabled', 'client.enabled'])
  })

  it('a person whose page is open cannot approve a client that has been switched off', async () => {
    const client = await register(box)
    const attempt = await openAttempt(box, client)
    await box.provider.clients.disable(idOf(client), admin)
    expect((await approve(attempt.browser, attempt)).url).not.toContain('code=')
  })

  it('deleting a client kills every token of it at once, codes included', async () => {
    const client = await registerManually(box, named('Deleted'))
    const { tokens } = await connect(box, { client })
    const attempt = await openAttempt(box, client, { prompt: 'consent' })
    const callback = await approve(attempt.browser, attempt)
    await box.provider.clients.delete(idOf(client), admin)
    expect((await call(peer, tokens.access_token)).status).toBe(401)
    expect((await refresh(peer, client, tokens.refresh_token)).body.error).toBe('invalid_client')
    expect((await exchange(peer, callback)).body.error).toBe('invalid_client')
    expect((await openAttempt(peer, client)).page.status).toBe(400)
    await expect(box.provider.clients.disable(idOf(client))).rejects.toMatchObject({ status: 404 })
    expect(eventsOf(client).at(-1)).toMatchObject({ type: 'client.deleted', actor: admin.actor })
    const listed = await box.provider.clients.list({}, { limit: 100 })
    expect(listed.items.map(({ id }) => id)).not.toContain(client.client_id)
  })

  it('a smaller ceiling leaves tokens as they are, and narrows what comes after', async () => {
    const client = await registerManually(box, named('Narrowed'))
    const { tokens } = await connect(box, { client, params: { scope: 'project:write' } })
    await box.provider.clients.update(idOf(client), { policy: { scope: ['project:read'] } }, admin)
    const post = { method: 'POST' }
    expect((await call(peer, tokens.access_token, undefined, post)).status).toBe(200)
    const next = tokensOf(await refresh(peer, client, tokens.refresh_token))
    expect(next.scope).toBe('project:read')
    expect((await call(peer, next.access_token, undefined, post)).status).toBe(403)
  })

  it('RED-20 a redirect URI that is taken away is refused from then on, and one that is added is known', async () => {
    const client = await registerManually(box, named('Moved'))
    const redirect_uris = ['https://reporter.example/elsewhere']
    await box.provider.clients.update(idOf(client), { metadata: { redirect_uris } }, admin)
    expect((await openAttempt(peer, client)).page.status).toBe(400)
    expect((await connect(peer, { client: { ...client, redirect_uris } })).tokens.access_token).toBeTruthy()
  })

  it('DCM-06 S-150 whoever is asked again after an edit had approved another client, so to speak', async () => {
    const client = await registerManually(box, named('Renamed'))
    await connect(box, { client })
    expect((await openAttempt(box, client)).page.url).toContain('code=')
    await box.provider.clients.update(idOf(client), { metadata: { client_name: 'Renamed to something else' } }, admin)
    expect((await openAttempt(box, client)).page.status).toBe(200)
  })

  it('refuses bad edits whole: nothing is half-written', async () => {
    const client = await registerManually(box, named('Kept'))
    const before = await box.provider.clients.find(idOf(client))
    const edit = { metadata: { client_name: 'Changed', redirect_uris: ['javascript:alert(1)'] } }
    await expect(box.provider.clients.update(idOf(client), edit, admin)).rejects.toMatchObject({
      code: 'invalid_redirect_uri',
    })
    await expect(
      box.provider.clients.update(idOf(client), {
        metadata: { client_name: 'Changed' },
        policy: { scope: ['nonsense'] },
      }),
    ).rejects.toMatchObject({ reason: 'client.policy' })
    expect(await box.provider.clients.find(idOf(client))).toEqual(before)
  })

  it('an edit of what somebody else has changed in the meantime is a conflict', async () => {
    const client = await registerManually(box, named('Contended'))
    const looked = (await box.provider.clients.find(idOf(client))) as Client
    const edit = (client_name: string) =>
      box.provider.clients.update(idOf(client), { metadata: { client_name }, version: looked.version }, admin)
    await edit('Contended by one')
    await expect(edit('Contended by another')).rejects.toMatchObject({ status: 409, reason: 'client.version' })
    expect((await box.provider.clients.find(idOf(client)))?.version).toBe(2)
  })

  it('of many edits at once without a version none is lost', async () => {
    const client = await registerManually(box, named('Edited at once'))
    const [by, from] = [box.provider.clients, peer.provider.clients]
    await Promise.all([
      by.update(idOf(client), { metadata: { client_uri: 'https://reporter.example/' } }),
      from.update(idOf(client), { policy: { description: 'Reports' } }),
      by.update(idOf(client), { metadata: { tos_uri: 'https://reporter.example/terms' } }),
    ])
    expect(await by.find(idOf(client))).toMatchObject({
      version: 4,
      metadata: { client_uri: 'https://reporter.example/', tos_uri: 'https://reporter.example/terms' },
      policy: { description: 'Reports' },
    })
  })

  it('an edit that changes nothing is none', async () => {
    const client = await registerManually(box, named('Unchanged'))
    await box.provider.clients.update(idOf(client), { metadata: { client_name: 'Unchanged' } }, admin)
    expect(eventsOf(client).map(({ type }) => type)).toEqual(['client.registered'])
  })

  it('tells what was edited, and by whom', async () => {
    const client = await registerManually(box, named('Told'))
    await box.provider.clients.update(
      idOf(client),
      { metadata: { client_name: 'Told again', tos_uri: null }, policy: { rotation: 'reuse' } },
      admin,
    )
    expect(eventsOf(client).at(-1)).toMatchObject({
      type: 'client.updated',
      actor: { type: 'admin', id: 'alice' },
      data: { changed: ['client_name', 'rotation'] },
    })
  })

  it('S-131 DCR-22 only a manual client can be trusted', async () => {
    const client = await register(box)
    await expect(box.provider.clients.update(idOf(client), { policy: { trusted: true } })).rejects.toMatchObject({
      reason: 'client.policy',
    })
  })

  it('a client that becomes confidential gets a secret, and one that becomes public loses it', async () => {
    const client = await registerManually(box, named('Grown', publicClient))
    const method = (token_endpoint_auth_method: string) =>
      box.provider.clients.update(idOf(client), { metadata: { token_endpoint_auth_method } }, admin)
    const { secret } = await method('client_secret_basic')
    expect(secret).toMatch(/^grantor_cs_/)
    expect((await method('client_secret_post')).secret).toBeNull()
    const { client: record } = await method('none')
    expect(record.secrets).toEqual([])
  })

  describe('names', () => {
    it('are unique within an account, whatever their letter case, and free again once their client is gone', async () => {
      const { clients } = box.provider
      const taken = { status: 409, reason: 'client.name_taken' }
      const { client } = await clients.register(named('One and Only'))
      await expect(clients.register(named('  one AND only'))).rejects.toMatchObject(taken)
      await clients.register(named('One and Only'), { accountId: 'acme' as never })
      await expect(clients.register(named('ONE and only'), { accountId: 'acme' as never })).rejects.toMatchObject(taken)
      await clients.delete(client.id)
      await clients.register(named('One and only'))
    })

    it('cannot be taken by an edit either', async () => {
      const { clients } = box.provider
      await clients.register(named('Settled'))
      const { client } = await clients.register(named('Wandering'))
      await expect(clients.update(client.id, { metadata: { client_name: 'settled' } })).rejects.toMatchObject({
        status: 409,
        reason: 'client.name_taken',
      })
      expect((await clients.find(client.id))?.version).toBe(1)
    })

    it('of many registrations at once one has it', async () => {
      const tries = [box, peer, box, peer, box].map(({ provider }) => provider.clients.register(named('Raced')))
      const outcomes = await Promise.allSettled(tries)
      const refused = outcomes.filter((one) => one.status === 'rejected')
      expect(refused).toMatchObject(
        Array.from({ length: 4 }, () => ({ reason: { status: 409, reason: 'client.name_taken' } })),
      )
    })

    it('need not be unique among programs that register themselves', async () => {
      expect((await register(box)).client_id).not.toBe((await register(box)).client_id)
    })
  })

  describe('with an owner', () => {
    const bob: By = { actor: { type: 'user', id: 'bob' }, owner: 'bob' as Subject }

    it('only what is theirs is there', async () => {
      const client = await registerManually(box, named('Not bob’s'))
      const attempts = await Promise.allSettled([
        box.provider.clients.update(idOf(client), { metadata: { client_name: 'Bob’s' } }, bob),
        box.provider.clients.rotateSecret(idOf(client), {}, bob),
        box.provider.clients.disable(idOf(client), bob),
        box.provider.clients.enable(idOf(client), bob),
        box.provider.clients.delete(idOf(client), bob),
      ])
      const unknown = { status: 'rejected', reason: { status: 404, reason: 'client.unknown' } }
      expect(attempts).toMatchObject(attempts.map(() => unknown))
      await expect(
        box.provider.clients.delete(idOf(client), { actor: bob.actor, owner: undefined as never }),
      ).rejects.toThrow(TypeError)
    })
  })
})
