import { client as byClient } from '../audit.js'
import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { lazily } from '../lazily.js'
import { requireGrantType } from '../policy/client.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import { required, single } from '../protocol/parameters.js'
import { isCodeChallenge, isCodeVerifier, verifyCodeVerifier } from '../protocol/pkce.js'
import type { Client, Grant, Timestamp, Token } from '../records.js'
import type { FoundToken } from '../storage.js'
import { digest, newSecret, readSecret } from '../tokens/format.js'
import type { CodeData, TokenResponse } from '../tokens/issue.js'
import type { Secret } from '../tokens/secret.js'
import { type Decision, transact } from '../transact.js'
import { burnt } from './burnt.js'
import { type GrantType, invalidGrant, requireLiveGrant, type TokenRequest } from './handler.js'
import { issueOnGrant, mayRefresh, questionOf, shareOf } from './issue.js'

const replacing = lazily(() => import('./replace.js'))((it) => it.replacing)
const countFailure = lazily(() => import('./code-failures.js'))((it) => it.countFailure)

interface Presented {
  readonly code: Secret
  readonly token: Token
  readonly grant: Grant | null
}

/** The code, if it was issued to this client. A stranger learns nothing and uses nothing up. */
function requireOwn(code: Secret | null, found: FoundToken | null, client: Client): Presented {
  if (!code || !found) throw invalidGrant('unknown authorization code', 'code.unknown')
  if (found.token.clientId !== client.id)
    throw invalidGrant('this code was issued to another client', 'code.other_client')
  return { code, token: found.token, grant: found.grant }
}

function checkRedirectUri({ token }: Presented, { parameters }: TokenRequest): void {
  const sent = single(parameters, 'redirect_uri')
  if (sent === undefined || equal(sent, (token.data as CodeData).redirect_uri)) return
  throw invalidGrant('redirect_uri differs from the one in the authorization request', 'redirect_uri.mismatch')
}

/** RFC 7636 section 4.6. A wrong verifier leaves the code as it was, a few times. */
async function checkVerifier(context: Context, presented: Presented, { parameters }: TokenRequest): Promise<void> {
  const { token } = presented
  const verifier = single(parameters, 'code_verifier')
  const { code_challenge } = token.data as CodeData
  // No code is issued without one: a record that has lost it is met by no verifier (RFC 9700 section 4.8.2).
  if (!isCodeChallenge(code_challenge))
    throw new OAuthError('invalid_request', 'this code was issued without a code_challenge', 'pkce.not_bound')
  if (verifier === undefined) throw invalidGrant('code_verifier is missing', 'pkce.missing')
  if (isCodeVerifier(verifier) && verifyCodeVerifier(verifier, code_challenge)) return
  if (token.redemption === null) await countFailure(context, presented)
  throw invalidGrant('code_verifier does not match the code_challenge', 'pkce.mismatch')
}

/**
 * A code comes a second time, from its own client with the right verifier: one of the two was not the client
 * (RFC 9700 section 4.5). Whoever lost a race to the first is told so, and nothing ends.
 */
function replayed({ token, grant }: Presented, now: Timestamp, lostRace: boolean): Decision<never> {
  const outcome = invalidGrant('this code has been used', 'code.replayed')
  if (lostRace || burnt(token) || !grant || grant.revokedAt !== null) return { change: null, outcome }
  const { id: grantId, clientId, subject, accountId } = grant
  const about = { actor: byClient(clientId), clientId, grantId, subject, accountId }
  return {
    change: {
      revoke: [{ grantId, at: now }],
      events: [
        { ...about, type: 'code.replayed', outcome: 'failure', reason: 'code.replayed' },
        { ...about, type: 'grant.revoked', reason: 'code.replayed' },
      ],
    },
    outcome,
  }
}

async function answer(context: Context, request: TokenRequest): Promise<TokenResponse> {
  const code = readSecret(context, 'authorization_code', required(request.parameters, 'code'))
  return transact<TokenResponse>(context, async (refused, besides) => {
    const found = code && (await context.storage.findToken(digest('authorization_code', code)))
    const client = await authenticateBeside(context, found, request.presented, besides)
    requireGrantType(client, 'authorization_code')
    const presented = requireOwn(code, found, client)
    checkRedirectUri(presented, request)
    await checkVerifier(context, presented, request)
    if (presented.token.redemption) return replayed(presented, context.now(), refused > 0)
    if (presented.token.expiresAt <= context.now()) throw invalidGrant('this code has expired', 'code.expired')
    const grant = await requireLiveGrant(context, presented.grant, client)
    const share = shareOf(context, presented.token, grant, request.presented.method)
    const asked = questionOf(context, request, { client, grant, share }, share.scope)
    const secrets = {
      access: newSecret(context, 'access_token'),
      refresh: mayRefresh(context, client, grant) ? newSecret(context, 'refresh_token') : null,
    }
    const issued = await issueOnGrant(context, { client, grant, share, asked, secrets }, 'authorization_code')
    const { replaces = [] } = presented.token.data as CodeData
    const ended = replaces.length > 0 ? await replacing(context, replaces, client) : null
    return {
      change: {
        redeem: [{ digest: presented.token.digest, at: issued.at, note: '' }],
        ...issued.change,
        revoke: ended?.revoke ?? [],
        events: [...issued.change.events, ...(ended?.events ?? [])],
      },
      outcome: issued.response,
    }
  })
}

/** RFC 6749 section 4.1.3, with PKCE always. */
export const authorizationCode: GrantType = { name: 'authorization_code', answer }
