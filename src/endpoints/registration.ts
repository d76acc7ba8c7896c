import { registerClient } from '../clients/register.js'
import type { Context } from '../context.js'
import { metadataOf } from '../policy/client.js'

/** The registration endpoint, RFC 7591 section 3: what is answered is what was stored. */
export async function register(context: Context, body: unknown) {
  const { client, secret } = await registerClient(context, body, { registration: 'dynamic' })
  return {
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    ...(secret && { client_secret: secret.reveal(), client_secret_expires_at: 0 }),
    ...metadataOf(client),
  }
}
