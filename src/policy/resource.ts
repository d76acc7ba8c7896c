import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { selectResources } from '../protocol/resource.js'
import { intersectScope } from '../protocol/scope.js'

/**
 * The resources one token is for: those asked for, which must be among those granted, or else all that were granted
 * (RFC 8707 section 2.2).
 *
 * @throws OAuthError `invalid_target`
 */
export function narrowResources(
  context: Context,
  requested: readonly string[],
  granted: readonly string[],
): readonly string[] {
  if (requested.length === 0) return granted
  const selected = selectResources(requested, [...context.resources.keys()])
  if (selected.every((resource) => granted.includes(resource))) return selected
  throw new OAuthError('invalid_target', 'this resource was not part of the authorization', 'resource.not_granted')
}

/** The part of a scope that at least one of these resources understands. */
export function understoodScope(
  context: Context,
  scope: readonly string[],
  resources: readonly string[],
): readonly string[] {
  const understood = resources.flatMap((resource) => context.resources.get(resource)?.scope ?? [])
  return intersectScope(scope, understood, context.implied)
}
