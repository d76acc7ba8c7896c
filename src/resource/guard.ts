import type { Access } from '../access.js'
import type { Context } from '../context.js'
import { type CurrentReach, currentReach } from '../policy/reach.js'
import { type bearerChallenge, readBearer } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import { findResource } from '../protocol/resource.js'
import { resourceMetadataUrl } from '../protocol/resource-metadata.js'
import { covers, intersectScope } from '../protocol/scope.js'
import type { Grant, ProjectId, Subject } from '../records.js'
import type { FoundToken } from '../storage.js'
import { digest, readSecret } from '../tokens/format.js'
import type { AccessTokenData } from '../tokens/issue.js'
import type { ActivityLog, Seen } from './activity.js'

/** What one request to a protected resource needs. */
export interface Need {
  readonly scope: readonly string[]
  /** Undefined: no project in particular. */
  readonly project: string | undefined
  /** The resource being called, in its configured spelling. */
  readonly resource: string
  /** Ask the host what the person holds right now. */
  readonly live: boolean
}

type Challenge = Parameters<typeof bearerChallenge>[0]

/** Why a request may not pass, and how its sender learns what to do (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Refusal {
  readonly status: 400 | 401 | 403
  readonly challenge: Challenge
  readonly reason: string
}

export type Judgement = { readonly access: Access } | { readonly refusal: Refusal }

const refuse = (
  need: Need,
  status: Refusal['status'],
  error: string | null,
  description: string,
  reason: string,
): Judgement => ({
  refusal: {
    status,
    challenge: {
      // Without a token there is no error to tell of: some clients stop at one.
      ...(error !== null && { error, error_description: description }),
      ...(need.scope.length > 0 && { scope: need.scope }),
      resource_metadata: resourceMetadataUrl(need.resource),
    },
    reason,
  },
})

/** Why a token that was found is not live; null when it is. */
function deadness({ token, grant, client }: FoundToken, now: number): string | null {
  if (token.redemption !== null) return 'access_token.revoked'
  if (token.expiresAt <= now) return 'access_token.expired'
  if (!grant || grant.revokedAt !== null) return 'grant.revoked'
  if (grant.expiresAt <= now) return 'grant.expired'
  if (!client || client.revokedAt !== null) return 'client.unknown'
  return client.disabledAt === null ? null : 'client.disabled'
}

interface Held {
  /** What the token says, cut down to what its grant says now: a grant may have been narrowed since. */
  readonly reach: CurrentReach
  /** The token names no projects, so that nobody has looked at what the person holds in each. */
  readonly open: boolean
}

function heldByToken(context: Context, token: FoundToken['token'], grant: Grant): Held {
  const data = token.data as AccessTokenData
  const narrowed = (scope: readonly string[]) => intersectScope(scope, grant.scope, context.implied)
  const within = (project: ProjectId) => grant.projects === 'all' || grant.projects.includes(project)
  const limits = Object.entries(data.limits).map(([project, scope]) => [project, narrowed(scope)] as const)
  return {
    open: data.projects === 'all',
    reach: {
      scope: narrowed(data.scope),
      projects: data.projects === 'all' ? grant.projects : data.projects.filter(within),
      limits: Object.fromEntries(limits),
    },
  }
}

async function isOwn(context: Context, subject: Subject | null, project: ProjectId): Promise<boolean> {
  if (subject === null || !context.hooks.projects) return true
  return (await context.hooks.projects.list({ subject })).some(({ id }) => id === project)
}

/** The host is asked what the person holds right now when the route wants it, and where nobody has asked before. */
async function heldNow(
  context: Context,
  { reach, open }: Held,
  subject: Subject | null,
  need: Need,
): Promise<CurrentReach> {
  const { scope, projects } = reach
  const project = need.project as ProjectId | undefined
  if (!need.live && (!open || project === undefined)) return reach
  if (project === undefined) return currentReach(context, subject, { scope, projects })
  const within = projects === 'all' ? await isOwn(context, subject, project) : projects.includes(project)
  return currentReach(context, subject, { scope, projects: within ? [project] : [] })
}

function isAllowed(
  context: Context,
  { scope, projects, limits }: CurrentReach,
  needed: readonly string[],
  project?: string,
) {
  if (project === undefined) return covers(scope, needed, context.implied)
  // A grant for all projects says nothing of any one of them until the host has been asked about it.
  if (projects === 'all' || !projects.includes(project as ProjectId)) return false
  return covers((Object.hasOwn(limits, project) ? limits[project] : scope) ?? [], needed, context.implied)
}

const invalid = (need: Need, reason: string) =>
  refuse(need, 401, 'invalid_token', 'this access token is unknown, expired or revoked', reason)

/** Whether a token is for a resource. Both are in their configured spelling, unless that has changed since the token was issued. */
function isFor(context: Context, token: FoundToken['token'], called: string): boolean {
  const configured = [...context.resources.keys()]
  return (token.data as AccessTokenData).resource.some((one) => findResource(one, configured) === called)
}

/** Judge a token that is known. */
async function judgeFound(context: Context, { token, grant, client }: FoundToken, need: Need): Promise<Judgement> {
  const dead = deadness({ token, grant, client }, context.now())
  if (dead !== null || !grant) return invalid(need, dead ?? 'grant.revoked')
  if (!isFor(context, token, need.resource)) return invalid(need, 'access_token.audience')
  const held = heldByToken(context, token, grant)
  const reach = await heldNow(context, held, grant.subject, need)
  const allows = (needed: readonly string[], project?: string) => isAllowed(context, reach, needed, project)
  if (reach.scope.length > 0 && allows(need.scope, need.project)) {
    const { clientId, expiresAt } = token
    const { id: grantId, subject, accountId } = grant
    const { projects } = held.reach
    const { resource } = token.data as AccessTokenData
    const access = { subject, clientId, grantId, accountId, projects, scope: reach.scope, resource, expiresAt }
    return { access: { ...access, allows: (needed, project) => allows([needed].flat(), project) } }
  }
  const elsewhere = need.project !== undefined && !allows([], need.project)
  const needed = [...need.scope, ...(elsewhere ? ['a grant for this project'] : [])].join(', ')
  return refuse(need, 403, 'insufficient_scope', `needed: ${needed}`, 'scope.insufficient')
}

function seenOf({ token, grant }: FoundToken, refused: boolean): Seen | null {
  if (token.grantId === null) return null
  const { clientId, grantId, digest } = token
  return { clientId, accountId: grant?.accountId ?? null, grantId, token: digest, refused }
}

/**
 * Judge one request by its `Authorization` header: one read of storage.
 *
 * A storage that does not answer throws: the request is refused, but its token is not called bad.
 *
 * @param log told of every request that came with a token that is known
 */
export async function judge(
  context: Context,
  log: ActivityLog,
  authorization: string | null,
  need: Need,
): Promise<Judgement> {
  let bearer: ReturnType<typeof readBearer>
  try {
    bearer = readBearer(authorization)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return refuse(need, 400, error.code, error.description, error.reason)
  }
  if (bearer.kind === 'none') return refuse(need, 401, null, '', 'access_token.missing')
  const secret = readSecret(context, 'access_token', bearer.token)
  if (!secret) return invalid(need, 'access_token.malformed')
  const found = await context.storage.findToken(digest('access_token', secret))
  if (!found) return invalid(need, 'access_token.unknown')
  const judgement = await judgeFound(context, found, need)
  const seen = seenOf(found, 'refusal' in judgement)
  if (seen) log.add(seen)
  return judgement
}
