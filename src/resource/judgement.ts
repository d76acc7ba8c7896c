import type { Access } from '../access.js'
import { type AuthenticationNeed, suffices } from '../policy/authentication.js'
import type { CurrentReach } from '../policy/reach.js'
import { type bearerChallenge, readBearer } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import { resourceMetadataUrl } from '../protocol/metadata-paths.js'
import { covers, type Implications } from '../protocol/scope.js'

/** What one request to a protected resource needs. */
export interface Need {
  readonly scope: readonly string[]
  /** Undefined: no project in particular. */
  readonly project: string | undefined
  /** The resource being called, in its configured spelling. */
  readonly resource: string
  /** Ask the host what the person holds right now. */
  readonly live: boolean
  /** How the person must have signed in who approved this. */
  readonly authentication: AuthenticationNeed
}

type Challenge = Parameters<typeof bearerChallenge>[0]

/** Why a request may not pass, and how its sender learns what to do (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface Refusal {
  readonly status: 400 | 401 | 403
  readonly challenge: Challenge
  readonly reason: string
}

/** What is known of a live token: all that a request with it is told, and how far it goes where this request wants to go. */
export interface Worth {
  readonly access: Omit<Access, 'scope' | 'allows' | 'audit'>
  readonly reach: CurrentReach
}

/** What a request may do that may pass, or why it may not. */
export type Judgement = { readonly access: Access } | { readonly refusal: Refusal }

/** What a judgement is made by. */
interface Standard {
  readonly implied: Implications
  readonly now: number
  /** Writes a line of the host's own into the audit log. */
  readonly audit: (access: Access, ...line: Parameters<Access['audit']>) => Promise<void>
}

export const refuse = (
  need: Need,
  status: Refusal['status'],
  error: string | null,
  description: string,
  reason: string,
): { readonly refusal: Refusal } => ({
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

export const invalid = (need: Need, reason: string) =>
  refuse(need, 401, 'invalid_token', 'this access token is unknown, expired or revoked', reason)

/** The one bearer token of a request, or the refusal where there is none or more than one. */
export function presentedToken(
  authorization: string | null,
  need: Need,
): { readonly token: string } | { readonly refusal: Refusal } {
  try {
    const bearer = readBearer(authorization)
    return bearer.kind === 'token' ? { token: bearer.token } : refuse(need, 401, null, '', 'access_token.missing')
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    return refuse(need, 400, error.code, error.description, error.reason)
  }
}

function isAllowed(
  { scope, projects, limits }: CurrentReach,
  needed: readonly string[],
  project: string | undefined,
  implied: Implications,
): boolean {
  if (project === undefined) return covers(scope, needed, implied)
  // A grant for all projects says nothing of any one of them until the host has been asked about it.
  if (projects === 'all' || !(projects as readonly string[]).includes(project)) return false
  return covers((Object.hasOwn(limits, project) ? limits[project] : scope) ?? [], needed, implied)
}

/** What a client is told whose person has to sign in again, or in another way, first (RFC 9470 section 3). */
function refuseSignIn(need: Need): { readonly refusal: Refusal } {
  const { acr, maxAge } = need.authentication
  const description = 'the user has to sign in again, or in another way, for this'
  const { refusal } = refuse(need, 401, 'insufficient_user_authentication', description, 'authentication.insufficient')
  const wanted = { ...(acr && { acr_values: acr.join(' ') }), ...(maxAge !== undefined && { max_age: maxAge }) }
  return { refusal: { ...refusal, challenge: { ...refusal.challenge, ...wanted } } }
}

/** Whether a live token is strong enough for a request. */
export function judgeWorth({ access: known, reach }: Worth, need: Need, { implied, now, audit }: Standard): Judgement {
  const signIn = { auth_time: known.authenticatedAt, acr: known.acr }
  if (!suffices(signIn, need.authentication, now)) return refuseSignIn(need)
  const allows = (needed: readonly string[], project?: string) => isAllowed(reach, needed, project, implied)
  if (reach.scope.length > 0 && allows(need.scope, need.project)) {
    // One by one: to spread what is known and add to it takes fifty times as long, a fifth of a guarded request.
    const access: Access = {
      subject: known.subject,
      clientId: known.clientId,
      grantId: known.grantId,
      accountId: known.accountId,
      projects: known.projects,
      scope: reach.scope,
      resource: known.resource,
      expiresAt: known.expiresAt,
      authenticatedAt: known.authenticatedAt,
      acr: known.acr,
      allows: (needed, project) => allows([needed].flat(), project),
      audit: (...line) => audit(access, ...line),
    }
    return { access }
  }
  const elsewhere = need.project !== undefined && !allows([], need.project)
  const needed = [...need.scope, ...(elsewhere ? ['a grant for this project'] : [])].join(', ')
  return refuse(need, 403, 'insufficient_scope', `needed: ${needed}`, 'scope.insufficient')
}
