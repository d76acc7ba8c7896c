import type { ClientId } from 'grantor'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { tokensOf } from '../support/flow.js'
import { follow, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { type Asked, askAs, button, openConsent, redeem, signIn } from './support/consent.js'
import { type Elsewhere, type Listening, startChanged, startElsewhere } from './support/servers.js'

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()
const notSure = 'We could not be sure that this was you'

/** What the page's form would post if it approved everything for one project. */
const approval = (page: Page): Promise<[string, string][]> =>
  page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('form:has([value=approve])')
    const data = [...new FormData(form ?? undefined)].map(([name, value]) => [name, String(value)] as [string, string])
    return [...data, ['project', 'alpha'], ['decision', 'approve']]
  })

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

const selfSubmitting = (action: string, fields: readonly (readonly [string, string])[]) => `
<form method="post" action="${action}">
${fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`).join('')}
</form><script>document.forms[0].submit()</script>`

describeInChromium('another site', (open) => {
  let demo: TestDemo
  let evil: Elsewhere
  const changed: Listening[] = []
  beforeAll(async () => {
    ;[demo, evil] = await Promise.all([startTestDemo(), startElsewhere()])
  })
  afterAll(() => {
    for (const server of [demo, evil, ...changed]) server.stop()
  })

  const request = (params: Record<string, string> = {}) =>
    askAs(demo.issuer, { redirect_uris: [`${evil.url}/callback`] }, params)
  const grantsOf = async ({ client: { client_id } }: Asked) =>
    (await demo.provider.grants.list({ clientId: client_id as ClientId })).items

  /** A person on the consent page of a client that is up to no good. */
  async function victim() {
    const page = await (await open()).newPage()
    const asked = await request()
    await openConsent(page, asked.url)
    return { page, asked }
  }

  /** Nothing has been decided: the person still can. */
  async function decides(page: Page, asked: Asked, url: string) {
    expect(await grantsOf(asked)).toEqual([])
    await page.goto(url)
    await follow(button(page, 'Deny'))
    await page.waitForURL('**/callback?**')
  }

  describe('that puts a page in a frame', () => {
    const without = async (...names: readonly string[]) => {
      const server = await startChanged(demo.issuer, {
        headers: (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))),
      })
      changed.push(server)
      return server.url
    }

    /** The frame's page as it came out, on a page of another origin of the same site, which gets the person's cookies. */
    async function framed(page: Page, src: string) {
      evil.show('/frame', `<iframe src="${escaped(src)}" width="600" height="400"></iframe>`)
      await page.goto(`${evil.url}/frame`)
      const [, frame] = page.frames()
      if (!frame) throw new Error('no frame')
      return frame
    }

    it.each([
      ['both headers', []],
      ['frame-ancestors alone', ['x-frame-options']],
      ['X-Frame-Options alone', ['content-security-policy']],
    ])('HDR-01 S-032 is shown nothing (%s)', async (_, missing) => {
      const site = await without(...missing)
      const { page } = await victim()
      const consent = page.url().replace(demo.issuer, site)
      for (const url of [consent, `${site}/settings/connected-apps`, `${site}/oauth/authorize?client_id=unknown`]) {
        const frame = await framed(page, url)
        await expect.poll(() => frame.url()).toBe('chrome-error://chromewebdata/')
      }
    })

    it('would be shown the page without these headers, but not what is to be approved', async () => {
      const site = await without('x-frame-options', 'content-security-policy')
      const { page } = await victim()
      const consent = page.url().replace(demo.issuer, site)
      const apps = await framed(page, `${site}/settings/connected-apps`)
      expect(await shows(apps.getByRole('heading', { name: 'Connected apps' }))).toBe(true)
      const refused = await framed(page, consent)
      const reason = refused.getByText('must be opened in a browser window')
      await reason.waitFor({ state: 'attached' })
      expect(await reason.count()).toBe(1)
      expect(await refused.getByRole('button').count()).toBe(0)
    })
  })

  describe('that sends a person', () => {
    it('S-031 cannot have anything approved by a link or a picture', async () => {
      const { page, asked } = await victim()
      const consent = page.url()
      const link = `${demo.issuer}/oauth/interaction?${new URLSearchParams(await approval(page))}`
      await page.goto(link)
      expect(await shows(button(page, 'Approve'))).toBe(true)
      evil.show('/picture', `<img src="${escaped(link)}" alt=""><a href="${escaped(link)}">A prize</a>`)
      await page.goto(`${evil.url}/picture`)
      await follow(page.getByText('A prize'))
      expect(await shows(button(page, 'Approve'))).toBe(true)
      await decides(page, asked, consent)
    })

    it('S-022 cannot have them taken elsewhere by the login', async () => {
      const from = evil.visits.length
      const { host } = new URL(evil.url)
      const targets = [
        `//${host}/x`,
        `/\\${host}/x`,
        `\\\\${host}/x`,
        `/%09/${host}/x`,
        `/\t/${host}/x`,
        `http://${host}/x`,
        `http:${host}/x`,
        `/%2f${host}/x`,
        `/.//${host}/x`,
        'javascript:alert(1)',
      ]
      const page = await (await open()).newPage()
      for (const next of targets) {
        await page.goto(`${demo.issuer}/login?${new URLSearchParams({ next })}`)
        await signIn(page, 'alice')
        await page.waitForURL(({ pathname }) => pathname !== '/login')
        expect([next, new URL(page.url()).origin]).toEqual([next, demo.issuer])
      }
      expect(evil.visits.slice(from)).toEqual([])
    })

    it('S-001 S-018 cannot have them taken elsewhere by the authorization endpoint', async () => {
      const from = evil.visits.length
      const page = await (await open()).newPage()
      const { url } = await request()
      const unregistered = new URL(url)
      unregistered.searchParams.set('redirect_uri', `${evil.url}/elsewhere`)
      await page.goto(unregistered.href)
      expect(await heading(page)).toBe('This app cannot be connected')
      expect(await page.locator('main a').count()).toBe(0)

      // Registered by anybody, with a mistake in it that would be answered by a redirect.
      const stranger = await askAs(demo.issuer, { redirect_uris: ['https://evil.example/cb'] }, { scope: 'bogus' })
      await page.goto(stranger.url)
      expect(new URL(page.url()).origin).toBe(demo.issuer)
      expect(await shows(page.getByRole('link', { name: 'Continue to evil.example' }))).toBe(true)
      expect(evil.visits.slice(from)).toEqual([])
    })
  })

  describe('that posts a form', () => {
    // The same site gets the person's cookies, so that what is left is where the form came from.
    it.each([
      ['another origin of the same site', () => evil.url],
      ['another site', () => evil.foreignUrl],
    ])('S-030 CON-02 cannot approve, though it knows every value: %s', async (_, site) => {
      const { page, asked } = await victim()
      const consent = page.url()
      evil.show('/post', selfSubmitting(`${demo.issuer}/oauth/interaction`, await approval(page)))
      await page.goto(`${site()}/post`)
      await page.waitForURL(`${demo.issuer}/**`)
      expect(await heading(page)).toBe(notSure)
      await decides(page, asked, consent)
    })

    it('S-030 CON-02 cannot approve without the CSRF value of the page, from our own origin either', async () => {
      const attacker = await victim()
      const stolen = (await approval(attacker.page)).filter(([name]) => name === 'csrf')
      const { page, asked } = await victim()
      const consent = page.url()
      const fields = (await approval(page)).filter(([name]) => name !== 'csrf')
      for (const csrf of [[], [['csrf', 'A'.repeat(43)]], stolen]) {
        await page.goto(`${demo.issuer}/`)
        await page.evaluate(
          (pairs) => {
            const form = Object.assign(document.createElement('form'), { method: 'post', action: '/oauth/interaction' })
            for (const [name = '', value = ''] of pairs)
              form.append(Object.assign(document.createElement('input'), { name, value }))
            document.body.append(form)
            form.submit()
          },
          [...fields, ...csrf],
        )
        await page.waitForURL('**/oauth/interaction')
        expect(await heading(page)).toBe(notSure)
      }
      await decides(page, asked, consent)
    })

    it('cannot disconnect an app', async () => {
      const { page, asked } = await victim()
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      expect(tokensOf(await redeem(asked, evil.visits.at(-1)!)).scope).toContain('project:read')
      await page.goto(`${demo.issuer}/settings/connected-apps`)
      const csrf = await page.locator('[name=csrf]').first().inputValue()
      const [granted] = await grantsOf(asked)
      const fields: [string, string][] = [
        ['csrf', csrf],
        ['grant', granted?.grant.id ?? ''],
        ['action', 'revoke'],
      ]
      evil.show('/revoke', selfSubmitting(`${demo.issuer}/settings/connected-apps`, fields))
      await page.goto(`${evil.url}/revoke`)
      await page.waitForURL(`${demo.issuer}/**`)
      expect(await heading(page)).toBe(notSure)
      expect(await grantsOf(asked)).toHaveLength(1)
    })
  })
})
