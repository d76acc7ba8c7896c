import { clientGrantId } from '../ids.js'
import type { Client, GrantId, JsonObject } from '../records.js'
import { metadataOf } from './client.js'

/**
 * The grant on which a client acts for itself. It begins anew whenever somebody above the client and its owner edits the record, and stays
 * ended until then. Which edit that was is written beside the policy: a grant that has ended is deleted one day, its end must not be.
 */

/** Its id; null when it has been ended. */
export function ownGrantId({ id, policy }: Client): GrantId | null {
  const { ownGrant: begun = 1 } = policy
  return typeof begun === 'number' ? clientGrantId(id, begun) : null
}

/** What is written of a client whose own grant begins anew with its next version. */
export const begunWith = (next: Client): JsonObject =>
  metadataOf(next).grant_types.includes('client_credentials') ? { ...next.policy, ownGrant: next.version } : next.policy

/** The record of a client whose own grant has been ended. */
export const withoutOwnGrant = (client: Client): Client => ({
  ...client,
  policy: { ...client.policy, ownGrant: null },
  version: client.version + 1,
})
