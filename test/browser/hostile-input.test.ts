import type { BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { siteAt } from '../support/browser.js'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { call, publicClient, tokensOf } from '../support/flow.js'
import { editClient, registerManually } from '../support/provider.js'
import { follow, shows } from './support/arrivals.js'
import { describeInChromium } from './support/chromium.js'
import { type Asked, ask, askAs, button, openConsent, redeem, signIn } from './support/consent.js'
import { everything, manyProjects, scopes } from './support/many.js'
import {
  type Changes,
  type Elsewhere,
  startChanged,
  startElsewhere,
  startProvider,
  type TestServer,
} from './support/servers.js'

const payloads: Readonly<Record<string, string>> = {
  'a script, out of title and style': '</title></style><script>alert(1)</script>',
  'a picture, out of an attribute': '"><img src=x onerror=alert(1)>',
  "a drawing, out of the other quote's attribute": "'><svg/onload=alert(1)>",
  'a handler, and entities': '" autofocus onfocus="alert(1) &lt;b>&quot;',
}

/** Whatever in this document could run, load or send, and should not be there. An input may hold anything as its value. */
const injected = (page: Page | Frame): Promise<string[]> =>
  page.evaluate(() => {
    const elements = [...document.querySelectorAll('*')]
    const strangers = elements.filter((one) =>
      one.matches('script:not([nonce]), iframe, object, embed, base, img, link[rel=import], b > b'),
    )
    const attributes = elements.flatMap((one) =>
      [...one.attributes].map(({ name, value }) => ({ tag: one.localName, name, value })),
    )
    const live = attributes.filter(
      ({ tag, name, value }) =>
        name.startsWith('on') ||
        name === 'autofocus' ||
        (!(tag === 'input' && name === 'value') && /^\s*(javascript|data|vbscript):/i.test(value)),
    )
    return [...strangers.map((one) => one.outerHTML), ...live.map(({ tag, name, value }) => `${tag} ${name}=${value}`)]
  })

/** Counts what scripts put up. */
function watchDialogs(context: BrowserContext): string[] {
  const dialogs: string[] = []
  context.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    // The page may be closed by then.
    dialog.dismiss().catch(() => {})
  })
  return dialogs
}

describeInChromium('hostile input', (open) => {
  let demo: TestDemo
  let box: TestServer
  let client: Elsewhere
  beforeAll(async () => {
    ;[demo, box, client] = await Promise.all([startTestDemo(), startProvider(), startElsewhere()])
  })
  afterAll(() => {
    for (const server of [demo, box, client]) server.stop()
  })
  const redirect_uris = () => [`${client.url}/callback`]

  describe('that is markup', () => {
    it.each(Object.entries(payloads))('S-021 S-045 does nothing on the consent page: %s', async (_, payload) => {
      const context = await open({ extraHTTPHeaders: { 'accept-language': payload } })
      const dialogs = watchDialogs(context)
      const page = await context.newPage()
      const path = `/'-alert(1)-'/${encodeURIComponent(payload)}`
      const asked = await askAs(
        box.issuer,
        {
          client_name: `N${payload}`,
          client_uri: `https://reporter.example/${encodeURIComponent(payload)}`,
          redirect_uris: [`${client.url}${path}`],
        },
        { state: payload, ui_locales: payload },
      )
      box.host.entitle('alice', `p${payload}`, ['project:write'])
      await openConsent(page, asked.url)
      expect(await injected(page)).toEqual([])
      const title = await page.getByRole('heading', { level: 1 }).textContent()
      expect(title).toContain(`N${payload}`.slice(0, 40))
      expect(await page.getByRole('checkbox', { name: `P${payload}`, exact: true }).count()).toBe(1)
      await page.getByLabel('Name this connection').fill(payload)
      await follow(button(page, 'Approve'))
      await page.getByRole('alert').waitFor()
      expect(await page.getByLabel('Name this connection').inputValue()).toBe(payload)
      expect(await injected(page)).toEqual([])
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL(`${client.url}/**`)
      const answer = client.visits.at(-1)!
      expect(answer.searchParams.get('state')).toBe(payload)
      expect(tokensOf(await redeem(asked, answer)).scope).toContain('project:write')

      await page.goto(`${box.issuer}/settings/connected-apps?${new URLSearchParams({ after: payload })}`)
      await page.goto(`${box.issuer}/settings/connected-apps`)
      expect(await page.getByText(`N${payload}`.slice(0, 40)).count()).toBeGreaterThan(0)
      expect(await injected(page)).toEqual([])
      expect(dialogs).toEqual([])
      box.host.entitle('alice', `p${payload}`, [])
    })

    it.each(Object.entries(payloads))(
      'S-021 S-132 does nothing as a search, as a project, under a heading, in a warning or beside a code: %s',
      async (_, payload) => {
        const server = await startProvider({
          ...manyProjects(60),
          scopes: { ...scopes, 'project:read': { description: payload, readOnly: true, group: payload } },
          suspicious: () => true,
          switchAccount: () => `/login?next=${encodeURIComponent(payload)}`,
          registration: { outOfBand: true },
        })
        const context = await open()
        const dialogs = watchDialogs(context)
        const page = await context.newPage()
        const named = { client_name: `Acme ${payload}`, client_uri: 'https://elsewhere.example/' }
        const byHand = { ...named, redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] }
        const web = await askAs(server.issuer, { ...named, redirect_uris: redirect_uris() }, { scope: everything })
        await openConsent(page, web.url)
        await page.getByRole('searchbox').fill(payload)
        await follow(button(page, 'Search'))
        await page.getByText('Nothing is called').waitFor()
        expect(await page.getByRole('searchbox').inputValue()).toBe(payload)
        expect(await injected(page)).toEqual([])
        for (const decision of ['Approve', 'Deny']) {
          await page.goto((await askAs(server.issuer, byHand, { scope: everything })).url)
          await page.getByRole('checkbox', { name: 'Atlas 1', exact: true }).check()
          await follow(button(page, decision))
          await page.getByRole('heading', { name: decision === 'Approve' ? 'Copy this code' : 'You denied' }).waitFor()
          expect(await injected(page)).toEqual([])
          expect(await page.locator('main').textContent()).toContain('Acme')
        }
        expect(dialogs).toEqual([])
        server.stop()
      },
    )

    it.each(Object.entries(payloads))('S-021 does nothing on an error page or at the login: %s', async (_, payload) => {
      const context = await open({ extraHTTPHeaders: { 'accept-language': payload } })
      const dialogs = watchDialogs(context)
      const page = await context.newPage()
      // Nobody is signed in, and anybody may register this: the way on is a link that holds what was sent.
      const stranger = { redirect_uris: [`https://reporter.example/'-alert(1)-'`], client_name: payload }
      const sent = { state: payload, ui_locales: payload }
      const urls = [
        ask(demo.issuer, { ...stranger, client_id: payload, token_endpoint_auth_method: 'none' }).url,
        (await askAs(demo.issuer, stranger, { ...sent, redirect_uri: payload })).url,
        (await askAs(demo.issuer, stranger, { ...sent, scope: `x${payload}`.replaceAll(/["\s\\]/g, '') })).url,
        (await askAs(demo.issuer, stranger, { ...sent, response_type: payload })).url,
        (await askAs(demo.issuer, stranger, { ...sent, [payload]: payload, resource: payload })).url,
        `${demo.issuer}/login?${new URLSearchParams({ next: `/${payload}`, username: payload })}`,
        `${demo.issuer}/oauth/interaction?${new URLSearchParams({ id: payload })}`,
      ]
      for (const url of urls) {
        await page.goto(url)
        expect(await page.locator('main').count()).toBe(1)
        expect(await injected(page)).toEqual([])
      }
      await page.goto(`${demo.issuer}/login`)
      await signIn(page, payload)
      expect(await page.getByRole('alert').count()).toBe(1)
      expect(await injected(page)).toEqual([])
      expect(dialogs).toEqual([])
    })

    it('S-021 would be noticed; with the policy of the pages it could not even run', async () => {
      const html = (page: string) =>
        page.replace(
          '</main>',
          '<script>alert(1)</script><img src="x" onerror="alert(2)"><a href="javascript:alert(3)">x</a></main>',
        )
      const bare: Changes['headers'] = (headers) =>
        Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-security-policy'))
      const asked = await askAs(demo.issuer, { redirect_uris: redirect_uris() })
      const seen: Record<string, readonly string[]> = {}
      for (const [name, changes] of [
        ['with', { html }],
        ['without', { html, headers: bare }],
      ] as const) {
        const site = await startChanged(demo.issuer, changes)
        const context = await open()
        const dialogs = watchDialogs(context)
        const page = await context.newPage()
        const heldBack = new Set<string>()
        page.on('console', (message) => {
          const [refused] = /inline script|event handler|JavaScript URL/.exec(message.text()) ?? []
          if (refused) heldBack.add(refused)
        })
        await openConsent(page, asked.url.replace(demo.issuer, site.url))
        expect(await injected(page)).toHaveLength(4)
        await page.getByRole('link', { name: 'x', exact: true }).click()
        // Each of the three has its say, or the browser tells of holding it back.
        await expect.poll(() => new Set([...dialogs, ...heldBack]).size).toBe(3)
        seen[name] = [...new Set(dialogs)]
        await context.close()
        site.stop()
      }
      expect(seen).toEqual({ with: [], without: ['1', '2', '3'] })
    })
  })

  it('S-010 S-012 a logo or website that was stored before the rules becomes no link and no picture', async () => {
    const uris = [
      'javascript:alert(1)//',
      'JaVaScRiPt:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'data:image/svg+xml,<svg onload="alert(1)"/>',
      'vbscript:x',
      'http://intranet.example/logo.png',
    ]
    const fresh = await startProvider()
    const context = await open()
    const dialogs = watchDialogs(context)
    const page = await context.newPage()
    await page.goto(`${fresh.issuer}/login`)
    await signIn(page, 'alice')
    for (const uri of uris) {
      // The host's own word makes the logo count.
      const metadata = { ...publicClient, client_name: `Stored with ${uri}`, redirect_uris: redirect_uris() }
      const stored = await registerManually(fresh, metadata)
      await editClient(fresh, stored, ({ metadata }) => ({ metadata: { ...metadata, logo_uri: uri, client_uri: uri } }))
      const asked = ask(fresh.issuer, stored)
      await page.goto(asked.url)
      expect({ uri, injected: await injected(page) }).toEqual({ uri, injected: [] })
      expect({ uri, shown: await page.locator('main :is(a, img)').count() }).toEqual({ uri, shown: 0 })
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      expect(tokensOf(await redeem(asked, client.visits.at(-1)!)).scope).toContain('project:read')
    }
    await page.goto(`${fresh.issuer}/settings/connected-apps`)
    expect(await page.locator('li.app').count()).toBe(uris.length)
    expect(await injected(page)).toEqual([])
    // Links of our own lead to our own pages.
    expect(await page.locator('main :is(a:not([href^="/"]), img)').count()).toBe(0)
    expect(dialogs).toEqual([])
    fresh.stop()
  })

  describe('that is more than the page offers', () => {
    /** What the token can do, by what the API says. */
    async function reach(asked: Asked) {
      const { scope, access_token } = tokensOf(await redeem(asked, client.visits.at(-1)!))
      const { body } = await call(siteAt(demo.issuer), access_token, '/api/me')
      return { scope, user: body.user, projects: body.projects, account: body.account }
    }

    async function consent(person: string, params: Record<string, string> = {}) {
      const page = await (await open()).newPage()
      const asked = await askAs(demo.issuer, { redirect_uris: redirect_uris() }, params)
      await openConsent(page, asked.url, person)
      return { page, asked }
    }

    const add = (page: Page, fields: readonly (readonly [string, string])[]) =>
      page.evaluate((pairs) => {
        const form = document.querySelector('form')
        for (const [name, value] of pairs)
          form?.append(Object.assign(document.createElement('input'), { name, value, type: 'hidden' }))
      }, fields)

    it('S-033 CON-03 is not granted: another project, a wider scope, another client, address, person or API', async () => {
      const { page, asked } = await consent('alice', { scope: 'project:read' })
      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await add(page, [
        ['project', 'gamma'],
        ['scope', 'project:admin'],
        ['scope', 'project:write'],
        ['client_id', 'client_other'],
        ['redirect_uri', `${client.foreignUrl}/stolen`],
        ['resource', `${demo.issuer}/mcp`],
        ['sub', 'bob'],
        ['subject', 'bob'],
        ['projects', 'all'],
      ])
      const from = client.visits.length
      await follow(button(page, 'Approve'))
      // "All" is not on offer here, and takes away what was chosen.
      expect(await page.getByRole('alert').textContent()).toContain('Choose where')
      expect(client.visits.length).toBe(from)

      await page.getByRole('checkbox', { name: 'Alpha' }).check()
      await add(page, [
        ['project', 'gamma'],
        ['scope', 'project:admin'],
        ['client_id', 'client_other'],
        ['redirect_uri', `${client.foreignUrl}/stolen`],
        ['resource', `${demo.issuer}/mcp`],
        ['sub', 'bob'],
        ['access', 'admin'],
      ])
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      expect(client.visits.slice(from).map(({ pathname }) => pathname)).toEqual(['/callback'])
      expect(await reach(asked)).toMatchObject({ scope: 'project:read', user: 'alice', projects: ['alpha'] })
    })

    it('S-033 what is greyed cannot be given by switching it on', async () => {
      const { page, asked } = await consent('carol', { scope: 'project:write' })
      expect(await shows(page.getByText('What you cannot give'))).toBe(true)
      await page.evaluate(() => {
        for (const box of document.querySelectorAll<HTMLInputElement>('input:disabled'))
          Object.assign(box, { disabled: false, checked: true, name: 'scope', value: 'project:write' })
      })
      await follow(button(page, 'Approve'))
      await page.waitForURL('**/callback?**')
      expect(await reach(asked)).toMatchObject({ scope: 'project:read', user: 'carol', projects: ['alpha'] })
    })

    it("S-033 somebody else's project alone is none", async () => {
      const { page } = await consent('alice')
      await add(page, [['project', 'gamma']])
      const from = client.visits.length
      await follow(button(page, 'Approve'))
      expect(await page.getByRole('alert').textContent()).toContain('Choose where')
      expect(client.visits.length).toBe(from)
    })
  })
})
