import type { Project, Session } from '../hooks.js'
import { OAuthError } from '../protocol/errors.js'
import { common } from '../protocol/lists.js'
import type { AccountId, Client, Grant, ProjectId } from '../records.js'
import type { Reach } from '../storage.js'
import { policyOf } from './client.js'

/** Beyond what a person may do: the account that a client belongs to, and the projects it is pinned to. */
export interface Bounds {
  readonly accountId: AccountId | null
  readonly projects: readonly string[] | null
}

export const boundsOf = (client: Client): Bounds => ({
  accountId: client.accountId,
  projects: policyOf(client).projects,
})

/** The projects of a person that a client can reach. One that the host has no account for belongs to none. */
export function projectsWithin(bounds: Bounds, own: readonly Project[]): readonly Project[] {
  const { accountId, projects } = bounds
  return own.filter(
    ({ id, account }) => (accountId === null || account === accountId) && (projects === null || projects.includes(id)),
  )
}

/** Whether a client reaches less than every project of every person. */
export const isBounded = ({ accountId, projects }: Bounds): boolean => accountId !== null || projects !== null

/** Without asking the host: what a client is pinned to holds for what was issued before, too. */
export const pinned = ({ projects }: Bounds, granted: readonly ProjectId[]): readonly ProjectId[] =>
  projects === null ? granted : common(granted, projects)

/** The same for a grant, which may be for all projects. */
export function pinnedReach(bounds: Bounds, granted: Reach['projects']): Reach['projects'] {
  if (granted !== 'all') return pinned(bounds, granted)
  return bounds.projects === null ? 'all' : bounds.projects.map((project) => project as ProjectId)
}

/** Whether a grant is one that this client may have: a client of an account has grants of that account and no others. */
export const isOfAccount = (client: Client, grant: Grant): boolean =>
  client.accountId === null || grant.accountId === client.accountId

/** Whether a grant still leads anywhere that its client can reach. */
export function leadsSomewhere(client: Client, grant: Grant): boolean {
  if (!isOfAccount(client, grant)) return false
  const { projects } = grant
  return projects === 'all' || projects.length === 0 || pinned(boundsOf(client), projects).length > 0
}

/** Whether somebody belongs to the account of a client, if it has one. */
export const isColleague = ({ accountId }: Client, { accounts = [] }: Pick<Session, 'accounts'>): boolean =>
  accountId === null || accounts.includes(accountId)

/**
 * A client that belongs to an account is for the people of that account, whatever else they belong to.
 *
 * @throws OAuthError `access_denied`, 403, reason `client.other_account`
 */
export function requireAccount(client: Client, session: Pick<Session, 'accounts'>): void {
  if (isColleague(client, session)) return
  throw new OAuthError('access_denied', 'this application belongs to another account', 'client.other_account', {
    status: 403,
  })
}
