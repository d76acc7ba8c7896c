import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type ClientId, change, type Registration, type Timestamp } from 'grantor'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ask } from '../test/browser/support/consent.js'
import { launchChromium } from '../test/browser/support/launch.js'
import { startProvider, type TestServer } from '../test/browser/support/servers.js'
import { type Changes, siteAt } from '../test/support/browser.js'
import { call, connect, publicClient, type RegisteredClient } from '../test/support/flow.js'

/**
 * Take the pictures of the pages that the documentation shows:
 *
 *     npm run screenshots
 *
 * Needs Chromium, at /usr/bin/chromium or `CHROMIUM_PATH`.
 */
const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  desktop: { viewport: { width: 1024, height: 640 }, colorScheme: 'light' },
  mobile: { viewport: { width: 390, height: 640 }, colorScheme: 'light', deviceScaleFactor: 1.25 },
  dark: { viewport: { width: 1024, height: 640 }, colorScheme: 'dark' },
}

/** With an id that stays the same from run to run, because the colour of the app's sign follows from it. */
async function know(
  { storage, clock }: TestServer,
  id: string,
  registration: Registration,
  metadata: Partial<Record<keyof typeof publicClient | 'client_uri', unknown>>,
): Promise<RegisteredClient> {
  const whole = { ...publicClient, response_types: ['code'], ...metadata }
  const client = {
    id: id as ClientId,
    secrets: [],
    metadata: JSON.parse(JSON.stringify(whole)),
    policy: {},
    registration,
    ownerId: null,
    accountId: null,
    createdAt: clock.now() as Timestamp,
    disabledAt: null,
    version: 1,
    revokedAt: null,
  }
  await storage.commit(change({ clients: [client] }))
  return { client_id: id, redirect_uris: whole.redirect_uris as string[], token_endpoint_auth_method: 'none' }
}

interface Scene {
  readonly name: string
  readonly url: string
  readonly act?: (page: Page) => Promise<void>
}

async function scenes(acme: TestServer): Promise<readonly Scene[]> {
  acme.host.entitle('alice', 'archive', ['project:read'])
  const [chart, reporter, editor] = await Promise.all([
    know(acme, 'client_chart', 'dynamic', {
      client_name: 'Chart Studio',
      client_uri: 'https://chart.example/',
      redirect_uris: ['https://chart.example/callback'],
    }),
    know(acme, 'client_reporter', 'manual', {
      client_name: 'Acme Reporter',
      redirect_uris: ['https://acme.example/cb'],
    }),
    know(acme, 'client_editor', 'dynamic', { client_name: 'Code Editor' }),
  ])
  const days = (count: number) => acme.clock.advance(count * 86_400)
  const use = async (client: RegisteredClient, changes: Changes) => {
    const { tokens } = await connect(siteAt(acme.issuer), { client, changes })
    await call(siteAt(acme.issuer), tokens.access_token, `/api/projects/${[changes.project].flat()[0]}/items`)
  }
  await use(reporter, { project: ['alpha', 'beta'] })
  days(11)
  await use(editor, { project: 'beta' })
  days(3)
  await use(editor, { project: 'alpha', scope: 'project:read', keep_alive: null })
  // What was used when is written down now and then, and at the end.
  await acme.provider.close()
  return [
    {
      name: 'consent',
      url: ask(acme.issuer, chart, { scope: 'project:admin' }).url,
      act: (page) => page.getByRole('checkbox', { name: 'Alpha' }).check(),
    },
    { name: 'consent-local', url: ask(acme.issuer, editor, { scope: 'project:read project:write' }).url },
    { name: 'connected-apps', url: `${acme.issuer}/settings/connected-apps` },
    { name: 'error', url: ask(acme.issuer, chart, { redirect_uri: 'https://elsewhere.example/callback' }).url },
  ]
}

async function take(browser: Browser, acme: TestServer, { name, url, act }: Scene): Promise<void> {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
    await context.addCookies([{ name: 'user', value: 'alice', url: acme.issuer }])
    const page = await context.newPage()
    await page.goto(url)
    await act?.(page)
    await page.mouse.move(0, 0)
    await page.screenshot({ path: `${folder}${name}-${look}.png`, fullPage: true })
    await context.close()
  }
}

await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const browser = await launchChromium()
const acme = await startProvider()
for (const scene of await scenes(acme)) await take(browser, acme, scene)
await browser.close()
acme.stop()
