import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import type { Awaitable } from '../hooks.js'
import { lazily } from '../lazily.js'
import { policyOf, requireGrantType } from '../policy/client.js'
import { knownScope } from '../policy/grantable.js'
import { OAuthError } from '../protocol/errors.js'
import { required, single } from '../protocol/parameters.js'
import { covers, parseScope } from '../protocol/scope.js'
import type { Client, Grant, Token } from '../records.js'
import { digest, newSecret, readSecret } from '../tokens/format.js'
import { type Share, type TokenResponse, tokenResponse } from '../tokens/issue.js'
import {
  deriveAccessToken,
  deriveRefreshToken,
  newRotation,
  type Question,
  seedOf,
  writeNote,
} from '../tokens/rotate.js'
import type { Secret } from '../tokens/secret.js'
import { type Decision, transact } from '../transact.js'
import { upon } from '../upon.js'
import { type GrantType, invalidGrant, requireLiveGrant, type TokenRequest } from './handler.js'
import { accessTokenOn, issueOnGrant, questionOf, recordIssue, shareOf } from './issue.js'

const spent = lazily(() => import('./spent-refresh-token.js'))
const retry = spent((it) => it.retry)
const reused = spent((it) => it.reused)

/** A refresh that has passed every check but one: whether the token was spent before. */
export interface Refresh {
  readonly presented: Secret
  readonly token: Token
  readonly client: Client
  readonly grant: Grant
  readonly share: Share
  readonly asked: Question
}

/**
 * What a refresh asks for: at most what was granted (RFC 6749 section 6). Scopes this provider does not know were dropped when
 * they were first asked for, and are again.
 */
function readQuestion(
  context: Context,
  request: TokenRequest,
  held: Pick<Refresh, 'client' | 'grant' | 'share'>,
): Question {
  const { share } = held
  const known = knownScope(context, parseScope(single(request.parameters, 'scope')))
  if (known && (known.length === 0 || !covers(share.scope, known, context.implied)))
    throw new OAuthError('invalid_scope', 'more than what was granted', 'scope.not_granted')
  return questionOf(context, request, held, known ?? share.scope)
}

/** The first time: the presented token is spent, and its successor and an access token are derived from it. */
function rotate(
  context: Context,
  { presented, token, client, grant, share, asked }: Refresh,
): Awaitable<Decision<TokenResponse>> {
  const rotation = newRotation(context)
  const seed = seedOf(presented, rotation)
  const secrets = { access: deriveAccessToken(context, seed, asked), refresh: deriveRefreshToken(context, seed) }
  const note = context.lifetimes.retryWindow > 0 ? writeNote(rotation) : ''
  return upon(issueOnGrant(context, { client, grant, share, asked, secrets }, 'refresh_token'), (issued) => {
    const { tokens, extend, events } = issued.change
    return {
      change: { redeem: [{ digest: token.digest, at: issued.at, note }], tokens, extend, events },
      outcome: issued.response,
    }
  })
}

/** For a client whose refresh token stays the same: only the access token is new, and the grant's idle time starts over. */
async function reuse(
  context: Context,
  { presented, client, grant, share, asked }: Refresh,
): Promise<Decision<TokenResponse>> {
  const access = await accessTokenOn(context, { client, grant, share, asked }, newSecret(context, 'access_token'))
  return {
    change: recordIssue(context, { grant }, { grantType: 'refresh_token', tokens: [access.record], refreshable: true }),
    outcome: tokenResponse(access, presented, access.record.createdAt),
  }
}

/** Spent, and not to be answered again: the retry window has passed, or there was none. */
function isTooLate(context: Context, { redemption }: Token): boolean {
  return redemption !== null && (!redemption.note || context.now() > redemption.at + context.lifetimes.retryWindow)
}

function answer(context: Context, request: TokenRequest): Promise<TokenResponse> {
  const presented = readSecret(context, 'refresh_token', required(request.parameters, 'refresh_token'))
  return transact<TokenResponse>(context, async (_refused, besides) => {
    const found = presented && (await context.storage.findToken(digest('refresh_token', presented)))
    const client = await authenticateBeside(context, found, request.presented, besides)
    requireGrantType(client, 'refresh_token')
    if (!presented || !found) throw invalidGrant('unknown refresh token', 'refresh_token.unknown')
    // Whose it is comes before everything else: a stranger must not be able to end somebody's session.
    if (found.token.clientId !== client.id)
      throw invalidGrant('this refresh token was issued to another client', 'refresh_token.other_client')
    const grant = await requireLiveGrant(context, found.grant, client)
    // A token that comes too late is that whatever it is asked to bring.
    if (isTooLate(context, found.token)) return reused(context, { client, grant })
    const share = shareOf(context, found.token, grant, request.presented.method)
    const asked = readQuestion(context, request, { client, grant, share })
    const refresh = { presented, token: found.token, client, grant, share, asked }
    if (found.token.redemption) return (await retry(context, refresh)) ?? reused(context, refresh)
    if (found.token.expiresAt <= context.now())
      throw invalidGrant('this refresh token has expired', 'refresh_token.expired')
    return policyOf(client).rotation === 'reuse' ? reuse(context, refresh) : rotate(context, refresh)
  })
}

/** RFC 6749 section 6, with rotation (RFC 9700 section 4.14.2). */
export const refreshToken: GrantType = { name: 'refresh_token', answer }
