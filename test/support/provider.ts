import {
  type AuditEvent,
  type Client,
  type ClientId,
  change,
  createProvider,
  type Pages,
  type Projects,
  type Provider,
  type ProviderOptions,
  type Storage,
} from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import type { Site } from './browser.js'
import { type Clock, fakeClock } from './clock.js'
import type { RegisteredClient } from './flow.js'
import { type ScopeName, scopes, type TestHost, testHost } from './host.js'
import { type WatchedStorage, watched } from './watched-storage.js'

export type { ScopeName } from './host.js'

export type TestOptions = Omit<Partial<ProviderOptions<Request, ScopeName>>, 'pages' | 'projects'> & {
  /** Null: the host draws every page itself. */
  readonly pages?: Pages | null
  /** Null: a host without projects. */
  readonly projects?: Projects | null
  /** Awaited around every call to the storage. */
  readonly pause?: () => Promise<void>
}

/** A provider with its host in this process. It is a {@link Site}, so that browsers and clients can talk to it. */
export interface TestProvider extends Site {
  readonly issuer: string
  readonly api: string
  readonly mcp: string
  readonly provider: Provider<Request, ScopeName>
  readonly clock: Clock
  readonly host: TestHost
  readonly storage: WatchedStorage
  /** Every audit event, as the host was told of it. */
  readonly events: readonly AuditEvent[]
  /** Everything the host was told had gone wrong. */
  readonly errors: readonly unknown[]
}

const loginForm = (next: string) => `<form method="post" action="/login">
<input type="hidden" name="next" value="${next.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">
<input name="username"><input name="password" type="password"><button>Sign in</button></form>`

/** The host's login: whoever knows the password of the demo gets a cookie. */
async function login(request: Request, clock: Clock): Promise<Response> {
  const { searchParams } = new URL(request.url)
  if (request.method !== 'POST')
    return new Response(loginForm(searchParams.get('next') ?? '/'), { headers: { 'content-type': 'text/html' } })
  const form = new URLSearchParams(await request.text())
  if (form.get('password') !== 'demo') return new Response('no', { status: 401 })
  const headers = new Headers({ location: form.get('next') || '/' })
  for (const cookie of [`user=${form.get('username')}`, `signed_in_at=${clock.now()}`])
    headers.append('set-cookie', `${cookie}; Path=/; HttpOnly`)
  return new Response(null, { status: 303, headers })
}

const needs: Readonly<Record<string, ScopeName>> = {
  GET: 'project:read',
  POST: 'project:write',
  DELETE: 'project:admin',
}

const projectOf = (request: Request) => /\/projects\/([^/?]+)/.exec(request.url)?.[1] ?? null

/** The host's API: `/api/projects/:project/items`, and the same below `/mcp`. Tells who was let in. */
function guarded(provider: Provider<Request, ScopeName>) {
  const guard = provider.guard({
    scope: (request) => needs[request.method] ?? 'project:read',
    project: projectOf,
  })
  return async (request: Request): Promise<Response> => {
    const result = await guard(request, request)
    if (result.ok) return Response.json(result.access, { headers: result.headers })
    const { status, headers, body } = result.response
    return new Response(body, { status, headers: headers as Record<string, string> })
  }
}

/** Whatever a test does not say is as in the demo: two resources, three people, several projects to choose from. */
export function testProvider(options: TestOptions = {}): TestProvider {
  const { pause, storage: given, pages: drawn = pages({ name: 'Acme' }), projects, ...overrides } = options
  const issuer = overrides.issuer ?? 'https://app.example'
  const { origin } = new URL(issuer)
  const clock = fakeClock()
  const host = testHost()
  const storage = watched(given ?? memoryStorage(), pause)
  const events: AuditEvent[] = []
  const errors: unknown[] = []
  const [api, mcp] = [`${origin}/api`, `${origin}/mcp`] as const
  const provider = createProvider<Request, ScopeName>({
    issuer,
    scopes,
    resources: { [api]: { name: 'Acme API' }, [mcp]: { name: 'Acme MCP' } },
    session: host.session,
    login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    ...(projects !== null && { projects: projects ?? { label: 'workspace', choose: 'many', list: host.projects } }),
    entitlements: host.entitlements,
    active: host.active,
    ...(drawn !== null && { pages: drawn }),
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
    now: clock.now,
    throttle: false,
    ...overrides,
    storage,
  })
  const call = Object.keys(overrides.resources ?? {}).length > 0 ? null : guarded(provider)
  return {
    issuer,
    origin,
    api,
    mcp,
    provider,
    clock,
    host,
    storage,
    events,
    errors,
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/login') return login(request, clock)
      if (call && /^\/(?:api|mcp)(?:\/|$)/.test(pathname)) return call(request)
      return provider.fetch(request)
    },
  }
}

/** The same storage behind two providers: two processes of one host, with a clock each. */
export function secondNode(first: TestProvider, options: TestOptions = {}): TestProvider {
  const storage: Storage = first.storage
  return testProvider({ ...options, storage })
}

/** A client that the host registers itself, with its own word on what the client may do. */
export async function registerManually(
  { provider }: Pick<TestProvider, 'provider'>,
  metadata: Readonly<Record<string, unknown>>,
  registrar: Parameters<Provider['clients']['register']>[1] = {},
): Promise<RegisteredClient> {
  const { client, secret } = await provider.clients.register(metadata, registrar)
  const { redirect_uris, token_endpoint_auth_method } = client.metadata as unknown as RegisteredClient
  return {
    client_id: client.id,
    redirect_uris,
    token_endpoint_auth_method,
    ...(secret !== null && { client_secret: secret }),
  }
}

/** Change a client's record behind the provider's back, the way an administrator's edit does. */
export async function editClient(
  { storage }: Pick<TestProvider, 'storage'>,
  { client_id }: Pick<RegisteredClient, 'client_id'>,
  edit: (client: Client) => Partial<Client>,
): Promise<void> {
  const client = await storage.findClient(client_id as ClientId)
  if (!client) throw new Error(`${client_id} is not registered`)
  const done = await storage.commit(change({ update: [{ ...client, ...edit(client), version: client.version + 1 }] }))
  if (!done) throw new Error(`${client_id} was edited by somebody else`)
}
