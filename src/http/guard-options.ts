import type { AuthenticationNeed } from '../policy/authentication.js'
import { isForProjects, resourceFor } from '../protocol/resource.js'
import type { Need } from '../resource/judgement.js'
import type { Origins } from './cors.js'
import type { HttpRequest } from './message.js'
import { type Called, calledByPath, isAmbiguous, type Places } from './resource-paths.js'

/** What a protected route needs. Without a scope any live token for the resource will do. */
export interface GuardOptions<HostRequest, ScopeName extends string> {
  readonly scope?: ScopeName | readonly ScopeName[] | ((host: HostRequest) => ScopeName | readonly ScopeName[])
  /**
   * The project a request acts on; null: none in particular. Undefined is taken for a slip, such as the parameter of another
   * route, and refused.
   */
  readonly project?: (host: HostRequest) => string | null | undefined
  /**
   * Which of the configured resources this is. Left out: the one whose path the request's path begins with. One that has `{project}` in
   * it is the one for the project of the request, and a request acts on the project of the resource that it calls.
   */
  readonly resource?: string
  /** Ask the host's entitlements on every request too, not only when tokens are issued. */
  readonly live?: boolean
  /**
   * How the person must have signed in who approved the client: by one of these authentication contexts, and at most so many seconds ago.
   * Otherwise the client is told to send them again (RFC 9470).
   */
  readonly authentication?: AuthenticationNeed
  /** Origins whose scripts may call; turns on CORS headers and answers to preflights. */
  readonly origins?: Origins
}

/** What a guard protects, as its options may name it. */
export interface Guarded {
  /** Resource identifiers, as they are configured. */
  readonly resources: readonly string[]
  readonly places: Places
  readonly scopes: { has(name: string): boolean }
  /** The authentication contexts there are. */
  readonly acrValues: readonly string[]
}

/** A resource that the host has named: of one for each project, the one of the project that the request acts on. */
function calledByName(resource: string, project: string | undefined): Called {
  if (!isForProjects(resource)) return { resource, project: null }
  if (project !== undefined) return { resource: resourceFor(resource, project), project }
  throw new TypeError(`guard: ${resource} is one for each project: say which one a request acts on with \`project\``)
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

/** @throws OAuthError or TypeError for a request that does not say plainly what it is for */
export function needOf<HostRequest, ScopeName extends string>(
  guarded: Guarded,
  request: HttpRequest,
  host: HostRequest,
  { scope = [], project, resource, live = false, authentication = {} }: GuardOptions<HostRequest, ScopeName>,
): Need {
  const acted = project && projectOf(project, host)
  const called = resource === undefined ? calledByPath(guarded.places, request) : calledByName(resource, acted)
  return {
    scope: listOf(typeof scope === 'function' ? scope(host) : scope),
    // Whoever calls the resource of a project acts on that project, unless the host knows better.
    project: acted ?? called.project ?? undefined,
    resource: called.resource,
    live,
    authentication,
  }
}

function checkAuthentication({ acrValues }: Guarded, { acr, maxAge }: AuthenticationNeed): void {
  const unknown = acr?.find((one) => !acrValues.includes(one))
  if (unknown !== undefined) throw new TypeError(`guard: authentication: ${unknown} is not among acrValues`)
  if (acr?.length === 0) throw new TypeError('guard: authentication: acr is empty: nobody could pass')
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge > 0))
    throw new TypeError('guard: authentication: maxAge must be whole seconds, at least 1')
}

/** @throws TypeError at boot for a resource or scope that is not configured, or a resource that could be several */
export function checkOptions<HostRequest, ScopeName extends string>(
  guarded: Guarded,
  options: GuardOptions<HostRequest, ScopeName>,
): void {
  if (options.resource !== undefined && !guarded.resources.includes(options.resource))
    throw new TypeError(`guard: resource ${options.resource} is not configured`)
  if (options.resource === undefined && isAmbiguous(guarded.places))
    throw new TypeError('guard: several resources share a path; say which one this is with `resource`')
  if (options.authentication) checkAuthentication(guarded, options.authentication)
  const { scope = [] } = options
  const unknown = typeof scope === 'function' ? undefined : listOf(scope).find((name) => !guarded.scopes.has(name))
  if (unknown !== undefined) throw new TypeError(`guard: scope ${unknown} is not configured`)
}
