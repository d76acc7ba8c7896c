import { createHash, randomBytes } from 'node:crypto'
import { type ClientId, createProvider, type Provider, type ProviderOptions, type Storage } from 'grantor'

/** What a connected client holds. */
export interface Connection {
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
  readonly refreshToken: string
}

/** A client that acts for itself. */
export interface Machine {
  readonly clientId: string
  readonly clientSecret: string
}

type Scope = 'items:read' | 'items:write'
export type Settings = Pick<
  ProviderOptions<Request, Scope>,
  'lifetimes' | 'retention' | 'onError' | 'storageCallsAtOnce'
>

export interface Host {
  readonly provider: Provider<Request, Scope>
  readonly request: Request
  readonly register: () => Promise<Machine>
  readonly machine: () => Promise<Machine>
  /** Approve a client once more, and exchange the code: a grant, an access token and a refresh token. */
  readonly connect: (client: Machine) => Promise<Connection>
}

const issuer = 'https://scale.example'
const redirectUri = 'https://client.example/callback'
const scope = ['items:write'] as const

/** An app with an API, and a provider with nothing switched off but the limits on what one address may do. */
export function hostOn(storage: Storage, settings: Settings & { readonly now?: () => number }): Host {
  const provider = createProvider<Request, Scope>({
    ...settings,
    issuer,
    storage,
    scopes: { 'items:read': 'Read items', 'items:write': { description: 'Change items', implies: ['items:read'] } },
    resources: { [`${issuer}/api`]: { name: 'API' } },
    session: (request) => ({ subject: request.headers.get('x-subject') ?? 'somebody', name: 'Somebody' }),
    login: () => '/login',
    projects: { label: 'project', choose: 'many', list: () => [{ id: 'alpha', name: 'Alpha' }] },
    entitlements: () => ['items:write'],
    interaction: (id) => `/consent?id=${encodeURIComponent(id)}`,
    throttle: false,
  })

  const registered = async (
    metadata: Readonly<Record<string, string | readonly string[]>>,
    policy: { readonly scope?: readonly Scope[] } = {},
  ): Promise<Machine> => {
    const { client, secret } = await provider.clients.register(
      { ...metadata, token_endpoint_auth_method: 'client_secret_post' },
      { policy },
    )
    return { clientId: client.id, clientSecret: secret ?? '' }
  }

  const send = (path: string, subject: string, init: RequestInit = {}) => {
    const request = new Request(`${issuer}${path}`, { ...init, headers: { ...init.headers, 'x-subject': subject } })
    return provider.fetch(request)
  }

  const approve = async (subject: string, location: string, cookie: string): Promise<string> => {
    const id = new URL(location, issuer).searchParams.get('id') ?? ''
    const request = new Request(issuer, { headers: { cookie, 'x-subject': subject } })
    const { csrf } = await provider.interactions.read(request, request, id)
    const approval = { csrf, scope, projects: ['alpha'], keepAlive: true }
    const decided = await provider.interactions.approve(request, request, id, approval)
    if (!('redirectTo' in decided)) throw new Error('the approval was not taken')
    return new URL(decided.redirectTo).searchParams.get('code') ?? ''
  }

  return {
    provider,
    request: new Request(issuer),
    register: () =>
      registered({
        client_name: `Reporter ${randomBytes(6).toString('hex')}`,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
      }),
    machine: () =>
      registered(
        { client_name: `Machine ${randomBytes(6).toString('hex')}`, grant_types: ['client_credentials'] },
        { scope },
      ),
    async connect({ clientId, clientSecret }) {
      const subject = `subject-${randomBytes(8).toString('hex')}`
      const verifier = randomBytes(32).toString('base64url')
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        scope: scope.join(' '),
      })
      const arrived = await send(`/oauth/authorize?${query}`, subject)
      const cookie = arrived.headers.get('set-cookie')?.split(';')[0] ?? ''
      const code = await approve(subject, arrived.headers.get('location') ?? '', cookie)
      const form = { grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret, code }
      const body = new URLSearchParams({ ...form, code_verifier: verifier })
      const exchanged = await send('/oauth/token', subject, { method: 'POST', body })
      const answer = (await exchanged.json()) as Readonly<Record<string, string>>
      const { access_token: accessToken, refresh_token: refreshToken } = answer
      if (accessToken === undefined || refreshToken === undefined)
        throw new Error(`the code was not exchanged: ${JSON.stringify(answer)}`)
      return { clientId: clientId as ClientId, clientSecret, accessToken, refreshToken }
    },
  }
}
