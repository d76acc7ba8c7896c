import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { findInteraction } from '../interactions/interaction.js'
import { type Asked, openInteraction } from '../interactions/open.js'
import { approveAgain, coveringGrant } from '../interactions/remembered.js'
import { approveTrusted, trustedApproval } from '../interactions/trusted.js'
import { OAuthError } from '../protocol/errors.js'
import type { Secret } from '../tokens/secret.js'

/**
 * `prompt=none`: an answer without a page (OpenID Connect Core section 3.1.2.6).
 *
 * @returns where to redirect to
 * @throws OAuthError the reason why there is none
 */
export async function answerSilently(
  context: Context,
  asked: Asked,
  session: Session,
  browser: Secret,
): Promise<string> {
  const refused = () => new OAuthError('consent_required', 'the user has not approved this', 'consent.missing')
  const grant = await coveringGrant(context, asked)
  if (!grant && !(await trustedApproval(context, asked))) throw refused()
  const id = await openInteraction(context, asked, browser)
  const visitor = { session, browser: browser.reveal() }
  const interaction = await findInteraction(context, id.reveal(), visitor)
  const answer = grant
    ? await approveAgain(context, interaction, grant)
    : await approveTrusted(context, interaction, visitor)
  if (!answer) throw refused()
  if ('redirectTo' in answer) return answer.redirectTo
  throw new OAuthError('interaction_required', 'a code is not shown without being asked for', 'interaction.by_hand')
}
