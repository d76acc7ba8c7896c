import { user as byUser } from '../audit.js'
import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import type { Grant } from '../records.js'
import { derive, digest, secretFrom } from '../tokens/format.js'
import { type CodeData, issueCode, type Share } from '../tokens/issue.js'
import { newRotation, type Rotation, readNote, writeNote } from '../tokens/rotate.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'
import { type Answered, answerDenied, answerWithCode, codeExpiry } from './answer.js'
import { type Approval, newGrant, type Problem, shareOfNew } from './approval.js'
import { findInteraction, type Interaction, type Visitor } from './interaction.js'
import { replacedBy, withEarlier } from './step-up.js'

/** What follows, or why the approval could not be taken as it was. */
export type Decided = Answered | Problem

const deniedNote = 'denied'

/** The code follows from the interaction and a salt, so that a second click can be answered like the first. */
const deriveCode = (context: Context, { secret }: Interaction, { salt, pepper }: Rotation): Secret =>
  secretFrom(context, 'authorization_code', derive(secret, `authorization_code:${salt}`, pepper))

export const finished = () =>
  new OAuthError('invalid_request', 'this request has been completed', 'interaction.finished')

/** An approval made before, asked for again: a double click gets the same answer while the code has not been used. */
export async function repeatApproval(context: Context, interaction: Interaction): Promise<Answered> {
  const note = interaction.token.redemption?.note ?? ''
  const rotation = note === deniedNote ? null : readNote(context, note)
  const code = rotation && deriveCode(context, interaction, rotation)
  const found = code && (await context.storage.findToken(digest('authorization_code', code)))
  if (!code || !found || found.token.redemption !== null) throw finished()
  return answerWithCode(context, interaction, code, found.token.expiresAt)
}

/** A code on a grant: its secret, and what is written for it together with the decision. */
export function issueCodeOn(
  context: Context,
  interaction: Interaction,
  grantId: Grant['id'],
  { replaces = [], ...share }: Share & Pick<CodeData, 'replaces'>,
) {
  const at = context.now()
  const { request, proof } = interaction.data
  const expiresAt = codeExpiry(context, request)
  const rotation = newRotation(context)
  const code = issueCode(
    {
      secret: deriveCode(context, interaction, rotation),
      clientId: interaction.client.id,
      grantId,
      at,
      expiresAt,
    },
    {
      scope: share.scope,
      resource: share.resource,
      ...(share.projects && { projects: share.projects }),
      ...(proof && { proof }),
      ...(share.authentication && { authentication: share.authentication }),
      ...(replaces.length > 0 && { replaces }),
      code_challenge: request.code_challenge,
      redirect_uri: request.redirect_uri,
    },
  )
  return {
    answer: answerWithCode(context, interaction, code.secret, expiresAt),
    change: {
      redeem: [{ digest: interaction.token.digest, at, note: writeNote(rotation) }],
      tokens: [code.record] as const,
    },
  }
}

/**
 * Approve a waiting request: a new grant, frozen as it is now, and a code on it.
 *
 * @param unasked what the audit log says of an approval that no person gave
 * @throws OAuthError to be shown, never redirected
 */
export async function approve(
  context: Context,
  id: string,
  visitor: Visitor,
  approval: Approval,
  unasked: { readonly trusted?: true } = {},
): Promise<Decided> {
  return transact<Decided>(context, async () => {
    const interaction = await findInteraction(context, id, visitor)
    if (interaction.token.redemption) return { change: null, outcome: await repeatApproval(context, interaction) }
    const expiresAt = codeExpiry(context, interaction.data.request)
    // Only a person can take what there was before together with what is asked for now.
    const asking = unasked.trusted ? interaction : await withEarlier(context, interaction)
    const made = await newGrant(context, asking, approval, expiresAt, unasked)
    if ('problem' in made) return { change: null, outcome: made }
    const { grant, created } = made
    const replaces = replacedBy(asking, grant)
    const share = shareOfNew(grant, interaction.data.request)
    const { change, answer } = issueCodeOn(context, interaction, grant.id, { ...share, replaces })
    const { redeem, tokens } = change
    return { change: { redeem, tokens, grants: [grant], events: [created] }, outcome: answer }
  })
}

/**
 * Refuse a waiting request. The client is told `access_denied`.
 *
 * @throws OAuthError to be shown, never redirected
 */
export async function deny(context: Context, id: string, visitor: Visitor): Promise<Answered> {
  return transact(context, async () => {
    const interaction = await findInteraction(context, id, visitor)
    const { token, client, data } = interaction
    // Who approved and then goes back to refuse would hand out the code.
    if (token.redemption && token.redemption.note !== deniedNote) throw finished()
    const outcome = answerDenied(context, interaction)
    if (token.redemption) return { change: null, outcome }
    return {
      change: {
        redeem: [{ digest: token.digest, at: context.now(), note: deniedNote }],
        events: [
          {
            type: 'interaction.denied',
            actor: byUser(data.subject),
            accountId: client.accountId,
            clientId: client.id,
            subject: data.subject,
            data: { requested: data.request.scope },
          },
        ],
      },
      outcome,
    }
  })
}
