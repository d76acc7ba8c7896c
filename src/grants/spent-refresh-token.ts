import { client as byClient } from '../audit.js'
import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { digest, newSecret } from '../tokens/format.js'
import { type TokenResponse, tokenResponse } from '../tokens/issue.js'
import { deriveAccessToken, deriveRefreshToken, readNote, seedOf } from '../tokens/rotate.js'
import type { Decision } from '../transact.js'
import { invalidGrant } from './handler.js'
import { accessTokenOn, recordIssue } from './issue.js'
import type { Refresh } from './refresh-token.js'

/** What becomes of a refresh token that was spent before: the same answer again, or the end of its grant. */

/** While peppers are rotated from server to server: whether this is theft can be told only by one that has both. */
const otherPepper = () =>
  new OAuthError('temporarily_unavailable', 'another server has to repeat this answer', 'refresh_token.other_pepper', {
    headers: { 'retry-after': '1' },
  })

/**
 * Within the retry window: a parallel caller, or one that lost the answer, gets the same successor again. The same question
 * gets the same access token; another question gets one of its own beside it.
 *
 * @returns null when this is no retry: the successor has been spent.
 */
export async function retry(
  context: Context,
  { presented, token, client, grant, share, asked }: Refresh,
): Promise<Decision<TokenResponse> | null> {
  const rotation = readNote(context, token.redemption?.note ?? '')
  if (!rotation) throw otherPepper()
  const seed = seedOf(presented, rotation)
  const successor = deriveRefreshToken(context, seed)
  const secret = deriveAccessToken(context, seed, asked)
  const [next, known] = await Promise.all([
    context.storage.findToken(digest('refresh_token', successor)),
    context.storage.findToken(digest('access_token', secret)),
  ])
  if (!next || next.token.redemption !== null) return null
  if (known && known.token.redemption === null && known.token.expiresAt > context.now())
    return { change: null, outcome: tokenResponse({ secret, record: known.token }, successor, context.now()) }
  // One that has expired or was revoked in the meantime is of no use to anybody.
  const fresh = known ? newSecret(context, 'access_token') : secret
  const access = await accessTokenOn(context, { client, grant, share, asked }, fresh)
  return {
    change: recordIssue(
      context,
      { grant },
      { grantType: 'refresh_token', tokens: [access.record], refreshable: false },
    ),
    outcome: tokenResponse(access, successor, access.record.createdAt),
  }
}

/** A spent token comes again too late: it, or its successor, is in two hands (RFC 9700 section 4.14.2). */
export async function reused(
  context: Context,
  { client, grant }: Pick<Refresh, 'client' | 'grant'>,
): Promise<Decision<never>> {
  const { id: grantId, subject, accountId } = grant
  const reason = 'refresh_token.reused'
  const about = { actor: byClient(client.id), clientId: client.id, grantId, subject, accountId, reason }
  const event = { ...about, type: 'refresh_token.reused', outcome: 'failure' } as const
  const outcome = invalidGrant('this refresh token has been used', reason)
  if (context.onReuse === 'refuse') return { change: { events: [event] }, outcome }
  return {
    change: {
      revoke: [{ grantId, at: context.now() }],
      events: [event, { ...about, type: 'grant.revoked' }],
    },
    outcome,
  }
}
