import { clientGrantId } from '../ids.js'
import type { Client, GrantId, JsonObject } from '../records.js'
import { metadataOf } from './client.js'

/**
 * The grant on which a client acts for itself. It begins anew whenever somebody above the client and its owner edits the record, and stays
 * ended until then. Which edit that was is written beside the policy: a grant that has ended is deleted one day, its end must not be.
 */

/** A record never changes, and every token that its client gets asks for the same. */
const ids = new WeakMap<Client, GrantId>()

/** Its id; null when it has been ended. */
export function ownGrantId(client: Client): GrantId | null {
  const { ownGrant: begun = 1 } = client.policy
  if (typeof begun !== 'number') return null
  const known = ids.get(client)
  if (known) return known
  const id = clientGrantId(client.id, begun)
  ids.set(client, id)
  return id
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
