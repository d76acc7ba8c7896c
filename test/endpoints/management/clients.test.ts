import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../../support/browser.js'
import { call, connect, publicClient, refresh, register } from '../../support/flow.js'
import { registerManually } from '../../support/provider.js'
import { admin, at, create, created, desk, press } from './support.js'

describe('clients an administrator registers', () => {
  it('are made by the form, show their secret once, and connect people', async () => {
    const { box, browser } = await desk()
    const page = await create(browser, admin)
    const client = created(page)
    expect(client.client_secret).toMatch(/^grantor_cs_/)
    expect(page.headers.get('cache-control')).toContain('no-store')
    const { tokens } = await connect(box, { client })
    expect((await call(box, tokens.access_token)).status).toBe(200)
    const detail = await browser.open(`${admin}/client?id=${client.client_id}`)
    expect(detail.html).not.toContain(client.client_secret)
    expect(detail.html).toContain('https://acme.example/cb')
    expect(box.events.find(({ type }) => type === 'client.registered')).toMatchObject({
      actor: { type: 'admin', id: 'alice' },
      clientId: client.client_id,
    })
  })

  it('are public when they cannot keep a secret', async () => {
    const { browser } = await desk()
    const page = await create(browser, admin, { kind: 'public' })
    expect(created(page).client_secret).toBeUndefined()
    expect(page.html).not.toContain('grantor_cs_')
  })

  it('show again what was typed, line by line, when it cannot be registered', async () => {
    const { box, browser } = await desk()
    const uris = 'https://good.example/cb\njavascript:alert(1)\n\nhttp://evil.example/cb'
    const page = await create(browser, admin, { name: '<b>Bad</b>', redirect_uris: uris, description: 'For tests' })
    expect(page.status).toBe(200)
    expect(page.html).toContain('Line 2:')
    expect(page.html).toContain('Line 4:')
    expect(page.html).not.toContain('Line 1:')
    expect(page.html).toContain('&lt;b>Bad&lt;/b>')
    expect(page.html).toContain('For tests')
    expect((await box.provider.clients.list()).items).toEqual([])
  })

  it('have a name of their own within their account', async () => {
    const { browser } = await desk()
    created(await create(browser, admin))
    expect((await create(browser, admin, { name: 'REPORTER' })).html).toContain('has this name already')
    created(await create(browser, admin, { name: 'REPORTER', account: 'globex' }))
  })

  it('are registered once, however often the button is pressed', async () => {
    const { box, browser } = await desk()
    const form = await browser.open(`${admin}/new`)
    const changes = { name: 'Twice', redirect_uris: 'https://acme.example/cb' }
    await Promise.all([1, 2].map(() => browser.submit(form, changes, ['action', 'create'])))
    expect((await box.provider.clients.list()).items).toHaveLength(1)
  })

  it('get no refresh tokens by a form that says nothing of them', async () => {
    const { box, browser } = await desk()
    const { client_id } = await registerManually(box, { ...publicClient, grant_types: ['authorization_code'] })
    const form = await browser.open(`${admin}/edit?id=${client_id}`)
    await browser.submit(form, { name: 'Renamed' }, ['action', 'edit'])
    expect(await box.provider.clients.find(client_id as ClientId)).toMatchObject({
      name: 'renamed',
      metadata: { grant_types: ['authorization_code'] },
    })
  })

  it('are edited: the next request has what is new, and nobody’s edit is lost', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const form = await browser.open(`${admin}/edit?id=${client.client_id}`)
    const moved = { name: 'Moved', redirect_uris: 'https://moved.example/cb' }
    const edited = await browser.submit(form, moved, ['action', 'edit'])
    expect(edited.html).toContain('https://moved.example/cb')
    const late = await browser.submit(form, { name: 'Late' }, ['action', 'edit'])
    expect(late.html).toContain('Somebody else has changed it')
    await expect(connect(box, { client })).rejects.toThrow(/no such form|invalid/)
    await connect(box, { client: { ...client, redirect_uris: ['https://moved.example/cb'] } })
  })

  it('lose what they may ask for, with effect on what comes after', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const { tokens } = await connect(box, { client, params: { scope: 'project:write' } })
    const form = await browser.open(`${admin}/edit?id=${client.client_id}`)
    await browser.submit(form, { ceiling: 'chosen', scope: ['project:read'] }, ['action', 'edit'])
    const refreshed = await refresh(box, client, tokens.refresh_token)
    expect(refreshed.body).toMatchObject({ scope: 'project:read' })
  })

  it('get a new secret: the old one is dead at once, tokens live on', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const { tokens } = await connect(box, { client })
    const rotated = created(await press(browser, admin, client.client_id, 'rotate'))
    expect(rotated.client_secret).not.toBe(client.client_secret)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(401)
    expect((await refresh(box, rotated, tokens.refresh_token)).status).toBe(200)
  })

  it('keep the old secret for as long as was chosen, and the page says when each was used', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const { tokens } = await connect(box, { client })
    await press(browser, admin, client.client_id, 'rotate', { overlap: '3600' })
    const refreshed = await refresh(box, client, tokens.refresh_token)
    expect(refreshed.status).toBe(200)
    await box.provider.close()
    const page = await browser.open(`${admin}/client?id=${client.client_id}`)
    expect(page.html).toContain('Works until')
    expect(page.html).toContain('Never used')
    box.clock.advance(3601)
    expect((await refresh(box, client, String(refreshed.body.refresh_token))).status).toBe(401)
  })

  it('get one new secret from a button that is pressed twice', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const page = await browser.open(`${admin}/client?id=${client.client_id}`)
    const pressed = await Promise.all([1, 2].map(() => browser.submit(page, {}, ['action', 'rotate'])))
    expect(pressed.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(box.events.filter(({ type }) => type === 'client.secret_rotated')).toHaveLength(1)
  })

  it.each(['disable', 'delete'])('%s: every token is dead on the next request', async (action) => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const { tokens } = await connect(box, { client })
    const after = await press(browser, admin, client.client_id, action)
    expect(after.status).toBe(200)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBeGreaterThanOrEqual(400)
  })

  it('work again as before once they are switched on', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const { tokens } = await connect(box, { client })
    await press(browser, admin, client.client_id, 'disable')
    await press(browser, admin, client.client_id, 'enable')
    expect((await call(box, tokens.access_token)).status).toBe(200)
  })

  it('lose one connection, or all', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const other = await register(box)
    const [one, two, third] = [
      await connect(box, { client }),
      await connect(box, { client, person: 'carol', changes: { project: 'alpha' } }),
      await connect(box, { client: other }),
    ]
    const page = await browser.open(`${admin}/client?id=${client.client_id}`)
    const grant = page.forms.flatMap(({ fields }) => fields.filter(({ name }) => name === 'grant'))[0]?.value ?? ''
    await browser.submit(page, {}, ['grant', grant])
    const statuses = async () =>
      (await Promise.all([one, two, third].map(({ tokens }) => call(box, tokens.access_token)))).map(
        ({ status }) => status,
      )
    expect((await statuses()).sort()).toEqual([200, 200, 401])
    await press(browser, admin, client.client_id, 'revoke_all')
    expect(await statuses()).toEqual([401, 401, 200])
    expect(box.events.filter(({ type }) => type === 'grant.revoked').map(({ actor }) => actor.type)).toEqual([
      'admin',
      'admin',
    ])
  })

  it('a grant of another client is not ended from this page', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    await connect(box, { client })
    const { tokens } = await connect(box)
    const [, grant] = (await box.provider.grants.list({})).items
    const foreign = (await box.provider.grants.list({})).items.find(({ grant }) => grant.clientId !== client.client_id)
    expect(grant).toBeDefined()
    const tampered = await press(browser, admin, client.client_id, 'revoke', { grant: foreign?.grant.id ?? '' })
    expect(tampered.status).toBe(404)
    expect((await call(box, tokens.access_token)).status).toBe(200)
  })
})

describe('the list of clients', () => {
  it('tells the four kinds apart, finds by part of a name or by id, sorts and pages', async () => {
    const { box, browser } = await desk()
    for (let index = 0; index < 53; index += 1) {
      await registerManually(box, { client_name: `Tool ${index}`, redirect_uris: ['https://t.example/cb'] })
      box.clock.advance(1)
    }
    await register(box, { ...publicClient, client_name: 'Wild one' })
    const first = await browser.open(admin)
    expect(first.html).toContain('Tool 52')
    expect(first.html).not.toContain('>Tool 0<')
    expect(first.html).not.toContain('Wild one')
    const next = /href="([^"]*after=[^"]*)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect((await browser.open(next)).html).toContain('>Tool 0<')
    expect((await browser.open(`${admin}?kind=dynamic`)).html).toContain('Wild one')
    expect((await browser.open(`${admin}?search=tOOl 1&order=name`)).html).toMatch(
      /Tool 1<[\s\S]*Tool 10<[\s\S]*Tool 11</,
    )
    const [tool] = (await box.provider.clients.list({ search: 'tool 7' })).items
    const found = await browser.open(`${admin}?search=${tool?.id}`)
    expect(found.html).toContain('>Tool 7<')
    expect(found.html).not.toContain('>Tool 8<')
    expect((await browser.open(`${admin}?search=nothing like it`)).html).toContain('Nothing found')
  })

  it('shows only those that are off, or on', async () => {
    const { box, browser } = await desk()
    const [on, off] = [
      created(await create(browser, admin, { name: 'Is on' })),
      created(await create(browser, admin, { name: 'Is off' })),
    ]
    await box.provider.clients.disable(off.client_id as ClientId)
    const disabled = await browser.open(`${admin}?status=disabled`)
    expect(disabled.html).toContain(off.client_id)
    expect(disabled.html).not.toContain(on.client_id)
    expect((await browser.open(`${admin}?status=enabled`)).html).not.toContain(off.client_id)
  })

  it('has the switch that closes registration, which holds at once', async () => {
    const { box, browser } = await desk()
    const before = await register(box)
    const page = await browser.open(`${admin}?kind=dynamic`)
    const closed = await browser.submit(page, {}, ['action', 'close_registration'])
    expect(closed.html).toContain('Clients cannot register themselves')
    await expect(register(box)).rejects.toThrow('registration: 403')
    await connect(box, { client: before })
    await browser.submit(closed, {}, ['action', 'open_registration'])
    await register(box)
  })
})

describe('who may be here', () => {
  it('nobody but an administrator, and a visitor comes back after the login', async () => {
    const { box } = await desk()
    const bob = await at(box, 'bob')
    for (const path of [admin, `${admin}/new`, `${admin}/client?id=x`, '/admin/audit', '/admin/audit/export'])
      expect((await bob.open(path)).status).toBe(403)
    const visitor = await openBrowser(box).open(`${admin}?kind=dynamic`)
    expect(new URL(visitor.url).searchParams.get('next')).toBe(`${admin}?kind=dynamic`)
  })

  it('S-030 a change needs the value of the page, and a post from this site', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    const path = `${admin}/client?id=${client.client_id}`
    const page = await browser.open(path)
    const csrf = page.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? ''
    const form = (entries: Record<string, string>) =>
      new URLSearchParams({ action: 'delete', id: client.client_id, ...entries })
    const attempts = [
      await browser.post(path, form({})),
      await browser.post(path, form({ csrf: 'wrong' })),
      await browser.post(path, form({ csrf }), { 'sec-fetch-site': 'cross-site' }),
      await (await at(box, 'alice')).post(path, form({ csrf })),
      await (await at(box, 'carol')).post(path, form({ csrf })),
    ]
    expect(attempts.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({ revokedAt: null })
  })

  it('S-040 opening a page changes nothing, whatever its address says', async () => {
    const { box, browser } = await desk()
    const client = created(await create(browser, admin))
    await browser.open(`${admin}/client?id=${client.client_id}&action=delete`)
    expect(await box.provider.clients.find(client.client_id as ClientId)).toMatchObject({ revokedAt: null })
  })
})

describe('how a client gets its tokens', () => {
  it('is chosen: one that acts for itself needs no address', async () => {
    const { box, browser } = await desk()
    const changes = { redirect_uris: '', grant_type: 'client_credentials', ceiling: 'chosen', scope: 'project:read' }
    const client = created(await create(browser, admin, changes))
    const found = await box.provider.clients.find(client.client_id as ClientId)
    expect(found?.metadata.grant_types).toEqual(['client_credentials'])
    expect((await create(browser, admin, { name: 'None', grant_type: null })).html).toContain('at least one way')
  })
})
