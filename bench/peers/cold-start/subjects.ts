import { newSecret } from '../shared/host.js'

/** What is loaded and set up before the first request, and the first token where one is easily asked for. */
export interface Subject {
  readonly title: string
  readonly packages: readonly string[]
  /** Loads, and gives what sets up. */
  readonly load: () => Promise<() => unknown>
  /** A token by client credentials, of what was set up. */
  readonly token?: (provider: never) => Promise<unknown>
}

const issuer = 'http://127.0.0.1:1234'
const credentials = { client_id: 'reporter', client_secret: newSecret() }

interface Own {
  readonly clients: {
    register(metadata: object, registrar: object): Promise<{ client: { id: string }; secret: string | null }>
  }
  readonly fetch: (request: Request) => Promise<Response>
}

/** Grantor's, with pages or without them. */
const grantor = (withPages: boolean): Subject => ({
  title: withPages ? 'Grantor, with pages' : 'Grantor',
  packages: ['grantor'],
  async load() {
    const [{ createProvider }, { memoryStorage }, pages] = await Promise.all([
      import('grantor'),
      import('grantor/storage/memory'),
      withPages ? import('grantor/pages') : null,
    ])
    return () =>
      createProvider({
        issuer,
        storage: memoryStorage({ allowInProduction: true }),
        scopes: { 'project:read': 'Read projects', 'project:write': 'Change projects' },
        resources: { [`${issuer}/api`]: { name: 'API' } },
        session: () => null,
        login: () => '/login',
        entitlements: () => ['project:read'],
        ...(pages ? { pages: pages.pages({ name: 'Host' }) } : { interaction: () => '/consent' }),
      })
  },
  async token(provider: Own) {
    const { client, secret } = await provider.clients.register(
      { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' },
      { policy: { scope: ['project:read'] } },
    )
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: secret ?? '',
    })
    const answer = await provider.fetch(new Request(`${issuer}/oauth/token`, { method: 'POST', body }))
    if (answer.status !== 200) throw new Error(`no token: ${await answer.text()}`)
  },
})

const subpath = (name: string, load: () => Promise<unknown>): Subject => ({
  title: name,
  packages: ['grantor'],
  load: async () => {
    const loaded = await load()
    return () => loaded
  },
})

export const subjects: Readonly<Record<string, Subject>> = {
  nothing: { title: 'nothing', packages: [], load: async () => () => null },
  grantor: grantor(false),
  'grantor-pages': grantor(true),
  'grantor/protocol': subpath('grantor/protocol', () => import('grantor/protocol')),
  'grantor/resource': subpath('grantor/resource', () => import('grantor/resource')),
  'grantor/pages': subpath('grantor/pages', () => import('grantor/pages')),
  'grantor/node': subpath('grantor/node', () => import('grantor/node')),
  'grantor/express': subpath('grantor/express', () => import('grantor/express')),
  'grantor/hono': subpath('grantor/hono', () => import('grantor/hono')),
  'grantor/storage/memory': subpath('grantor/storage/memory', () => import('grantor/storage/memory')),
  'grantor/storage/sql': subpath('grantor/storage/sql', () => import('grantor/storage/sql')),
  'grantor/storage/redis': subpath('grantor/storage/redis', () => import('grantor/storage/redis')),
  'oidc-provider': {
    title: 'oidc-provider',
    packages: ['oidc-provider'],
    async load() {
      const { Provider } = await import('oidc-provider')
      return () => new Provider(issuer, { features: { clientCredentials: { enabled: true } } })
    },
  },
  'node-oauth2-server': {
    title: '@node-oauth/oauth2-server',
    packages: ['@node-oauth/oauth2-server'],
    async load() {
      const [{ default: OAuth2Server }, { mapModel }] = await Promise.all([
        import('@node-oauth/oauth2-server'),
        import('../node-oauth2-server/model.js'),
      ])
      return () => new OAuth2Server({ model: mapModel(credentials) })
    },
  },
  'jmondi-oauth2-server': {
    title: '@jmondi/oauth2-server',
    packages: ['@jmondi/oauth2-server'],
    async load() {
      const [{ AuthorizationServer, JwtService }, { mapRepositories }] = await Promise.all([
        import('@jmondi/oauth2-server'),
        import('../jmondi-oauth2-server/repositories.js'),
      ])
      return () => {
        const { clients, scopes, tokens } = mapRepositories(credentials)
        return new AuthorizationServer(clients, tokens, scopes, new JwtService(newSecret()), { issuer })
      }
    },
  },
  'mcp-sdk': {
    title: 'MCP SDK, mcpAuthRouter',
    packages: ['@modelcontextprotocol/sdk', 'express'],
    async load() {
      const [{ mcpAuthRouter }, { MapProvider }] = await Promise.all([
        import('@modelcontextprotocol/sdk/server/auth/router.js'),
        import('../mcp-sdk/provider.js'),
      ])
      return () => mcpAuthRouter({ provider: new MapProvider(), issuerUrl: new URL(issuer) })
    },
  },
  'workers-oauth-provider': {
    title: '@cloudflare/workers-oauth-provider',
    packages: ['@cloudflare/workers-oauth-provider'],
    async load() {
      const { provideWorkers } = await import('../workers-oauth-provider/runtime.js')
      provideWorkers()
      const { OAuthProvider } = await import('@cloudflare/workers-oauth-provider')
      const handler = { fetch: () => new Response() }
      return () =>
        new OAuthProvider({
          apiRoute: '/api',
          apiHandler: handler,
          defaultHandler: handler,
          authorizeEndpoint: '/authorize',
          tokenEndpoint: '/token',
          resourceMetadata: { resource: `${issuer}/api`, authorization_servers: [issuer] },
        })
    },
  },
  'better-auth': {
    title: 'Better Auth, OAuth provider plugin',
    packages: ['better-auth', '@better-auth/oauth-provider'],
    async load() {
      const { makeAuth } = await import('../better-auth/auth.js')
      return () => makeAuth({ origin: issuer, secret: newSecret(), pool: null, signed: false })
    },
  },
}
