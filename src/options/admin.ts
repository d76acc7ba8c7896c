import * as z from 'zod/mini'
import type { AdminAccess, ResourceOption, ScopeOption } from '../context.js'
import { isForProjects } from '../protocol/resource.js'
import type { Checks } from './resources.js'

/** Which access tokens may do what administrators do at `/oauth/manage`. */
export interface AdminOptions<ScopeName extends string> {
  /** Held by administrators alone, by the host's entitlements. It must be sensitive, so that no client gets it unasked. */
  readonly scope: NoInfer<ScopeName>
  /** The resource that such a token is for. Left out: the only one there is. */
  readonly resource?: string
}

/** The shape of {@link AdminOptions}. */
export const adminSchema = z.strictObject({
  scope: z.string().check(z.minLength(1)),
  resource: z.optional(z.string().check(z.minLength(1))),
})

/** @throws TypeError by way of `checks` */
export function readAdmin(
  { scope, resource }: AdminOptions<string>,
  scopes: ReadonlyMap<string, ScopeOption>,
  resources: ReadonlyMap<string, ResourceOption>,
  { requireScopes, refuse }: Checks,
): AdminAccess {
  requireScopes('admin.scope', [scope])
  if (scopes.get(scope)?.sensitive !== true)
    refuse(`admin.scope: ${scope} must be sensitive: clients get others unasked`)
  const [only = ''] = resources.keys()
  if (resource === undefined && resources.size > 1) refuse('admin.resource: say which resource such a token is for')
  if (resource !== undefined && !resources.has(resource))
    refuse(`admin.resource: ${resource} is not among the resources`)
  if (isForProjects(resource ?? only))
    refuse('admin.resource: administrators act on no project in particular: name a resource without {project}')
  return { scope, resource: resource ?? only }
}
