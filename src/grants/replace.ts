import { client as byClient, type EventParts } from '../audit.js'
import type { Context } from '../context.js'
import { isConfidential } from '../policy/client.js'
import type { Client, Token } from '../records.js'
import type { Revoke } from '../storage.js'
import type { CodeData } from '../tokens/issue.js'

/** What is written to end the grants that a code's own takes the place of, as far as they have not ended. */
export async function replacing(
  context: Context,
  { data }: Token,
  client: Client,
): Promise<{ readonly revoke: readonly Revoke[]; readonly events: readonly EventParts[] }> {
  const { replaces = [] } = data as CodeData
  const found = await Promise.all(replaces.map((id) => context.storage.findGrant(id)))
  const live = found.filter((grant) => grant !== null && grant.revokedAt === null && grant.clientId === client.id)
  const replaced = isConfidential(client) ? live.filter((grant) => grant !== null) : []
  return {
    revoke: replaced.map(({ id }) => ({ grantId: id, at: context.now() })),
    events: replaced.map(({ id, subject, accountId }) => ({
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
