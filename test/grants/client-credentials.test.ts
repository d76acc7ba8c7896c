import type { ClientId, GrantId, Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  call,
  type Params,
  postAs,
  type RegisteredClient,
  register,
  registration,
  send,
  tokensOf,
} from '../support/flow.js'
import { editClient, registerManually, type TestProvider, testProvider } from '../support/provider.js'

const service = {
  client_name: 'Nightly import',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
}

const policy = { scope: ['project:write'], projects: ['alpha'] } as const

const own = (box: TestProvider, client: RegisteredClient, params: Params = {}) =>
  postAs(box, '/oauth/token', client, { grant_type: 'client_credentials', resource: box.api, ...params })

const started = async (with_: Parameters<typeof registerManually>[2] = { policy }) => {
  const box = testProvider()
  const client = await registerManually(box, service, with_)
  return { box, client }
}

const grantsOf = async ({ provider }: TestProvider, { client_id }: RegisteredClient) =>
  (await provider.grants.list({ clientId: client_id as ClientId })).items.map(({ grant }) => grant)

describe('a client that acts for itself', () => {
  it('CC-02 MC-03 gets a token for what it was registered for, and no refresh token', async () => {
    const { box, client } = await started()
    const answer = await own(box, client)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'project:write' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('CC-03 is nobody: its access has no subject, its client, its account and its projects', async () => {
    const { box, client } = await started({ policy, accountId: 'acme' as never })
    const { access_token } = tokensOf(await own(box, client))
    const { status, body } = await call(box, access_token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      subject: null,
      clientId: client.client_id,
      accountId: 'acme',
      projects: ['alpha'],
      scope: ['project:write'],
      resource: [box.api],
    })
  })

  it('reaches no other project, no other resource and no further than its scope', async () => {
    const { box, client } = await started()
    const { access_token } = tokensOf(await own(box, client))
    expect((await call(box, access_token, '/api/projects/beta/items')).status).toBe(403)
    expect((await call(box, access_token, '/mcp/projects/alpha/items')).status).toBe(401)
    expect((await call(box, access_token, undefined, { method: 'DELETE' })).status).toBe(403)
  })

  it('reaches no project at all when none was registered: what a host leaves out opens nothing', async () => {
    const { box, client } = await started({ policy: { scope: ['project:read'] } })
    const { access_token } = tokensOf(await own(box, client))
    expect((await call(box, access_token)).status).toBe(403)
    expect((await call(box, access_token, '/api/me')).body).toMatchObject({ projects: [] })
  })

  it.each([
    [{ scope: 'project:read' }, 'project:read'],
    [{}, 'project:write'],
    [{ scope: 'project:read project:write' }, 'project:read project:write'],
  ])('CC-04 asking for %j it gets %s', async (params, scope) => {
    const { box, client } = await started()
    expect(tokensOf(await own(box, client, params)).scope).toBe(scope)
  })

  it('gets what is sensitive only when it asks for it by name', async () => {
    const { box, client } = await started({ policy: { scope: ['project:admin'] } })
    expect(tokensOf(await own(box, client)).scope).toBe('project:write')
    expect(tokensOf(await own(box, client, { scope: 'project:admin' })).scope).toBe('project:admin')
  })

  it.each<readonly [string, Params, string, string]>([
    ['an unknown scope', { scope: 'project:fly' }, 'invalid_scope', 'scope.not_granted'],
    ['an unknown scope beside a known one', { scope: 'project:read x' }, 'invalid_scope', 'scope.not_granted'],
    ['more than its own', { scope: 'project:admin' }, 'invalid_scope', 'scope.not_granted'],
    ['an unknown resource', { resource: 'https://app.example/other' }, 'invalid_target', 'resource.unknown'],
    ['no resource where there are several', { resource: undefined }, 'invalid_target', 'resource.missing'],
  ])('CC-04 asking for %s is refused, and nothing is written', async (_name, params, error, reason) => {
    const reasons: string[] = []
    const box = testProvider({ onRefusal: (refusal) => reasons.push(refusal.reason) })
    const client = await registerManually(box, service, { policy })
    box.storage.reset()
    const answer = await own(box, client, params)
    expect([answer.status, answer.body.error]).toEqual([400, error])
    expect(reasons).toEqual([reason])
    expect(box.storage.commits().filter(({ grants, tokens }) => grants.length + tokens.length > 0)).toEqual([])
  })
})

describe('who may', () => {
  it('CC-01 no public client: the grant type is dropped when it registers, and refused when it is asked for', async () => {
    const box = testProvider()
    const client = await registerManually(
      box,
      {
        ...service,
        grant_types: ['client_credentials', 'authorization_code'],
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/'],
      },
      { policy },
    )
    expect((await box.provider.clients.find(client.client_id as ClientId))?.metadata.grant_types).toEqual([
      'authorization_code',
    ])
    // Even a record that says so is not believed.
    await editClient(box, client, ({ metadata }) => ({
      metadata: { ...metadata, grant_types: ['client_credentials'] },
    }))
    const answer = await own(box, client)
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
  })

  it('CC-05 no client that registers itself, whatever it says', async () => {
    const box = testProvider()
    const refused = await registration(box, service)
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_client_metadata'])
    const client = await register(box, {
      ...service,
      grant_types: ['authorization_code', 'client_credentials'],
      redirect_uris: ['https://reporter.example/callback'],
    })
    expect(client).toMatchObject({ grant_types: ['authorization_code'] })
    const answer = await own(box, client)
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
  })

  it('CC-05 unless the host says so of that one', async () => {
    const box = testProvider()
    const client = await register(box, {
      ...service,
      grant_types: ['authorization_code'],
      redirect_uris: ['https://r.example/'],
    })
    const id = client.client_id as ClientId
    await box.provider.clients.update(id, {
      metadata: { grant_types: ['authorization_code', 'client_credentials'] },
      policy,
    })
    expect((await own(box, client)).status).toBe(200)
  })

  it('no client of which the host has not said how far it reaches', async () => {
    const { box, client } = await started({})
    const answer = await own(box, client)
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
  })

  it('no client that was not registered for it, is disabled, or has the wrong secret', async () => {
    const { box, client } = await started()
    const other = await registerManually(box, {
      ...service,
      client_name: 'B',
      grant_types: ['authorization_code'],
      redirect_uris: ['https://r.example/'],
    })
    expect((await own(box, other)).body.error).toBe('unauthorized_client')
    expect((await own(box, { ...client, client_secret: 'wrong' })).body.error).toBe('invalid_client')
    await box.provider.clients.disable(client.client_id as ClientId)
    expect((await own(box, client)).status).not.toBe(200)
  })
})

describe('its grant', () => {
  it('is one, however many tokens are on it', async () => {
    const { box, client } = await started()
    for (let n = 0; n < 5; n += 1) await own(box, client)
    const grants = await grantsOf(box, client)
    expect(grants).toHaveLength(1)
    expect(grants[0]).toMatchObject({ subject: null, scope: ['project:write'], projects: ['alpha'] })
  })

  it('is made once by many that come first at once', async () => {
    const box = testProvider({ pause: async () => new Promise((resolve) => void setImmediate(resolve)) })
    const client = await registerManually(box, service, { policy })
    const answers = await Promise.all(Array.from({ length: 8 }, () => own(box, client)))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await grantsOf(box, client)).toHaveLength(1)
    expect(box.events.filter(({ type }) => type === 'grant.created')).toHaveLength(1)
  })

  it('costs one read and one commit', async () => {
    const { box, client } = await started()
    await own(box, client)
    box.storage.reset()
    await own(box, client)
    expect(box.storage.trips()).toEqual(['findClient', 'commit'])
  })

  it('ends every token at once, and no other can be had until the record is edited', async () => {
    const { box, client } = await started()
    const { access_token } = tokensOf(await own(box, client))
    const [grant] = await grantsOf(box, client)
    await box.provider.grants.revoke(grant?.id as GrantId)
    expect((await call(box, access_token)).status).toBe(401)
    const refused = await own(box, client)
    expect([refused.status, refused.body.error]).toEqual([400, 'unauthorized_client'])
    const { secret } = await box.provider.clients.rotateSecret(client.client_id as ClientId)
    const renewed = tokensOf(await own(box, { ...client, client_secret: secret ?? '' }))
    expect((await call(box, renewed.access_token)).status).toBe(200)
    expect((await call(box, access_token)).status).toBe(401)
  })

  it('an edit holds for what is issued from then on, and what was issued lives out its time', async () => {
    const { box, client } = await started()
    const { access_token } = tokensOf(await own(box, client))
    await box.provider.clients.update(client.client_id as ClientId, { policy: { scope: ['project:read'] } })
    expect((await call(box, access_token, undefined, { method: 'POST' })).status).toBe(200)
    expect(tokensOf(await own(box, client)).scope).toBe('project:read')
    box.clock.advance(3_601)
    expect((await call(box, access_token)).status).toBe(401)
  })

  it('does not run out while it is used, however long that is, and goes on after it was not', async () => {
    const { box, client } = await started()
    const year = 366 * 86_400
    for (let n = 0; n < 3; n += 1) {
      expect((await call(box, tokensOf(await own(box, client)).access_token)).status).toBe(200)
      box.clock.advance(year)
      await box.provider.purge()
    }
    expect((await own(box, client)).status).toBe(200)
  })

  it('is not narrowed but follows the registration', async () => {
    const { box, client } = await started()
    await own(box, client)
    const [grant] = await grantsOf(box, client)
    await expect(box.provider.grants.narrow(grant?.id as GrantId, { scope: ['project:read'] })).rejects.toMatchObject({
      reason: 'grant.of_client',
    })
  })

  it('its client can take back a token, and have another', async () => {
    const { box, client } = await started()
    const { access_token } = tokensOf(await own(box, client))
    await postAs(box, '/oauth/revoke', client, { token: access_token })
    expect((await call(box, access_token)).status).toBe(401)
    expect((await own(box, client)).status).toBe(200)
  })

  it('cannot undo by itself that it was ended, nor can its owner', async () => {
    const box = testProvider({ registration: { byUsers: {} } })
    const { body } = await registration(box, { redirect_uris: ['https://a.example/cb'] })
    const { client: users, secret } = await box.provider.clients.register(
      { redirect_uris: ['https://a.example/cb'], client_name: 'Of bob' },
      { registration: 'user', ownerId: 'bob' as Subject },
    )
    const metadata = {
      redirect_uris: ['https://a.example/cb'],
      grant_types: ['authorization_code', ...service.grant_types],
    }
    const put = (client_name: string) =>
      send(box, `/oauth/register/${String(body.client_id)}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${String(body.registration_access_token)}`,
        },
        body: JSON.stringify({ client_id: body.client_id, ...metadata, client_name }),
      })
    const byBob = { actor: { type: 'user', id: 'bob' }, owner: 'bob' as Subject } as const
    const rename = (client_name: string) => box.provider.clients.update(users.id, { metadata: { client_name } }, byBob)
    const dynamic = body as unknown as RegisteredClient
    const ofBob = { ...dynamic, client_id: users.id, client_secret: secret ?? '' }
    for (const [client, edit] of [
      [dynamic, put],
      [ofBob, rename],
    ] as const) {
      await box.provider.clients.update(client.client_id as ClientId, {
        metadata,
        policy: { scope: ['project:write'] },
      })
      expect((await own(box, client)).status).toBe(200)
      await edit('Renamed')
      expect((await own(box, client)).status).toBe(200)
      for (const grant of await grantsOf(box, client)) await box.provider.grants.revoke(grant.id)
      for (const name of ['Renamed once', 'Renamed twice']) {
        await edit(name)
        expect(await box.storage.findClient(client.client_id as ClientId)).toMatchObject({
          metadata: { client_name: name },
        })
        expect((await own(box, client)).body).toMatchObject({ error: 'unauthorized_client' })
      }
      await box.provider.clients.update(client.client_id as ClientId, { metadata: { client_name: 'Let go' } })
      expect((await own(box, client)).status).toBe(200)
    }
  })

  it('stays ended when its grant has long been deleted', async () => {
    const { box, client } = await started()
    await own(box, client)
    for (const grant of await grantsOf(box, client)) await box.provider.grants.revoke(grant.id)
    box.clock.advance(3 * 366 * 86_400)
    expect((await box.provider.purge()).grants).toBe(1)
    expect((await own(box, client)).body).toMatchObject({ error: 'unauthorized_client' })
    await box.provider.clients.update(client.client_id as ClientId, { metadata: { client_name: 'Let go' } })
    expect((await own(box, client)).status).toBe(200)
  })

  it('is ended with all that its owner has changed before anything was issued for it', async () => {
    const box = testProvider({ registration: { byUsers: {} } })
    const { client: users, secret } = await box.provider.clients.register(
      { redirect_uris: ['https://a.example/cb'], client_name: 'Of bob' },
      { registration: 'user', ownerId: 'bob' as Subject },
    )
    const client = { ...service, client_id: users.id, client_secret: secret ?? '', redirect_uris: [] }
    await box.provider.clients.update(users.id, { metadata: service, policy })
    const { access_token } = tokensOf(await own(box, client))
    const byBob = { actor: { type: 'user', id: 'bob' }, owner: 'bob' as Subject } as const
    await box.provider.clients.update(users.id, { metadata: { client_name: 'Renamed' } }, byBob)
    expect(await box.provider.grants.revokeAll({ clientId: users.id })).toBe(1)
    expect((await call(box, access_token)).status).toBe(401)
    expect((await own(box, client)).body).toMatchObject({ error: 'unauthorized_client' })
  })

  it('begins again with an edit that sends back the policy as it was read', async () => {
    const { box, client } = await started()
    const id = client.client_id as ClientId
    await box.provider.clients.update(id, { metadata: { client_name: 'Renamed' } })
    await own(box, client)
    for (const grant of await grantsOf(box, client)) await box.provider.grants.revoke(grant.id)
    const read = await box.provider.clients.find(id)
    await box.provider.clients.update(id, { policy: { ...read?.policy, description: 'Let go' } })
    expect((await own(box, client)).status).toBe(200)
    expect((await box.provider.clients.find(id))?.policy).toMatchObject({ ...policy, description: 'Let go' })
  })

  it('goes on when it is what came before a new secret that is ended', async () => {
    const { box, client } = await started()
    const { access_token } = tokensOf(await own(box, client))
    const { secret } = await box.provider.clients.rotateSecret(client.client_id as ClientId)
    expect(await box.provider.grants.revokeAll({ clientId: client.client_id as ClientId })).toBe(1)
    expect((await call(box, access_token)).status).toBe(401)
    expect((await own(box, { ...client, client_secret: secret ?? '' })).status).toBe(200)
  })

  it('LOG-02 is in the audit log with the client as the actor, and with its account', async () => {
    const { box, client } = await started({ policy, accountId: 'acme' as never })
    await own(box, client)
    await own(box, client)
    const actor = { type: 'client', id: client.client_id }
    const about = { actor, accountId: 'acme', subject: null }
    expect(box.events.filter(({ type }) => type !== 'client.registered')).toMatchObject([
      { ...about, type: 'grant.created' },
      { ...about, type: 'token.issued', data: { grant_type: 'client_credentials' } },
      { ...about, type: 'token.issued' },
    ])
  })
})

it('MD-06 MC-01 metadata lists the grant type', async () => {
  const box = testProvider()
  const answer = await box.fetch(new Request(`${box.issuer}/.well-known/oauth-authorization-server`))
  expect(await answer.json()).toMatchObject({
    grant_types_supported: expect.arrayContaining(['client_credentials']),
    token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic']),
  })
})
