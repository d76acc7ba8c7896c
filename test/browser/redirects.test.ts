import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { tokensOf } from '../support/flow.js'
import { describeInChromium } from './support/chromium.js'
import { askAs, button, openConsent, redeem } from './support/consent.js'
import { type Elsewhere, type Listening, startChanged, startElsewhere } from './support/servers.js'

/** Answers for a host that is not there, also at the end of a redirect, where Playwright's own routes do not reach. */
async function standIn(page: Page, origin: string): Promise<void> {
  const protocol = await page.context().newCDPSession(page)
  protocol.on('Fetch.requestPaused', ({ requestId }) => {
    const body = Buffer.from('<!doctype html><title>Elsewhere</title><h1>Arrived</h1>').toString('base64')
    const responseHeaders = [{ name: 'content-type', value: 'text/html' }]
    void protocol.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
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
})
