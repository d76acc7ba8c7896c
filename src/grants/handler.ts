import { isGone } from '../clients/gone.js'
import type { Context } from '../context.js'
import type { Awaitable } from '../hooks.js'
import { isOfAccount } from '../policy/account.js'
import type { PresentedClient } from '../protocol/client-authentication.js'
import { OAuthError } from '../protocol/errors.js'
import type { Parameters } from '../protocol/parameters.js'
import type { Client, Grant } from '../records.js'
import { expiry, type TokenResponse } from '../tokens/issue.js'
import { upon } from '../upon.js'

/** A request to the token endpoint, parsed, with a client that has yet to prove who it is. */
export interface TokenRequest {
  readonly parameters: Parameters
  readonly presented: PresentedClient
}

/** One grant type: its name on the wire, and how a token request of it is answered. */
export interface GrantType {
  readonly name: string
  /** @throws OAuthError as RFC 6749 section 5.2 has it */
  readonly answer: (context: Context, request: TokenRequest) => Promise<TokenResponse>
}

export const invalidGrant = (description: string, reason: string) =>
  new OAuthError('invalid_grant', description, reason)

/**
 * The grant, if tokens may still be issued on it.
 *
 * @throws OAuthError `invalid_grant`
 */
export function requireLiveGrant(context: Context, grant: Grant | null, client: Client): Awaitable<Grant> {
  if (!grant || grant.revokedAt !== null) throw invalidGrant('the authorization has been revoked', 'grant.revoked')
  const now = context.now()
  // The second is for a consent that was to hold longer when it was given than the host lets it now.
  if (grant.expiresAt <= now || expiry(context, grant, now, 1) <= now)
    throw invalidGrant('the authorization has expired', 'grant.expired')
  if (client.disabledAt !== null) throw invalidGrant('this client has been disabled', 'client.disabled')
  if (isGone(client, now)) throw invalidGrant('this client is there no more', 'client_document.gone')
  if (!isOfAccount(client, grant)) throw invalidGrant('this client belongs to another account', 'client.other_account')
  const { id: grantId, clientId, subject, accountId } = grant
  if (subject === null) return grant
  return upon(context.hooks.active({ subject, clientId, grantId, accountId }), (active) => {
    if (!active) throw invalidGrant('this user may no longer authorize clients', 'subject.inactive')
    return grant
  })
}
