import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AuditEvent, createProvider, type Provider, type ProviderOptions, type Storage } from 'grantor'
import { listener, requireAccess, toHttpRequest } from 'grantor/node'
import { pages } from 'grantor/pages'
import { type Site, siteAt } from '../../support/browser.js'
import { type ScopeName, scopes, type TestHost, testHost } from '../../support/host.js'

export type AppOptions = Partial<ProviderOptions<IncomingMessage, ScopeName>> & {
  readonly storage: Storage
  /** Where it listens; any free port unless given. */
  readonly port?: number
}

/** A host with its provider on a port of this machine. */
export interface App extends Site {
  readonly provider: Provider<IncomingMessage, ScopeName>
  readonly host: TestHost
  /** Every audit event, as the host was told of it. */
  readonly events: readonly AuditEvent[]
  /** Everything the host was told had gone wrong. */
  readonly errors: readonly unknown[]
  readonly close: () => Promise<void>
}

const needs: Readonly<Record<string, ScopeName>> = {
  GET: 'project:read',
  POST: 'project:write',
  DELETE: 'project:admin',
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

const loginForm = (next: string) => `<form method="post" action="/login">
<input type="hidden" name="next" value="${escaped(next)}">
<input name="username"><input name="password" type="password"><button>Sign in</button></form>`

async function login(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    const next = new URL(request.url ?? '/', 'http://host').searchParams.get('next') ?? '/'
    response.setHeader('content-type', 'text/html; charset=utf-8').end(loginForm(next))
    return
  }
  const form = new URLSearchParams(await toHttpRequest(request).text())
  if (form.get('password') !== 'demo') {
    response.writeHead(401).end()
    return
  }
  const cookie = `user=${form.get('username')}; Path=/; HttpOnly`
  response.writeHead(303, { location: form.get('next') || '/', 'set-cookie': cookie }).end()
}

/** Listen on this machine; where that is. */
export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

/**
 * Start the app, with options that may follow from where it listens: the provider, a login at `/login`, and the API at `/api/projects/:project` and `/mcp`, which answer with what the
 * token allows; at `/mcp` reading is enough. The issuer is where the app listens, unless it is given.
 */
export async function startApp(given: AppOptions | ((origin: string) => AppOptions)): Promise<App> {
  const server = createServer()
  const origin = await listen(server, typeof given === 'function' ? 0 : given.port)
  const { port: _, ...options } = typeof given === 'function' ? given(origin) : given
  const issuer = options.issuer ?? origin
  const host = testHost()
  const events: AuditEvent[] = []
  const errors: unknown[] = []
  const provider = createProvider<IncomingMessage, ScopeName>({
    issuer,
    scopes,
    resources: { [`${issuer}/api`]: { name: 'Acme API' }, [`${issuer}/mcp`]: { name: 'Acme MCP' } },
    session: (request) => host.session(toHttpRequest(request)),
    login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    projects: { label: 'workspace', choose: 'many', list: host.projects },
    entitlements: host.entitlements,
    active: host.active,
    pages: pages({ name: 'Acme' }),
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
    throttle: false,
    ...options,
  })
  const guard = requireAccess(provider, {
    scope: ({ method, url }) => (url?.startsWith('/mcp') ? null : needs[method ?? '']) ?? 'project:read',
    project: ({ url }) => /\/projects\/([^/?]+)/.exec(url ?? '')?.[1] ?? null,
    origins: '*',
  })
  const rest = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/'
    if (path.startsWith('/login')) return login(request, response)
    if (!/^\/(?:api|mcp)(?:[/?]|$)/.test(path)) return response.writeHead(404).end()
    const access = await guard(request, response)
    if (access) response.setHeader('content-type', 'application/json').end(JSON.stringify(access))
  }
  server.on('request', listener(provider, rest))
  return {
    ...siteAt(origin),
    provider,
    host,
    events,
    errors,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await provider.close()
    },
  }
}
