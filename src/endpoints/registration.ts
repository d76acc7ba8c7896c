import { registerDynamically } from '../clients/dynamic.js'
import type { Context } from '../context.js'
import { metadataOf } from '../policy/client.js'
import type { Client } from '../records.js'
import { requireRoom } from '../throttle.js'
import type { Secret } from '../tokens/secret.js'

/** What a client sent about itself, and with which `Authorization` header. */
export interface RegistrationRequest {
  readonly authorization: string | null
  /** Parsed JSON, unchecked. */
  readonly body: unknown
}

/** How a client manages its registration; null where it does not. */
export interface ManagementAccess {
  readonly uri: string
  readonly token: Secret
}

/** The client information response, RFC 7591 section 3.2.1 and RFC 7592 section 3: what is answered is what was stored. */
export function clientInformation(client: Client, secret: Secret | null, management: ManagementAccess | null) {
  return {
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    ...(secret && { client_secret: secret.reveal(), client_secret_expires_at: 0 }),
    ...(management && {
      registration_client_uri: management.uri,
      registration_access_token: management.token.reveal(),
    }),
    ...metadataOf(client),
  }
}

/** The registration endpoint, RFC 7591 section 3. */
export async function register(context: Context, request: RegistrationRequest, uriOf: (id: string) => string) {
  await requireRoom(context, 'registration', [context.origin.address])
  const { client, secret, management } = await registerDynamically(context, request)
  return clientInformation(client, secret, management && { uri: uriOf(client.id), token: management })
}
