import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { type Browser, createBrowser, formIn, type Page } from './browser.js'
import { approve } from './connect.js'

let demo: TestDemo
beforeAll(async () => {
  demo = await startTestDemo()
})
afterAll(() => demo.stop())

/** Presses the button of the reporter's page whose form goes there. */
const press = (browser: Browser, action: string) => browser.open(`${demo.reporter}${action}`, { form: [] })

async function toConsent(browser: Browser, username: string): Promise<Page> {
  const page = await press(browser, '/connect')
  const next = formIn(page).fields.filter(([name]) => name === 'next')
  return browser.open(page.url, { form: [...next, ['username', username], ['password', 'demo']] })
}

async function connected(browser: Browser, username: string, projects: readonly string[]): Promise<Page> {
  const page = await approve(browser, await toConsent(browser, username), projects, 'nowhere:')
  expect(page.url.href).toBe(`${demo.reporter}/`)
  return page
}

const liveGrants = async (subject: string) => {
  const { items } = await demo.provider.grants.list({ subject: subject as never })
  return items.map(({ grant, client }) => ({ grant, name: client?.metadata.client_name }))
}

const secretsIn = (text: string) => [...text.matchAll(/grantor_[ar]t_[\w-]+/g)].map(([secret]) => secret)

describe('Acme Reporter', () => {
  it('connects, shows what it got, refreshes and disconnects', async () => {
    const browser = createBrowser()
    const start = await browser.open(demo.reporter)
    expect(formIn(start).action).toBe('/connect')

    const consent = await toConsent(browser, 'alice')
    expect(consent.url.pathname).toBe('/oauth/interaction')
    expect(consent.text).toContain('Acme Reporter')
    expect(formIn(consent).choices('project')).toEqual(['alpha', 'beta'])
    expect(formIn(consent).choices('scope').toSorted()).toEqual(['project:read', 'project:write'])

    const report = await approve(browser, consent, ['alpha'], 'nowhere:')
    expect(report.url.href).toBe(`${demo.reporter}/`)
    expect(report.text).toContain('Orders 2025')
    expect(report.text).not.toContain('Price list')
    expect(report.text).toContain('&quot;user&quot;: &quot;alice&quot;')
    expect(report.text).toContain('&quot;expires_in&quot;: 3600')
    expect(report.text).toMatch(/&quot;scope&quot;: &quot;project:(read|write) project:(read|write)&quot;/)

    const refreshed = await press(browser, '/refresh')
    expect(refreshed.text).toContain('Orders 2025')
    const [before, after] = [secretsIn(report.text), secretsIn(refreshed.text)]
    expect(after).toHaveLength(2)
    expect(after.every((secret) => !before.includes(secret))).toBe(true)

    expect(await liveGrants('alice')).toMatchObject([{ name: 'Acme Reporter', grant: { projects: ['alpha'] } }])
    const over = await press(browser, '/disconnect')
    expect(over.text).toContain('Disconnected.')
    expect(formIn(over).action).toBe('/connect')
    expect(await liveGrants('alice')).toEqual([])
  })

  it('shows only the beginning of its tokens', async () => {
    const page = await connected(createBrowser(), 'carol', ['alpha'])
    const shown = secretsIn(page.text)
    expect(shown).toHaveLength(2)
    expect(shown.every((secret) => secret.length <= 18)).toBe(true)
  })

  it('gets no refresh token when the session is not to be kept alive', async () => {
    const browser = createBrowser()
    const consent = await toConsent(browser, 'carol')
    const form = formIn(consent)
    expect(form.fields).toContainEqual(['keep_alive', '1'])
    const fields = [...form.fields.filter(([name]) => name !== 'keep_alive'), ['decision', 'approve'] as const]
    const page = await browser.open(new URL(form.action, consent.url), { form: fields })
    expect(page.text).toContain('access_token')
    expect(page.text).not.toContain('refresh_token')
    expect((await press(browser, '/refresh')).text).toContain('There is no refresh token')
    expect((await press(browser, '/disconnect')).text).toContain('Disconnected.')
  })

  it('says so when somebody refuses', async () => {
    const browser = createBrowser()
    const consent = await toConsent(browser, 'bob')
    const form = formIn(consent)
    const page = await browser.open(new URL(form.action, consent.url), { form: [...form.fields, ['decision', 'deny']] })
    expect(page.url.href).toBe(`${demo.reporter}/`)
    expect(page.text).toContain('access_denied')
    expect(formIn(page).action).toBe('/connect')
  })

  it('takes no answer that it has not asked for', async () => {
    const browser = createBrowser()
    const stray = await browser.open(`${demo.reporter}/callback?code=x&state=y`)
    expect(stray.text).toContain('No connection was under way')

    await browser.open(`${demo.reporter}/connect`, { form: [], until: demo.issuer })
    const forged = new URLSearchParams({ code: 'x', state: 'forged', iss: demo.issuer })
    const page = await browser.open(`${demo.reporter}/callback?${forged}`)
    expect(page.text).toContain('state')
    expect(formIn(page).action).toBe('/connect')
  })

  it('notices when it is disconnected at the platform', async () => {
    const browser = createBrowser()
    await connected(browser, 'bob', ['gamma'])
    const settings = await browser.open(`${demo.issuer}/settings/connected-apps`)
    const form = formIn(settings)
    await browser.open(new URL(form.action, settings.url), { form: [...form.fields, ['action', 'revoke']] })
    expect(await liveGrants('bob')).toEqual([])

    expect((await browser.open(demo.reporter)).text).toContain('invalid_token')
    const page = await press(browser, '/refresh')
    expect(page.text).toContain('invalid_grant')
    expect(formIn(page).action).toBe('/connect')
  })

  it.each(['/connect', '/refresh', '/disconnect'])('does not obey another site at %s', async (path) => {
    const response = await fetch(`${demo.reporter}${path}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })
})
