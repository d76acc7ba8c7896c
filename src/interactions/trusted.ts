import type { Context } from '../context.js'
import { isConfidential, policyOf } from '../policy/client.js'
import { askInTurn, heldScope } from '../policy/reach.js'
import { limits } from '../protocol/limits.js'
import type { ProjectId } from '../records.js'
import { type Answered, isByHand } from './answer.js'
import type { Approval } from './approval.js'
import { approve } from './decide.js'
import type { Interaction, Visitor } from './interaction.js'
import type { Asked } from './open.js'
import { choiceOf, ownProjects } from './projects.js'
import { offeredScope } from './view.js'

type Question = Pick<Asked, 'client' | 'request' | 'subject'>

/**
 * Whether the host trusts a client enough not to ask. Anybody can send the id of a public client, so that its answer must go to a
 * place that is the client's own (RFC 8252 section 8.6). Each prompt but `none` wants a page.
 */
function isTrusted({ client, request }: Question): boolean {
  if (client.registration !== 'manual' || !policyOf(client).trusted || isByHand(request)) return false
  const isOwn = isConfidential(client) || request.redirect_uri.startsWith('https:')
  return isOwn && request.prompt.every((prompt) => prompt === 'none')
}

/** The projects that are meant when nobody is asked. Null where somebody has to choose. */
async function projectsUnasked(context: Context, question: Question): Promise<Approval['projects'] | null> {
  const { projects } = context.hooks
  if (!projects) return []
  const { client, request, subject } = question
  const asking = { client, data: { request, subject } }
  const choose = choiceOf(context, asking)
  if (choose === 'all') return 'all'
  const offered = offeredScope(context, request.scope)
  const own = await ownProjects(context, asking)
  const held = await askInTurn(own, async ({ id }) => {
    const scope = await heldScope(context, subject, id as ProjectId, offered)
    return scope.length > 0 ? [id] : []
  })
  const ids = held.flat()
  return ids.length > (choose === 'one' ? 1 : limits.chosenProjects) ? null : ids
}

/** What a trusted client gets without anybody being asked: all that it wants, as far as the person holds it. Null: a page is needed. */
export async function trustedApproval(context: Context, question: Question): Promise<Approval | null> {
  if (!isTrusted(question)) return null
  const projects = await projectsUnasked(context, question)
  return projects && { scope: offeredScope(context, question.request.scope), projects, keepAlive: true }
}

/** Answer a request of a trusted client. Null when there is something that the person has to see. */
export async function approveTrusted(
  context: Context,
  interaction: Interaction,
  visitor: Visitor,
): Promise<Answered | null> {
  const { client, data } = interaction
  const approval = await trustedApproval(context, { client, request: data.request, subject: data.subject })
  if (!approval) return null
  const decided = await approve(context, interaction.secret.reveal(), visitor, approval, { trusted: true })
  return 'problem' in decided ? null : decided
}
