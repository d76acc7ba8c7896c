import type { Context } from '../context.js'
import type { GrantableRequest } from '../policy/grantable.js'
import { identityOf } from '../policy/identity.js'
import { boundProofOf } from '../policy/proof.js'
import type { Client, Subject, Timestamp, Token } from '../records.js'
import { digest, newSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'
import type { InteractionData } from './interaction.js'

/** Who asks whom for what. */
export interface Asked {
  readonly client: Client
  readonly request: GrantableRequest
  readonly subject: Subject
  readonly returnTo: string
}

/** Keep a validated request until the person has decided. The id that is returned is a secret of this browser. */
export async function openInteraction(
  context: Context,
  { client, request, subject, returnTo }: Asked,
  browser: Secret,
): Promise<Secret> {
  const secret = newSecret(context, 'interaction')
  const at = context.now()
  const proof = boundProofOf(client)
  const data: InteractionData = {
    request,
    subject,
    browser: digest('browser', browser),
    returnTo,
    identity: identityOf(client),
    ...(proof && { proof }),
  }
  const token: Token = {
    digest: digest('interaction', secret),
    kind: 'interaction',
    clientId: client.id,
    grantId: null,
    data,
    createdAt: at,
    expiresAt: (at + context.lifetimes.interaction) as Timestamp,
    redemption: null,
  }
  return transact<Secret>(context, async () => ({ change: { tokens: [token] }, outcome: secret }))
}
