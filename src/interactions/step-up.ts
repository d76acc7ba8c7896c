import type { Context } from '../context.js'
import { leadsSomewhere } from '../policy/account.js'
import { allowedScope, isConfidential } from '../policy/client.js'
import { understoodScope } from '../policy/resource.js'
import { covers } from '../protocol/scope.js'
import type { Grant, GrantId, ProjectId } from '../records.js'
import type { Reach } from '../storage.js'
import type { ProjectsView } from '../views.js'
import type { Asking, Interaction } from './interaction.js'

/**
 * Asking for more. What a client already holds is offered together with what it asks for, so that the new grant need not be less than
 * the old one in some other way.
 */

/** How many a new grant takes the place of at the most: there is one, as a rule. */
const mostReplaced = 3

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item) => other.includes(item))

/** The live grants of the same client to the same resources that hold less than it asks for now, the latest first. */
async function earlierGrants(context: Context, { client, data, grants }: Interaction): Promise<readonly Grant[]> {
  const { request } = data
  const { items } = await grants()
  return items
    .filter(
      (grant) =>
        grant.revokedAt === null &&
        grant.expiresAt > context.now() &&
        leadsSomewhere(client, grant) &&
        isSame(grant.resource, request.resource) &&
        !covers(grant.scope, request.scope, context.implied),
    )
    .sort((one, other) => other.createdAt - one.createdAt)
}

/** A request with what its client holds from before. */
export const withEarlier = async (context: Context, interaction: Interaction): Promise<Interaction & Asking> => ({
  ...interaction,
  earlier: await earlierGrants(context, interaction),
})

const reaches = ({ projects: held }: Grant, wanted: Reach['projects']): boolean =>
  held === 'all' || (wanted !== 'all' && wanted.every((project) => held.includes(project)))

/**
 * What a client holds beyond what it asks for; with projects, in each of these. Anybody can send the id of a public client, which is
 * why a sensitive scope of that is only given when it is asked for by name.
 */
export function heldBeyond(
  context: Context,
  { client, data: { request }, earlier = [] }: Asking,
  projects?: Reach['projects'],
): readonly string[] {
  const grants = projects === undefined ? earlier : earlier.filter((grant) => reaches(grant, projects))
  const beyond = grants.flatMap(({ scope }) => scope).filter((name) => !covers(request.scope, [name], context.implied))
  const given = [...new Set(beyond)].filter(
    (name) => isConfidential(client) || context.scopes.get(name)?.sensitive === false,
  )
  return understoodScope(context, allowedScope(context, client, given), request.resource)
}

/** Where the client works already is where it is to have more, until somebody says otherwise. */
export function chosenBefore(view: ProjectsView, { earlier = [] }: Asking): readonly string[] {
  const [latest] = earlier
  if (view.chosen.length > 0 || !latest || latest.projects === 'all') return view.chosen
  const before = view.options.filter(({ id, scope }) => scope.length > 0 && latest.projects.includes(id as ProjectId))
  return view.choose === 'one' && before.length > 1 ? [] : before.map(({ id }) => id)
}

/**
 * The grants that a new one takes the place of once its code is redeemed: of a client that proves who it is, and so is the one that has
 * them, and for the same projects. Whoever cannot prove it may be another device, which nobody wants to log out.
 */
export function replacedBy({ client, earlier = [] }: Asking, { projects }: Reach): readonly GrantId[] {
  if (!isConfidential(client)) return []
  const isSameReach = (held: Reach['projects']) =>
    held === 'all' || projects === 'all' ? held === projects : isSame(held, projects)
  return earlier
    .filter((grant) => isSameReach(grant.projects))
    .slice(0, mostReplaced)
    .map(({ id }) => id)
}
