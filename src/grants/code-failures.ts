import { auditEvent, client as byClient } from '../audit.js'
import type { Context } from '../context.js'
import type { Grant, Timestamp, Token } from '../records.js'
import { digest } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { leaveAudited } from '../trail.js'
import { commit } from '../transact.js'
import { burntNote } from './burnt.js'

/** How often a code may be presented with a wrong verifier before it is used up. */
const mostFailures = 5

function burntEvent(context: Context, { clientId, grantId }: Token, grant: Grant | null, at: Timestamp) {
  const { subject = null, accountId = null } = grant ?? {}
  const about = { actor: byClient(clientId), clientId, grantId, subject, accountId }
  return auditEvent(context, at, { ...about, type: 'code.burnt', outcome: 'failure', reason: 'pkce.mismatch' })
}

/**
 * Remember that a code was presented with a wrong verifier; the last failure allowed uses it up. A record is never edited, so
 * each failure is a record of its own, under a key that only one of several concurrent failures can take.
 */
export async function countFailure(
  context: Context,
  { code, token, grant }: { readonly code: Secret; readonly token: Token; readonly grant: Grant | null },
): Promise<void> {
  const at = context.now()
  for (let failure = 1; failure <= mostFailures; failure += 1) {
    const mark: Token = {
      ...token,
      digest: digest('authorization_code', `${code.reveal()}:${failure}`),
      data: {},
      createdAt: at,
    }
    const last = failure === mostFailures
    const redeem = last ? [{ digest: token.digest, at, note: burntNote }] : []
    const events = last ? [burntEvent(context, token, grant, at)] : []
    if (!(await commit(context, { tokens: [mark], redeem }, events))) continue
    if (last) leaveAudited(context)
    return
  }
}
