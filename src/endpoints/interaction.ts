import type { Context } from '../context.js'
import { type Answered, isByHand } from '../interactions/answer.js'
import { approve, type Decided, deny, finished, repeatApproval } from '../interactions/decide.js'
import {
  csrfToken,
  findInteraction,
  type Interaction,
  type InteractionData,
  requireBrowser,
  requireCsrf,
  type Visitor,
} from '../interactions/interaction.js'
import type { Look } from '../interactions/projects.js'
import { approveAgain, coveringGrant } from '../interactions/remembered.js'
import { approveTrusted } from '../interactions/trusted.js'
import { type Attempt, consentView } from '../interactions/view.js'
import { OAuthError } from '../protocol/errors.js'
import { many, type Parameters, required, single } from '../protocol/parameters.js'
import { digest, readSecret } from '../tokens/format.js'
import type { ConsentView } from '../views.js'

export type InteractionOutcome =
  | { readonly kind: 'answer'; readonly answer: Answered }
  | { readonly kind: 'page'; readonly view: ConsentView; readonly languages: string }

/** The consent page's view, for this browser. */
async function page(
  context: Context,
  interaction: Interaction,
  visitor: Visitor,
  shown: { readonly attempt?: Attempt; readonly look?: Look } = {},
): Promise<InteractionOutcome> {
  const csrf = csrfToken(requireBrowser(context, visitor), interaction.secret.reveal())
  const view = await consentView(context, interaction, { session: visitor.session, csrf, ...shown })
  return { kind: 'page', view, languages: interaction.data.request.ui_locales ?? '' }
}

/**
 * What a person has to decide. Reading changes nothing, however often a browser fetches it again; only a request that needs no
 * decision is answered at once, and one that has just been answered is answered in the same way, unless a code would be shown again.
 */
export async function showInteraction(context: Context, id: string, visitor: Visitor): Promise<InteractionOutcome> {
  const interaction = await findInteraction(context, id, visitor)
  const { request } = interaction.data
  if (interaction.token.redemption && isByHand(request)) throw finished()
  if (interaction.token.redemption) return { kind: 'answer', answer: await repeatApproval(context, interaction) }
  const answer = await answerUnasked(context, interaction, visitor)
  return answer ? { kind: 'answer', answer } : page(context, interaction, visitor)
}

/** The answer to a request that nobody has to decide about; null where somebody has to. */
async function answerUnasked(context: Context, interaction: Interaction, visitor: Visitor): Promise<Answered | null> {
  const { client, data, grants } = interaction
  const remembered = await coveringGrant(context, { client, request: data.request, subject: data.subject }, grants)
  if (remembered) return approveAgain(context, interaction, remembered)
  return approveTrusted(context, interaction, visitor)
}

/**
 * For a host that draws the consent page: where a request goes that has just been opened and that nobody has to decide about. Null: to
 * that page.
 */
export async function passUnasked(context: Context, id: string, visitor: Visitor): Promise<string | null> {
  const answer = await answerUnasked(context, await findInteraction(context, id, visitor), visitor)
  return answer && 'redirectTo' in answer ? answer.redirectTo : null
}

/** The languages that a waiting request asks for, best first, for pages that come of it. Empty: none, or there is no such request. */
export async function languagesOf(context: Context, id: string): Promise<string> {
  const secret = readSecret(context, 'interaction', id)
  const found = secret && (await context.storage.findToken(digest('interaction', secret)))
  return found ? ((found.token.data as InteractionData).request.ui_locales ?? '') : ''
}

export const readChoice = (form: Parameters): NonNullable<ConsentView['last']> => ({
  scope: many(form, 'scope'),
  projects: single(form, 'projects') === 'all' ? 'all' : many(form, 'project'),
  keepAlive: single(form, 'keep_alive') === '1',
  readOnly: single(form, 'access') === 'read_only',
  label: single(form, 'label') ?? '',
})

/** Which part of the projects to show, with those chosen so far. A number that is none is the first page. */
export function readLook(
  form: Parameters,
  { projects }: NonNullable<ConsentView['last']>,
  number: string | undefined,
): Look {
  const page = /^\d{1,6}$/.test(number ?? '') ? Number(number) : 1
  return { search: single(form, 'search') ?? '', page, chosen: projects === 'all' ? [] : projects }
}

/**
 * The decision a person posted, or the same page again with another part of the projects. What the form says beyond a choice is not
 * read: the request is the one that was kept.
 */
export async function decideInteraction(
  context: Context,
  form: Parameters,
  visitor: Visitor,
): Promise<InteractionOutcome> {
  const id = required(form, 'id')
  requireCsrf(context, visitor, id, single(form, 'csrf'))
  const last = readChoice(form)
  const elsewhere = single(form, 'look')
  const decided = elsewhere === undefined ? await decide(context, form, id, visitor, last) : { problem: null }
  if (!('problem' in decided)) return { kind: 'answer', answer: decided }
  const interaction = await findInteraction(context, id, visitor)
  if (interaction.token.redemption) throw finished()
  const look = readLook(form, last, elsewhere ?? single(form, 'page'))
  return page(context, interaction, visitor, { attempt: { problem: decided.problem, last }, look })
}

async function decide(
  context: Context,
  form: Parameters,
  id: string,
  visitor: Visitor,
  choice: NonNullable<ConsentView['last']>,
): Promise<Decided> {
  const decision = required(form, 'decision')
  if (decision === 'approve') return approve(context, id, visitor, choice)
  if (decision === 'deny') return deny(context, id, visitor)
  throw new OAuthError('invalid_request', 'decision is approve or deny', 'interaction.decision')
}
