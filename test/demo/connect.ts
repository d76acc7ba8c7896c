import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { TestDemo } from '../support/demo.js'
import { type Browser, createBrowser, formIn, type Page } from './browser.js'

export interface TokenResponse {
  readonly access_token: string
  readonly refresh_token?: string
  readonly scope: string
  readonly token_type: string
  readonly expires_in: number
}

export interface Wish {
  readonly person: string
  readonly projects: readonly string[]
  readonly scope?: string
  readonly to?: 'api' | 'mcp'
}

/** Nothing listens there; the browser is stopped on its way. */
export const callback = 'http://127.0.0.1:9/callback'

const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-0'
const challenge = createHash('sha256').update(verifier).digest('base64url')

export async function signIn(demo: TestDemo, username: string): Promise<Browser> {
  const browser = createBrowser()
  const page = await browser.open(`${demo.issuer}/login`, { form: Object.entries({ username, password: 'demo' }) })
  expect(page.status).toBe(200)
  return browser
}

export async function registerClient({ issuer }: TestDemo): Promise<string> {
  const metadata = {
    client_name: 'Script',
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token'],
  }
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  expect(response.status).toBe(201)
  return (await response.json()).client_id
}

export function authorizeUrl(
  { issuer }: TestDemo,
  clientId: string,
  { scope, to = 'api' }: Pick<Wish, 'scope' | 'to'>,
): URL {
  const url = new URL(`${issuer}/oauth/authorize`)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: callback,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: `${issuer}/${to}`,
    state: 'a state',
    ...(scope !== undefined && { scope }),
  }).toString()
  return url
}

/** Approves everything that is offered, for these projects. */
export async function approve(
  browser: Browser,
  consent: Page,
  projects: readonly string[],
  until = callback,
): Promise<Page> {
  const form = formIn(consent)
  const fields = [
    ...form.fields.filter(([name]) => !['project', 'scope'].includes(name)),
    ...form.choices('scope').map((scope) => ['scope', scope] as const),
    ...projects.map((project) => ['project', project] as const),
    ['decision', 'approve'] as const,
  ]
  return browser.open(new URL(form.action, consent.url), { form: fields, until })
}

/** The whole way of a public client: register, consent, redeem. */
export async function connect(demo: TestDemo, { person, projects, ...wish }: Wish): Promise<TokenResponse> {
  const [browser, clientId] = await Promise.all([signIn(demo, person), registerClient(demo)])
  const consent = await browser.open(authorizeUrl(demo, clientId, wish))
  expect(consent).toMatchObject({ status: 200 })
  const { url } = await approve(browser, consent, projects)
  const response = await fetch(`${demo.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code: url.searchParams.get('code') ?? '',
      redirect_uri: callback,
      code_verifier: verifier,
    }),
  })
  const tokens = await response.json()
  expect(tokens).toMatchObject({ token_type: 'Bearer' })
  return tokens
}
