import {
  getOAuthApi,
  type OAuthHelpers,
  OAuthProvider,
  type OAuthProviderOptions,
} from '@cloudflare/workers-oauth-provider'
import { getRequestListener } from '@hono/node-server'
import { listen } from '../../listening.js'
import { authMethod, lifetimes, redirectUri, scope } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import { consentPage, consentPath, guardedPath, personOf } from '../shared/host.js'
import { MapKv } from './kv.js'

interface Env {
  readonly OAUTH_KV: MapKv
  readonly OAUTH_PROVIDER: OAuthHelpers
}

interface Context {
  readonly props: { readonly subject: string }
  readonly auth: { readonly scope: readonly string[] }
}

const cookiesOf = (request: Request) => request.headers.get('cookie') ?? undefined

const api = {
  fetch(request: Request, _env: Env, { props, auth }: Context): Response {
    if (new URL(request.url).pathname !== guardedPath) return new Response(null, { status: 404 })
    if (!auth.scope.includes('project:read')) return new Response(null, { status: 403 })
    return Response.json({ project: 'alpha', subject: props.subject, scope: auth.scope.join(' ') })
  },
}

/** The consent page as its documentation builds one. */
const pages = {
  async fetch(request: Request, { OAUTH_PROVIDER: oauth }: Env): Promise<Response> {
    const person = personOf(cookiesOf(request))
    const { pathname } = new URL(request.url)
    if (person === undefined) return new Response(null, { status: 401 })
    if (pathname === '/authorize') {
      const asked = await oauth.parseAuthRequest(request)
      const { clientName, scope: scopes } = await oauth.describeConsent(asked)
      const { handle, headers } = await oauth.beginConsent(asked)
      headers.set('content-type', 'text/html; charset=utf-8')
      return new Response(consentPage(consentPath, clientName, scopes, handle), { headers })
    }
    if (pathname !== consentPath) return new Response(null, { status: 404 })
    const fields = new URLSearchParams(await request.text())
    const handle = fields.get('request') ?? ''
    if (fields.get('decision') !== 'approve') {
      const { headers } = await oauth.denyConsent(request, handle)
      return new Response(null, { status: 302, headers })
    }
    const approved = await oauth.approveConsent(request, handle)
    const { redirectTo } = await oauth.completeAuthorization({
      request: approved.request,
      userId: person,
      metadata: {},
      scope: approved.request.scope,
      props: { subject: person },
    })
    approved.headers.set('location', redirectTo)
    return new Response(null, { status: 302, headers: approved.headers })
  },
}

export async function start(): Promise<Started> {
  const listening = await listen()
  const options: OAuthProviderOptions<Env> = {
    apiRoute: '/api',
    apiHandler: api,
    defaultHandler: pages,
    authorizeEndpoint: '/authorize',
    tokenEndpoint: '/oauth/token',
    clientRegistrationEndpoint: '/oauth/register',
    accessTokenTTL: lifetimes.accessToken,
    refreshTokenTTL: lifetimes.refreshToken,
    scopesSupported: scope.split(' '),
    requiredScopes: ['project:read'],
    onError() {},
    resourceMetadata: { resource: `${listening.origin}/api`, authorization_servers: [listening.origin] },
  }
  const provider = new OAuthProvider<Env>(options)
  const bindings = { OAUTH_KV: new MapKv() }
  const { clientId, clientSecret } = await getOAuthApi(options, bindings as Env).createClient({
    clientName: 'Reporter',
    redirectUris: [redirectUri],
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    tokenEndpointAuthMethod: authMethod,
  })
  listening.answer(
    getRequestListener((request) => {
      const context = { props: undefined, waitUntil() {}, passThroughOnException() {} }
      return provider.fetch(request, { ...bindings } as Env, context)
    }),
  )
  return {
    port: listening.port,
    client: { client_id: clientId, client_secret: clientSecret ?? '' },
    close: listening.close,
  }
}
