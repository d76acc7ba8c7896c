import type { ClientId } from 'grantor'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokensOf } from '../support/flow.js'
import { follow, gone, leads, pressOn, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { type Asked, askAs, button, openConsent, redeem, signIn } from './support/consent.js'
import { everything, manyProjects } from './support/many.js'
import { type Elsewhere, startElsewhere, startProvider, type TestServer } from './support/servers.js'

const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })
/** Its name says that it is sensitive, too. */
const paying = (page: Page) => page.getByRole('checkbox', { name: /^Pay invoices/ })
const visibleBoxes = (page: Page) =>
  page.locator('#project-list li:visible').evaluateAll((rows) => rows.map((row) => row.textContent))

describeInChromium('what a person chooses', (open) => {
  let many: TestServer
  let one: TestServer
  let all: TestServer
  let client: Elsewhere
  beforeAll(async () => {
    const switchAccount = (returnTo: string) => `/login?next=${encodeURIComponent(returnTo)}`
    ;[many, one, all, client] = await Promise.all([
      startProvider({ ...manyProjects(120), switchAccount }),
      startProvider(manyProjects(120, 'one')),
      startProvider(manyProjects(60, 'all')),
      startElsewhere(),
    ])
  })
  afterAll(() => {
    for (const server of [many, one, all, client]) server.stop()
  })

  async function consent(page: Page, at: TestServer = many, scope = everything): Promise<Asked> {
    const asked = await askAs(at.issuer, { redirect_uris: [`${client.url}/callback`] }, { scope })
    await openConsent(page, asked.url)
    return asked
  }

  /** What was granted, once the button is pressed. */
  async function approved(page: Page, asked: Asked, at: TestServer = many) {
    await follow(button(page, 'Approve'))
    await page.waitForURL('**/callback?**')
    const { scope } = tokensOf(await redeem(asked, client.visits.at(-1)!))
    const { items } = await at.provider.grants.list({ clientId: asked.client.client_id as ClientId })
    return { scope, projects: items[0]?.grant.projects, label: items[0]?.grant.details.label }
  }

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (_, javaScriptEnabled) => {
    const profile = async () => (await open({ javaScriptEnabled })).newPage()

    it('read only leaves of the boxes those that change nothing, and gives no more', async () => {
      const page = await profile()
      const asked = await consent(page)
      expect(await gone(box(page, 'See invoices'))).toBe(true)
      expect(await shows(paying(page))).toBe(true)
      await page.getByRole('radio', { name: 'Read only' }).check()
      expect(await gone(paying(page))).toBe(true)
      expect(await gone(page.getByText('Create and change things'))).toBe(true)
      for (const name of ['See workspaces and read data', 'See invoices', 'See who is in a workspace'])
        expect(await shows(box(page, name))).toBe(true)
      await box(page, 'See invoices').uncheck()
      await box(page, 'Atlas 1').check()
      expect(await approved(page, asked)).toMatchObject({ scope: 'project:read members:read', projects: ['p1'] })
    })

    it('a change of mind brings the rest back', async () => {
      const page = await profile()
      const asked = await consent(page)
      await page.getByRole('radio', { name: 'Read only' }).check()
      await page.getByRole('radio', { name: 'As ticked below' }).check()
      expect(await shows(paying(page))).toBe(true)
      await paying(page).uncheck()
      await box(page, 'Atlas 1').check()
      const { scope } = await approved(page, asked)
      expect(scope.split(' ').sort()).toEqual([
        'billing:read',
        'members:read',
        'project:admin',
        'project:read',
        'project:write',
      ])
    })

    it('projects are searched and turned over, and every other choice stays as it was', async () => {
      const page = await profile()
      const asked = await consent(page)
      await box(page, 'Cinder 3').check()
      await paying(page).uncheck()
      await page.getByLabel('Keep connected').uncheck()
      await page.getByLabel('Name this connection').fill('my laptop')
      await follow(button(page, 'Next'))
      await page.getByText('Page 2 of 3').waitFor()
      expect(await box(page, 'Cinder 3').isChecked()).toBe(true)
      await box(page, 'Delta 100').check()
      await page.getByRole('searchbox').fill('fjord')
      await follow(button(page, 'Search'))
      await page.waitForFunction(() => !document.body.textContent?.includes('Page 2'))
      expect(await box(page, 'Cinder 3').isChecked()).toBe(true)
      expect(await box(page, 'Delta 100').isChecked()).toBe(true)
      await box(page, 'Cinder 3').uncheck()
      await box(page, 'Fjord 120').check()
      expect(await paying(page).isChecked()).toBe(false)
      expect(await page.getByLabel('Keep connected').isChecked()).toBe(false)
      const granted = await approved(page, asked)
      expect(granted).toMatchObject({ projects: ['p100', 'p120'], label: 'my laptop' })
      expect(granted.scope).not.toContain('billing:pay')
    })

    it('Enter in the field searches', async () => {
      const page = await profile()
      await consent(page)
      const from = client.visits.length
      await page.getByRole('searchbox').fill('ember 1')
      await leads(page, () => page.getByRole('searchbox').press('Enter'))
      // 11, 17, 101, 107, 113, 119, besides 5 times more.
      await page.waitForFunction(() => document.querySelectorAll('#project-list li').length < 50)
      expect(await visibleBoxes(page)).toEqual([
        'Ember 11',
        'Ember 17',
        'Ember 101',
        'Ember 107',
        'Ember 113',
        'Ember 119',
      ])
      expect(client.visits.slice(from)).toEqual([])
    })

    it('nothing found is said, and emptying the field brings all of them back', async () => {
      const page = await profile()
      await consent(page)
      await page.getByRole('searchbox').fill('<b>zzz</b>')
      await follow(button(page, 'Search'))
      await page.getByText('Nothing is called “<b>zzz</b>”.').waitFor()
      await page.getByRole('searchbox').fill('')
      await follow(button(page, 'Search'))
      await page.getByText('Page 1 of 3').waitFor()
      expect(await page.getByRole('searchbox').inputValue()).toBe('')
    })

    it('one of many: the last one chosen counts, on whatever page it was', async () => {
      const page = await profile()
      const asked = await consent(page, one)
      await page.getByRole('radio', { name: 'Cinder 3', exact: true }).check()
      await follow(button(page, 'Next'))
      await page.getByText('Page 2 of 3').waitFor()
      expect(await page.getByRole('radio', { name: 'Cinder 3', exact: true }).isChecked()).toBe(true)
      await page.getByRole('radio', { name: 'Delta 100', exact: true }).check()
      expect(await page.getByRole('radio', { name: 'Cinder 3', exact: true }).isChecked()).toBe(false)
      expect(await approved(page, asked, one)).toMatchObject({ projects: ['p100'] })
    })

    it('all of them, or those chosen: the list is there only for the second', async () => {
      const page = await profile()
      const asked = await consent(page, all)
      expect(await shows(page.getByRole('searchbox'))).toBe(true)
      await page.getByRole('radio', { name: 'All, including future ones' }).check()
      expect(await gone(page.getByRole('searchbox'))).toBe(true)
      expect(await approved(page, asked, all)).toMatchObject({ projects: 'all' })
    })

    it('CON-04 to be somebody else, who then decides about the same request', async () => {
      const page = await profile()
      const asked = await consent(page)
      const before = page.url()
      await follow(page.getByRole('link', { name: 'Use a different account' }))
      await signIn(page, 'bob')
      await page.getByText('bob@globex.example').waitFor()
      expect(page.url()).not.toBe(before)
      await box(page, 'Atlas 1').check()
      const { items } = await many.provider.grants.list({ clientId: asked.client.client_id as ClientId })
      expect(items).toEqual([])
      await approved(page, asked)
      const [granted] = (await many.provider.grants.list({ clientId: asked.client.client_id as ClientId })).items
      expect(granted?.grant.subject).toBe('bob')
    })
  })

  it('the list follows what is typed, keeps what is chosen in sight, and says how many there are', async () => {
    const page = await (await open()).newPage()
    await consent(page)
    await box(page, 'Atlas 1').check()
    await page.getByRole('searchbox').pressSequentially('FJORD 1')
    expect(await visibleBoxes(page)).toEqual(['Atlas 1', 'Fjord 12', 'Fjord 18'])
    expect(await page.locator('#project-count').textContent()).toBe('On this page: 3')
    await page.getByRole('searchbox').fill('')
    expect(await visibleBoxes(page)).toHaveLength(50)
  })

  it('everything is reached and chosen by keyboard', async () => {
    const page = await (await open()).newPage()
    const asked = await consent(page)
    const focus = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim())
    const tab = async (to: string) => {
      for (let presses = 0; presses < 70 && (await focus()) !== to; presses += 1) await page.keyboard.press('Tab')
      expect(await focus()).toBe(to)
    }
    await tab('project-search')
    await page.keyboard.type('borealis 2')
    await page.keyboard.press('Tab')
    expect(await focus()).toBe('Search')
    await pressOn(page, 'Enter')
    await page.waitForFunction(() => document.querySelectorAll('#project-list li').length < 50)
    await tab('project-0')
    await page.keyboard.press('Space')
    await tab('access-full')
    await page.keyboard.press('ArrowDown')
    expect(await focus()).toBe('access-read_only')
    await tab('label')
    await page.keyboard.type('keys')
    await tab('Approve')
    await pressOn(page, 'Enter')
    await page.waitForURL('**/callback?**')
    expect(tokensOf(await redeem(asked, client.visits.at(-1)!)).scope).toBe('project:read billing:read members:read')
    const { items } = await many.provider.grants.list({ clientId: asked.client.client_id as ClientId })
    expect([items[0]?.grant.projects, items[0]?.grant.details.label]).toEqual([['p2'], 'keys'])
  })
})
