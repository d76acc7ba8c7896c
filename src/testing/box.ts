import type { Lifetimes } from '../context.js'
import { encodeBase64url } from '../protocol/base64url.js'
import { sha256 } from '../protocol/sha256.js'
import { createProvider, type Provider } from '../provider.js'
import type { Storage } from '../storage.js'

/**
 * A provider in a box: a whole host, with a person, two projects and an API, around a storage. For trying a storage by what a
 * provider does with it, and for trying anything else that needs live tokens.
 */
export interface Box {
  readonly provider: Provider<Request, BoxScope>
  /** Seconds since 1970; move it by adding to it. */
  readonly clock: { now: number }
  /** Register a public client, approve it for `alpha`, and exchange the code. */
  readonly connect: () => Promise<Connection>
  /** Approve a registered client once more; the code that its redirect URI is given. */
  readonly authorize: (clientId: string) => Promise<{ readonly code: string; readonly verifier: string }>
  readonly post: (path: string, form: Readonly<Record<string, string>>) => Promise<BoxAnswer>
  /** The status with which the API meets this access token. */
  readonly call: (accessToken: string) => Promise<number>
}

export type BoxScope = 'items:read' | 'items:write'

export interface BoxAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** A connected client, and its tokens. */
export interface Connection {
  readonly clientId: string
  readonly accessToken: string
  readonly refreshToken: string
}

const issuer = 'https://box.example'
const api = `${issuer}/api`
const redirectUri = 'https://client.example/callback'

function boxProvider(storage: Storage, clock: Box['clock'], subject: string, lifetimes: Partial<Lifetimes>) {
  return createProvider<Request, BoxScope>({
    issuer,
    storage,
    lifetimes,
    now: () => clock.now,
    scopes: { 'items:read': 'Read items', 'items:write': { description: 'Change items', implies: ['items:read'] } },
    resources: { [api]: { name: 'Box API' } },
    session: () => ({ subject, name: 'Somebody' }),
    login: () => '/login',
    projects: {
      label: 'project',
      choose: 'many',
      list: () => [
        { id: 'alpha', name: 'Alpha' },
        { id: 'beta', name: 'Beta' },
      ],
    },
    entitlements: () => ['items:write'],
    interaction: (id) => `/consent?id=${encodeURIComponent(id)}`,
    deviceFlow: { page: `${issuer}/device` },
    throttle: false,
    onError: () => {},
  })
}

const randomText = () => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))

/**
 * Put a provider around a storage.
 *
 * @example
 * const box = boxed(myStorage(pool))
 * const { accessToken } = await box.connect()
 *
 * @param storage the storage to try. Several boxes may share it: each has a person of its own.
 * @param options a person and a clock to share with another box, and lifetimes in seconds.
 */
export function boxed(
  storage: Storage,
  options: { readonly subject?: string; readonly clock?: Box['clock']; readonly lifetimes?: Partial<Lifetimes> } = {},
): Box {
  const {
    subject = `somebody-${randomText()}`,
    clock = { now: Math.floor(Date.now() / 1000) },
    lifetimes = {},
  } = options
  const provider = boxProvider(storage, clock, subject, lifetimes)

  const send = async (path: string, init: RequestInit): Promise<Response> =>
    provider.fetch(new Request(`${issuer}${path}`, init))

  const answer = async (response: Response): Promise<BoxAnswer> => ({
    status: response.status,
    body: JSON.parse((await response.text()) || '{}') as BoxAnswer['body'],
  })

  const post: Box['post'] = async (path, form) =>
    answer(await send(path, { method: 'POST', body: new URLSearchParams({ ...form }) }))

  const register = async (): Promise<string> => {
    const metadata = {
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    }
    const headers = { 'content-type': 'application/json' }
    const { body } = await answer(
      await send('/oauth/register', { method: 'POST', headers, body: JSON.stringify(metadata) }),
    )
    return String(body.client_id)
  }

  const authorize: Box['authorize'] = async (clientId) => {
    const verifier = randomText()
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code_challenge: sha256(verifier),
      code_challenge_method: 'S256',
      scope: 'items:write',
    })
    const arrived = await send(`/oauth/authorize?${query}`, {})
    const cookie = arrived.headers.get('set-cookie')?.split(';')[0] ?? ''
    const id = new URL(arrived.headers.get('location') ?? '', issuer).searchParams.get('id') ?? ''
    const request = new Request(issuer, { headers: { cookie } })
    const { csrf } = await provider.interactions.read(request, request, id)
    const approval = { csrf, scope: ['items:write'], projects: ['alpha'], keepAlive: true }
    const decided = await provider.interactions.approve(request, request, id, approval)
    if (!('redirectTo' in decided)) throw new Error(`the approval was not taken: ${JSON.stringify(decided)}`)
    return { code: new URL(decided.redirectTo).searchParams.get('code') ?? '', verifier }
  }

  return {
    provider,
    clock,
    authorize,
    post,
    async connect() {
      const clientId = await register()
      const { code, verifier } = await authorize(clientId)
      const form = { grant_type: 'authorization_code', client_id: clientId, code, code_verifier: verifier }
      const { status, body } = await post('/oauth/token', form)
      if (status !== 200) throw new Error(`the code was not exchanged: ${status} ${JSON.stringify(body)}`)
      return { clientId, accessToken: String(body.access_token), refreshToken: String(body.refresh_token) }
    },
    async call(accessToken) {
      const guard = provider.guard({ scope: 'items:write', project: () => 'alpha' })
      const request = new Request(`${api}/items`, { headers: { authorization: `Bearer ${accessToken}` } })
      const result = await guard(request, request)
      return result.ok ? 200 : result.response.status
    },
  }
}

/** How many requests are sent at once. */
export const many = 24

/** Two providers on one database, with one person and one clock. */
export function pair(storage: Storage, peer: Storage = storage): readonly [Box, Box] {
  const one = { subject: `somebody-${crypto.randomUUID()}`, clock: { now: Math.floor(Date.now() / 1000) } }
  return [boxed(storage, one), boxed(peer, one)]
}

/** Ask both providers in turn, all at once. */
export const together = <T>(
  boxes: readonly Box[],
  ask: (box: Box, index: number) => Promise<T>,
): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: many }, (_, index) => ask(boxes[index % boxes.length]!, index)))
