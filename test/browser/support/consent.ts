import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { siteAt } from '../../support/browser.js'
import {
  type Answer,
  authorizationUrl,
  exchange,
  type Params,
  publicClient,
  type RegisteredClient,
  register,
} from '../../support/flow.js'
import { follow } from './arrivals.js'

/** An authorization request that somebody is sent with. */
export interface Asked {
  readonly issuer: string
  readonly client: RegisteredClient
  readonly verifier: string
  readonly redirectUri: string
  readonly url: string
}

/** What a client sends somebody off with. */
export function ask(issuer: string, client: RegisteredClient, params: Params = {}): Asked {
  const verifier = randomBytes(32).toString('base64url')
  const path = authorizationUrl(client, verifier, { resource: `${issuer}/api`, state: 'a-state', ...params })
  const redirectUri = String(params.redirect_uri ?? client.redirect_uris[0])
  return { issuer, client, verifier, redirectUri, url: `${issuer}${path}` }
}

/** The same, of a client that registers itself first, and is no other even if it says the same of itself. */
export async function askAs(
  issuer: string,
  metadata: Readonly<Record<string, unknown>>,
  params: Params = {},
): Promise<Asked> {
  const software_id = randomBytes(16).toString('base64url')
  return ask(issuer, await register(siteAt(issuer), { ...publicClient, software_id, ...metadata }), params)
}

/** What the client gets for the code that it was sent. */
export const redeem = ({ issuer, client, verifier, redirectUri }: Asked, answer: URL): Promise<Answer> =>
  exchange(siteAt(issuer), {
    client,
    verifier,
    redirectUri,
    response: answer.searchParams,
    state: '',
    url: answer.href,
    page: { url: answer.href, status: null, headers: new Headers(), html: '', forms: [] },
  })

/** By the login page, and on to what it leads to. */
export async function signIn(page: Page, person: string): Promise<void> {
  await page.locator('[name=username]').fill(person)
  await page.locator('[name=password]').fill('demo')
  await follow(page.getByRole('button', { name: 'Sign in' }))
}

/** Follow a link of a client as a person who has signed in. */
export async function openConsent(page: Page, url: string, person = 'alice'): Promise<void> {
  const form = { username: person, password: 'demo' }
  await page.request.post(new URL('/login', url).href, { form, maxRedirects: 0 })
  await page.goto(url)
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
