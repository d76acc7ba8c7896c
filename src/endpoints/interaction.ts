import type { Context } from '../context.js'
import { type Approval, approve, type Decided, deny, repeatApproval } from '../interactions/decide.js'
import {
  csrfToken,
  findInteraction,
  type Interaction,
  requireBrowser,
  requireCsrf,
  type Visitor,
} from '../interactions/interaction.js'
import { approveAgain, coveringGrant } from '../interactions/remembered.js'
import { consentView } from '../interactions/view.js'
import { OAuthError } from '../protocol/errors.js'
import { many, type Parameters, required, single } from '../protocol/parameters.js'
import type { ConsentView } from '../views.js'

export type InteractionOutcome =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'page'; readonly view: ConsentView }

/** The consent page's view, for this browser. */
async function page(
  context: Context,
  interaction: Interaction,
  visitor: Visitor,
  attempt: Pick<ConsentView, 'problem' | 'last'> | null,
): Promise<InteractionOutcome> {
  const id = interaction.secret.reveal()
  const csrf = csrfToken(requireBrowser(context, visitor), id)
  return { kind: 'page', view: await consentView(context, interaction, { session: visitor.session, csrf, attempt }) }
}

/**
 * What a person has to decide. Reading changes nothing, however often a browser fetches it again; only a request that needs no
 * decision is answered at once, and one that has just been answered is answered in the same way.
 */
export async function showInteraction(context: Context, id: string, visitor: Visitor): Promise<InteractionOutcome> {
  const interaction = await findInteraction(context, id, visitor)
  if (interaction.token.redemption) return { kind: 'redirect', location: await repeatApproval(context, interaction) }
  const { request, subject } = interaction.data
  const remembered = await coveringGrant(context, { client: interaction.client, request, subject })
  if (remembered)
    return { kind: 'redirect', location: (await approveAgain(context, interaction, remembered)).redirectTo }
  return page(context, interaction, visitor, null)
}

const readApproval = (form: Parameters): Approval => ({
  scope: many(form, 'scope'),
  projects: single(form, 'projects') === 'all' ? 'all' : many(form, 'project'),
  keepAlive: single(form, 'keep_alive') === '1',
})

/** The decision a person posted. What the form says beyond a choice is not read: the request is the one that was kept. */
export async function decideInteraction(
  context: Context,
  form: Parameters,
  visitor: Visitor,
): Promise<InteractionOutcome> {
  const id = required(form, 'id')
  requireCsrf(context, visitor, id, single(form, 'csrf'))
  const decided = await decide(context, form, id, visitor)
  if ('redirectTo' in decided) return { kind: 'redirect', location: decided.redirectTo }
  const attempt = { problem: decided.problem, last: readApproval(form) }
  return page(context, await findInteraction(context, id, visitor), visitor, attempt)
}

async function decide(context: Context, form: Parameters, id: string, visitor: Visitor): Promise<Decided> {
  const decision = required(form, 'decision')
  if (decision === 'approve') return approve(context, id, visitor, readApproval(form))
  if (decision === 'deny') return deny(context, id, visitor)
  throw new OAuthError('invalid_request', 'decision is approve or deny', 'interaction.decision')
}
