import type { Context } from '../context.js'
import type { Project, ProjectChoice } from '../hooks.js'
import { newGrantId } from '../ids.js'
import { policyOf } from '../policy/client.js'
import { currentReach } from '../policy/reach.js'
import { authorizationResponse } from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import type { AccountId, Grant, ProjectId, Timestamp } from '../records.js'
import type { Reach } from '../storage.js'
import { derive, digest, secretFrom } from '../tokens/format.js'
import { issueCode, type Share } from '../tokens/issue.js'
import { newRotation, type Rotation, readNote, writeNote } from '../tokens/rotate.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'
import type { ConsentView } from '../views.js'
import { findInteraction, type Interaction, type Visitor } from './interaction.js'
import { offeredScope } from './view.js'

/** What a person agreed to on the consent page. All of it is checked again. */
export interface Approval {
  readonly scope: readonly string[]
  readonly projects: readonly string[] | 'all'
  readonly keepAlive: boolean
}

/** Where the browser goes next, or why the approval could not be taken as it was. */
export type Decided = { readonly redirectTo: string } | Problem
type Problem = { readonly problem: NonNullable<ConsentView['problem']> }

const deniedNote = 'denied'

const redirect = (context: Context, { data: { request } }: Interaction, members: Record<string, string>) =>
  authorizationResponse(request.redirect_uri, { ...members, state: request.state, iss: context.issuer })

const refusal = (context: Context, interaction: Interaction) =>
  redirect(context, interaction, { error: 'access_denied', error_description: 'the user refused' })

/** The code follows from the interaction and a salt, so that a second click can be answered like the first. */
const deriveCode = (context: Context, { secret }: Interaction, { salt, pepper }: Rotation): Secret =>
  secretFrom(context, 'authorization_code', derive(secret, `authorization_code:${salt}`, pepper))

const finished = () => new OAuthError('invalid_request', 'this request has been completed', 'interaction.finished')

/** An approval made before, asked for again: a double click gets the same answer while the code has not been used. */
export async function repeatApproval(context: Context, interaction: Interaction): Promise<string> {
  const note = interaction.token.redemption?.note ?? ''
  const rotation = note === deniedNote ? null : readNote(context, note)
  const code = rotation && deriveCode(context, interaction, rotation)
  const found = code && (await context.storage.findToken(digest('authorization_code', code)))
  if (!code || !found || found.token.redemption !== null) throw finished()
  return redirect(context, interaction, { code: code.reveal() })
}

/** What a person agreed to, after everything they may not give has been taken away. */
interface Approved extends Reach {
  /** The account that all of the projects belong to; null when they belong to none or to several. */
  readonly accountId: AccountId | null
}

function chosenProjects(
  choose: ProjectChoice,
  own: readonly Project[],
  chosen: Approval['projects'],
): Reach['projects'] | null {
  if (chosen === 'all') return choose === 'all' ? 'all' : null
  const ids = own.map(({ id }) => id as ProjectId).filter((id) => chosen.includes(id))
  return ids.length === 0 || (choose === 'one' && ids.length > 1) ? null : ids
}

function accountOf(own: readonly Project[], projects: Reach['projects']): AccountId | null {
  const reached = own.filter(({ id }) => projects === 'all' || projects.includes(id as ProjectId))
  const accounts = new Set(reached.map(({ account }) => account ?? null))
  const [account = null] = accounts
  return accounts.size === 1 ? (account as AccountId | null) : null
}

/** Narrow an approval to what was asked for, what this client may not do without, and what the person holds right now. */
async function narrow(context: Context, interaction: Interaction, approval: Approval): Promise<Approved | Problem> {
  const { request, subject } = interaction.data
  const own = (await context.hooks.projects?.list({ subject })) ?? []
  const projects = context.hooks.projects ? chosenProjects(context.hooks.projects.choose, own, approval.projects) : []
  if (projects === null) return { problem: 'project_missing' }
  const offered = offeredScope(context, request.scope)
  const { requiredScope } = policyOf(interaction.client)
  const scope = offered.filter((name) => approval.scope.includes(name) || requiredScope.includes(name))
  const reach = await currentReach(context, subject, { scope, projects })
  if (reach.scope.length === 0) return { problem: 'scope_missing' }
  return { scope: reach.scope, projects: reach.projects, accountId: accountOf(own, reach.projects) }
}

function newGrant(context: Context, interaction: Interaction, approved: Approved, keepAlive: boolean): Grant {
  const at = context.now()
  const { request, subject } = interaction.data
  return {
    id: newGrantId(context),
    clientId: interaction.client.id,
    subject,
    ...approved,
    resource: request.resource,
    details: { keep_alive: keepAlive, offline_access: request.offline_access },
    createdAt: at,
    // Until the code is redeemed there is nothing to keep.
    expiresAt: (at + context.lifetimes.authorizationCode) as Timestamp,
    revokedAt: null,
  }
}

/** A code on a grant: its secret, and what is written for it together with the decision. */
export function issueCodeOn(context: Context, interaction: Interaction, grantId: Grant['id'], share: Share) {
  const at = context.now()
  const { request } = interaction.data
  const rotation = newRotation(context)
  const code = issueCode(
    {
      secret: deriveCode(context, interaction, rotation),
      clientId: interaction.client.id,
      grantId,
      at,
      expiresAt: (at + context.lifetimes.authorizationCode) as Timestamp,
    },
    {
      scope: share.scope,
      resource: share.resource,
      code_challenge: request.code_challenge,
      redirect_uri: request.redirect_uri,
    },
  )
  return {
    redirectTo: redirect(context, interaction, { code: code.secret.reveal() }),
    change: {
      redeem: [{ digest: interaction.token.digest, at, note: writeNote(rotation) }],
      tokens: [code.record] as const,
    },
  }
}

/**
 * Approve a waiting request: a new grant, frozen as it is now, and a code on it.
 *
 * @throws OAuthError to be shown, never redirected
 */
export async function approve(context: Context, id: string, visitor: Visitor, approval: Approval): Promise<Decided> {
  return transact<Decided>(context, async () => {
    const interaction = await findInteraction(context, id, visitor)
    if (interaction.token.redemption)
      return { change: null, outcome: { redirectTo: await repeatApproval(context, interaction) } }
    const approved = await narrow(context, interaction, approval)
    if ('problem' in approved) return { change: null, outcome: approved }
    const grant = newGrant(context, interaction, approved, approval.keepAlive)
    const { change, redirectTo } = issueCodeOn(context, interaction, grant.id, grant)
    const { scope, projects, resource, clientId, subject } = grant
    const event = {
      type: 'grant.created',
      clientId,
      grantId: grant.id,
      subject,
      data: { requested: interaction.data.request.scope, scope, projects, resource },
    }
    return { change: { ...change, grants: [grant], events: [event] }, outcome: { redirectTo } }
  })
}

/**
 * Refuse a waiting request. The client is told `access_denied`.
 *
 * @throws OAuthError to be shown, never redirected
 */
export async function deny(context: Context, id: string, visitor: Visitor): Promise<{ readonly redirectTo: string }> {
  return transact(context, async () => {
    const interaction = await findInteraction(context, id, visitor)
    const { token, client, data } = interaction
    // Who approved and then goes back to refuse would hand out the code.
    if (token.redemption && token.redemption.note !== deniedNote) throw finished()
    const outcome = { redirectTo: refusal(context, interaction) }
    if (token.redemption) return { change: null, outcome }
    return {
      change: {
        redeem: [{ digest: token.digest, at: context.now(), note: deniedNote }],
        events: [
          {
            type: 'interaction.denied',
            clientId: client.id,
            subject: data.subject,
            data: { scope: data.request.scope },
          },
        ],
      },
      outcome,
    }
  })
}
