import type { Client, ClientId } from 'grantor'
import { change } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  authorize,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  type RegisteredClient,
  refresh,
  register,
  responseOf,
  tokensOf,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const admin = { params: { scope: 'project:admin' }, metadata: confidentialClient }

const deleting = async (box: TestProvider, token: string | undefined, resource = 'api') =>
  (await call(box, token, `/${resource}/projects/alpha/items`, { method: 'DELETE' })).status

async function edit(box: TestProvider, id: string, with_: (client: Client) => Partial<Client>): Promise<void> {
  const client = await box.provider.clients.find(id as ClientId)
  const update = { ...client!, ...with_(client!), version: client!.version + 1 }
  expect(await box.storage.commit(change({ update: [update] }))).toBe(true)
}

/** A request that is answered without a page, from a consent given before. */
async function remembered(
  box: TestProvider,
  connection: Awaited<ReturnType<typeof connect>>,
  params: Record<string, string>,
) {
  const attempt = await authorize(connection.browser, connection.client, params)
  return tokensOf(await exchange(box, { ...attempt, url: attempt.page.url, response: responseOf(attempt.page.url) }))
}

describe('a remembered consent', () => {
  it('S-038 brings what was asked for this time, not all that was granted', async () => {
    const box = testProvider()
    const connection = await connect(box, { ...admin, params: { ...admin.params, resource: [box.api, box.mcp] } })
    expect(await deleting(box, connection.tokens.access_token, 'mcp')).toBe(200)
    const less = await remembered(box, connection, { scope: 'project:read', resource: box.api })
    expect(less.scope).toBe('project:read')
    expect(await deleting(box, less.access_token)).toBe(403)
    expect((await call(box, less.access_token, '/mcp/projects/alpha/items')).status).toBe(401)
  })

  it('S-115 S-116 does not come to more by refreshing', async () => {
    const box = testProvider()
    const connection = await connect(box, { ...admin, params: { ...admin.params, resource: [box.api, box.mcp] } })
    const less = await remembered(box, connection, { scope: 'project:read', resource: box.api })
    const next = tokensOf(await refresh(box, connection.client, less.refresh_token))
    expect(next.scope).toBe('project:read')
    const more = await refresh(box, connection.client, next.refresh_token, { scope: 'project:admin' })
    expect(more.body.error).toBe('invalid_scope')
    const elsewhere = await refresh(box, connection.client, next.refresh_token, { resource: box.mcp })
    expect(elsewhere.body.error).toBe('invalid_target')
  })

  it('is not used by an app that was not to stay connected', async () => {
    const box = testProvider()
    const connection = await connect(box, { ...admin, changes: { keep_alive: null } })
    const { page } = await authorize(connection.browser, connection.client, admin.params)
    expect(page.status).toBe(200)
  })
})

describe('what a host takes back', () => {
  it("a client's ceiling holds for tokens of grants made before it", async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box, admin)
    await edit(box, client.client_id, () => ({ policy: { scope: ['project:read'] } }))
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(next.scope).toBe('project:read')
    expect(await deleting(box, next.access_token)).toBe(403)
  })

  it('a redirect URI that is gone gets no code, however old the page is', async () => {
    const box = testProvider()
    const metadata = { ...confidentialClient, redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }
    const client: RegisteredClient = await register(box, metadata)
    const attempt = await openAttempt(box, client, { redirect_uri: 'https://b.example/cb' })
    await edit(box, client.client_id, (one) => ({
      metadata: { ...one.metadata, redirect_uris: ['https://a.example/cb'] },
    }))
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
  })

  it('a consent that may not last any longer issues nothing, and uses nothing up', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const shorter = testProvider({
      storage: box.storage,
      lifetimes: { grant: 3_600 },
      now: () => box.clock.now() + 3_601,
    })
    expect((await refresh(shorter, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })
})

describe('a refresh', () => {
  it('REF-05 that names only scopes nobody knows is not one for everything', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    expect((await refresh(box, client, tokens.refresh_token, { scope: 'project:raed' })).body.error).toBe(
      'invalid_scope',
    )
    expect((await refresh(box, client, tokens.refresh_token, { scope: 'openid offline_access' })).status).toBe(200)
  })

  it('REF-08 with a spent token is reuse whatever else is wrong with it', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    tokensOf(await refresh(box, client, tokens.refresh_token))
    box.clock.advance(60)
    const probe = await refresh(box, client, tokens.refresh_token, { scope: 'project:admin' })
    expect(probe.body.error).toBe('invalid_grant')
    expect(box.events.map(({ type }) => type)).toContain('refresh_token.reused')
  })
})
