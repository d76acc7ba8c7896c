import { client as byClient, type EventParts } from '../audit.js'
import type { Context } from '../context.js'
import { isConfidential } from '../policy/client.js'
import type { Client, GrantId } from '../records.js'
import type { Revoke } from '../storage.js'

/** What is written to end the grants that another one takes the place of, as far as they have not ended. */
export async function replacing(
  context: Context,
  replaced: readonly GrantId[],
  client: Client,
): Promise<{ readonly revoke: readonly Revoke[]; readonly events: readonly EventParts[] }> {
  const found = await Promise.all(replaced.map((id) => context.storage.findGrant(id)))
  const live = found.filter((grant) => grant !== null && grant.revokedAt === null && grant.clientId === client.id)
  const ended = isConfidential(client) ? live.filter((grant) => grant !== null) : []
  return {
    revoke: ended.map(({ id }) => ({ grantId: id, at: context.now() })),
    events: ended.map(({ id, subject, accountId }) => ({
      type: 'grant.revoked',
      reason: 'grant.replaced',
      actor: byClient(client.id),
      clientId: client.id,
      grantId: id,
      subject,
      accountId,
    })),
  }
}
