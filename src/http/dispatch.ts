import type { Whence } from '../activity.js'
import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import { newTrail } from '../trail.js'
import { type Call, type Pattern, type Route, type Routes, type Site, whenceOf } from './call.js'
import { preflight, withCors } from './cors.js'
import { failure } from './failures.js'
import { type HttpRequest, type HttpResponse, splitUrl } from './message.js'
import { errorJson } from './respond.js'

const wellKnown = /^\/\.well-known\/oauth-(authorization-server|protected-resource)(\/|$)/

/** Documents answer HEAD. Getting a page may open an interaction, and HEAD must change nothing. */
const hasHead = (route: Route) => route.kind === 'machine' && route.methods.GET !== undefined

const methodsOf = (route: Route) => [...Object.keys(route.methods), ...(hasHead(route) ? ['HEAD'] : [])]

interface Found {
  readonly route: Route
  /** The path as it is in the table. */
  readonly name: string
  readonly id: string
}

/** The id in one segment of a path; null for none, or one that is not plainly encoded. */
function decodeId(segment: string): string | null {
  if (segment === '' || segment.includes('/')) return null
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

function matchPattern(patterns: readonly Pattern[], path: string): Found | undefined {
  for (const { before, after, route } of patterns) {
    if (!path.startsWith(before) || !path.endsWith(after)) continue
    const id = decodeId(path.slice(before.length, path.length - after.length))
    if (id !== null) return { route, name: `${before}:id${after}`, id }
  }
  return undefined
}

/** A path with a slash too many is served as well: a redirect would make a client send its credentials again, or drop them. */
function findRoute({ exact, patterns }: Routes, sent: string): Found | undefined {
  const known = exact.get(sent)
  if (known) return { route: known, name: sent, id: '' }
  const path = sent.endsWith('/') ? sent.slice(0, -1) : sent
  const route = exact.get(path)
  return route ? { route, name: path, id: '' } : matchPattern(patterns, path)
}

function notAllowed(route: Route): OAuthError {
  const allow = [...methodsOf(route), ...(route.kind === 'machine' ? ['OPTIONS'] : [])].join(', ')
  return new OAuthError('invalid_request', `use ${allow}`, 'method.not_allowed', { status: 405, headers: { allow } })
}

/** Where a request came from, or what its host threw in place of an answer. */
function askWhence(
  { context }: Site,
  request: HttpRequest,
  host: unknown,
): { readonly whence: Whence; fault?: unknown } {
  try {
    return { whence: whenceOf(context, request, host) }
  } catch (fault) {
    return { whence: { address: null, agent: null }, fault }
  }
}

async function answer(call: Call, route: Route, fault: unknown): Promise<HttpResponse> {
  const { method } = call.request
  const own = method === 'HEAD' && hasHead(route) ? 'GET' : method
  const handler = Object.hasOwn(route.methods, own) ? route.methods[own as keyof Route['methods']] : undefined
  let response: HttpResponse
  try {
    if (fault !== undefined) throw fault
    if (!handler) throw notAllowed(route)
    response = await handler(call)
  } catch (error) {
    response = await failure(call, route.kind, error)
  }
  const whole = route.kind === 'machine' ? withCors(response) : response
  return method === 'HEAD' ? { ...whole, body: '' } : whole
}

/** In a span of its own where the host measures. */
function observed(call: Call, route: string, answer: () => Promise<HttpResponse>): Promise<HttpResponse> {
  const { telemetry, trail } = call.site.context
  if (!telemetry) return answer()
  const { request, requestId } = call
  const reason = () => trail?.refusal?.reason ?? null
  return telemetry.request({ method: request.method, route, requestId, reason }, answer)
}

/** What is answered where nothing of the provider's is. */
function elsewhere({ method }: HttpRequest, path: string): HttpResponse | null {
  if (!wellKnown.test(path)) return null
  // Scripts ask before they look, and can go on to the next place only if they may see that nothing is here.
  if (method === 'OPTIONS') return preflight(['GET', 'HEAD'])
  return withCors(
    errorJson(new OAuthError('invalid_request', 'no such document', 'well_known.unknown', { status: 404 })),
  )
}

/**
 * Answer a request, or null when its path is none of the provider's. A well-known document that is not there is a 404 in JSON:
 * a login page or a 401 in its place makes clients give up.
 */
export function dispatch(
  site: Site,
  routes: Routes,
  request: HttpRequest,
  host: unknown,
): Promise<HttpResponse> | null {
  const { path, query } = splitUrl(request.url)
  const found = findRoute(routes, path)
  if (!found) {
    const response = elsewhere(request, path)
    return response && Promise.resolve(response)
  }
  const { route, name, id } = found
  if (route.kind === 'machine' && request.method === 'OPTIONS') return Promise.resolve(preflight(methodsOf(route)))
  const requestId = newId()
  const { whence, fault } = askWhence(site, request, host)
  const origin = { address: whence.address, agent: whence.agent, requestId }
  const context = { ...site.context, origin, trail: newTrail(name) }
  const call: Call = { site: { ...site, context }, request, host, path, query, id, requestId }
  return observed(call, name, () => answer(call, route, fault))
}
