import type { ClientId } from 'grantor'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { tokensOf } from '../support/flow.js'
import { follow, gone, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { askAs, button, openConsent, redeem } from './support/consent.js'
import { type Elsewhere, type Listening, startChanged, startElsewhere, startProvider } from './support/servers.js'

/** Answers for a host that is not there, also at the end of a redirect, where Playwright's own routes do not reach. */
async function standIn(page: Page, origin: string): Promise<void> {
  const protocol = await page.context().newCDPSession(page)
  protocol.on('Fetch.requestPaused', ({ requestId }) => {
    const body = Buffer.from('<!doctype html><title>Elsewhere</title><h1>Arrived</h1>').toString('base64')
    const responseHeaders = [{ name: 'content-type', value: 'text/html' }]
    const fulfilled = protocol.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
    // The page may be closed by then.
    fulfilled.catch(() => {})
  })
  await protocol.send('Fetch.enable', { patterns: [{ urlPattern: `${origin}/*` }] })
}

describeInChromium('HDR-03 the way back to the client', (open) => {
  let demo: TestDemo
  let client: Elsewhere
  let strict: Listening
  beforeAll(async () => {
    ;[demo, client] = await Promise.all([startTestDemo(), startElsewhere()])
    strict = await startChanged(demo.issuer, {
      headers: (headers) => ({
        ...headers,
        'content-security-policy': `${headers['content-security-policy']}; form-action 'self'`,
      }),
    })
  })
  afterAll(() => {
    demo.stop()
    client.stop()
    strict.stop()
  })

  const web = 'https://reporter.example'
  const targets: Readonly<Record<string, () => string>> = {
    'http://127.0.0.1:port': () => `${client.url}/callback`,
    'http://localhost:port': () => `${client.foreignUrl}/callback`,
    'https://…': () => `${web}/callback`,
    'cursor://…': () => 'cursor://anysphere.cursor-mcp/oauth/callback',
  }

  /** Approve at this address of the provider; the requests that the browser then makes. */
  async function approve(page: Page, redirectUri: string, site = demo.issuer) {
    const asked = await askAs(demo.issuer, { redirect_uris: [redirectUri] })
    await standIn(page, web)
    await openConsent(page, asked.url.replace(demo.issuer, site))
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await page.getByLabel('Name this connection').fill('my laptop')
    const made: Request[] = []
    page.on('request', (request) => made.push(request))
    await button(page, 'Approve').click({ noWaitAfter: true })
    return { asked, made }
  }

  describe.each(Object.entries(targets))('%s', (_, target) => {
    it('is open', async () => {
      const page = await (await open()).newPage()
      const arrival = page.waitForRequest((request) => request.url().startsWith(target()))
      const { asked } = await approve(page, target())
      const answer = new URL((await arrival).url())
      expect(Object.fromEntries(answer.searchParams)).toMatchObject({ state: 'a-state', iss: demo.issuer })
      expect(tokensOf(await redeem(asked, answer)).scope).toContain('project:write')
      const { items } = await demo.provider.grants.list({ clientId: asked.client.client_id as ClientId })
      expect(items.map(({ grant }) => grant.details.label)).toEqual(['my laptop'])
      // Nothing on this machine opens the app's own scheme: there the person stays on the page.
      const last = answer.protocol === 'cursor:' ? page.url() : answer.href
      await page.waitForURL((url) => url.href === last)
      expect(await page.getByText('Arrived').count()).toBe(answer.protocol === 'cursor:' ? 0 : 1)
    })

    it("would be shut by form-action 'self'", async () => {
      const page = await (await open()).newPage()
      const complaint = page.waitForEvent('console', (message) => message.text().includes('form-action'))
      const { asked, made } = await approve(page, target(), strict.url)
      expect((await complaint).text()).toContain('violates the following Content Security Policy directive')
      const posted = made.find((request) => request.method() === 'POST')
      expect(posted?.url()).toBe(`${strict.url}/oauth/interaction`)
      expect(made.filter((request) => request.url().startsWith(asked.redirectUri))).toEqual([])
      expect(page.url()).toContain(strict.url)
    })
  })

  it('LOG-01 there is none: the code is on the page, and in no address that the browser remembers', async () => {
    const site = await startProvider({ registration: { outOfBand: true } })
    const page = await (await open()).newPage()
    const asked = await askAs(site.issuer, { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] })
    await openConsent(page, asked.url)
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
    await follow(button(page, 'Approve'))
    const code = await page.getByLabel('Code', { exact: true }).inputValue()
    const protocol = await page.context().newCDPSession(page)
    const { entries } = await protocol.send('Page.getNavigationHistory')
    expect(JSON.stringify(entries)).not.toContain(code)
    expect(await page.title()).not.toContain(code)
    const answer = new URL(`${client.url}/?${new URLSearchParams({ code })}`)
    expect(tokensOf(await redeem(asked, answer)).scope).toContain('project:write')
    await page.goBack()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This page is no longer valid')
    site.stop()
  })

  it('a script puts the code on the clipboard; without one there is no button for it', async () => {
    const site = await startProvider({ registration: { outOfBand: true } })
    for (const javaScriptEnabled of [true, false]) {
      const context = await open({ javaScriptEnabled })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const page = await context.newPage()
      const asked = await askAs(site.issuer, { redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] })
      await openConsent(page, asked.url)
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      const field = page.getByLabel('Code', { exact: true })
      const code = await field.inputValue()
      expect(await (javaScriptEnabled ? shows : gone)(button(page, 'Copy'))).toBe(true)
      if (!javaScriptEnabled) continue
      await button(page, 'Copy').click()
      await button(page, 'Copied').waitFor()
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code)
    }
    site.stop()
  })
})
