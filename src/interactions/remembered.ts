import { user as byUser } from '../audit.js'
import type { Context } from '../context.js'
import { leadsSomewhere } from '../policy/account.js'
import { rememberedSignIn } from '../policy/authentication.js'
import { isConfidential } from '../policy/client.js'
import type { GrantableRequest } from '../policy/grantable.js'
import { identityOf } from '../policy/identity.js'
import { OAuthError } from '../protocol/errors.js'
import { isLoopback } from '../protocol/redirect-uri.js'
import { covers } from '../protocol/scope.js'
import type { Grant, ProjectId } from '../records.js'
import { expiry } from '../tokens/issue.js'
import { transact } from '../transact.js'
import { type Answered, isByHand } from './answer.js'
import { issueCodeOn, repeatApproval } from './decide.js'
import { grantsTo, type Interaction } from './interaction.js'
import type { Asked } from './open.js'

/**
 * Whether a client may be answered without a page. A public client cannot prove who it is: anybody can send its id (RFC 6749
 * section 10.2). On a person's own machine any program may be listening (RFC 8252 section 8.6). A code is shown to nobody who has not just asked for it. Each prompt but `none` wants a page.
 */
const mayBeRemembered = ({ client, request }: Pick<Asked, 'client' | 'request'>): boolean =>
  isConfidential(client) &&
  !isLoopback(request.redirect_uri) &&
  !isByHand(request) &&
  request.prompt.every((prompt) => prompt === 'none')

/** Whoever chose that an app should not stay connected is asked each time. */
const staysConnected = (context: Context, { details }: Grant, request: GrantableRequest): boolean =>
  details.keep_alive !== false &&
  (context.refreshTokens === 'grant_type' || !request.offline_access || details.offline_access === true)

/** What a client asks for by name it has to hold whole, so that it is not answered with a part of it without anybody being asked. */
const reachesNamed = ({ projects }: Grant, { projects: named = [] }: GrantableRequest): boolean =>
  projects === 'all' || named.every((project) => projects.some((one) => one === project))

/**
 * The one live grant that already covers a request, of a client that can prove who it is and has not become another one since. With
 * several such grants the person has to say which one is meant.
 */
export async function coveringGrant(
  context: Context,
  asked: Omit<Asked, 'returnTo'>,
  read: Interaction['grants'] = () => grantsTo(context, asked),
): Promise<Grant | null> {
  const { client, request } = asked
  if (!mayBeRemembered(asked)) return null
  const grants = await read()
  const covering = grants.items.filter(
    (grant) =>
      grant.revokedAt === null &&
      grant.expiresAt > context.now() &&
      leadsSomewhere(client, grant) &&
      staysConnected(context, grant, request) &&
      grant.details.identity === identityOf(client) &&
      covers(grant.scope, request.scope, context.implied) &&
      request.resource.every((resource) => grant.resource.includes(resource)) &&
      reachesNamed(grant, request),
  )
  return covering.length === 1 && grants.next === null ? (covering[0] ?? null) : null
}

/** A page that is loaded twice at once: the second load finds the request answered, or the grant gone. */
async function answered(context: Context, interaction: Interaction): Promise<Answered> {
  const found = await context.storage.findToken(interaction.token.digest)
  if (!found?.token.redemption)
    throw new OAuthError('consent_required', 'the approval has been taken back', 'grant.revoked')
  return repeatApproval(context, { ...interaction, token: found.token })
}

/** Answer a request from a grant that was given before. */
export async function approveAgain(context: Context, interaction: Interaction, grant: Grant): Promise<Answered> {
  return transact(context, async (refused) => {
    if (refused > 0) return { change: null, outcome: await answered(context, interaction) }
    const { scope, resource } = interaction.data.request
    const { projects: named } = interaction.data.request
    const projects = named && { projects: named as readonly ProjectId[] }
    const share = { scope, resource, ...projects, ...rememberedSignIn(interaction.session) }
    const { change, answer } = issueCodeOn(context, interaction, grant.id, share)
    const expiresAt = expiry(context, grant, context.now(), context.lifetimes.authorizationCode)
    const { id: grantId, clientId, subject, accountId } = grant
    const about = { actor: byUser(subject), clientId, grantId, subject, accountId }
    const event = { ...about, type: 'grant.remembered' as const, data: { requested: scope, resource } }
    return { change: { ...change, extend: [{ grantId, expiresAt }], events: [event] }, outcome: answer }
  })
}
