import type { ClientId } from 'grantor'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { call, connect, publicClient, type RegisteredClient } from '../support/flow.js'
import { registerManually } from '../support/provider.js'
import { follow, pressOn, shows } from './support/arrivals.js'
import { barriers } from './support/axe.js'
import { describeInChromium } from './support/chromium.js'
import { startProvider, type TestServer } from './support/servers.js'

const list = '/admin/oauth-clients'
const own = '/settings/oauth-apps'

describeInChromium('where clients are looked after', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startProvider({ registration: { byUsers: {} } })
  })
  afterAll(() => server.stop())

  const visit = async (path: string, person = 'alice', javaScriptEnabled = true): Promise<Page> => {
    const context = await open({ javaScriptEnabled })
    await context.addCookies([{ name: 'user', value: person, url: server.issuer }])
    const page = await context.newPage()
    await page.goto(server.issuer + path)
    return page
  }

  let count = 0
  const known = async (): Promise<RegisteredClient> => {
    count += 1
    const metadata = { client_name: `Known ${count}`, redirect_uris: ['https://known.example/cb'] }
    return registerManually(server, metadata)
  }
  const pageOf = ({ client_id }: RegisteredClient) => `${list}/client?id=${client_id}`

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (how, javaScriptEnabled) => {
    it('registers a client, shows its secret once, and leads to it', async () => {
      const page = await visit(list, 'alice', javaScriptEnabled)
      await follow(page.getByRole('link', { name: 'Register a client' }))
      await page.getByLabel('Name').fill(`New ${how}`)
      await page.getByLabel('Redirect URIs').fill('https://one.example/cb\nhttps://two.example/cb')
      await page.getByRole('radio', { name: 'Only these' }).check()
      await page.getByRole('checkbox', { name: 'See workspaces and read data' }).check()
      await follow(page.getByRole('button', { name: 'Register' }))
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Keep this secret now')
      const secret = await page.locator('code.secret').textContent()
      expect(secret).toMatch(/^grantor_cs_/)
      await follow(page.getByRole('link', { name: 'I have kept it' }))
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`New ${how}`)
      expect(await page.content()).not.toContain(secret)
      expect(await shows(page.getByText('https://two.example/cb'))).toBe(true)
      expect(await shows(page.getByText('See workspaces and read data'))).toBe(true)
    })

    it('says which line is wrong, and keeps what was typed', async () => {
      const page = await visit(`${list}/new`, 'alice', javaScriptEnabled)
      await page.getByLabel('Name').fill(`Wrong ${how}`)
      await page.getByLabel('Redirect URIs').fill('https://one.example/cb\njavascript:alert(1)')
      await follow(page.getByRole('button', { name: 'Register' }))
      expect(await page.getByRole('alert').textContent()).toContain('Line 2:')
      expect(await page.getByLabel('Redirect URIs').inputValue()).toBe('https://one.example/cb\njavascript:alert(1)')
      expect(await page.getByLabel('Redirect URIs').getAttribute('aria-invalid')).toBe('true')
    })

    it('edits, replaces the secret, switches off and on, and deletes, each after a second question', async () => {
      const client = await known()
      const { tokens } = await connect(siteAt(server.issuer), { client })
      const status = async () => (await call(siteAt(server.issuer), tokens.access_token)).status
      const page = await visit(pageOf(client), 'alice', javaScriptEnabled)
      const press = async (label: string, confirm = label) => {
        await page.locator('summary', { hasText: label }).click()
        await follow(page.getByRole('button', { name: confirm }))
      }

      await follow(page.getByRole('link', { name: 'Edit' }))
      await page.getByLabel('Description').fill('What it is for')
      await follow(page.getByRole('button', { name: 'Save' }))
      expect(await shows(page.getByText('What it is for'))).toBe(true)

      await page.locator('summary', { hasText: 'New secret' }).click()
      await page.getByLabel('The old secret').selectOption('3600')
      await follow(page.getByRole('button', { name: 'Make a new secret' }))
      expect(await shows(page.getByText('The secret before it works until'))).toBe(true)
      await follow(page.getByRole('link', { name: 'I have kept it' }))
      expect(await shows(page.getByRole('heading', { name: 'Client secrets' }))).toBe(true)

      expect(await status()).toBe(200)
      await press('Switch off')
      expect(await shows(page.getByText('Switched off since'))).toBe(true)
      expect(await status()).toBe(401)
      await follow(page.getByRole('button', { name: 'Switch on' }))
      expect(await status()).toBe(200)
      await press('Revoke all')
      expect(await shows(page.getByText('Nobody has connected it.'))).toBe(true)
      expect(await status()).toBe(401)
      await press('Delete')
      expect(page.url()).toBe(`${server.issuer}${list}?kind=manual`)
      expect(await server.provider.clients.find(client.client_id as ClientId)).not.toMatchObject({ revokedAt: null })
    })

    it('finds, sorts and filters', async () => {
      const client = await known()
      const page = await visit(list, 'alice', javaScriptEnabled)
      await page.getByLabel('Name or id').fill(client.client_id)
      await page.getByLabel('Order').selectOption('name')
      await follow(page.getByRole('button', { name: 'Search' }))
      expect(await page.locator('tbody tr').count()).toBe(1)
      await page.getByLabel('State').selectOption('disabled')
      await follow(page.getByRole('button', { name: 'Search' }))
      expect(await shows(page.getByRole('heading', { name: 'Nothing found' }))).toBe(true)
      await follow(page.getByRole('link', { name: 'By themselves' }))
      await follow(page.getByRole('button', { name: 'Close registration' }))
      await follow(page.getByRole('button', { name: 'Open registration' }))
      expect(await shows(page.getByText('Clients may register themselves'))).toBe(true)
    })

    it('filters the audit log, and opens an event', async () => {
      const client = await known()
      const page = await visit('/admin/audit', 'alice', javaScriptEnabled)
      await page.getByLabel('What').selectOption('client.registered')
      await page.getByLabel('Client', { exact: true }).fill(client.client_id)
      await follow(page.getByRole('button', { name: 'Show' }))
      expect(await page.locator('tbody tr').count()).toBe(1)
      await page.locator('tbody summary').click()
      expect(await shows(page.getByText('"client_name"'))).toBe(true)
      await follow(page.getByRole('link', { name: client.client_id }))
      expect(page.url()).toContain(pageOf(client))
    })

    it('lets a person register an app of their own, and delete it', async () => {
      const page = await visit(own, 'bob', javaScriptEnabled)
      await follow(page.getByRole('link', { name: 'Register an app' }))
      expect(await page.getByLabel('Account').count()).toBe(0)
      await page.getByLabel('Name').fill(`Script ${how}`)
      await page.getByLabel('Redirect URIs').fill('http://localhost/callback')
      await page.getByRole('radio', { name: /^No/ }).check()
      await follow(page.getByRole('button', { name: 'Register' }))
      await follow(page.getByRole('link', { name: 'Done' }))
      await page.locator('summary', { hasText: 'Delete' }).click()
      await follow(page.getByRole('button', { name: 'Delete' }))
      expect(await page.getByText(`Script ${how}`).count()).toBe(0)
    })
  })

  it('can be used with the keyboard alone', async () => {
    const page = await visit(`${list}/new`)
    const to = async (name: string) => {
      for (let steps = 0; steps < 60; steps += 1) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.id)
        if (focused === name) return
      }
      throw new Error(`${name} was not reached`)
    }
    await to('name')
    await page.keyboard.type('By keyboard')
    await to('redirect_uris')
    await page.keyboard.type('https://keys.example/cb')
    await page.getByRole('button', { name: 'Register' }).focus()
    await pressOn(page, 'Enter')
    expect(await page.locator('code.secret').textContent()).not.toBe('')
  })

  it('S-034 shows what a client calls itself as text, and no address that could run', async () => {
    const wild = '<img src=x onerror=alert(1)>"\'</style>'
    const metadata = { ...publicClient, client_name: wild, client_uri: 'https://wild.example/' }
    const { client } = await connect(siteAt(server.issuer), { metadata, changes: { label: wild } })
    const page = await visit(pageOf(client))
    const dialogs: string[] = []
    page.on('dialog', (dialog) => dialogs.push(dialog.message()))
    for (const path of [`${list}?kind=dynamic`, pageOf(client), '/admin/audit']) {
      await page.goto(server.issuer + path)
      expect(await page.locator('img[src=x]').count()).toBe(0)
    }
    expect(dialogs).toEqual([])
  })

  describe('has nothing that axe finds, in light and dark, narrow and wide', () => {
    it.each([
      ['the list', async () => list],
      ['an empty list', async () => `${list}?kind=user`],
      ['the switch', async () => `${list}?kind=dynamic`],
      ['a form', async () => `${list}/new`],
      ['the audit log', async () => '/admin/audit'],
    ])('%s', async (_, path) => {
      const client = await known()
      await connect(siteAt(server.issuer), { client })
      expect(await barriers(await visit(await path()))).toEqual({})
    })

    it('a client that is used, with an open question', async () => {
      const client = await known()
      const { tokens } = await connect(siteAt(server.issuer), { client })
      for (let calls = 0; calls < 3; calls += 1) await call(siteAt(server.issuer), tokens.access_token)
      await server.provider.close()
      const page = await visit(pageOf(client))
      for (const summary of await page.locator('details.confirm summary').all()) {
        await summary.click()
        expect(await barriers(page)).toEqual({})
        await summary.click()
      }
    })

    it('a form with problems, and a secret', async () => {
      const page = await visit(`${list}/new`)
      await page.getByLabel('Name').fill('With problems')
      await page.getByLabel('Redirect URIs').fill('nonsense')
      await follow(page.getByRole('button', { name: 'Register' }))
      expect(await barriers(page)).toEqual({})
      await page.getByLabel('Redirect URIs').fill('https://fine.example/cb')
      await follow(page.getByRole('button', { name: 'Register' }))
      expect(await barriers(page)).toEqual({})
    })

    it.each(['de', 'fr', 'es', 'ja', 'ar'])('in %s', async (language) => {
      const client = await known()
      const context = await open({ locale: language })
      await context.addCookies([{ name: 'user', value: 'alice', url: server.issuer }])
      const page = await context.newPage()
      await page.goto(server.issuer + pageOf(client))
      expect(await barriers(page)).toEqual({})
    })
  })
})
