import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type ClientId, change, type GrantId, type ProjectId, type Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn, siteAt } from './support/browser.js'
import { authorize, call, confidentialClient, connect, refresh, register, revoke, tokensOf } from './support/flow.js'
import { registerManually, testProvider } from './support/provider.js'

const alice = 'alice' as Subject

describe('a provider', () => {
  it('takes a client from registration to data, and back out again', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    await revoke(box, client, next.refresh_token)
    expect((await call(box, next.access_token)).status).toBe(401)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('does the same over HTTP', async () => {
    const listening = await new Promise<{ origin: string; close: () => void }>((resolve) => {
      const answer = async (request: Request) => box.fetch(request)
      const server = serve({ fetch: answer, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) =>
        resolve({ origin: `http://127.0.0.1:${port}`, close: () => server.close() }),
      )
    })
    const box = testProvider({ issuer: listening.origin })
    const site = siteAt(listening.origin)
    const { client, tokens } = await connect(site)
    expect((await call(site, tokens.access_token)).status).toBe(200)
    const next = tokensOf(await refresh(site, client, tokens.refresh_token))
    await revoke(site, client, next.refresh_token)
    expect((await call(site, next.access_token)).status).toBe(401)
    listening.close()
  })

  it('tells which paths are its own', () => {
    expect([...testProvider().provider.paths].sort()).toEqual([
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource/api',
      '/.well-known/oauth-protected-resource/api/',
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/oauth-protected-resource/mcp/',
      '/.well-known/openid-configuration',
      '/admin/audit',
      '/admin/audit/export',
      '/admin/oauth-clients',
      '/admin/oauth-clients/client',
      '/admin/oauth-clients/edit',
      '/admin/oauth-clients/new',
      '/oauth/authorize',
      '/oauth/device',
      '/oauth/device_authorization',
      '/oauth/interaction',
      '/oauth/introspect',
      '/oauth/manage/audit',
      '/oauth/manage/clients',
      '/oauth/manage/clients/:id',
      '/oauth/manage/clients/:id/disable',
      '/oauth/manage/clients/:id/enable',
      '/oauth/manage/clients/:id/secret',
      '/oauth/manage/grants',
      '/oauth/manage/grants/:id',
      '/oauth/register',
      '/oauth/register/:id',
      '/oauth/revoke',
      '/oauth/token',
      '/settings/connected-apps',
      '/settings/connected-apps/change',
    ])
  })
})

describe('what a host can do with clients', () => {
  it('registers its own, and shows a secret once', async () => {
    const box = testProvider()
    const { client, secret } = await box.provider.clients.register(confidentialClient)
    expect(secret).toMatch(/^grantor_cs_/)
    expect([client.registration, client.version]).toEqual(['manual', 1])
    expect(JSON.stringify(await box.provider.clients.find(client.id))).not.toContain(secret)
    expect((await box.provider.clients.list()).items.map(({ id }) => id)).toEqual([client.id])
  })

  it('holds them to the same rules as everybody', async () => {
    const { clients } = testProvider().provider
    await expect(clients.register({ redirect_uris: ['javascript:x'] })).rejects.toMatchObject({
      code: 'invalid_redirect_uri',
    })
  })

  it('shows people that the host vouches for them', async () => {
    const box = testProvider()
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const texts = await Promise.all(
      [await registerManually(box, confidentialClient), await register(box, confidentialClient)].map(
        async (client) => (await authorize(browser, client)).page.html,
      ),
    )
    expect(texts[0]).not.toBe(texts[1])
  })
})

describe('what a host can do with grants', () => {
  it('lists the live ones of a person, a client or a project', async () => {
    const box = testProvider()
    const mine = await connect(box)
    await connect(box, { person: 'bob' })
    const { grants } = box.provider
    const list = async (filter: Parameters<typeof grants.list>[0]) => (await grants.list(filter)).items.length
    expect(await Promise.all([list({}), list({ subject: alice }), list({ projectId: 'gamma' as ProjectId })])).toEqual([
      2, 1, 1,
    ])
    const { items } = await grants.list({ clientId: mine.client.client_id as ClientId })
    expect(items).toMatchObject([
      { grant: { subject: 'alice', projects: ['alpha'] }, client: { id: mine.client.client_id } },
    ])
  })

  it('ends one of them, only a person’s own when told so', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    const id = (await box.provider.grants.list({})).items[0]?.grant.id as GrantId
    const { grants } = box.provider
    await expect(grants.revoke(id, { subject: 'bob' as Subject })).rejects.toMatchObject({ status: 404 })
    await expect(grants.revoke('grant_unknown' as GrantId)).rejects.toMatchObject({ status: 404 })
    await grants.revoke(id, { subject: alice })
    await grants.revoke(id)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect(box.events.filter(({ type }) => type === 'grant.revoked')).toMatchObject([
      { reason: 'subject.disconnected' },
    ])
  })

  it('REF-15 S-120 ends all of a person’s, as after a change of password', async () => {
    const box = testProvider()
    const connections = [await connect(box), await connect(box), await connect(box, { person: 'bob' })]
    expect(await box.provider.grants.revokeAll({ subject: alice })).toBe(2)
    const statuses = await Promise.all(
      connections.map(async ({ client, tokens }) => (await refresh(box, client, tokens.refresh_token)).status),
    )
    expect(statuses).toEqual([400, 400, 200])
  })

  it('does nothing with a filter that has a hole in it', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    const id = (await box.provider.grants.list({})).items[0]?.grant.id as GrantId
    const { grants, audit } = box.provider
    const nobody = { subject: undefined } as unknown as { readonly subject: Subject }
    await expect(grants.list(nobody)).rejects.toThrow(TypeError)
    await expect(grants.revoke(id, nobody)).rejects.toThrow(TypeError)
    await expect(grants.narrow(id, { scope: ['project:read'] }, nobody)).rejects.toThrow(TypeError)
    await expect(grants.revokeAll(nobody)).rejects.toThrow(TypeError)
    await expect(grants.revokeAll({})).rejects.toThrow(TypeError)
    await expect(audit.list(nobody)).rejects.toThrow(TypeError)
    expect((await call(box, tokens.access_token, undefined, { method: 'POST' })).status).toBe(200)
  })

  it('ends more than fit on a page', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    const { tokens } = await connect(box, { client })
    const first = (await box.provider.grants.list({})).items[0]?.grant
    if (!first) throw new Error('no grant')
    for (let times = 0; times < 120; times += 1)
      await box.storage.commit(change({ grants: [{ ...first, id: `grant_${times}` as GrantId }] }))
    expect(await box.provider.grants.revokeAll({ clientId: client.client_id as ClientId })).toBe(121)
    expect((await box.provider.grants.list({})).items).toEqual([])
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })
})

describe('the audit log', () => {
  it('LOG-02 has every step of a life in the order they happened, as the host was told', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    await revoke(box, client, next.access_token)
    await box.provider.grants.revokeAll({ clientId: client.client_id as ClientId })
    const { items } = await box.provider.audit.list()
    expect(items.map(({ type }) => type)).toEqual([
      'client.registered',
      'grant.created',
      'token.issued',
      'token.issued',
      'token.revoked',
      'grant.revoked',
    ])
    expect(items).toEqual(box.events)
    expect(items.slice(1).map(({ subject }) => subject)).toEqual(['alice', 'alice', 'alice', 'alice', 'alice'])
    expect(items.filter(({ type }) => type === 'token.issued').map(({ data }) => data.grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ])
  })

  it('LOG-02 says nothing of what was not done', async () => {
    const box = testProvider()
    const { client } = await connect(box)
    const before = box.events.length
    await refresh(box, client, 'x')
    await revoke(box, client, 'x')
    expect(box.events.length).toBe(before)
  })
})

describe('purging', () => {
  it('takes what has expired long enough ago, and nothing that is alive', async () => {
    const box = testProvider({
      lifetimes: { refreshToken: 1_000, grant: 1_000, accessToken: 1_000 },
      retention: { expired: 100 },
    })
    await connect(box)
    box.clock.advance(900)
    const living = await connect(box)
    box.clock.advance(250)
    const purged = await box.provider.purge()
    expect(purged.grants).toBe(1)
    expect(purged.tokens).toBeGreaterThan(2)
    expect((await call(box, living.tokens.access_token)).status).toBe(200)
    expect((await refresh(box, living.client, living.tokens.refresh_token)).status).toBe(200)
  })
})
