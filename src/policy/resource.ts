import type { Context, ResourceOption } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { type FoundResource, isForProjects, lookUpResource, selectResources } from '../protocol/resource.js'
import { intersectScope } from '../protocol/scope.js'
import type { Client } from '../records.js'
import { policyOf } from './client.js'

/** The resource that an identifier means, whoever wrote it; null when there is none. */
export const findKnown = ({ resources, resourceAliases }: Context, uri: string): FoundResource | null =>
  // What was looked up before is spelt as it is configured, and every token request asks for it again.
  resources.has(uri) && !isForProjects(uri)
    ? { resource: uri, configured: uri, project: null }
    : lookUpResource(uri, [...resources.keys()], resourceAliases)

/** What the host says of a resource, also of the one for a project. */
export const resourceOption = (context: Context, resource: string): ResourceOption | undefined =>
  context.resources.get(resource) ?? context.resources.get(findKnown(context, resource)?.configured ?? '')

/**
 * The resources that a request names; the only one there is when it names none, or else none.
 *
 * @throws OAuthError `invalid_target`
 */
export const selectKnown = ({ resources, resourceAliases }: Context, requested: readonly string[]) =>
  selectResources(requested, [...resources.keys()], resourceAliases)

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
  const selected = selectKnown(context, requested)
  if (selected.every((resource) => granted.includes(resource))) return selected
  throw new OAuthError('invalid_target', 'this resource was not part of the authorization', 'resource.not_granted')
}

/** The part of some resources that a client gets tokens for. */
export function allowedResources(context: Context, client: Client, resource: readonly string[]): readonly string[] {
  const { resources } = policyOf(client)
  if (resources === null) return resource
  return resource.filter((one) => resources.includes(findKnown(context, one)?.configured ?? one))
}

/**
 * The resources of a new grant: those that were asked for, or else the ones that the host means by none.
 *
 * @throws OAuthError `invalid_target`
 */
export function requireResource(context: Context, client: Client, requested: readonly string[]): readonly string[] {
  const resource = allowedResources(context, client, requested.length > 0 ? requested : context.defaultResource)
  if (resource.length < requested.length)
    throw new OAuthError('invalid_target', 'this client gets no tokens for that resource', 'resource.not_allowed')
  if (resource.length > 0) return resource
  throw new OAuthError('invalid_target', 'resource is missing: name what the token is for', 'resource.missing')
}

/** The projects that some resources name; null: none of them names one. */
export function projectsNamedBy(context: Context, resources: readonly string[]): readonly string[] | null {
  const named = new Set<string>()
  for (const resource of resources) {
    const project = findKnown(context, resource)?.project ?? null
    if (project !== null) named.add(project)
  }
  return named.size > 0 ? [...named] : null
}

/** The part of a scope that at least one of these resources understands. */
export function understoodScope(
  context: Context,
  scope: readonly string[],
  resources: readonly string[],
): readonly string[] {
  const understood: string[] = []
  for (const resource of resources) understood.push(...(resourceOption(context, resource)?.scope ?? []))
  return intersectScope(scope, understood, context.implied)
}
