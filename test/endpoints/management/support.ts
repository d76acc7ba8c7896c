import { type Browser, openBrowser, type Page, signIn } from '../../support/browser.js'
import type { RegisteredClient } from '../../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../../support/provider.js'

/** A provider with somebody at the pages on which clients are looked after. */
export interface Desk {
  readonly box: TestProvider
  readonly browser: Browser
}

export const admin = '/admin/oauth-clients'
export const own = '/settings/oauth-apps'

export async function desk(person = 'alice', options: TestOptions = {}): Promise<Desk> {
  const box = testProvider(options)
  return { box, browser: await at(box, person) }
}

export async function at(box: TestProvider, person: string): Promise<Browser> {
  const browser = openBrowser(box)
  await signIn(browser, person)
  return browser
}

/** Options of a host that lets people register apps of their own. */
export const byUsers: TestOptions = { registration: { byUsers: { most: 3 } } }

const redirectUri = 'https://acme.example/cb'

/** Fill in the form for a new client and send it. */
export async function create(
  browser: Browser,
  path: string,
  changes: Record<string, string | string[] | null> = {},
): Promise<Page> {
  const form = await browser.open(`${path}/new`)
  return browser.submit(form, { name: 'Reporter', redirect_uris: redirectUri, ...changes }, ['action', 'create'])
}

const shown = (page: Page, pattern: RegExp) => pattern.exec(page.html)?.[1]

/** The client as the page that shows its secret has it. */
export function created(page: Page): RegisteredClient {
  const client_id = shown(page, /<code>(client_[\w-]+)<\/code>/)
  if (client_id === undefined) throw new Error(`no client at ${page.url} (${page.status}): ${page.html.slice(-2000)}`)
  const client_secret = shown(page, /<code class="secret">([^<]+)<\/code>/)
  return {
    client_id,
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: client_secret === undefined ? 'none' : 'client_secret_basic',
    ...(client_secret !== undefined && { client_secret }),
  }
}

/** Press a button of a client's page. */
export async function press(
  browser: Browser,
  path: string,
  id: string,
  action: string,
  changes: Record<string, string> = {},
): Promise<Page> {
  const page = await browser.open(`${path}/client?${new URLSearchParams({ id })}`)
  return browser.submit(page, changes, ['action', action])
}
