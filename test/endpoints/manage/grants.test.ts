import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../support/databases.js'
import { type Connect, call, connect, refresh } from '../../support/flow.js'
import type { TestProvider } from '../../support/provider.js'
import { as, itemsOf, managed, newClient, tokenOf, withToken } from './support.js'

const wanted = ['memory', 'sqlite', 'postgres']
describe.each(Object.entries(databases).filter(([name]) => wanted.includes(name)))(
  'grants in JSON, on %s',
  (_, open) => {
    let database: TestDatabase
    let box: TestProvider
    let alice: ReturnType<typeof as>
    let bob: ReturnType<typeof as>
    let carol: ReturnType<typeof as>

    beforeAll(async () => {
      database = await open()
      box = managed({ storage: database.storage })
      ;[alice, bob, carol] = [as('alice', box), as('bob', box), as('carol', box)]
    })
    afterAll(() => database.close())

    /** A connection, and the id of its grant. */
    async function granted(options: Connect = {}) {
      const connection = await connect(box, options)
      const { body } = await call(
        box,
        connection.tokens.access_token,
        `/api/projects/${options.person === 'bob' ? 'gamma' : 'alpha'}/items`,
      )
      return { ...connection, id: String(body.grantId) }
    }

    it('tells a person what they have approved', async () => {
      const { id, client } = await granted({ person: 'carol' })
      const { status, body } = await carol('GET', `/grants/${id}`)
      expect([status, body]).toEqual([
        200,
        {
          grant_id: id,
          client_id: client.client_id,
          client_name: 'Reporter',
          subject: 'carol',
          account_id: 'acme',
          projects: ['alpha'],
          scope: ['project:read'],
          resource: expect.arrayContaining(['https://app.example/api']),
          label: null,
          keep_alive: true,
          created_at: box.clock.now(),
          expires_at: expect.any(Number),
          last_used_at: null,
        },
      ])
    })

    it('a person sees and ends their own, and nobody else’s is there', async () => {
      const [own, other] = [await granted({ person: 'bob' }), await granted({ person: 'carol' })]
      expect(itemsOf(await bob('GET', '/grants')).map((one) => one.subject)).toEqual(['bob'])
      expect((await bob('GET', '/grants?subject=carol')).status).toBe(403)
      const path = `/grants/${other.id}`
      const refused = await Promise.all([bob('GET', path), bob('PATCH', path, { scope: [] }), bob('DELETE', path)])
      expect(refused.map(({ status }) => status)).toEqual([404, 404, 404])
      expect((await bob('DELETE', `/grants/${own.id}`)).status).toBe(204)
      expect((await call(box, own.tokens.access_token, '/api/projects/gamma/items')).status).toBe(401)
      expect((await bob('DELETE', `/grants/${own.id}`)).status).toBe(404)
      expect((await call(box, other.tokens.access_token)).status).toBe(200)
      expect(box.events.findLast(({ type }) => type === 'grant.revoked')).toMatchObject({
        actor: { type: 'user', id: 'bob' },
        reason: 'subject.disconnected',
        grantId: own.id,
      })
    })

    it('an administrator sees everybody’s, and ends any', async () => {
      const { id, client, tokens } = await granted({ person: 'carol' })
      const found = itemsOf(await alice('GET', `/grants?client_id=${client.client_id}`))
      expect(found).toMatchObject([{ grant_id: id, subject: 'carol' }])
      const subjects = itemsOf(await alice('GET', '/grants?subject=carol')).map((one) => one.subject)
      expect(new Set(subjects)).toEqual(new Set(['carol']))
      expect((await alice('DELETE', `/grants/${id}`)).status).toBe(204)
      expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
      expect(box.events.findLast(({ type }) => type === 'grant.revoked')).toMatchObject({
        actor: { type: 'admin', id: 'alice' },
        reason: 'admin.revoked',
        subject: 'carol',
      })
    })

    it('scopes and projects can be taken away, with effect on the next request, and never added', async () => {
      const { id, tokens } = await granted({
        params: { scope: 'project:admin' },
        changes: { project: ['alpha', 'beta'] },
      })
      const post = () => call(box, tokens.access_token, undefined, { method: 'POST' })
      expect((await post()).status).toBe(200)
      const narrowed = await alice('PATCH', `/grants/${id}`, { scope: 'project:read', projects: ['alpha'] })
      expect(narrowed.body).toMatchObject({ scope: ['project:read'], projects: ['alpha'] })
      expect((await post()).status).toBe(403)
      expect((await call(box, tokens.access_token, '/api/projects/beta/items')).status).toBe(403)
      const more = await alice('PUT', `/grants/${id}`, {
        scope: ['project:read', 'project:write'],
        projects: ['alpha', 'gamma'],
      })
      expect(more.body).toMatchObject({ scope: ['project:read'], projects: ['alpha'] })
      expect((await alice('PATCH', `/grants/${id}`, { scope: [] })).status).toBe(400)
      expect((await alice('PATCH', `/grants/${id}`, { scope: 7 })).status).toBe(400)
    })

    it('a program of one account sees the grants of that account', async () => {
      const { client, secret } = await box.provider.clients.register(newClient('Grants of globex'), {
        accountId: 'globex' as never,
      })
      box.host.entitle('bob', 'gamma', ['project:admin'])
      const registered = { ...(client.metadata as object), client_id: client.id, client_secret: secret } as never
      const { tokens } = await connect(box, {
        client: registered,
        person: 'bob',
        params: { scope: 'project:admin', resource: box.api },
      })
      const { id } = await granted({ person: 'carol' })
      const program = withToken(tokens.access_token, box)
      expect(new Set(itemsOf(await program('GET', '/grants')).map((one) => one.account_id))).toEqual(
        new Set(['globex']),
      )
      expect([
        (await program('GET', `/grants/${id}`)).status,
        (await program('DELETE', `/grants/${id}`)).status,
      ]).toEqual([404, 404])
      const events = itemsOf(await program('GET', '/audit?account_id=acme'))
      expect(new Set(events.map((one) => one.account_id))).toEqual(new Set(['globex']))
    })

    it('lists in pages', async () => {
      for (let more = 0; more < 3; more += 1) await granted({ person: 'carol' })
      const seen: unknown[] = []
      for (let after: string | null = ''; after !== null; ) {
        const page = await carol('GET', `/grants?limit=1${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`)
        seen.push(...itemsOf(page).map((one) => one.grant_id))
        after = page.body.next as string | null
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThanOrEqual(3)
    })

    it('a grant for all projects stays one when all that was read is sent back, and takes no name that is none', async () => {
      const all = managed({
        storage: database.storage,
        projects: { label: 'workspace', choose: 'all', list: ({ subject }) => box.host.projects({ subject }) },
      })
      await connect(all, { changes: { projects: 'all', project: null } })
      const [grant] = itemsOf(await alice('GET', '/grants?limit=100')).filter(({ projects }) => projects === 'all')
      expect((await alice('PUT', `/grants/${String(grant?.grant_id)}`, grant)).body).toMatchObject({ projects: 'all' })
      const odd = ['a\0b', 'a\ud800b', 'a'.repeat(5_000)]
      for (const projects of [[''], ...odd.map((one) => [one]), ...odd.map((one) => `alpha ${one}`)])
        expect((await alice('PATCH', `/grants/${String(grant?.grant_id)}`, { projects })).status).toBe(400)
      for (const account_id of odd)
        expect((await alice('POST', '/clients', { ...newClient('Odd'), account_id })).status).toBe(400)
    })

    it('LOG-02 the audit log is for administrators, newest first, by type and time', async () => {
      expect((await bob('GET', '/audit')).status).toBe(403)
      const { status, body } = await alice('GET', '/audit?limit=2')
      expect([status, (body.items as unknown[]).length]).toEqual([200, 2])
      expect(Object.keys(itemsOf({ body } as never)[0]!)).toEqual([
        'event_id',
        'at',
        'type',
        'outcome',
        'reason',
        'actor',
        'client_id',
        'grant_id',
        'subject',
        'account_id',
        'address',
        'agent',
        'request_id',
        'data',
      ])
      const created = itemsOf(await alice('GET', '/audit?type=grant.created&order=oldest'))
      expect(new Set(created.map((one) => one.type))).toEqual(new Set(['grant.created']))
      expect(itemsOf(await alice('GET', `/audit?from=${box.clock.now() + 10}`))).toEqual([])
      for (const query of ['from=yesterday', 'order=name', 'limit=-1'])
        expect((await alice('GET', `/audit?${query}`)).status).toBe(400)
      const program = withToken(await tokenOf(box, 'alice', 'project:admin'), box)
      expect((await program('GET', '/audit')).status).toBe(200)
    })
  },
)
