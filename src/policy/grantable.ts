import type { Context } from '../context.js'
import type { AuthorizationRequest } from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import { intersectScope } from '../protocol/scope.js'
import type { Client } from '../records.js'
import { policyOf } from './client.js'
import { understoodScope } from './resource.js'

/** Scopes of OpenID Connect that many clients ask for by habit. They name nothing here, so that they count as not asked for. */
const habitual: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/** The scopes among those asked for that this provider knows. Null: none was asked for, but for those of habit. */
export function knownScope(context: Context, requested: readonly string[]): readonly string[] | null {
  const named = requested.filter((name) => !habitual.has(name) || context.scopes.has(name))
  return named.length > 0 ? named.filter((name) => context.scopes.has(name)) : null
}

/** An authorization request cut down to what may be granted at all, whoever the person is. */
export type GrantableRequest = AuthorizationRequest & {
  /** The client asked to stay connected by the scope of that name. */
  readonly offline_access: boolean
}

/** RFC 6749 section 3.3: unknown scopes are dropped, and asking for nothing means the default. */
function grantableScope(context: Context, client: Client, requested: readonly string[], resource: readonly string[]) {
  const wanted = knownScope(context, requested) ?? context.defaultScope
  const ceiling = policyOf(client).scope
  return understoodScope(context, ceiling ? intersectScope(wanted, ceiling, context.implied) : wanted, resource)
}

/**
 * @throws OAuthError `invalid_target` when a token would be for no resource in particular, `invalid_scope` when nothing of what
 * was asked for can be granted
 */
export function grantableRequest(context: Context, client: Client, request: AuthorizationRequest): GrantableRequest {
  const resource = request.resource.length > 0 ? request.resource : context.defaultResource
  if (resource.length === 0)
    throw new OAuthError('invalid_target', 'resource is missing: name what the token is for', 'resource.missing')
  const scope = grantableScope(context, client, request.scope, resource)
  if (scope.length === 0)
    throw new OAuthError('invalid_scope', 'none of these scopes can be granted', 'scope.none_grantable')
  return { ...request, resource, scope, offline_access: request.scope.includes('offline_access') }
}
