import { AxeBuilder } from '@axe-core/playwright'
import type { Subject } from 'grantor'
import { pages } from 'grantor/pages'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { call, connect, publicClient, refresh, tokensOf } from '../support/flow.js'
import { registerManually, type TestOptions } from '../support/provider.js'
import { follow, gone, pressOn, shows } from './support/arrivals.js'
import { describeInChromium, type OpenProfile } from './support/chromium.js'
import { type Elsewhere, startElsewhere, startProvider, type TestServer } from './support/servers.js'

const list = '/settings/connected-apps'
const both = { params: { scope: 'project:write' }, changes: { project: ['alpha', 'beta'] } }
const alice = 'alice' as Subject

describeInChromium('changing what a connected app may do', (open: OpenProfile) => {
  const running: { readonly stop: () => void }[] = []
  afterAll(() => {
    for (const { stop } of running) stop()
  })
  const start = async (options: TestOptions = {}): Promise<TestServer> => {
    const server = await startProvider(options)
    running.push(server)
    return server
  }

  const openAs = async (box: TestServer, person: string, path = list, options: BrowserContextOptions = {}) => {
    const context = await open(options)
    await context.addCookies([{ name: 'user', value: person, url: box.issuer }])
    const page = await context.newPage()
    await page.goto(`${box.issuer}${path}`)
    return page
  }

  const status = async (box: TestServer, token: string, method: string, project: string) =>
    (await call(siteAt(box.issuer), token, `/api/projects/${project}/items`, { method })).status

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (_, javaScriptEnabled) => {
    async function connected(options: TestOptions = {}, way = both) {
      const box = await start(options)
      const connection = await connect(siteAt(box.issuer), way)
      const page = await openAs(box, 'alice', list, { javaScriptEnabled })
      const change = page.getByRole('link', { name: /^Change.*Reporter/ })
      return { box, page, change, ...connection }
    }
    const saved = async (page: Page) => {
      await follow(page.getByRole('button', { name: 'Save' }))
      await page.waitForURL(`**${list}#**`)
    }

    it('what is unticked is gone with the next call and the next refresh, and the rest stays', async () => {
      const { box, page, change, tokens, client } = await connected()
      await follow(change)
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('What Reporter may do')
      await page.getByRole('checkbox', { name: 'Create and change things' }).uncheck()
      await page.getByRole('checkbox', { name: 'Alpha' }).uncheck()
      await saved(page)
      const row = page.locator('li.grant:target')
      expect(await row.getByRole('heading').textContent()).toBe('Workspace Beta')
      expect(await row.getByText('Create and change things').count()).toBe(0)
      expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(200)
      expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(403)
      expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
      const next = tokensOf(await refresh(siteAt(box.issuer), client, tokens.refresh_token))
      expect(next.scope).toBe('project:read')
      expect(await page.getByRole('link', { name: 'Change' }).count()).toBe(0)
    })

    it('nothing happens by looking, and Cancel leads back', async () => {
      const { box, page, change } = await connected()
      await follow(change)
      await page.getByRole('checkbox', { name: 'Alpha' }).uncheck()
      await follow(page.getByRole('link', { name: 'Cancel' }))
      await page.waitForURL(`**${list}`)
      expect(box.events.filter(({ type }) => type === 'grant.narrowed')).toEqual([])
    })

    it('leaving nothing is refused, with what was ticked as it was', async () => {
      const { page, change } = await connected()
      await follow(change)
      await page.getByRole('checkbox', { name: 'Create and change things' }).uncheck()
      for (const name of ['Alpha', 'Beta']) await page.getByRole('checkbox', { name }).uncheck()
      await follow(page.getByRole('button', { name: 'Save' }))
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').textContent()).toContain('Leave at least one permission')
      const boxes = ['Create and change things', 'See workspaces and read data', 'Alpha', 'Beta']
      const ticks = boxes.map((name) => page.getByRole('checkbox', { name }).isChecked())
      expect(await Promise.all(ticks)).toEqual([false, true, false, false])
      await page.getByRole('checkbox', { name: 'Beta' }).check()
      await saved(page)
    })

    it('a grant for everything is cut down to what is chosen', async () => {
      const box = await start()
      const projects = { label: 'workspace', choose: 'all' as const, list: box.host.projects }
      const way = { params: { scope: 'project:write' }, changes: { projects: 'all', project: [] } }
      const { page, change, tokens, ...all } = await connected({ projects }, way)
      await follow(change)
      expect(await page.getByRole('radio', { name: 'All, including future ones' }).isChecked()).toBe(true)
      expect(await gone(page.getByRole('checkbox', { name: 'Beta' }))).toBe(true)
      await page.getByRole('radio', { name: 'Only those I choose' }).check()
      await page.getByRole('checkbox', { name: 'Beta' }).check()
      await saved(page)
      expect(await status(all.box, tokens.access_token, 'GET', 'alpha')).toBe(403)
      expect(await status(all.box, tokens.access_token, 'POST', 'beta')).toBe(200)
    })

    it('what the app cannot work without stays ticked, and is said', async () => {
      const box = await start()
      const metadata = { ...publicClient, client_name: 'Chart Studio' }
      const client = await registerManually(box, metadata, { policy: { requiredScope: ['project:read'] } })
      const { tokens } = await connect(siteAt(box.issuer), { client, ...both })
      const page = await openAs(box, 'alice', list, { javaScriptEnabled })
      await follow(page.getByRole('link', { name: /^Change.*Chart Studio/ }))
      await page.getByRole('checkbox', { name: 'Create and change things' }).uncheck()
      const required = page.getByRole('checkbox', { name: 'See workspaces and read data' })
      expect([await required.isChecked(), await required.isDisabled()]).toEqual([true, true])
      expect(await shows(page.getByText('To take that away, disconnect the app'))).toBe(true)
      await saved(page)
      expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(200)
      expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(403)
    })

    it('disconnects from the same page', async () => {
      const { box, page, change, tokens } = await connected()
      await follow(change)
      await page.locator('summary').click()
      await follow(page.getByRole('button', { name: /^Disconnect/ }))
      await page.getByRole('heading', { name: 'No app is connected' }).waitFor()
      expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(401)
    })

    it('ends everything, after one more question', async () => {
      const { box, page, tokens, client } = await connected()
      const other = await connect(siteAt(box.issuer), { ...both, metadata: { ...publicClient, client_name: 'Other' } })
      const bobs = await connect(siteAt(box.issuer), { person: 'bob', params: both.params })
      await page.reload()
      const confirm = page.getByRole('button', { name: 'Disconnect everything' })
      expect(await gone(confirm)).toBe(true)
      await page.locator('summary', { hasText: 'Disconnect everything' }).click()
      expect(await shows(page.getByText('Every app loses all access at once'))).toBe(true)
      await follow(confirm)
      await page.getByRole('heading', { name: 'No app is connected' }).waitFor()
      expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(401)
      expect(await status(box, other.tokens.access_token, 'GET', 'beta')).toBe(401)
      expect(await status(box, bobs.tokens.access_token, 'GET', 'gamma')).toBe(200)
      expect((await refresh(siteAt(box.issuer), client, tokens.refresh_token)).body.error).toBe('invalid_grant')
    })
  })

  it('goes through pages when there are many, and finds the way back', async () => {
    const box = await start()
    const site = siteAt(box.issuer)
    for (let index = 0; index < 60; index += 1)
      await connect(site, { metadata: { ...publicClient, client_name: `App ${index}` } })
    const page = await openAs(box, 'alice')
    const names = async () => page.locator('li.app h2').allTextContents()
    const first = await names()
    await follow(page.getByRole('link', { name: 'Show more' }))
    await page.getByRole('link', { name: 'Back to the start' }).waitFor()
    const second = await names()
    expect([first.length, second.length, new Set([...first, ...second]).size]).toEqual([50, 10, 60])
    expect(await page.locator('summary', { hasText: 'Disconnect everything' }).count()).toBe(1)
    await follow(page.getByRole('link', { name: 'Back to the start' }))
    await page.getByRole('link', { name: 'Show more' }).waitFor()
    expect(await names()).toEqual(first)
  })

  it('with a keyboard alone: every choice, in the order it is read', async () => {
    const box = await start()
    const { tokens } = await connect(siteAt(box.issuer), both)
    const page = await openAs(box, 'alice')
    await page.getByRole('link', { name: 'Change' }).focus()
    await pressOn(page, 'Enter')
    await page.waitForURL('**/change?**')
    const stops: string[] = []
    for (let steps = 0; steps < 12; steps += 1) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => {
        const focused = document.activeElement
        if (!focused || focused === document.body) return null
        const { outlineStyle } = getComputedStyle(focused.closest('.choice') ?? focused)
        return `${(focused.closest('label') ?? focused).textContent?.trim()}${outlineStyle === 'none' ? ' without a ring' : ''}`
      })
      if (name === null) break
      stops.push(name)
      if (name === 'Alpha') await page.keyboard.press('Space')
    }
    expect(stops).toEqual([
      'Alpha',
      'Beta',
      'Create and change things',
      'Cancel',
      'Save',
      'Disconnect: Reporter, Alpha and Beta',
    ])
    await page.getByRole('button', { name: 'Save' }).focus()
    await pressOn(page, 'Enter')
    await page.waitForURL(`**${list}#**`)
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
  })

  it('reads from right to left as well, on a narrow screen, with nothing that axe finds', async () => {
    const box = await start({ pages: pages({ name: 'Acme', messages: { he: { 'apps.title': 'אפליקציות מחוברות' } } }) })
    await connect(siteAt(box.issuer), { ...both, changes: { ...both.changes, label: 'המחשב בעבודה' } })
    const narrow: BrowserContextOptions = { locale: 'he-IL', viewport: { width: 320, height: 640 } }
    const page = await openAs(box, 'alice', list, narrow)
    const check = async () => {
      expect(await page.evaluate(() => [document.dir, document.documentElement.scrollWidth])).toEqual(['rtl', 320])
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    }
    await page.locator('summary').first().click()
    await check()
    await follow(page.getByRole('link', { name: 'Change' }))
    await check()
    const [card, box2] = [page.locator('.card'), page.getByRole('checkbox').first()]
    const [outer, inner] = [await card.boundingBox(), await box2.boundingBox()]
    expect((inner?.x ?? 0) > (outer?.x ?? 0) + (outer?.width ?? 0) / 2).toBe(true)
  })

  describe('the picture of an app', () => {
    const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'

    async function shown(answer: { status: number; body: string }) {
      const box = await start()
      const metadata = { ...publicClient, client_name: 'Chart Studio', logo_uri: 'https://chart.example/logo.svg' }
      await connect(siteAt(box.issuer), { client: await registerManually(box, metadata) })
      const context = await open()
      await context.route('https://chart.example/**', (route) =>
        route.fulfill({ ...answer, contentType: 'image/svg+xml' }),
      )
      await context.addCookies([{ name: 'user', value: 'alice', url: box.issuer }])
      const page = await context.newPage()
      await page.goto(`${box.issuer}${list}`, { waitUntil: 'networkidle' })
      const tile = page.locator('li.app .avatar')
      const size = await tile.locator('img').evaluate((image) => {
        const { width, height } = image.getBoundingClientRect()
        return [width, height]
      })
      return { size, sign: (await tile.textContent())?.trim(), tile: await tile.boundingBox() }
    }

    it('covers its sign', async () => {
      const { size, tile } = await shown({ status: 200, body: picture })
      expect(size).toEqual([tile?.width, tile?.height])
    })

    it('leaves its sign to be seen when it does not load', async () => {
      const { size, sign } = await shown({ status: 404, body: '' })
      expect([size, sign]).toEqual([[0, 0], 'C'])
    })
  })

  describe('hostile input', () => {
    const payload = '</title></style><script>alert(1)</script>"><img src=x onerror=alert(1)>'

    it('S-021 S-132 does nothing as a name, a label, an agent, an address or the name of a project', async () => {
      const box = await start({
        address: () => payload,
        projects: {
          label: payload,
          choose: 'many',
          list: () => ['alpha', 'beta'].map((id) => ({ id, name: payload })),
        },
      })
      const site = siteAt(box.issuer)
      const metadata = { ...publicClient, client_name: payload }
      for (const label of [payload, '']) {
        const { tokens } = await connect(site, { metadata, ...both, changes: { ...both.changes, label } })
        const headers = { 'user-agent': payload }
        await call(site, tokens.access_token, '/api/projects/alpha/items', { headers })
      }
      await box.provider.close()
      const page = await openAs(box, 'alice')
      const dialogs: string[] = []
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message())
        dialog.dismiss().catch(() => {})
      })
      const strangers = () => page.locator('script, main img, [onerror], iframe').count()
      expect(await strangers()).toBe(0)
      await follow(page.getByRole('link', { name: 'Change' }).first())
      await page.waitForURL('**/change?**')
      expect([await strangers(), dialogs]).toEqual([0, []])
    })
  })

  describe('another site', () => {
    let evil: Elsewhere
    beforeAll(async () => {
      evil = await startElsewhere()
      running.push(evil)
    })

    it.each([
      ['', { action: 'revoke_all' }],
      ['/change', { scope: 'project:read', project: 'alpha' }],
    ])('CON-02 S-030 cannot post to %s, whatever it knows', async (path, fields) => {
      const box = await start()
      const { tokens } = await connect(siteAt(box.issuer), both)
      const page = await openAs(box, 'alice')
      const [view] = (await box.provider.grants.view({ subject: alice })).grants
      const csrf = (await page.locator('[name=csrf]').first().getAttribute('value')) ?? ''
      const inputs = Object.entries({ ...fields, csrf, grant: view?.id ?? '' }).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
      )
      evil.show(
        '/post',
        `<form method="post" action="${box.issuer}${list}${path}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`,
      )
      await page.goto(`${evil.foreignUrl}/post`)
      await page.waitForURL(`${box.issuer}/**`)
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('We could not be sure that this was you')
      expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
    })
  })
})
