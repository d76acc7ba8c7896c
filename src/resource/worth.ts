import type { Seen } from '../activity.js'
import type { Context } from '../context.js'
import type { Awaitable } from '../hooks.js'
import { type Bounds, boundsOf, isBounded, isOfAccount, pinned, projectsWithin } from '../policy/account.js'
import { authenticationBehind } from '../policy/authentication.js'
import { type CurrentReach, currentReach } from '../policy/reach.js'
import { findKnown } from '../policy/resource.js'
import { common } from '../protocol/lists.js'
import { intersectScope } from '../protocol/scope.js'
import type { Grant, ProjectId, Subject, Timestamp } from '../records.js'
import type { FoundToken } from '../storage.js'
import type { AccessTokenData } from '../tokens/issue.js'
import type { Need, Worth } from './judgement.js'

/** Why a token that was found is not live; null when it is. */
function deadness({ token, grant, client }: FoundToken, now: number): string | null {
  if (token.redemption !== null) return 'access_token.revoked'
  if (token.expiresAt <= now) return 'access_token.expired'
  if (!grant || grant.revokedAt !== null) return 'grant.revoked'
  if (grant.expiresAt <= now) return 'grant.expired'
  if (!client || client.revokedAt !== null) return 'client.unknown'
  if (!isOfAccount(client, grant)) return 'client.other_account'
  return client.disabledAt === null ? null : 'client.disabled'
}

interface Held {
  /** What the token says, cut down to what its grant says now: a grant may have been narrowed since. */
  readonly reach: CurrentReach
  /** The token names no projects, so that nobody has looked at what the person holds in each. */
  readonly open: boolean
}

function inBoth(one: Grant['projects'], other: Grant['projects']): Grant['projects'] {
  if (one === 'all') return other
  return other === 'all' ? one : common(one, other)
}

function heldByToken(context: Context, token: FoundToken['token'], grant: Grant, bounds: Bounds): Held {
  const data = token.data as AccessTokenData
  const narrowed = (scope: readonly string[]) => intersectScope(scope, grant.scope, context.implied)
  const granted = inBoth(data.projects, grant.projects)
  return {
    open: data.projects === 'all',
    reach: {
      scope: narrowed(data.scope),
      projects: granted === 'all' ? granted : pinned(bounds, granted),
      limits: mapped(data.limits, narrowed),
    },
  }
}

/** Nearly always of nothing, and then that itself. */
function mapped<T>(values: Readonly<Record<string, T>>, of: (value: T) => T): Readonly<Record<string, T>> {
  if (Object.keys(values).length === 0) return values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value)]))
}

/** Whether a project is one of the person's that the client can reach. A client that acts for itself has none to be asked about. */
async function isOwn(context: Context, subject: Subject | null, project: ProjectId, bounds: Bounds): Promise<boolean> {
  if (subject === null || !context.hooks.projects) return pinned(bounds, [project]).length > 0
  return projectsWithin(bounds, await context.hooks.projects.list({ subject })).some(({ id }) => id === project)
}

/** Where a request wants to go, and whether the host is to be asked about it anew. */
type Wanted = Pick<Need, 'project' | 'live'>

/**
 * Whether it is known to which projects this comes. A token for all of them names none, and what its grant was cut down to since, or
 * its client pinned to, need not be the person's own.
 */
const isKnown = ({ reach, open }: Held, bounds: Bounds): boolean =>
  !open || (reach.projects === 'all' && !isBounded(bounds))

/** The host is asked when the route wants it, and where nobody has asked before. */
const isSettled = (held: Held, { live, project }: Wanted, bounds: Bounds): boolean =>
  !live && isKnown(held, bounds) && (!held.open || project === undefined)

/** What the person holds right now, by the host's word. */
async function heldNow(
  context: Context,
  { reach: { scope, projects } }: Held,
  subject: Subject | null,
  wanted: Wanted,
  bounds: Bounds,
): Promise<CurrentReach> {
  const project = wanted.project as ProjectId | undefined
  if (project === undefined) return currentReach(context, subject, { scope, projects }, bounds)
  const within = projects === 'all' ? await isOwn(context, subject, project, bounds) : projects.includes(project)
  return currentReach(context, subject, { scope, projects: within ? [project] : [] }, bounds)
}

/**
 * The resources a token is for, in their present spelling: it may have changed since the token was issued.
 *
 * @param among those that are asked about, each by its own name or by that of all for its kind
 */
export function audienceOf(
  context: Context,
  { data }: FoundToken['token'],
  among: readonly string[],
): readonly string[] {
  const audience: string[] = []
  for (const one of (data as AccessTokenData).resource) {
    const known = findKnown(context, one)
    if (known && (among.includes(known.resource) || among.includes(known.configured))) audience.push(known.resource)
  }
  return audience
}

/**
 * What a token that was found is worth to one of some resources.
 *
 * @returns why it is worth nothing, in a stable name, when it is dead or for others
 */
export function worthOf(
  context: Context,
  { token, grant, client }: FoundToken,
  resources: readonly string[],
  wanted: Wanted,
  now: Timestamp,
): Awaitable<Worth | { readonly worthless: string }> {
  const dead = deadness({ token, grant, client }, now)
  if (dead !== null || !grant || !client) return { worthless: dead ?? 'grant.revoked' }
  if (audienceOf(context, token, resources).length === 0) return { worthless: 'access_token.audience' }
  const bounds = boundsOf(client)
  const held = heldByToken(context, token, grant, bounds)
  const worth = (reach: CurrentReach): Worth => ({
    access: accessOf(token, grant, isKnown(held, bounds) ? held.reach : reach),
    reach,
  })
  return isSettled(held, wanted, bounds)
    ? worth(held.reach)
    : heldNow(context, held, grant.subject, wanted, bounds).then(worth)
}

function accessOf(token: FoundToken['token'], grant: Grant, { projects }: CurrentReach): Worth['access'] {
  const { clientId, expiresAt } = token
  const { id: grantId, subject, accountId } = grant
  const { resource } = token.data as AccessTokenData
  const { auth_time: authenticatedAt, acr } = authenticationBehind(token, grant)
  return { subject, clientId, grantId, accountId, projects, resource, expiresAt, authenticatedAt, acr }
}

/** One use of a token that is known; null for one that hangs on no grant. */
export function seenOf({ token, grant }: FoundToken, refused: boolean): Seen | null {
  if (token.grantId === null) return null
  const { clientId, grantId, digest } = token
  return { clientId, accountId: grant?.accountId ?? null, grantId, token: digest, refused }
}
