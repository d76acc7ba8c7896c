import type { Context } from '../context.js'
import type { AuthorizationRequest } from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client } from '../records.js'
import { allowedScope } from './client.js'
import { namedProjects } from './projects.js'
import { requireResource, understoodScope } from './resource.js'

/** Scopes of OpenID Connect that many clients ask for by habit. They name nothing here, so that they count as not asked for. */
const habitual: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/** The scopes among those asked for that this provider knows. Null: none was asked for, but for those of habit. */
export function knownScope(context: Context, requested: readonly string[]): readonly string[] | null {
  const named = requested.filter((name) => !habitual.has(name) || context.scopes.has(name))
  return named.length > 0 ? named.filter((name) => context.scopes.has(name)) : null
}

type Requested = Pick<AuthorizationRequest, 'scope' | 'resource' | 'authorization_details'>

/** A request cut down to what may be granted at all, whoever the person is. */
export type Grantable<Request extends Requested = Requested> = Request & {
  /** The client asked to stay connected by the scope of that name. */
  readonly offline_access: boolean
  /** The only projects it can be for, because it names them. Left out: any. */
  readonly projects?: readonly string[]
}

export type GrantableRequest = Grantable<AuthorizationRequest>

/** RFC 6749 section 3.3: unknown scopes are dropped, and asking for nothing means the default. */
function grantableScope(context: Context, client: Client, requested: readonly string[], resource: readonly string[]) {
  const wanted = knownScope(context, requested) ?? context.defaultScope
  return understoodScope(context, allowedScope(context, client, wanted), resource)
}

/**
 * @throws OAuthError `invalid_target` when a token would be for no resource in particular, `invalid_scope` when nothing of what
 * was asked for can be granted, `invalid_authorization_details` for projects that cannot be had
 */
export function grantableRequest<Request extends Requested>(
  context: Context,
  client: Client,
  request: Request,
): Grantable<Request> {
  const resource = requireResource(context, client, request.resource)
  const scope = grantableScope(context, client, request.scope, resource)
  if (scope.length === 0)
    throw new OAuthError('invalid_scope', 'none of these scopes can be granted', 'scope.none_grantable')
  const projects = namedProjects(context, client, { resource, details: request.authorization_details ?? null })
  const offline_access = request.scope.includes('offline_access')
  return { offline_access, ...(projects && { projects }), ...request, resource, scope }
}
