import { createHash, randomBytes } from 'node:crypto'
import { type Browser, type Changes, formOf, openBrowser, type Page, type Site, signIn, valuesOf } from './browser.js'
import { asserted } from './signer.js'

/** Parameters of a request; undefined takes a default away. */
export type Params = Readonly<Record<string, string | readonly string[] | undefined>>

export interface RegisteredClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: string
  /** Makes a new assertion for every request of a client that signs. */
  readonly assert?: () => Promise<string>
}

/** Any JSON answer of a machine endpoint. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Tokens {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
}

export const redirectUri = 'http://127.0.0.1:33418/callback'

export const publicClient = {
  client_name: 'Reporter',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
} as const

export const confidentialClient = {
  ...publicClient,
  redirect_uris: ['https://reporter.example/callback'],
  token_endpoint_auth_method: 'client_secret_basic',
} as const

const pairs = (params: Params): string[][] =>
  Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, one]),
  )

export const formBody = (params: Params): URLSearchParams => new URLSearchParams(pairs(params))

/** Send a request by hand. */
export async function send(site: Site, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await site.fetch(new Request(new URL(path, site.origin), { redirect: 'manual', ...init }))
  const text = await response.text()
  const json = response.headers.get('content-type')?.startsWith('application/json') && text !== ''
  return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} }
}

export const post = (site: Site, path: string, params: Params, headers: Record<string, string> = {}): Promise<Answer> =>
  send(site, path, { method: 'POST', body: formBody(params), headers })

/** RFC 6749 section 2.3.1, form-encoding included. */
export function basic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`
}

/** Post to a machine endpoint as this client, authenticated the way it registered. */
export async function postAs(site: Site, path: string, client: RegisteredClient, params: Params): Promise<Answer> {
  const { client_id, client_secret, token_endpoint_auth_method: method, assert } = client
  if (assert) return post(site, path, { ...asserted(await assert()), ...params })
  if (client_secret !== undefined && method === 'client_secret_basic')
    return post(site, path, params, { authorization: basic(client_id, client_secret) })
  return post(site, path, { client_id, client_secret, ...params })
}

/** Register dynamically; throws unless it worked. */
export async function register(site: Site, metadata: Readonly<Record<string, unknown>> = publicClient) {
  const answer = await registration(site, metadata)
  if (answer.status !== 201) throw new Error(`registration: ${answer.status} ${answer.text}`)
  return answer.body as unknown as RegisteredClient
}

export const registration = (site: Site, metadata: unknown): Promise<Answer> =>
  send(site, '/oauth/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })

export const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

/** An authorization request on its way. */
export interface Attempt {
  readonly client: RegisteredClient
  readonly verifier: string
  readonly state: string
  readonly redirectUri: string
  readonly page: Page
}

/** The URL of an authorization request, with everything a well-behaved client sends. */
export function authorizationUrl(client: RegisteredClient, verifier: string, params: Params = {}): string {
  const query = formBody({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    scope: 'project:read project:write',
    ...params,
  })
  return `/oauth/authorize?${query}`
}

/** Send a browser to the authorization endpoint; ends on the login, the consent page, an error page, or back at the client. */
export async function authorize(
  browser: Browser,
  client: RegisteredClient,
  params: Params = {},
  verifier = randomBytes(32).toString('base64url'),
): Promise<Attempt> {
  const state = randomBytes(8).toString('base64url')
  const whole: Params = { state, resource: `${browser.site.origin}/api`, ...params }
  const page = await browser.open(authorizationUrl(client, verifier, whole))
  return { client, verifier, state, redirectUri: String(whole.redirect_uri ?? client.redirect_uris[0]), page }
}

/** The same in a browser of its own, with this person signed in. */
export async function openAttempt(
  site: Site,
  client: RegisteredClient,
  params: Params = {},
  person = 'alice',
): Promise<Attempt & { readonly browser: Browser }> {
  const browser = openBrowser(site)
  await signIn(browser, person)
  return { ...(await authorize(browser, client, params)), browser }
}

export interface Callback extends Attempt {
  readonly url: string
  /** The parameters of the authorization response. */
  readonly response: URLSearchParams
}

/** What a redirect to the client carries. */
export function responseOf(url: string): URLSearchParams {
  const query = url.indexOf('?')
  return new URLSearchParams(query === -1 ? '' : url.slice(query + 1))
}

/** Press a button of the consent page, with these projects chosen and whatever else is changed. */
export async function decide(
  browser: Browser,
  attempt: Attempt,
  decision: 'approve' | 'deny',
  changes: Changes = {},
): Promise<Callback> {
  const { url } = await browser.submit(attempt.page, { decision, ...changes }, ['decision', 'deny'])
  return { ...attempt, url, response: responseOf(url) }
}

/** Approve for the first project on the page, unless the changes name others. */
export function approve(browser: Browser, attempt: Attempt, changes: Changes = {}): Promise<Callback> {
  const form = formOf(attempt.page, ['decision', 'approve'])
  const [first] = form.fields.filter(({ name, disabled }) => name === 'project' && !disabled)
  const chosen = valuesOf(form).getAll('project')
  const project = chosen.length > 0 || !first ? chosen : [first.value]
  return decide(browser, attempt, 'approve', { project, ...changes })
}

/** Redeem the code of a callback. */
export const exchange = (site: Site, { client, response, verifier, redirectUri }: Callback, params: Params = {}) =>
  postAs(site, '/oauth/token', client, {
    grant_type: 'authorization_code',
    code: response.get('code') ?? undefined,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...params,
  })

export const refresh = (site: Site, client: RegisteredClient, token: string | undefined, params: Params = {}) =>
  postAs(site, '/oauth/token', client, { grant_type: 'refresh_token', refresh_token: token, ...params })

export const revoke = (site: Site, client: RegisteredClient, token: string | undefined, params: Params = {}) =>
  postAs(site, '/oauth/revoke', client, { token, ...params })

/** The tokens of an answer; throws unless it brought some. */
export function tokensOf(answer: Answer): Tokens {
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${answer.text}`)
  return answer.body as unknown as Tokens
}

/** Call the host's API with an access token. */
export const call = (
  site: Site,
  token: string | undefined,
  path = '/api/projects/alpha/items',
  init: RequestInit = {},
) =>
  send(site, path, {
    ...init,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...init.headers },
  })

export interface Connection {
  readonly browser: Browser
  readonly client: RegisteredClient
  readonly callback: Callback
  readonly tokens: Tokens & { readonly refresh_token: string }
}

export interface Connect {
  readonly person?: string
  readonly client?: RegisteredClient
  /** Of the client to register, when none is given. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly params?: Params
  readonly changes?: Changes
}

/** From nothing to tokens: a client, a person who signs in and approves, and the exchange. */
export async function connect(site: Site, options: Connect = {}): Promise<Connection> {
  const { person = 'alice', metadata, params = {}, changes = {} } = options
  const client = options.client ?? (await register(site, metadata))
  const browser = openBrowser(site)
  await signIn(browser, person)
  const attempt = await authorize(browser, client, params)
  const callback =
    attempt.page.status === null
      ? { ...attempt, url: attempt.page.url, response: responseOf(attempt.page.url) }
      : await approve(browser, attempt, changes)
  const tokens = tokensOf(await exchange(site, callback))
  return { browser, client, callback, tokens: { refresh_token: '', ...tokens } }
}
