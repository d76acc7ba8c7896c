import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId } from '../records.js'
import { type By, changeClient } from './change.js'

/** Whether its owner, and nobody above them, has switched a client off. */
const byItsOwner = ({ policy }: Client) => policy.disabledByOwner === true

/**
 * Switch a client off: no token of it passes from the next request on, and none is issued. Nothing of it is lost.
 *
 * @throws OAuthError 404 `client.unknown`
 */
export async function disableClient(context: Context, id: ClientId, by: By): Promise<Client> {
  const disabledByOwner = by.owner !== undefined
  return changeClient(context, id, by, (client) => {
    // Who is above the owner can still say that it stays off.
    if (client.disabledAt !== null && byItsOwner(client) <= disabledByOwner) return null
    return {
      changes: { disabledAt: client.disabledAt ?? context.now(), policy: { ...client.policy, disabledByOwner } },
      event: { type: 'client.disabled' },
    }
  })
}

/**
 * Switch a client on again, with all that it held.
 *
 * @throws OAuthError 404 `client.unknown`; 403 when its owner asks and it was somebody above them who switched it off
 */
export async function enableClient(context: Context, id: ClientId, by: By): Promise<Client> {
  return changeClient(context, id, by, (client) => {
    if (client.disabledAt === null) return null
    if (by.owner !== undefined && !byItsOwner(client))
      throw new OAuthError('access_denied', 'an administrator has disabled this application', 'client.disabled', {
        status: 403,
      })
    return {
      changes: { disabledAt: null, policy: { ...client.policy, disabledByOwner: false } },
      event: { type: 'client.enabled' },
    }
  })
}

/**
 * Delete a client. Every token it holds is dead from the next request on, and its name is free again.
 *
 * @throws OAuthError 404 `client.unknown`
 */
export async function deleteClient(context: Context, id: ClientId, by: By): Promise<void> {
  await changeClient(context, id, by, () => ({
    changes: { revokedAt: context.now(), uniqueName: null },
    event: { type: 'client.deleted' },
  }))
}
