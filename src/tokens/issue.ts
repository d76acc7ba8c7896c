import type { Context } from '../context.js'
import type { Authentication } from '../policy/authentication.js'
import type { Proof } from '../policy/proof.js'
import type { CurrentReach } from '../policy/reach.js'
import { detailsOf, type ProjectDetail } from '../protocol/authorization-details.js'
import { formatScope } from '../protocol/scope.js'
import type { ClientId, Grant, GrantId, ProjectId, Timestamp, Token, TokenKind } from '../records.js'
import { digest } from './format.js'
import type { Secret } from './secret.js'

/** What an access token says about itself; the rest is its grant's. */
export type AccessTokenData = {
  readonly scope: readonly string[]
  readonly projects: readonly ProjectId[] | 'all'
  /** Projects in which less than `scope` is allowed, and what that is. */
  readonly limits: Readonly<Record<string, readonly string[]>>
  readonly resource: readonly string[]
  /** Where it is not that of the grant. */
  readonly authentication?: Authentication
  /** Its client asks for projects by name, and is told which it got. */
  readonly detailed?: true
}

export interface Issued {
  readonly secret: Secret
  readonly record: Token
}

interface Issue {
  readonly secret: Secret
  readonly clientId: ClientId
  readonly grantId: GrantId
  readonly at: Timestamp
  readonly expiresAt: Timestamp
}

function issue(kind: TokenKind, { secret, clientId, grantId, at, expiresAt }: Issue, data: Token['data']): Issued {
  const record: Token = {
    digest: digest(kind, secret),
    kind,
    clientId,
    grantId,
    data,
    createdAt: at,
    expiresAt,
    redemption: null,
  }
  return { secret, record }
}

export function issueAccessToken(
  parts: Issue,
  reach: CurrentReach,
  rest: Pick<AccessTokenData, 'resource' | 'authentication' | 'detailed'>,
): Issued {
  const { scope, projects, limits } = reach
  const { resource, authentication, detailed } = rest
  const data: AccessTokenData = {
    scope,
    projects,
    limits,
    resource,
    ...(authentication && { authentication }),
    ...(detailed && { detailed }),
  }
  return issue('access_token', parts, data)
}

/**
 * How much of its grant a code or a refresh token can bring: what its own authorization request was answered with. A grant that
 * is remembered may hold more than was asked for this time.
 */
export type Share = {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** The projects that were asked for by name, and granted. Left out: none was named, and it is as far as the grant goes. */
  readonly projects?: readonly ProjectId[]
  /** How the client that comes back with it has to prove who it is. Left out: as its record says by then. */
  readonly proof?: Proof
  /** How the person had signed in this time, where the grant is older. */
  readonly authentication?: Authentication
}

/** What a code was issued for. The rest is its grant's. */
export type CodeData = Share & {
  readonly code_challenge: string
  readonly redirect_uri: string
  /** Grants that this one takes the place of when the code is redeemed. */
  readonly replaces?: readonly GrantId[]
}

export const issueRefreshToken = (parts: Issue, share: Share): Issued => issue('refresh_token', parts, share)

export const issueCode = (parts: Issue, data: CodeData): Issued => issue('authorization_code', parts, data)

/**
 * An instant so many seconds after another, and never past the day on which a person's consent ends for good. What a client does for
 * itself nobody has consented to.
 */
export function expiry(
  context: Context,
  { createdAt, subject }: Pick<Grant, 'createdAt' | 'subject'>,
  at: Timestamp,
  seconds: number,
): Timestamp {
  const end = subject === null ? Number.POSITIVE_INFINITY : createdAt + context.lifetimes.grant
  return Math.min(at + seconds, end) as Timestamp
}

/** RFC 6749 section 5.1. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  /** RFC 9396 section 7, for a client that asked for projects by name. */
  readonly authorization_details?: readonly ProjectDetail[]
}

/** The scope is always there, so that a client sees what it was not given. */
export function tokenResponse(access: Issued, refresh: Secret | null, now: Timestamp): TokenResponse {
  const { scope, projects, detailed } = access.record.data as AccessTokenData
  return {
    access_token: access.secret.reveal(),
    token_type: 'Bearer',
    expires_in: access.record.expiresAt - now,
    scope: formatScope(scope),
    ...(refresh && { refresh_token: refresh.reveal() }),
    ...(detailed && projects !== 'all' && { authorization_details: detailsOf(projects) }),
  }
}
