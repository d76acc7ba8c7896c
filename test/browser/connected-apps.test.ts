import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { call, connect, publicClient, refresh } from '../support/flow.js'
import { follow, gone, shows } from './support/arrivals.js'
import { describeInChromium, type OpenProfile } from './support/chromium.js'
import { signIn } from './support/consent.js'
import { startProvider } from './support/servers.js'

describeInChromium('connected apps', (open: OpenProfile) => {
  let demo: TestDemo
  beforeAll(async () => {
    demo = await startTestDemo()
  })
  afterAll(() => demo.stop())

  const statusOf = async (token: string) => (await call(siteAt(demo.issuer), token, '/api/me')).status

  /** An app that was connected to each of these projects, as the person sees it. */
  async function connected(person: string, name: string, projects: readonly string[], javaScriptEnabled = true) {
    const site = siteAt(demo.issuer)
    const metadata = { ...publicClient, client_name: name }
    const [project, ...more] = projects
    const grants = [await connect(site, { person, metadata, changes: { project: project ?? [] } })]
    const { client } = grants[0]!
    for (const project of more) grants.push(await connect(site, { person, client, changes: { project } }))
    const page = await (await open({ javaScriptEnabled })).newPage()
    await page.request.post(`${demo.issuer}/login`, { form: { username: person, password: 'demo' } })
    await page.goto(`${demo.issuer}/settings/connected-apps`)
    const app = page.locator('li.app').filter({ has: page.getByRole('heading', { name, exact: true }) })
    return { page, app, grants, client }
  }

  describe.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s', (how, javaScriptEnabled) => {
    it('shows a grant and ends it: the token is dead with the next call', async () => {
      const { page, app, grants } = await connected('alice', `Once ${how}`, ['alpha', 'beta'], javaScriptEnabled)
      const [alpha, beta] = grants
      if (!alpha || !beta) throw new Error('not connected')
      const row = app.locator('li.grant').filter({ hasText: 'Alpha' })
      for (const text of ['Add items', 'Connected', 'Last used', 'Ends'])
        expect(await shows(row.getByText(text, { exact: true }))).toBe(true)
      const confirm = row.getByRole('button', { name: `Once ${how}, Alpha` })
      expect(await gone(confirm)).toBe(true)
      expect(await statusOf(alpha.tokens.access_token)).toBe(200)

      await row.locator('summary').click()
      await follow(confirm)
      expect(await app.locator('li.grant').count()).toBe(1)
      expect(await shows(app.getByText('Beta', { exact: true }))).toBe(true)
      expect([await statusOf(alpha.tokens.access_token), await statusOf(beta.tokens.access_token)]).toEqual([401, 200])
      const { status, body } = await refresh(siteAt(demo.issuer), alpha.client, alpha.tokens.refresh_token)
      expect([status, body.error]).toEqual([400, 'invalid_grant'])
      expect(page.url()).toBe(`${demo.issuer}/settings/connected-apps`)
    })

    it('ends everything of one app, and of no other', async () => {
      const other = await connected('alice', `Other ${how}`, ['alpha'])
      const { page, app, grants } = await connected('alice', `All ${how}`, ['alpha', 'beta'], javaScriptEnabled)
      await app.getByText('Disconnect all').first().click()
      await follow(app.getByRole('button', { name: `All ${how}` }))
      expect(await app.count()).toBe(0)
      expect(await shows(page.getByRole('heading', { name: `Other ${how}` }))).toBe(true)
      const tokens = [...grants, ...other.grants].map(({ tokens }) => tokens.access_token)
      expect(await Promise.all(tokens.map(statusOf))).toEqual([401, 401, 200])
    })
  })

  it('S-033 ends nothing of somebody else, whatever the form says', async () => {
    const bobs = await connected('bob', 'Of Bob', ['gamma'])
    const grant = await bobs.app.locator('[name=grant]').inputValue()
    const { page, grants } = await connected('carol', 'Of Carol', ['alpha'])
    expect(await page.getByRole('heading', { name: 'Of Bob' }).count()).toBe(0)
    const forge = async (name: string, value: string, action: string) => {
      await page.goto(`${demo.issuer}/settings/connected-apps`)
      await page.evaluate(
        (fields) => {
          for (const [name, value] of fields)
            document
              .querySelector('details form')
              ?.append(Object.assign(document.createElement('input'), { name, value, type: 'hidden' }))
          document.querySelector('details form [name=grant]')?.remove()
          document.querySelector('details form button')?.setAttribute('value', fields[1]?.[1] ?? '')
        },
        [
          [name, value],
          ['forged', action],
        ] as [string, string][],
      )
      await page.locator('summary').first().click()
      await follow(page.locator('details form button').first())
    }
    await forge('grant', grant, 'revoke')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('There is nothing here')
    await forge('client', bobs.client.client_id, 'revoke_client')
    const tokens = [...bobs.grants, ...grants].map(({ tokens }) => tokens.access_token)
    expect(await Promise.all(tokens.map(statusOf))).toEqual([200, 200])
  })

  it('shows the latest first, whatever order they are kept in', async () => {
    const box = await startProvider()
    const site = siteAt(box.issuer)
    const names = ['First', 'Second', 'Third', 'Fourth', 'Fifth']
    for (const client_name of names) {
      await connect(site, { metadata: { ...publicClient, client_name } })
      box.clock.advance(3_600)
    }
    const page = await (await open()).newPage()
    await page.goto(`${box.issuer}/login`)
    await signIn(page, 'alice')
    await page.goto(`${box.issuer}/settings/connected-apps`)
    expect(await page.locator('li.app h2').allTextContents()).toEqual(names.toReversed())
    box.stop()
  })

  it('wants somebody to be signed in, and says so when nothing is connected', async () => {
    const page = await (await open()).newPage()
    await page.goto(`${demo.issuer}/settings/connected-apps`)
    expect(new URL(page.url()).pathname).toBe('/login')
    const fresh = await startTestDemo()
    await page.goto(`${fresh.issuer}/settings/connected-apps`)
    await signIn(page, 'bob')
    await page.waitForURL('**/settings/connected-apps')
    expect(await shows(page.getByRole('heading', { name: 'No app is connected' }))).toBe(true)
    expect(await page.locator('form').count()).toBe(0)
    fresh.stop()
  })
})
