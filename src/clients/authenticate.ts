import type { Context } from '../context.js'
import { isConfidential, metadataOf } from '../policy/client.js'
import type { PresentedClient } from '../protocol/client-authentication.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId, Timestamp } from '../records.js'
import type { FoundToken } from '../storage.js'
import { digest } from '../tokens/format.js'

/** Compared against when there is no such client, so that its absence takes as long as a wrong secret. */
const nobody = digest('client_secret', 'nobody')

/** One text for every cause: who asks must not learn which part was wrong. The operator sees the reason. */
function refuse(presented: PresentedClient, reason: string): never {
  throw new OAuthError('invalid_client', 'unknown client or bad credentials', reason, {
    headers: presented.method === 'client_secret_basic' ? { 'www-authenticate': 'Basic realm="oauth"' } : {},
  })
}

function knowsSecret(client: Client | null, presented: PresentedClient, now: Timestamp): boolean {
  const live = client?.secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now) ?? []
  const expected = live.length > 0 ? live.map((secret) => secret.digest) : [nobody]
  const shown = [presented.secret, presented.rawSecret].filter((text) => text !== null)
  const matches = shown.map((text) => expected.map((one) => equal(digest('client_secret', text), one)))
  return live.length > 0 && matches.flat().includes(true)
}

/** Basic and post carry the same secret, and self-registered clients pick between them by rules of their own. */
function acceptsMethod(client: Client, method: PresentedClient['method']): boolean {
  const registered = metadataOf(client).token_endpoint_auth_method
  return method === registered || (client.registration === 'dynamic' && method !== 'none' && registered !== 'none')
}

/**
 * The client, once it has proved who it is (RFC 6749 section 3.2.1). A public client proves nothing; it is only known.
 *
 * @throws OAuthError `invalid_client`
 */
export function authenticate(client: Client | null, presented: PresentedClient, now: Timestamp): Client {
  const knows = presented.method === 'none' || knowsSecret(client, presented, now)
  if (!client || client.revokedAt !== null) return refuse(presented, 'client.unknown')
  // Some clients that have no secret still send a Basic header, with an empty password.
  const method = presented.method !== 'none' && presented.secret === '' ? 'none' : presented.method
  if (!isConfidential(client)) return method === 'none' ? client : refuse(presented, 'client.unexpected_secret')
  if (!acceptsMethod(client, method)) return refuse(presented, 'client.authentication_method')
  return knows ? client : refuse(presented, 'client.secret')
}

/**
 * The client that presents itself beside a token. When the token is its own, it came with the token and costs no read.
 */
export async function authenticateBeside(
  context: Context,
  found: FoundToken | null,
  presented: PresentedClient,
): Promise<Client> {
  const id = presented.clientId as ClientId
  const client = found?.client?.id === id ? found.client : await context.storage.findClient(id)
  return authenticate(client, presented, context.now())
}
