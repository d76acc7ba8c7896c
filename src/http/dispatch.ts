import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import type { Call, Route, Routes, Site } from './call.js'
import { preflight, withCors } from './cors.js'
import { failure } from './failures.js'
import { type HttpRequest, type HttpResponse, splitUrl } from './message.js'
import { errorJson } from './respond.js'

const wellKnown = /^\/\.well-known\/oauth-(authorization-server|protected-resource)(\/|$)/

/** Documents answer HEAD. Getting a page may open an interaction, and HEAD must change nothing. */
const hasHead = (route: Route) => route.kind === 'machine' && route.methods.GET !== undefined

const methodsOf = (route: Route) => [...Object.keys(route.methods), ...(hasHead(route) ? ['HEAD'] : [])]

/** A path with a slash too many is served as well: a redirect would make a client send its credentials again, or drop them. */
const findRoute = (routes: Routes, path: string) =>
  routes.get(path) ?? (path.endsWith('/') ? routes.get(path.slice(0, -1)) : undefined)

function notAllowed(route: Route): OAuthError {
  const allow = [...methodsOf(route), ...(route.kind === 'machine' ? ['OPTIONS'] : [])].join(', ')
  return new OAuthError('invalid_request', `use ${allow}`, 'method.not_allowed', { status: 405, headers: { allow } })
}

async function answer(call: Call, route: Route): Promise<HttpResponse> {
  const method = call.request.method === 'HEAD' && hasHead(route) ? 'GET' : call.request.method
  const handler = Object.hasOwn(route.methods, method) ? route.methods[method as keyof Route['methods']] : undefined
  try {
    if (!handler) throw notAllowed(route)
    return await handler(call)
  } catch (error) {
    return failure(call, route.kind, error)
  }
}

/**
 * Answer a request, or null when its path is none of the provider's. A well-known document that is not there is a 404 in JSON:
 * a login page or a 401 in its place makes clients give up.
 */
export async function dispatch(
  site: Site,
  routes: Routes,
  request: HttpRequest,
  host: unknown,
): Promise<HttpResponse | null> {
  const { path, query } = splitUrl(request.url)
  const route = findRoute(routes, path)
  if (!route) {
    if (!wellKnown.test(path)) return null
    // Scripts ask before they look, and can go on to the next place only if they may see that nothing is here.
    if (request.method === 'OPTIONS') return preflight(['GET', 'HEAD'])
    return withCors(
      errorJson(new OAuthError('invalid_request', 'no such document', 'well_known.unknown', { status: 404 })),
    )
  }
  if (route.kind === 'machine' && request.method === 'OPTIONS') return preflight(methodsOf(route))
  const response = await answer({ site, request, host, path, query, requestId: newId(site.context) }, route)
  const whole = route.kind === 'machine' ? withCors(response) : response
  return request.method === 'HEAD' ? { ...whole, body: '' } : whole
}
