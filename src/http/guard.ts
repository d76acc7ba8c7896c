import type { Access } from '../access.js'
import type { Context } from '../context.js'
import { newId } from '../ids.js'
import { bearerChallenge } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import type { ActivityLog } from '../resource/activity.js'
import { judge, type Need, type Refusal } from '../resource/guard.js'
import type { Site } from './call.js'
import { exposedHeaders, type Origins, resourceCors, resourcePreflight } from './cors.js'
import { asOAuthError } from './failures.js'
import { type HttpRequest, type HttpResponse, splitUrl } from './message.js'
import { errorJson, json } from './respond.js'

/** What a protected route needs. Without a scope any live token for the resource will do. */
export interface GuardOptions<HostRequest, ScopeName extends string> {
  readonly scope?: ScopeName | readonly ScopeName[] | ((host: HostRequest) => ScopeName | readonly ScopeName[])
  /**
   * The project a request acts on; null: none in particular. Undefined is taken for a slip, such as the parameter of another
   * route, and refused.
   */
  readonly project?: (host: HostRequest) => string | null | undefined
  /** Which of the configured resources this is. Left out: the one whose path the request's path begins with. */
  readonly resource?: string
  /** Ask the host's entitlements on every request too, not only when tokens are issued. */
  readonly live?: boolean
  /** Origins whose scripts may call; turns on CORS headers and answers to preflights. */
  readonly origins?: Origins
}

export type GuardResult<ScopeName extends string> =
  | {
      readonly ok: true
      readonly access: Access<ScopeName>
      /** For the host's own answer: caching, and CORS where it is turned on. */
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly ok: false; readonly response: HttpResponse }

export type Guard<HostRequest, ScopeName extends string> = (
  request: HttpRequest,
  host: HostRequest,
) => Promise<GuardResult<ScopeName>>

const pathOf = (resource: string) => new URL(resource).pathname.replace(/\/$/, '').toLowerCase()

/** The resource whose own path a path is, or is below: the longest such. Letter case does not count, as it does not for many routers. */
function resourceAt(context: Context, path: string): string | undefined {
  const below = (resource: string) => `${path.toLowerCase()}/`.startsWith(`${pathOf(resource)}/`)
  const candidates = [...context.resources.keys()].filter(below)
  return candidates.sort((a, b) => pathOf(b).length - pathOf(a).length)[0]
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/** Routers read a path decoded. One that is another resource's that way is not what it seems. */
function resourceOf(context: Context, { url }: HttpRequest, named: string | undefined): string {
  if (named !== undefined) return named
  const { path } = splitUrl(url)
  const resource = resourceAt(context, path)
  const plain = decoded(path)
  if (plain === null || resourceAt(context, plain) !== resource)
    throw new OAuthError('invalid_request', 'this path is not plainly encoded', 'path.ambiguous')
  if (resource !== undefined) return resource
  throw new TypeError(`${path} is below none of the configured resources: name one in the guard's options`)
}

const listOf = (scope: string | readonly string[]): readonly string[] => (typeof scope === 'string' ? [scope] : scope)

function projectOf<HostRequest>(
  ask: (host: HostRequest) => string | null | undefined,
  host: HostRequest,
): string | undefined {
  const project = ask(host)
  if (project === undefined)
    throw new TypeError(
      'guard: project found nothing in this request; say null where a request acts on none in particular',
    )
  return project ?? undefined
}

function needOf<HostRequest, ScopeName extends string>(
  context: Context,
  request: HttpRequest,
  host: HostRequest,
  { scope = [], project, resource, live = false }: GuardOptions<HostRequest, ScopeName>,
): Need {
  return {
    scope: listOf(typeof scope === 'function' ? scope(host) : scope),
    project: project && projectOf(project, host),
    resource: resourceOf(context, request, resource),
    live,
  }
}

function refusal({ status, challenge }: Refusal): HttpResponse {
  const { error = 'unauthorized', error_description = 'an access token is needed' } = challenge
  const body = { error, error_description, ...(challenge.scope && { scope: challenge.scope.join(' ') }) }
  return json(status, body, { 'www-authenticate': bearerChallenge(challenge) })
}

const forbiddenOrigin = () =>
  errorJson(
    new OAuthError('access_denied', 'scripts of this origin may not call here', 'origin.forbidden', { status: 403 }),
  )

const exposed = { 'access-control-expose-headers': exposedHeaders }

/** @throws TypeError at boot for a resource or scope that is not configured, or a resource that could be several */
function checkOptions<HostRequest, ScopeName extends string>(
  context: Context,
  options: GuardOptions<HostRequest, ScopeName>,
): void {
  if (options.resource !== undefined && !context.resources.has(options.resource))
    throw new TypeError(`guard: resource ${options.resource} is not configured`)
  if (
    options.resource === undefined &&
    new Set([...context.resources.keys()].map(pathOf)).size < context.resources.size
  )
    throw new TypeError('guard: several resources share a path; say which one this is with `resource`')
  const { scope = [] } = options
  const unknown = typeof scope === 'function' ? undefined : listOf(scope).find((name) => !context.scopes.has(name))
  if (unknown !== undefined) throw new TypeError(`guard: scope ${unknown} is not configured`)
}

/**
 * The guard of one or many routes: {@link Access}, or the answer to send instead (RFC 6750 section 3, RFC 9728 section 5.1).
 */
export function guardOf<HostRequest, ScopeName extends string>(
  site: Site,
  options: GuardOptions<HostRequest, ScopeName>,
  log: ActivityLog,
): Guard<HostRequest, ScopeName> {
  const { context } = site
  checkOptions(context, options)

  const decide = async (request: HttpRequest, host: HostRequest, requestId: string): Promise<Access | HttpResponse> => {
    const need = needOf(context, request, host, options)
    const judgement = await judge(context, log, request.headers.get('authorization'), need)
    if ('access' in judgement) return judgement.access
    const { reason, status, challenge } = judgement.refusal
    context.hooks.onRefusal({ reason, status, error: challenge.error ?? null, requestId })
    return refusal(judgement.refusal)
  }

  return async (request, host) => {
    const cors = options.origins === undefined ? exposed : resourceCors(request, options.origins)
    if (cors === null) return { ok: false, response: forbiddenOrigin() }
    if (options.origins !== undefined && request.method === 'OPTIONS')
      return { ok: false, response: resourcePreflight(request, cors) }
    const requestId = newId(context)
    const outcome = await decide(request, host, requestId).catch((error: unknown) =>
      errorJson(asOAuthError(error, { site, requestId })),
    )
    if ('status' in outcome) return { ok: false, response: { ...outcome, headers: { ...outcome.headers, ...cors } } }
    return {
      ok: true,
      access: outcome as Access<ScopeName>,
      headers: { 'cache-control': 'private', ...(options.origins !== undefined && cors) },
    }
  }
}
