import type { Context } from '../context.js'
import { metadataOf, policyOf } from '../policy/client.js'
import { currentReach } from '../policy/reach.js'
import { understoodScope } from '../policy/resource.js'
import { intersectScope } from '../protocol/scope.js'
import type { Client, Grant, Token } from '../records.js'
import { expiry, type Issued, issueAccessToken, issueRefreshToken, type Share, tokenResponse } from '../tokens/issue.js'
import type { Secret } from '../tokens/secret.js'
import { invalidGrant } from './handler.js'

interface Issuance {
  readonly client: Client
  readonly grant: Grant
  /** As far as this chain of tokens goes. */
  readonly share: Share
  /** At most this much of it, this time. */
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** The refresh token is null when none is issued. */
  readonly secrets: { readonly access: Secret; readonly refresh: Secret | null }
}

/** Whether a client gets a refresh token: it registered for them, and the person let it stay connected. */
export function mayRefresh(context: Context, client: Client, grant: Grant): boolean {
  if (!metadataOf(client).grant_types.includes('refresh_token') || grant.details.keep_alive === false) return false
  return context.refreshTokens === 'grant_type' || grant.details.offline_access === true
}

/** What a code or a refresh token can still bring of its grant, which may have been narrowed since. */
export function shareOf(context: Context, { data }: Token, grant: Grant): Share {
  const { scope, resource } = data as Share
  return {
    scope: intersectScope(scope, grant.scope, context.implied),
    resource: resource.filter((one) => grant.resource.includes(one)),
  }
}

/**
 * An access token, narrowed to what the client may have at the most and to what the person still holds.
 *
 * @throws OAuthError `invalid_grant` when nothing is left; nothing has been used up then, so that it heals.
 */
export async function accessTokenOn(
  context: Context,
  issuance: Omit<Issuance, 'secrets' | 'share'>,
  secret: Secret,
): Promise<Issued> {
  const { client, grant, resource } = issuance
  const ceiling = policyOf(client).scope
  const granted = intersectScope(issuance.scope, grant.scope, context.implied)
  const allowed = ceiling ? intersectScope(granted, ceiling, context.implied) : granted
  const scope = understoodScope(context, allowed, resource)
  const reach = await currentReach(context, grant.subject, { scope, projects: grant.projects })
  if (reach.scope.length === 0) throw invalidGrant('nothing that was granted is left', 'scope.empty')
  const at = context.now()
  const expiresAt = expiry(context, grant, at, context.lifetimes.accessToken)
  return issueAccessToken({ secret, clientId: client.id, grantId: grant.id, at, expiresAt }, reach, resource)
}

/** A refresh token that stays the same lives as long as its grant may; being idle ends the grant under it. */
function refreshTokenOn(context: Context, { client, grant, share }: Issuance, secret: Secret): Issued {
  const { refreshToken, grant: whole } = context.lifetimes
  const at = context.now()
  const expiresAt = expiry(context, grant, at, policyOf(client).rotation === 'reuse' ? whole : refreshToken)
  return issueRefreshToken({ secret, clientId: client.id, grantId: grant.id, at, expiresAt }, share)
}

/** Tokens on a grant: what to write for them, and what to answer. */
export async function issueOnGrant(context: Context, issuance: Issuance, grantType: string) {
  const access = await accessTokenOn(context, issuance, issuance.secrets.access)
  const refresh = issuance.secrets.refresh && refreshTokenOn(context, issuance, issuance.secrets.refresh)
  const tokens = refresh ? [access.record, refresh.record] : [access.record]
  return {
    change: recordIssue(context, issuance, { grantType, tokens, refreshable: refresh !== null }),
    response: tokenResponse(access, issuance.secrets.refresh, context.now()),
  }
}

interface Written {
  readonly grantType: string
  readonly tokens: readonly Token[]
  /** The client can come back with a refresh token, so that the grant outlives the access token. */
  readonly refreshable: boolean
}

/** What is written for tokens: they, the grant's longer life, and the line in the audit log. */
export function recordIssue(
  context: Context,
  { grant }: Pick<Issuance, 'grant'>,
  { grantType, tokens, refreshable }: Written,
) {
  const { accessToken, refreshToken } = context.lifetimes
  const seconds = refreshable ? Math.max(accessToken, refreshToken) : accessToken
  const { id: grantId, clientId, subject } = grant
  const { scope = [], resource = [] } = tokens[0]?.data ?? {}
  return {
    tokens,
    extend: [{ grantId, expiresAt: expiry(context, grant, context.now(), seconds) }],
    events: [{ type: 'token.issued', clientId, grantId, subject, data: { grant_type: grantType, scope, resource } }],
  }
}
