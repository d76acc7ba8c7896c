import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { intersectScope } from '../protocol/scope.js'
import type { Grant, GrantId, ProjectId, Subject } from '../records.js'
import type { Reach } from '../storage.js'
import { transact } from '../transact.js'

/** What a grant should be cut down to. What is left out stays as it is. */
export interface Narrowing {
  readonly scope?: readonly string[]
  readonly projects?: readonly string[]
}

/** The part of a grant that is wanted. A grant for all projects may be cut down to any: each is asked about when it is called. */
function narrowed(context: Context, { scope, projects }: Grant, to: Narrowing): Reach {
  const kept = projects === 'all' ? to.projects : projects.filter((project) => to.projects?.includes(project))
  return {
    scope: to.scope ? intersectScope(to.scope, scope, context.implied) : scope,
    projects: to.projects ? ((kept ?? []) as readonly ProjectId[]) : projects,
  }
}

const isSame = (a: Reach, b: Reach) => JSON.stringify([a.scope, a.projects]) === JSON.stringify([b.scope, b.projects])

/**
 * Take scopes or projects away from a live grant. The next request with any of its tokens has the less; nothing has to be
 * connected again. More than the grant has is not given.
 *
 * @param owner when given, only a grant of this subject is narrowed
 * @throws OAuthError `invalid_request`: 404 for a grant that is not there, has ended or is somebody else's; 400 when nothing would
 *   be left, because that is what revoking is for
 */
export async function narrowGrant(context: Context, id: GrantId, to: Narrowing, owner?: Subject): Promise<void> {
  await transact<undefined>(context, async () => {
    const grant = await context.storage.findGrant(id)
    if (!grant || grant.revokedAt !== null || (owner !== undefined && grant.subject !== owner))
      throw new OAuthError('invalid_request', 'no such grant', 'grant.unknown', { status: 404 })
    const reach = narrowed(context, grant, to)
    if (reach.scope.length === 0 || (grant.projects.length > 0 && reach.projects.length === 0))
      throw new OAuthError(
        'invalid_request',
        'nothing would be left: revoke the grant instead',
        'grant.narrowed_to_nothing',
      )
    const from = { scope: grant.scope, projects: grant.projects }
    if (isSame(from, reach)) return { change: null, outcome: undefined }
    const { clientId, subject } = grant
    return {
      change: {
        narrow: [{ grantId: id, from, to: reach }],
        events: [{ type: 'grant.narrowed', clientId, grantId: id, subject, data: { from, to: { ...reach } } }],
      },
      outcome: undefined,
    }
  })
}
