import type { Context } from '../context.js'
import type { CurrentReach } from '../policy/reach.js'
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

export function issueAccessToken(parts: Issue, reach: CurrentReach, resource: readonly string[]): Issued {
  const data: AccessTokenData = { ...reach, resource }
  return issue('access_token', parts, data)
}

/**
 * How much of its grant a code or a refresh token can bring: what its own authorization request was answered with. A grant that
 * is remembered may hold more than was asked for this time.
 */
export type Share = {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
}

/** What a code was issued for. The rest is its grant's. */
export type CodeData = Share & {
  readonly code_challenge: string
  readonly redirect_uri: string
}

export const issueRefreshToken = (parts: Issue, share: Share): Issued => issue('refresh_token', parts, share)

export const issueCode = (parts: Issue, data: CodeData): Issued => issue('authorization_code', parts, data)

/** An instant so many seconds after another, and never past the day a grant ends for good. */
export function expiry(context: Context, grant: Pick<Grant, 'createdAt'>, at: Timestamp, seconds: number): Timestamp {
  return Math.min(at + seconds, grant.createdAt + context.lifetimes.grant) as Timestamp
}

/** RFC 6749 section 5.1. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
}

/** The scope is always there, so that a client sees what it was not given. */
export function tokenResponse(access: Issued, refresh: Secret | null, now: Timestamp): TokenResponse {
  const { scope } = access.record.data as AccessTokenData
  return {
    access_token: access.secret.reveal(),
    token_type: 'Bearer',
    expires_in: access.record.expiresAt - now,
    scope: formatScope(scope),
    ...(refresh && { refresh_token: refresh.reveal() }),
  }
}
