import type { ClientMetadata } from '../protocol/client-metadata.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, JsonObject } from '../records.js'

/** What a host may decide about one client. None of it can be asked for by the client itself. */
export type ClientPolicy = {
  /** `'reuse'`: the refresh token stays the same, for clients that never save a new one. */
  readonly rotation: 'rotate' | 'reuse'
  /** Scopes a person cannot leave out when they approve this client. */
  readonly requiredScope: readonly string[]
  /** The most this client can ever be granted; null: no ceiling of its own. */
  readonly scope: readonly string[] | null
}

const defaults: ClientPolicy = { rotation: 'rotate', requiredScope: [], scope: null }

export const policyOf = (client: Client): ClientPolicy => ({ ...defaults, ...(client.policy as Partial<ClientPolicy>) })

/** The registered metadata. It was checked before it was stored. */
export const metadataOf = (client: Client): ClientMetadata => client.metadata as JsonObject & ClientMetadata

export const isConfidential = (client: Client): boolean => metadataOf(client).token_endpoint_auth_method !== 'none'

/** RFC 6749 section 5.2: a client uses the grants it registered for, and no other. */
export function requireGrantType(client: Client, grantType: string): void {
  if (metadataOf(client).grant_types.includes(grantType)) return
  throw new OAuthError('unauthorized_client', `this client is not registered for ${grantType}`, 'client.grant_type')
}
