import type { Context } from '../context.js'
import {
  type ProjectDetail,
  projectsIn,
  readAuthorizationDetails,
  refuseDetails,
  requireLocations,
} from '../protocol/authorization-details.js'
import { common } from '../protocol/lists.js'
import type { Client, ProjectId } from '../records.js'
import type { Reach } from '../storage.js'
import { boundsOf, pinned } from './account.js'
import { metadataOf } from './client.js'
import { projectsNamedBy } from './resource.js'

/** Projects that a client asks for by name: in its details, or by the resources it names (RFC 9396, RFC 8707). */

/** The types of details there are, and that a client has not ruled out for itself (RFC 9396 section 10). */
export function detailTypes({ hooks }: Context, client: Client): readonly string[] {
  const { authorization_details_types: registered } = metadataOf(client)
  return hooks.projects ? ['project'].filter((type) => registered?.includes(type) ?? true) : []
}

const both = (one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null =>
  one && other ? one.filter((project) => other.includes(project)) : (one ?? other)

/**
 * The only projects that a new grant can be for, whoever the person is; null: any. Whether they are the person's own is not told to
 * the client: there is nothing to choose then.
 *
 * @throws OAuthError `invalid_authorization_details`
 */
export function namedProjects(
  context: Context,
  client: Client,
  { resource, details }: { readonly resource: readonly string[]; readonly details: readonly ProjectDetail[] | null },
): readonly string[] | null {
  if (details) requireLocations(details, resource)
  const named = both(details && projectsIn(details), projectsNamedBy(context, resource))
  if (named === null) return null
  const reachable = pinned(boundsOf(client), named as readonly ProjectId[])
  if (reachable.length > 0) return reachable
  throw refuseDetails('none of these projects can be had like this', 'authorization_details.unreachable')
}

/** What a token request asks for, of what its chain of tokens can bring. */
interface Asked {
  /** The parameter `authorization_details`. */
  readonly details: string | undefined
  readonly resource: readonly string[]
  readonly granted: Reach['projects']
}

/**
 * The projects that one token is asked for, which must be among those granted (RFC 9396 section 6); null: none by name.
 *
 * @throws OAuthError `invalid_authorization_details`
 */
export function askedProjects(
  context: Context,
  client: Client,
  { details: text, resource, granted }: Asked,
): readonly ProjectId[] | null {
  const details = readAuthorizationDetails(text, detailTypes(context, client))
  if (!details) return null
  requireLocations(details, resource)
  const asked = projectsIn(details) as readonly ProjectId[]
  if (granted === 'all' || asked.every((project) => granted.includes(project))) return asked
  throw refuseDetails('more than what was granted', 'authorization_details.not_granted')
}

/** The part of some projects that is left when others are all that is wanted; null: all of it. */
export function narrowedProjects(
  granted: Reach['projects'],
  wanted: readonly string[] | null | undefined,
): Reach['projects'] {
  if (!wanted) return granted
  return granted === 'all' ? (wanted as readonly ProjectId[]) : common(granted, wanted)
}
