import type { ClientId } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../support/databases.js'
import {
  call,
  confidentialClient,
  connect,
  postAs,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../../support/flow.js'
import { registerManually, type TestProvider } from '../../support/provider.js'
import { as, itemsOf, managed, newClient, tokenOf, withToken } from './support.js'

const created = ({ body }: { readonly body: object }) =>
  body as unknown as RegisteredClient & { readonly version: number }

const wanted = ['memory', 'sqlite', 'postgres']
describe.each(Object.entries(databases).filter(([name]) => wanted.includes(name)))(
  'clients in JSON, on %s',
  (_, open) => {
    let database: TestDatabase
    let box: TestProvider
    let alice: ReturnType<typeof as>
    let bob: ReturnType<typeof as>

    beforeAll(async () => {
      database = await open()
      box = managed({ storage: database.storage })
      alice = as('alice', box)
      bob = as('bob', box)
    })
    afterAll(() => database.close())

    it('an administrator registers a client; its secret is shown this once, and never again', async () => {
      const answer = await alice('POST', '/clients', {
        ...newClient('Ledger'),
        account_id: 'acme',
        policy: { required_scope: ['project:read'], description: 'Books', projects: ['alpha'] },
      })
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.body).toMatchObject({
        client_name: 'Ledger',
        client_secret: expect.stringMatching(/^grantor_cs_/),
        client_secret_expires_at: 0,
        registration: 'manual',
        owner_id: null,
        account_id: 'acme',
        disabled_at: null,
        version: 1,
        policy: {
          required_scope: ['project:read'],
          description: 'Books',
          projects: ['alpha'],
          trusted: false,
          rotation: 'rotate',
          scope: null,
        },
        secrets: [{ created_at: box.clock.now(), expires_at: null, last_used_at: null }],
      })
      const { client_id, client_secret } = created(answer)
      const read = await alice('GET', `/clients/${client_id}`)
      expect(read.body).toMatchObject({ client_id, client_name: 'Ledger' })
      for (const text of [read.text, (await alice('GET', '/clients')).text]) expect(text).not.toContain(client_secret)
      expect(JSON.stringify(box.events)).not.toContain(client_secret)
      expect(box.events.at(-1)).toMatchObject({ type: 'client.registered', actor: { type: 'admin', id: 'alice' } })
    })

    it('edits what is sent and leaves the rest, with PUT as with PATCH', async () => {
      const { client_id } = created(await alice('POST', '/clients', newClient('Edited')))
      const answer = await alice('PATCH', `/clients/${client_id}`, {
        client_name: 'Edited once',
        policy: { rotation: 'reuse' },
      })
      expect([answer.status, answer.body]).toMatchObject([
        200,
        {
          client_name: 'Edited once',
          redirect_uris: confidentialClient.redirect_uris,
          version: 2,
          policy: { rotation: 'reuse' },
        },
      ])
      expect(answer.body).not.toHaveProperty('client_secret')
      const put = await alice('PUT', `/clients/${client_id}`, { policy: { rotation: 'rotate' } })
      expect(put.body).toMatchObject({ client_name: 'Edited once', version: 3, policy: { rotation: 'rotate' } })
    })

    it('takes back what it gave: a client that is read, changed and sent whole', async () => {
      const { client_id } = created(
        await alice('POST', '/clients', { ...newClient('Whole'), policy: { trusted: true } }),
      )
      const { body } = await alice('GET', `/clients/${client_id}`)
      const answer = await alice('PUT', `/clients/${client_id}`, { ...body, client_name: 'Whole again' })
      expect(answer.body).toEqual({ ...body, client_name: 'Whole again', version: 2 })
    })

    it('of two who edit the same version the second is told', async () => {
      const { client_id, version } = created(await alice('POST', '/clients', newClient('Twice')))
      await alice('PATCH', `/clients/${client_id}`, { client_uri: 'https://reporter.example/', version })
      const late = await alice('PATCH', `/clients/${client_id}`, { client_name: 'Late', version })
      expect([late.status, late.body.error]).toEqual([409, 'invalid_request'])
    })

    it('a name that is taken is a conflict', async () => {
      await alice('POST', '/clients', newClient('Taken'))
      const answer = await alice('POST', '/clients', newClient('TAKEN'))
      expect([answer.status, answer.body.error]).toEqual([409, 'invalid_client_metadata'])
    })

    it('gives a new secret, the one before it working on for as long as was said', async () => {
      const client = created(await alice('POST', '/clients', newClient('Rotated')))
      const { tokens } = await connect(box, { client })
      const first = await alice('POST', `/clients/${client.client_id}/secret`, { overlap: 60 })
      expect(first.body).toMatchObject({
        client_secret: expect.any(String),
        secrets: [{}, { expires_at: box.clock.now() + 60 }],
      })
      const next = await refresh(box, client, tokens.refresh_token)
      expect(next.status).toBe(200)
      const second = await alice('POST', `/clients/${client.client_id}/secret`)
      expect(second.body.client_secret).not.toBe(first.body.client_secret)
      expect((await refresh(box, client, next.body.refresh_token as string)).status).toBe(401)
      expect((await alice('POST', `/clients/${client.client_id}/secret`, { overlap: 9_999_999 })).status).toBe(400)
    })

    it('switches a client off and on, and deletes it, each with effect on the next request', async () => {
      const client = created(await alice('POST', '/clients', newClient('Switched')))
      const { tokens } = await connect(box, { client })
      const path = `/clients/${client.client_id}`
      expect((await alice('POST', `${path}/disable`)).body).toMatchObject({ disabled_at: box.clock.now() })
      expect((await call(box, tokens.access_token)).status).toBe(401)
      expect((await alice('POST', `${path}/enable`)).body).toMatchObject({ disabled_at: null })
      expect((await call(box, tokens.access_token)).status).toBe(200)
      expect((await alice('DELETE', path)).status).toBe(204)
      expect((await call(box, tokens.access_token)).status).toBe(401)
      for (const method of ['GET', 'DELETE'] as const) expect((await alice(method, path)).status).toBe(404)
      const types = box.events
        .filter(({ clientId }) => clientId === client.client_id)
        .map(({ type, actor }) => [type, actor.type])
      expect(types).toEqual(
        expect.arrayContaining([
          ['client.disabled', 'admin'],
          ['client.enabled', 'admin'],
          ['client.deleted', 'admin'],
        ]),
      )
    })

    it('lists in pages, finds by name, kind and account, and sorts', async () => {
      for (const name of ['Zebra', 'Aardvark', 'Mongoose'])
        await alice('POST', '/clients', { ...newClient(`${name} of the list`), account_id: 'globex' })
      await register(box, publicClient)
      const names = async (query: string) =>
        itemsOf(await alice('GET', `/clients?${query}`)).map((one) => one.client_name)
      const expected = ['Aardvark of the list', 'Mongoose of the list', 'Zebra of the list']
      expect(await names('search=OF+THE+LIST&order=name')).toEqual(expected)
      expect(await names('account_id=globex&order=name')).toEqual(expected)
      const first = await alice('GET', '/clients?search=of+the+list&order=name&limit=2')
      expect(itemsOf(first)).toHaveLength(2)
      expect(
        await names(`search=of+the+list&order=name&limit=2&after=${encodeURIComponent(String(first.body.next))}`),
      ).toEqual(expected.slice(2))
      const [one] = itemsOf(await alice('GET', '/clients?search=mongoose'))
      expect(itemsOf(await alice('GET', `/clients?search=${String(one?.client_id)}`))).toEqual([one])
      const kinds = itemsOf(await alice('GET', '/clients?registration=dynamic')).map((one) => one.registration)
      expect(new Set(kinds)).toEqual(new Set(['dynamic']))
      for (const query of ['limit=0', 'limit=101', 'limit=x', 'registration=none', 'order=random', 'disabled=maybe'])
        expect((await alice('GET', `/clients?${query}`)).status).toBe(400)
    })

    describe('of a person', () => {
      it('are their own: others are not there, and not theirs to change', async () => {
        const theirs = created(await bob('POST', '/clients', newClient('Bob’s')))
        expect(theirs).toMatchObject({ registration: 'user', owner_id: 'bob', account_id: 'globex' })
        const { client_id } = created(await alice('POST', '/clients', newClient('Alice’s')))
        expect(itemsOf(await bob('GET', '/clients')).map((one) => one.client_id)).toEqual([theirs.client_id])
        const path = `/clients/${client_id}`
        const refused = await Promise.all([
          bob('GET', path),
          bob('PATCH', path, { client_name: 'x' }),
          bob('POST', `${path}/secret`),
          bob('POST', `${path}/disable`),
          bob('POST', `${path}/enable`),
          bob('DELETE', path),
        ])
        expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
        const { body } = await bob('GET', `/clients/${theirs.client_id}`)
        expect((await bob('PUT', `/clients/${theirs.client_id}`, { ...body, client_name: 'Bob’s own' })).status).toBe(
          200,
        )
        expect(box.events.at(-1)).toMatchObject({ type: 'client.updated', actor: { type: 'user', id: 'bob' } })
      })

      it('S-131 have no more than a person may say', async () => {
        const mine = created(await bob('POST', '/clients', newClient('Bob’s second')))
        for (const policy of [
          { trusted: true },
          { projects: ['alpha'] },
          { required_scope: ['project:read'] },
          { rotation: 'reuse' },
        ]) {
          expect((await bob('POST', '/clients', { ...newClient('More'), policy })).status).toBe(403)
          expect((await bob('PATCH', `/clients/${mine.client_id}`, { policy })).status).toBe(403)
        }
        for (const body of [{ account_id: 'acme' }, { registration: 'manual', owner_id: 'alice', account_id: 'acme' }])
          expect((await bob('POST', '/clients', { ...newClient('More'), ...body })).status).toBe(403)
        const sly = await bob('POST', '/clients', {
          ...newClient('Bob’s third'),
          registration: 'manual',
          owner_id: 'alice',
        })
        expect(sly.body).toMatchObject({ registration: 'user', owner_id: 'bob' })
      })

      it('are as many as the host lets them have', async () => {
        const answer = await bob('POST', '/clients', newClient('Bob’s fourth'))
        expect([answer.status, answer.body.error]).toEqual([403, 'access_denied'])
      })

      it('disabled by an administrator stay so', async () => {
        const [mine] = itemsOf(await bob('GET', '/clients'))
        await alice('POST', `/clients/${String(mine?.client_id)}/disable`)
        expect((await bob('POST', `/clients/${String(mine?.client_id)}/enable`)).status).toBe(403)
      })
    })
  },
)

describe('clients in JSON, by token', () => {
  it('are looked after by programs with an administrator’s token, in the administrator’s name', async () => {
    const box = managed()
    const program = withToken(await tokenOf(box, 'alice', 'project:admin'), box)
    const { status, body } = await program('POST', '/clients', newClient('By token'))
    expect([status, body.registration]).toEqual([201, 'manual'])
    expect(box.events.at(-1)).toMatchObject({ type: 'client.registered', actor: { type: 'admin', id: 'alice' } })
    expect((await program('PATCH', `/clients/${String(body.client_id)}`, { client_name: 'Again' })).status).toBe(200)
    expect((await program('GET', '/clients')).status).toBe(200)
    expect((await program('DELETE', `/clients/${String(body.client_id)}`)).status).toBe(204)
  })

  it('cannot be made trusted: a program could mean itself', async () => {
    const box = managed()
    const program = withToken(await tokenOf(box, 'alice', 'project:admin'), box)
    const policy = { trusted: true }
    expect((await program('POST', '/clients', { ...newClient('Sly'), policy })).status).toBe(403)
    const { client } = await box.provider.clients.register(newClient('Sly'))
    expect((await program('PATCH', `/clients/${client.id}`, { policy })).status).toBe(403)
    expect((await as('alice', box)('PATCH', `/clients/${client.id}`, { policy })).status).toBe(200)
    // One that is trusted would do as well, once its answers went elsewhere.
    expect((await program('PATCH', `/clients/${client.id}`, { redirect_uris: ['https://evil.example/'] })).status).toBe(
      403,
    )
    expect((await program('POST', `/clients/${client.id}/secret`)).status).toBe(403)
    expect((await program('POST', `/clients/${client.id}/disable`)).status).toBe(200)
  })

  it('a weaker token is told which scope it needs', async () => {
    const box = managed()
    const answer = await withToken(await tokenOf(box, 'alice', 'project:write'), box)('GET', '/clients')
    expect([answer.status, answer.body.error]).toEqual([403, 'insufficient_scope'])
    expect(answer.headers.get('www-authenticate')).toContain('scope="project:admin"')
  })

  it('a token for another resource is refused', async () => {
    const box = managed()
    const { tokens } = await connect(box, { params: { scope: 'project:admin', resource: box.mcp } })
    expect((await withToken(tokens.access_token, box)('GET', '/clients')).status).toBe(401)
  })

  it('an administrator who is one no longer has a token that is none either', async () => {
    const box = managed()
    const program = withToken(await tokenOf(box, 'alice', 'project:admin'), box)
    expect((await program('GET', '/clients')).status).toBe(200)
    box.host.entitle('alice', 'alpha', ['project:write'])
    expect((await program('GET', '/clients')).status).toBe(403)
  })

  it('of a client that belongs to an account sees that account and no other', async () => {
    const box = managed()
    const { client: own, secret } = await box.provider.clients.register(newClient('Tool of acme'), {
      accountId: 'acme' as never,
    })
    const { client: other } = await box.provider.clients.register(newClient('Of globex'), {
      accountId: 'globex' as never,
    })
    const { client: all } = await box.provider.clients.register(newClient('Of everybody'))
    const client = { ...(own.metadata as unknown as RegisteredClient), client_id: own.id, client_secret: secret ?? '' }
    const { tokens } = await connect(box, { client, params: { scope: 'project:admin', resource: box.api } })
    const program = withToken(tokens.access_token, box)
    expect(itemsOf(await program('GET', '/clients')).map((one) => one.client_id)).toEqual([own.id])
    for (const { id } of [other, all])
      expect([
        (await program('GET', `/clients/${id}`)).status,
        (await program('DELETE', `/clients/${id}`)).status,
      ]).toEqual([404, 404])
    expect((await program('GET', '/clients?account_id=globex')).body).toMatchObject({ items: [{ client_id: own.id }] })
    expect((await program('POST', '/clients', { ...newClient('More'), account_id: 'globex' })).status).toBe(403)
    expect((await program('POST', '/clients', newClient('More'))).body).toMatchObject({ account_id: 'acme' })
    expect(await box.provider.clients.find(other.id as ClientId)).toMatchObject({ revokedAt: null })
  })

  it('is not taken where the host has named no scope for it', async () => {
    const box = managed({ admin: undefined as never })
    const answer = await withToken(await tokenOf(box, 'alice', 'project:admin'), box)('GET', '/clients')
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token'])
    expect((await as('alice', box)('GET', '/clients')).status).toBe(200)
  })

  it('of a client that belongs to an account reaches no project of another one by a client that acts for itself', async () => {
    const box = managed()
    const tool = await registerManually(
      box,
      { ...newClient('Tool of acme'), grant_types: ['client_credentials'] },
      { accountId: 'acme' as never, policy: { scope: ['project:admin'], projects: ['alpha'] } },
    )
    const params = { grant_type: 'client_credentials', scope: 'project:admin', resource: box.api }
    const program = withToken(tokensOf(await postAs(box, '/oauth/token', tool, params)).access_token, box)
    const other = { ...newClient('More'), grant_types: ['client_credentials'] }
    const pinned = (projects: unknown) => ({ policy: { scope: ['project:admin'], projects } })
    for (const projects of [['gamma'], ['alpha', 'gamma'], 'gamma', { 0: 'gamma' }]) {
      expect((await program('POST', '/clients', { ...other, ...pinned(projects) })).status).toBe(403)
      expect((await program('PATCH', `/clients/${tool.client_id}`, pinned(projects))).status).toBe(403)
    }
    const spying = { policy: { introspect: [box.api] } }
    expect((await program('POST', '/clients', { ...other, ...spying })).status).toBe(403)
    expect((await program('PATCH', `/clients/${tool.client_id}`, spying)).status).toBe(403)
    expect((await program('PATCH', `/clients/${tool.client_id}`, pinned(['alpha']))).status).toBe(200)
    expect((await program('POST', '/clients', { ...other, ...pinned(null) })).status).toBe(201)
    const everywhere = withToken(await tokenOf(box, 'alice', 'project:admin'), box)
    expect(
      (await everywhere('POST', '/clients', { ...other, client_name: 'Of all', ...pinned(['gamma']) })).status,
    ).toBe(201)
  })

  it('a client that was off for a while is sent back as it was read, by anybody who may', async () => {
    const box = managed()
    const [alice, bob] = [as('alice', box), as('bob', box)]
    const { client_id } = created(await bob('POST', '/clients', newClient('Off and on')))
    const path = `/clients/${client_id}`
    for (const by of [alice, bob]) {
      await by('POST', `${path}/disable`)
      await by('POST', `${path}/enable`)
      const { body } = await by('GET', path)
      expect(body.policy).not.toHaveProperty('disabled_by_owner')
      expect((await by('PUT', path, body)).status).toBe(200)
    }
  })

  it('somebody who has left an account has left the clients they registered for it', async () => {
    let accounts = ['globex']
    const box = managed({
      session: (request) => {
        const session = box.host.session(request)
        return session && { ...session, ...(session.subject === 'bob' && { accounts }) }
      },
    })
    const bob = as('bob', box)
    const { client_id } = created(await bob('POST', '/clients', newClient('Of globex')))
    accounts = ['other']
    const path = `/clients/${client_id}`
    const answers = [
      await bob('GET', path),
      await bob('PATCH', path, { redirect_uris: ['https://other.example/cb'] }),
      await bob('POST', `${path}/secret`),
      await bob('POST', `${path}/disable`),
      await bob('DELETE', path),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(await box.storage.findClient(client_id as ClientId)).toMatchObject({ version: 1, disabledAt: null })
  })
})
