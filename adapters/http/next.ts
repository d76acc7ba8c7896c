import { type Access, type GuardOptions, type Provider, toResponse } from 'grantor'
import type { NextRequest } from 'next/server.js'

type Handler = (request: NextRequest) => Promise<Response>

export interface RouteHandlersOptions {
  /**
   * The `basePath` of `next.config`, which Next takes away from what its routes see. The origin's own `/.well-known/` is out of reach
   * then: have the proxy in front put the base path before `/.well-known/oauth-…` paths.
   */
  readonly basePath?: string
}

/**
 * The provider's endpoints and pages as route handlers of the App Router. Export them from a catch-all route, and lead the paths that
 * live elsewhere to it with {@link wellKnownRewrites}. Set `skipTrailingSlashRedirect` in `next.config`: a redirected POST would
 * send credentials twice (RFC 9700 §4.12).
 *
 * @example
 * ```ts
 * // app/oauth/[...path]/route.ts
 * export const { GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD } = routeHandlers(provider)
 * ```
 */
export function routeHandlers<Host extends NextRequest>(
  provider: Pick<Provider<Host>, 'fetch'>,
  { basePath = '' }: RouteHandlersOptions = {},
): Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD', Handler> {
  const handler: Handler = (request) => provider.fetch(below(basePath, request), request as Host)
  // One handler for all, so that a wrong method gets the provider's own answer and not an empty one.
  return {
    GET: handler,
    POST: handler,
    PUT: handler,
    PATCH: handler,
    DELETE: handler,
    OPTIONS: handler,
    HEAD: handler,
  }
}

/** The request as it was sent, the base path included. */
function below(basePath: string, request: Request): Request {
  const { origin, pathname, search } = new URL(request.url)
  if (basePath === '' || pathname.startsWith('/.well-known/')) return request
  return new Request(`${origin}${basePath}${pathname}${search}`, request)
}

/** What Next hands to a route handler beside the request. */
export interface RouteContext<Params> {
  readonly params: Promise<Params>
}

export interface WithAccessOptions<Host, ScopeName extends string, Params>
  extends Omit<GuardOptions<Host, ScopeName>, 'project'> {
  /** The project a request acts on, mostly a parameter of the route; null: none in particular, undefined is refused. */
  readonly project?: (request: Host, params: Params) => string | null | undefined
}

/**
 * Guards a route handler: without a live access token that is strong enough the request is answered with a challenge (RFC 6750 §3,
 * RFC 9728 §5.1); with one, the handler's third argument says what it allows. When `origins` is given, export the result as `OPTIONS`
 * too: that answers preflights. Below a `basePath`, name the `resource`: Next does not show the path that tells it.
 *
 * @example
 * ```ts
 * // app/api/projects/[project]/items/route.ts
 * export const GET = withAccess(
 *   provider,
 *   { scope: 'items:read', project: (_request, params: { project: string }) => params.project },
 *   (_request, _context, access) => Response.json(itemsOf(access.subject)),
 * )
 * ```
 */
export function withAccess<Host extends NextRequest, ScopeName extends string, Params>(
  provider: Pick<Provider<Host, ScopeName>, 'guard'>,
  { project, ...options }: WithAccessOptions<Host, NoInfer<ScopeName>, Params>,
  handler: (
    request: NextRequest,
    context: RouteContext<Params>,
    access: Access<ScopeName>,
  ) => Response | Promise<Response>,
): (request: NextRequest, context: RouteContext<Params>) => Promise<Response> {
  const projects = new WeakMap<Host, string | null | undefined>()
  const guard = provider.guard(project === undefined ? options : { ...options, project: (host) => projects.get(host) })
  return async (request, context) => {
    const host = request as Host
    if (project !== undefined) projects.set(host, project(host, await context.params))
    const result = await guard(request, host)
    if (!result.ok) return toResponse(result.response)
    return withHeaders(await handler(request, context, result.access), result.headers)
  }
}

/** A copy, because the headers of some responses cannot be changed. What the host chose stays. */
function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const copy = new Response(response.body, response)
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'vary') copy.headers.append(name, value)
    else if (!copy.headers.has(name)) copy.headers.set(name, value)
  }
  return copy
}

/**
 * Rewrites for `next.config` that lead the OAuth documents below the origin's `/.well-known/` to a route that exports
 * {@link routeHandlers}; it still sees the path as it was sent. Other pages of the provider are led there in the same way. Needs no
 * provider, so that nothing boots while the configuration is read.
 *
 * @param issuer the provider's issuer identifier.
 * @param destination any path that the catch-all route answers.
 *
 * @example
 * ```ts
 * // next.config.ts
 * export default {
 *   skipTrailingSlashRedirect: true,
 *   rewrites: async () => [
 *     ...wellKnownRewrites('https://app.example'),
 *     { source: '/settings/connected-apps/:path*', destination: '/oauth/connected-apps' },
 *   ],
 * }
 * ```
 */
export function wellKnownRewrites(
  issuer: string,
  destination = '/oauth/well-known',
): { source: string; destination: string }[] {
  const path = new URL(issuer).pathname.replace(/\/$/, '').replaceAll(/[:()*+?{}\\]/g, '\\$&')
  const servers = '/.well-known/:document(oauth-authorization-server|openid-configuration)'
  return [
    // Clients put the issuer's path behind the well-known one (RFC 8414 §3.1) or, as OpenID Connect has it, in front.
    { source: `${servers}/:path*`, destination },
    ...(path === '' ? [] : [{ source: `${path}${servers}`, destination }]),
    { source: '/.well-known/oauth-protected-resource/:path*', destination },
  ]
}
