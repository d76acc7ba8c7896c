import type { Context } from '../context.js'
import { metadataOf, usesSecret } from '../policy/client.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import type { Client, ClientId, Timestamp } from '../records.js'
import { newSecret } from '../tokens/format.js'
import { type By, changeClient, requireVersion } from './change.js'
import { keptSecret, type Registered } from './register.js'

/** The newest secret that still works, with its end set; none when it is to end at once. */
function leaving({ secrets }: Client, now: Timestamp, overlap: number): Client['secrets'] {
  const [newest] = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
  if (!newest || overlap === 0) return []
  const expiresAt = Math.min(newest.expiresAt ?? Number.POSITIVE_INFINITY, now + overlap) as Timestamp
  return [{ ...newest, expiresAt }]
}

/** How a secret is replaced. */
export interface Rotating {
  /** For how many seconds the one before it goes on working. Left out: not at all. */
  readonly overlap?: number
  /** The version that was looked at, so that asking twice makes one secret. */
  readonly version?: number
}

/**
 * Give a client a new secret. The one before it is dead at once, or works on for `overlap` seconds while the new one is carried to
 * every server; there are never more than two. Tokens are left alone: the client that holds them is still the same.
 *
 * @throws OAuthError `invalid_request`: 404 for a client that is not there; 400 for one without secrets, or too long an overlap
 */
export async function rotateSecret(
  context: Context,
  id: ClientId,
  { overlap = 0, version }: Rotating,
  by: By,
): Promise<Registered> {
  if (!Number.isInteger(overlap) || overlap < 0 || overlap > limits.secretOverlap)
    throw new OAuthError('invalid_request', `overlap is 0 to ${limits.secretOverlap} seconds`, 'client.secret_overlap')
  const secret = newSecret(context, 'client_secret')
  const client = await changeClient(context, id, by, (current) => {
    requireVersion(current, version)
    if (!usesSecret(metadataOf(current)))
      throw new OAuthError('invalid_request', 'this application has no secret', 'client.without_secret')
    return {
      changes: { secrets: [keptSecret(context, secret), ...leaving(current, context.now(), overlap)] },
      event: { type: 'client.secret_rotated', data: { overlap } },
    }
  })
  return { client, secret }
}
