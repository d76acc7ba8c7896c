import type { Context } from '../context.js'
import { isConfidential } from '../policy/client.js'
import { covers } from '../protocol/scope.js'
import type { Grant } from '../records.js'
import { transact } from '../transact.js'
import { issueCodeOn } from './decide.js'
import type { Interaction } from './interaction.js'
import type { Asked } from './open.js'

/** How many of a person's grants to one client are looked at. */
const lookedAt = 25

/**
 * The one live grant that already covers a request, of a client that can prove who it is. A public client cannot: anybody can
 * send its id (RFC 6749 section 10.2). With several such grants the person has to say which one is meant.
 */
export async function coveringGrant(context: Context, { client, request, subject }: Asked): Promise<Grant | null> {
  if (!isConfidential(client) || request.prompt.includes('consent')) return null
  const grants = await context.storage.listGrants({ subject, clientId: client.id }, { limit: lookedAt })
  const covering = grants.items.filter(
    (grant) =>
      grant.revokedAt === null &&
      grant.expiresAt > context.now() &&
      covers(grant.scope, request.scope, context.implied) &&
      request.resource.every((resource) => grant.resource.includes(resource)),
  )
  return covering.length === 1 && grants.next === null ? (covering[0] ?? null) : null
}

/** Answer a request from a grant that was given before. */
export async function approveAgain(
  context: Context,
  interaction: Interaction,
  grant: Grant,
): Promise<{ readonly redirectTo: string }> {
  return transact(context, async () => {
    const { change, redirectTo } = issueCodeOn(context, interaction, grant.id)
    const extend = [{ grantId: grant.id, expiresAt: change.tokens[0].expiresAt }]
    return { change: { ...change, extend }, outcome: { redirectTo } }
  })
}
