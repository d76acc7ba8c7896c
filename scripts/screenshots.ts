import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type ClientId, change, type Registration, type Timestamp } from 'grantor'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ask } from '../test/browser/support/consent.js'
import { launchChromium } from '../test/browser/support/launch.js'
import { everything, manyProjects } from '../test/browser/support/many.js'
import { startProvider, type TestServer } from '../test/browser/support/servers.js'
import { type Changes, siteAt } from '../test/support/browser.js'
import { call, connect, publicClient, type RegisteredClient } from '../test/support/flow.js'

/**
 * Take the pictures of the pages that the documentation shows:
 *
 *     npm run screenshots
 *     npm run screenshots -- connected-apps
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
    name: String(whole.client_name).toLowerCase(),
    uniqueName: null,
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
  /** Of another host than the usual one. */
  readonly server?: TestServer
  readonly act?: (page: Page) => Promise<void>
}

/** What those see who look after clients. */
async function managementScenes(acme: TestServer, used: RegisteredClient): Promise<readonly Scene[]> {
  const callback = { redirect_uris: ['https://partner.example/callback'] }
  for (const client_name of ['Warehouse Export', 'Ledger Sync', 'Board Slides'])
    await know(acme, `client_${client_name.split(' ')[0]?.toLowerCase()}`, 'manual', { ...callback, client_name })
  await acme.provider.clients.disable('client_ledger' as ClientId)
  const client = `/admin/oauth-clients/client?id=${used.client_id}`
  return [
    { name: 'oauth-clients', url: `${acme.issuer}/admin/oauth-clients` },
    { name: 'oauth-client', url: acme.issuer + client },
    {
      name: 'oauth-client-new',
      url: `${acme.issuer}/admin/oauth-clients/new`,
      act: (page) => page.getByLabel('Name').fill('Monthly numbers'),
    },
    { name: 'audit-log', url: `${acme.issuer}/admin/audit` },
    { name: 'oauth-apps', url: `${acme.issuer}/settings/oauth-apps` },
  ]
}

/** A program without a browser asks for a code; somebody enters it. */
async function deviceScenes(acme: TestServer): Promise<readonly Scene[]> {
  const terminal = await know(acme, 'client_terminal', 'manual', {
    client_name: 'Acme CLI',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  })
  const metadata = { client_id: terminal.client_id, scope: 'project:write', resource: acme.api }
  // Whoever enters a code has it for themselves, so that there is one for each look.
  const newCode = async () => {
    const answer = await fetch(`${acme.issuer}/oauth/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams(metadata),
      headers: { 'user-agent': 'acme-cli/1.2 (Linux)', 'x-address': '198.51.100.24' },
    })
    return ((await answer.json()) as { user_code: string }).user_code
  }
  const enter = async (page: Page) => {
    await page.getByRole('textbox').fill(await newCode())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('checkbox', { name: 'Alpha' }).check()
  }
  const approve = async (page: Page) => {
    await enter(page)
    await page.getByRole('button', { name: 'Approve' }).click()
  }
  const url = `${acme.issuer}/oauth/device`
  return [
    { name: 'device', url },
    { name: 'device-link', url: `${url}?user_code=WDJB-MJHT` },
    { name: 'device-consent', url, act: enter },
    { name: 'device-done', url, act: approve },
  ]
}

/** A host that asks for more, and clients that want it. */
async function consentScenes(server: TestServer): Promise<readonly Scene[]> {
  const byHand = { client_name: 'Terminal Tools', redirect_uris: ['urn:ietf:wg:oauth:2.0:oob'] }
  const [chart, support, terminal] = await Promise.all([
    know(server, 'client_chart', 'dynamic', {
      client_name: 'Chart Studio',
      client_uri: 'https://chart.example/',
      redirect_uris: ['https://chart.example/callback'],
    }),
    know(server, 'client_support', 'dynamic', {
      client_name: 'Acme Support',
      client_uri: 'https://acme.example/',
      redirect_uris: ['https://callbacks.example/'],
    }),
    know(server, 'client_terminal', 'dynamic', byHand),
  ])
  const asking = (client: RegisteredClient) => ask(server.issuer, client, { scope: everything }).url
  const choose = (page: Page) => page.getByRole('checkbox', { name: 'Cinder 3', exact: true }).check()
  const decide = (button: string) => async (page: Page) => {
    await choose(page)
    await page.getByRole('button', { name: button }).click()
  }
  const readOnly = async (page: Page) => {
    await choose(page)
    await page.getByRole('radio', { name: 'Read only' }).check()
    await page.getByLabel('Name this connection').fill('Quarterly report')
  }
  return [
    { server, name: 'consent-many', url: asking(chart), act: decide('Next') },
    { server, name: 'consent-read-only', url: asking(chart), act: readOnly },
    { server, name: 'consent-warning', url: asking(support) },
    { server, name: 'code', url: asking(terminal), act: decide('Approve') },
    { server, name: 'denied', url: asking(terminal), act: decide('Deny') },
  ]
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
  const use = async (client: RegisteredClient, changes: Changes, headers: Record<string, string> = {}) => {
    const { tokens } = await connect(siteAt(acme.issuer), { client, changes })
    const path = `/api/projects/${[changes.project].flat()[0]}/items`
    await call(siteAt(acme.issuer), tokens.access_token, path, { headers })
  }
  const terminal = { 'user-agent': 'code-editor/2.4 (Macintosh; arm64)', 'x-address': '198.51.100.24' }
  await use(reporter, { project: ['alpha', 'beta'] }, { 'user-agent': 'node', 'x-address': '203.0.113.7' })
  days(11)
  await use(editor, { project: 'beta', label: 'Work laptop' }, terminal)
  days(3)
  await use(editor, { project: 'alpha', scope: 'project:read', keep_alive: null }, terminal)
  // What was used when is written down now and then, and at the end.
  await acme.provider.close()
  const [shared] = (await acme.provider.grants.list({ clientId: reporter.client_id as ClientId })).items
  return [
    {
      name: 'consent',
      url: ask(acme.issuer, chart, { scope: 'project:admin' }).url,
      act: (page) => page.getByRole('checkbox', { name: 'Alpha' }).check(),
    },
    { name: 'consent-local', url: ask(acme.issuer, editor, { scope: 'project:read project:write' }).url },
    { name: 'connected-apps', url: `${acme.issuer}/settings/connected-apps` },
    { name: 'connected-app', url: `${acme.issuer}/settings/connected-apps/change?grant=${shared?.grant.id}` },
    ...(await managementScenes(acme, reporter)),
    ...(await deviceScenes(acme)),
    { name: 'error', url: ask(acme.issuer, chart, { redirect_uri: 'https://elsewhere.example/callback' }).url },
  ]
}

async function take(browser: Browser, acme: TestServer, { name, url, act, server = acme }: Scene): Promise<void> {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
    await context.addCookies([{ name: 'user', value: 'alice', url: server.issuer }])
    const page = await context.newPage()
    await page.goto(url)
    await act?.(page)
    await page.mouse.move(0, 0)
    await page.screenshot({ path: `${folder}${name}-${look}.png`, fullPage: true })
    await context.close()
  }
}

const wanted = process.argv.slice(2)
if (wanted.length === 0) await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const browser = await launchChromium()
const acme = await startProvider({ registration: { byUsers: {} }, address: ({ headers }) => headers.get('x-address') })
const large = await startProvider({
  ...manyProjects(312),
  switchAccount: () => '/login',
  registration: { outOfBand: true },
})
for (const scene of [...(await scenes(acme)), ...(await consentScenes(large))])
  if (wanted.length === 0 || wanted.includes(scene.name)) await take(browser, acme, scene)
await browser.close()
acme.stop()
large.stop()
