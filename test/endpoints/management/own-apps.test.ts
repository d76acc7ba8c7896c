import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { call, connect, send } from '../../support/flow.js'
import { admin, at, byUsers, create, created, desk, own, press } from './support.js'

describe('apps that people register for themselves', () => {
  it('are made, connect, and are deleted, by whoever registered them', async () => {
    const { box, browser } = await desk('bob', byUsers)
    const client = created(await create(browser, own, { name: 'My script' }))
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({
      registration: 'user',
      ownerId: 'bob',
    })
    const { tokens } = await connect(box, { client, person: 'bob', changes: { project: 'gamma' } })
    expect((await call(box, tokens.access_token, '/api/projects/gamma/items')).status).toBe(200)
    expect((await browser.open(own)).html).toContain('My script')
    await press(browser, own, client.client_id, 'delete')
    expect((await call(box, tokens.access_token, '/api/projects/gamma/items')).status).toBe(401)
    expect(box.events.at(-1)).toMatchObject({ type: 'client.deleted', actor: { type: 'user', id: 'bob' } })
  })

  it('are nobody else’s to see or to change', async () => {
    const { box, browser } = await desk('bob', byUsers)
    const client = created(await create(browser, own))
    const carol = await at(box, 'carol')
    expect((await carol.open(own)).html).not.toContain(client.client_id)
    expect((await carol.open(`${own}/client?id=${client.client_id}`)).status).toBe(404)
    const other = created(await create(carol, own, { name: 'Another' }))
    const tampered = await press(carol, own, other.client_id, 'delete', { id: client.client_id })
    expect(tampered.status).toBe(404)
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({ revokedAt: null })
  })

  it('cannot be trusted or pinned by a form that says so', async () => {
    const { box, browser } = await desk('bob', byUsers)
    const client = created(await create(browser, own, { trusted: '1', projects: 'alpha', account: 'acme' }))
    const found = await box.provider.clients.find(client.client_id as ClientId)
    expect(found?.accountId).not.toBe('acme')
    expect(found?.policy).not.toMatchObject({ trusted: true })
    expect(found?.policy.projects ?? null).toBeNull()
  })

  it('keep what an administrator gave them through a form that does not offer it', async () => {
    const { box, browser } = await desk('bob', byUsers)
    const { client_id } = created(await create(browser, own))
    const id = client_id as ClientId
    const grant_types = ['authorization_code', 'refresh_token', 'client_credentials']
    await box.provider.clients.update(id, { metadata: { grant_types }, policy: { scope: ['project:read'] } })
    const renamed = await browser.submit(await browser.open(`${own}/edit?id=${id}`), { name: 'Renamed' })
    expect([renamed.status, renamed.html.includes('Renamed')]).toEqual([200, true])
    const found = await box.provider.clients.find(id)
    expect(new Set(found?.metadata.grant_types as string[])).toEqual(new Set(grant_types))
    await box.provider.clients.update(id, { metadata: { grant_types: ['client_credentials'], redirect_uris: [] } })
    const bare = await browser.open(`${own}/edit?id=${id}`)
    await browser.submit(bare, { name: 'Alone' })
    expect(await box.provider.clients.find(id)).toMatchObject({
      name: 'alone',
      metadata: { grant_types: ['client_credentials'] },
    })
  })

  it('are as many as the host lets each person have', async () => {
    const { box, browser } = await desk('bob', byUsers)
    for (const name of ['One', 'Two', 'Three']) created(await create(browser, own, { name }))
    expect((await browser.open(own)).html).not.toContain(`${own}/new`)
    const fourth = await create(browser, own, { name: 'Four' })
    expect(fourth.html).toContain('as many apps as you may')
    expect((await box.provider.clients.list()).items).toHaveLength(3)
    created(await create(await at(box, 'carol'), own, { name: 'Four' }))
  })

  it('stay off when an administrator has switched them off', async () => {
    const { box, browser } = await desk('bob', byUsers)
    const client = created(await create(browser, own))
    await press(await at(box, 'alice'), admin, client.client_id, 'disable')
    const attempt = await press(browser, own, client.client_id, 'enable')
    expect(attempt.status).toBe(403)
    expect(await box.provider.clients.find(client.client_id as ClientId)).not.toMatchObject({ disabledAt: null })
  })

  it('are not there where the host does not let people register any', async () => {
    const { browser } = await desk('bob')
    expect((await browser.open(own)).status).toBe(404)
  })

  it('are out of reach of whoever has left the account they belong to', async () => {
    let accounts = ['globex']
    const { box, browser } = await desk('bob', {
      ...byUsers,
      session: (request) => {
        const session = box.host.session(request)
        return session && { ...session, ...(session.subject === 'bob' && { accounts }) }
      },
    })
    const client = created(await create(browser, own))
    const page = await browser.open(`${own}/client?id=${client.client_id}`)
    accounts = ['other']
    expect((await browser.open(`${own}/client?id=${client.client_id}`)).status).toBe(403)
    expect((await browser.open(`${own}/edit?id=${client.client_id}`)).status).toBe(403)
    expect((await browser.submit(page, { overlap: '0' }, ['action', 'rotate'])).status).toBe(403)
    expect((await browser.open(own)).html).not.toContain(client.client_id)
    const script = await send(box, '/oauth/manage/clients', { headers: { 'x-user': 'bob' } })
    expect([script.status, script.body.items]).toEqual([200, []])
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({ version: 1 })
  })
})
