import type { Context } from '../context.js'
import { checkPolicy } from '../policy/check.js'
import type { ClientPolicy } from '../policy/client.js'
import { OAuthError } from '../protocol/errors.js'
import { intersectScope } from '../protocol/scope.js'
import type { AccountId } from '../records.js'
import type { DynamicCandidate } from '../registration.js'

/** Under what conditions a client registers itself. */
export interface Terms {
  readonly policy: Partial<ClientPolicy>
  readonly accountId: AccountId | null
}

export const openTerms: Terms = { policy: {}, accountId: null }

export const registrationRefused = () =>
  new OAuthError('access_denied', 'this application may not be registered', 'registration.refused', { status: 403 })

type Limit = readonly string[] | null | undefined

/** The least of two limits; one that is not there does not limit. */
const least = (a: Limit, b: Limit, both: (a: readonly string[], b: readonly string[]) => readonly string[]): Limit =>
  a && b ? both(a, b) : (b ?? a)

/**
 * What is left of some terms once the host has looked at the client.
 *
 * @throws OAuthError `access_denied`, 403, when the host does not want it, or not with these terms
 */
export async function hostsTerms(context: Context, before: Terms, candidate: DynamicCandidate): Promise<Terms> {
  const answer = await context.registration.dynamic?.policy(candidate)
  if (!answer) throw registrationRefused()
  const accountId = (answer.accountId ?? before.accountId) as AccountId | null
  if (before.accountId !== null && accountId !== before.accountId) throw registrationRefused()
  const scope = least(before.policy.scope, answer.scope, (a, b) => intersectScope(a, b, context.implied))
  const projects = least(before.policy.projects, answer.projects, (a, b) => a.filter((one) => b.includes(one)))
  // What held before was checked when it was said: scopes may have gone since.
  const narrowed = { ...(answer.scope && scope && { scope }), ...(answer.projects && projects && { projects }) }
  if (Object.keys(narrowed).length === 0) return { policy: before.policy, accountId }
  return { policy: { ...before.policy, ...checkPolicy(context, narrowed, 'dynamic') }, accountId }
}
