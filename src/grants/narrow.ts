import type { Context } from '../context.js'
import { policyOf } from '../policy/client.js'
import { OAuthError } from '../protocol/errors.js'
import { covers, intersectScope } from '../protocol/scope.js'
import type { Client, Grant, GrantId, ProjectId } from '../records.js'
import type { Reach } from '../storage.js'
import { transact } from '../transact.js'
import { unknownGrant, type Word } from './manage.js'

/** What a grant should be cut down to. What is left out stays as it is. */
export interface Narrowing {
  readonly scope?: readonly string[]
  readonly projects?: readonly string[]
}

/**
 * The part of a grant that is wanted, in the grant's own words as far as they go, so that wanting all of it changes nothing. A grant
 * for all projects may be cut down to any: each is asked about when it is called.
 */
function narrowed(context: Context, { scope, projects }: Grant, to: Narrowing): Reach {
  return {
    scope: to.scope ? intersectScope(scope, to.scope, context.implied) : scope,
    projects: to.projects ? narrowedProjects(projects, to.projects) : projects,
  }
}

const narrowedProjects = (projects: Grant['projects'], wanted: readonly string[]): readonly ProjectId[] =>
  projects === 'all'
    ? [...new Set(wanted as readonly ProjectId[])]
    : projects.filter((project) => wanted.includes(project))

/** The scopes of a grant that the host lets nobody leave out for this client. The person who gave them can end the grant instead. */
export function requiredOf(context: Context, grant: Grant, client: Client | null): readonly string[] {
  const required = client ? policyOf(client).requiredScope : []
  return required.filter((name) => covers(grant.scope, [name], context.implied))
}

async function refuseRequired(context: Context, grant: Grant, { scope }: Reach): Promise<void> {
  const required = requiredOf(context, grant, await context.storage.findClient(grant.clientId))
  if (covers(scope, required, context.implied)) return
  throw new OAuthError(
    'invalid_request',
    'this client may not go without that scope: revoke the grant instead',
    'grant.scope_required',
  )
}

const isSame = (a: Reach, b: Reach) => JSON.stringify([a.scope, a.projects]) === JSON.stringify([b.scope, b.projects])

/**
 * Take scopes or projects away from a live grant. The next request with any of its tokens has the less; nothing has to be
 * connected again. More than the grant has is not given.
 *
 * @throws OAuthError `invalid_request`: 404 for a grant that is not there, has ended or is somebody else's; 400 when nothing would
 *   be left, because that is what revoking is for, and when its owner would take away what the host's policy requires
 */
export async function narrowGrant(context: Context, id: GrantId, to: Narrowing, { actor, owner }: Word): Promise<void> {
  await transact<undefined>(context, async () => {
    const grant = await context.storage.findGrant(id)
    if (!grant || grant.revokedAt !== null || (owner !== undefined && grant.subject !== owner)) throw unknownGrant()
    if (grant.subject === null)
      throw new OAuthError(
        'invalid_request',
        'what a client does for itself follows its registration: edit that',
        'grant.of_client',
      )
    const reach = narrowed(context, grant, to)
    if (reach.scope.length === 0 || (grant.projects.length > 0 && reach.projects.length === 0))
      throw new OAuthError(
        'invalid_request',
        'nothing would be left: revoke the grant instead',
        'grant.narrowed_to_nothing',
      )
    const from = { scope: grant.scope, projects: grant.projects }
    if (isSame(from, reach)) return { change: null, outcome: undefined }
    if (owner !== undefined) await refuseRequired(context, grant, reach)
    const { clientId, subject, accountId } = grant
    return {
      change: {
        narrow: [{ grantId: id, from, to: reach }],
        events: [
          { type: 'grant.narrowed', actor, clientId, grantId: id, subject, accountId, data: { from, to: reach } },
        ],
      },
      outcome: undefined,
    }
  })
}
