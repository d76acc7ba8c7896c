import { noteRefusal } from '../audit/failures.js'
import { client as byClient } from '../audit.js'
import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { isConfidential } from '../policy/client.js'
import { readClient } from '../protocol/client-authentication.js'
import { OAuthError } from '../protocol/errors.js'
import { refuseRepeats, required } from '../protocol/parameters.js'
import type { TokenKind } from '../records.js'
import type { FoundToken } from '../storage.js'
import { digest, readSecret } from '../tokens/format.js'
import { type Besides, type Decision, transact } from '../transact.js'
import { countingFailures } from './failures.js'
import type { FormRequest } from './token.js'

/** A secret says itself what it is, so that `token_type_hint` has nothing to add (RFC 7009 section 2.1). */
const kinds = ['refresh_token', 'access_token'] as const satisfies readonly TokenKind[]

async function findRevocable(context: Context, text: string): Promise<FoundToken | null> {
  for (const kind of kinds) {
    const secret = readSecret(context, kind, text)
    if (secret) return context.storage.findToken(digest(kind, secret))
  }
  return null
}

/** A refresh token stands for everything its client was granted; an access token for itself. */
function end({ token, grant }: FoundToken, at: ReturnType<Context['now']>): Decision<undefined>['change'] {
  const { clientId, grantId } = token
  const { subject = null, accountId = null } = grant ?? {}
  const about = { actor: byClient(clientId), clientId, grantId, subject, accountId, reason: 'client.revoked' }
  if (token.kind === 'refresh_token')
    return grant && grant.revokedAt === null
      ? { revoke: [{ grantId: grant.id, at }], events: [{ ...about, type: 'grant.revoked' }] }
      : null
  return token.redemption === null
    ? { redeem: [{ digest: token.digest, at, note: 'revoked' }], events: [{ ...about, type: 'token.revoked' }] }
    : null
}

/**
 * The revocation endpoint, RFC 7009. A token that is unknown, dead or somebody else's is not told apart from one that was
 * just revoked, except to a client that has proved who it is.
 *
 * @throws OAuthError
 */
export async function revoke(context: Context, { authorization, parameters }: FormRequest): Promise<void> {
  refuseRepeats(parameters, [])
  const presented = readClient(authorization, parameters)
  const text = () => required(parameters, 'token')
  const decide = async (_refused: number, besides: Besides): Promise<Decision<undefined>> => {
    const found = parameters.has('token') ? await findRevocable(context, text()) : null
    const client = await authenticateBeside(context, found, presented, besides)
    text()
    if (!found) return { change: null, outcome: undefined }
    if (found.token.clientId === client.id) return { change: end(found, context.now()), outcome: undefined }
    const refusal = new OAuthError('invalid_grant', 'this token was issued to another client', 'token.other_client')
    if (isConfidential(client)) return { change: null, outcome: refusal }
    // Whoever it is, is not told; the audit log is.
    noteRefusal(context, refusal)
    return { change: null, outcome: undefined }
  }
  await countingFailures(context, presented, () => transact(context, decide))
}
