import type { Context } from '../context.js'
import { isConfidential } from '../policy/client.js'
import type { GrantableRequest } from '../policy/grantable.js'
import { OAuthError } from '../protocol/errors.js'
import { isLoopback } from '../protocol/redirect-uri.js'
import { covers } from '../protocol/scope.js'
import type { Grant } from '../records.js'
import { expiry } from '../tokens/issue.js'
import { transact } from '../transact.js'
import { issueCodeOn, repeatApproval } from './decide.js'
import type { Interaction } from './interaction.js'
import type { Asked } from './open.js'

/** How many of a person's grants to one client are looked at. */
const lookedAt = 25

/**
 * Whether a client may be answered without a page. A public client cannot prove who it is: anybody can send its id (RFC 6749
 * section 10.2). On a person's own machine any program may be listening (RFC 8252 section 8.6). Each prompt but `none` wants a page.
 */
const mayBeRemembered = ({ client, request }: Asked): boolean =>
  isConfidential(client) && !isLoopback(request.redirect_uri) && request.prompt.every((prompt) => prompt === 'none')

/** Whoever chose that an app should not stay connected is asked each time. */
const staysConnected = (context: Context, { details }: Grant, request: GrantableRequest): boolean =>
  details.keep_alive !== false &&
  (context.refreshTokens === 'grant_type' || !request.offline_access || details.offline_access === true)

/**
 * The one live grant that already covers a request, of a client that can prove who it is. With several such grants the person has
 * to say which one is meant.
 */
export async function coveringGrant(context: Context, asked: Asked): Promise<Grant | null> {
  const { client, request, subject } = asked
  if (!mayBeRemembered(asked)) return null
  const grants = await context.storage.listGrants({ subject, clientId: client.id }, { limit: lookedAt })
  const covering = grants.items.filter(
    (grant) =>
      grant.revokedAt === null &&
      grant.expiresAt > context.now() &&
      staysConnected(context, grant, request) &&
      covers(grant.scope, request.scope, context.implied) &&
      request.resource.every((resource) => grant.resource.includes(resource)),
  )
  return covering.length === 1 && grants.next === null ? (covering[0] ?? null) : null
}

/** A page that is loaded twice at once: the second load finds the request answered, or the grant gone. */
async function answered(context: Context, interaction: Interaction): Promise<{ readonly redirectTo: string }> {
  const found = await context.storage.findToken(interaction.token.digest)
  if (!found?.token.redemption)
    throw new OAuthError('consent_required', 'the approval has been taken back', 'grant.revoked')
  return { redirectTo: await repeatApproval(context, { ...interaction, token: found.token }) }
}

/** Answer a request from a grant that was given before. */
export async function approveAgain(
  context: Context,
  interaction: Interaction,
  grant: Grant,
): Promise<{ readonly redirectTo: string }> {
  return transact(context, async (refused) => {
    if (refused > 0) return { change: null, outcome: await answered(context, interaction) }
    const { scope, resource } = interaction.data.request
    const { change, redirectTo } = issueCodeOn(context, interaction, grant.id, { scope, resource })
    const expiresAt = expiry(context, grant, context.now(), context.lifetimes.authorizationCode)
    const { id: grantId, clientId, subject } = grant
    const event = { type: 'grant.remembered', clientId, grantId, subject, data: { requested: scope, resource } }
    return { change: { ...change, extend: [{ grantId, expiresAt }], events: [event] }, outcome: { redirectTo } }
  })
}
