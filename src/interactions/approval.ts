import { user as byUser, type EventParts } from '../audit.js'
import type { Context } from '../context.js'
import type { Project, ProjectChoice } from '../hooks.js'
import { newGrantId } from '../ids.js'
import { boundsOf } from '../policy/account.js'
import { rememberedSignIn } from '../policy/authentication.js'
import { policyOf } from '../policy/client.js'
import type { Grantable } from '../policy/grantable.js'
import { identityOf } from '../policy/identity.js'
import { currentReach } from '../policy/reach.js'
import { cleanText } from '../protocol/client-metadata-members.js'
import { limits } from '../protocol/limits.js'
import type { AccountId, Grant, ProjectId, Timestamp } from '../records.js'
import type { Reach } from '../storage.js'
import type { Share } from '../tokens/issue.js'
import type { ConsentView } from '../views.js'
import type { Asking } from './interaction.js'
import { choiceOf, ownProjects } from './projects.js'
import { heldBeyond } from './step-up.js'
import { offeredScope } from './view.js'

/** What an approval comes to, whatever way the answer takes. */

/** What a person agreed to on the consent page. All of it is checked again. */
export interface Approval {
  readonly scope: readonly string[]
  readonly projects: readonly string[] | 'all'
  readonly keepAlive: boolean
  /** Of these scopes, only those that change nothing. */
  readonly readOnly?: boolean
  /** What the person calls this connection, to know it again among others. */
  readonly label?: string
}

/** Why an approval could not be taken as it was. */
export type Problem = { readonly problem: NonNullable<ConsentView['problem']> }

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

/** Cleaned like the name of a client. Empty: it has none. */
function labelled({ label = '' }: Approval): { readonly label?: string } {
  const cleaned = cleanText(label, limits.labelLength)
  return cleaned === undefined ? {} : { label: cleaned }
}

/** Narrow an approval to what was asked for, what this client may not do without, and what the person holds right now. */
async function narrow(context: Context, asking: Asking, approval: Approval): Promise<Approved | Problem> {
  const { request, subject } = asking.data
  const isReadOnly = (name: string) => context.scopes.get(name)?.readOnly === true
  const bounds = boundsOf(asking.client)
  const own = await ownProjects(context, asking)
  const choose = choiceOf(context, asking)
  const projects = choose ? chosenProjects(choose, own, approval.projects) : []
  if (projects === null) return { problem: 'project_missing' }
  if (projects.length > limits.chosenProjects && projects !== 'all') return { problem: 'project_too_many' }
  const offered = offeredScope(context, [...request.scope, ...heldBeyond(context, asking, projects)])
  const { requiredScope } = policyOf(asking.client)
  const required = offered.filter((name) => requiredScope.includes(name))
  if (approval.readOnly && !required.every(isReadOnly)) return { problem: 'read_only' }
  const chosen = offered.filter((name) => approval.scope.includes(name) || required.includes(name))
  const scope = approval.readOnly ? chosen.filter(isReadOnly) : chosen
  const reach = await currentReach(context, subject, { scope, projects }, bounds)
  if (reach.scope.length === 0) return { problem: 'scope_missing' }
  // All that there are and will be stays so, where a client reaches only some of them, too.
  const reached = projects === 'all' ? projects : reach.projects
  return { scope: reach.scope, projects: reached, accountId: bounds.accountId ?? accountOf(own, reach.projects) }
}

/** What a client that asked for this comes for: all of the new grant, and by name if that is how it asked. */
export const shareOfNew = ({ scope, projects, resource }: Grant, { projects: named }: Grantable): Share => ({
  scope,
  resource,
  ...(named && projects !== 'all' && { projects }),
})

/** What the client was that the person approved: nothing certain when it changed while they were looking. */
const identified = ({ client, data: { identity } }: Asking): { readonly identity?: string } =>
  identity === identityOf(client) ? { identity } : {}

function grantFor(
  context: Context,
  asking: Asking,
  { approved, approval, expiresAt }: { approved: Approved; approval: Approval; expiresAt: Timestamp },
): Grant {
  const { request, subject } = asking.data
  return {
    id: newGrantId(),
    clientId: asking.client.id,
    subject,
    ...approved,
    resource: request.resource,
    details: {
      keep_alive: approval.keepAlive,
      offline_access: request.offline_access,
      ...rememberedSignIn(asking.session),
      ...identified(asking),
      ...labelled(approval),
    },
    createdAt: context.now(),
    expiresAt,
    revokedAt: null,
  }
}

/**
 * The grant that an approval makes, frozen as things are now, and the line in the audit log that tells of it.
 *
 * @param expiresAt until when there is nothing to keep, unless the client comes for its tokens
 * @param unasked what the audit log says of an approval that no person gave
 */
export async function newGrant(
  context: Context,
  asking: Asking,
  approval: Approval,
  expiresAt: Timestamp,
  unasked: { readonly trusted?: true } = {},
): Promise<{ readonly grant: Grant; readonly created: EventParts } | Problem> {
  const approved = await narrow(context, asking, approval)
  if ('problem' in approved) return approved
  const grant = grantFor(context, asking, { approved, approval, expiresAt })
  const { scope, projects, resource, clientId, subject, accountId } = grant
  const requested = asking.data.request.scope
  const created = {
    type: 'grant.created' as const,
    actor: byUser(subject),
    accountId,
    clientId,
    grantId: grant.id,
    subject,
    data: { requested, scope, projects, resource, ...labelled(approval), ...unasked },
  }
  return { grant, created }
}
