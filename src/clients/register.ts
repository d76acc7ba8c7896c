import type { Context } from '../context.js'
import { newClientId } from '../ids.js'
import { type ClientPolicy, checkPolicy, metadataPolicy } from '../policy/client.js'
import { type ClientMetadata, readClientMetadata } from '../protocol/client-metadata.js'
import type { Client, Registration } from '../records.js'
import { digest, newSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'

/** Who registers a client, and what the host decides about it. */
export interface Registrar {
  readonly registration: Exclude<Registration, 'metadata_document'>
  readonly policy?: Partial<ClientPolicy>
}

export interface Registered {
  readonly client: Client
  /** Shown once; only its digest is kept. Null for a public client. */
  readonly secret: Secret | null
}

/**
 * Register a client (RFC 7591).
 *
 * @param metadata the request body, unchecked
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`
 */
export async function registerClient(context: Context, metadata: unknown, registrar: Registrar): Promise<Registered> {
  const policy = metadataPolicy(context)
  // The host may send people back to itself; a stranger who registers must not make loops of its pages.
  const issuerOrigin = registrar.registration === 'manual' ? '' : policy.issuerOrigin
  const checked: ClientMetadata = readClientMetadata(metadata, { ...policy, issuerOrigin })
  const secret = checked.token_endpoint_auth_method === 'none' ? null : newSecret(context, 'client_secret')
  const at = context.now()
  const client: Client = {
    id: newClientId(context),
    secrets: secret ? [{ digest: digest('client_secret', secret), createdAt: at, expiresAt: null }] : [],
    metadata: checked,
    policy: checkPolicy(context, registrar.policy ?? {}),
    registration: registrar.registration,
    ownerId: null,
    accountId: null,
    createdAt: at,
    disabledAt: null,
    version: 1,
    revokedAt: null,
  }
  const event = {
    type: 'client.registered',
    clientId: client.id,
    subject: client.ownerId,
    data: { registration: client.registration, client_name: checked.client_name ?? null },
  }
  return transact<Registered>(context, async () => ({
    change: { clients: [client], events: [event] },
    outcome: { client, secret },
  }))
}
