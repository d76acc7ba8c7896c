import * as z from 'zod/mini'
import type { Context } from '../context.js'
import type { ClientMetadata, ClientMetadataPolicy } from '../protocol/client-metadata.js'
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

const schema = z.strictObject({
  rotation: z.optional(z.enum(['rotate', 'reuse'])),
  requiredScope: z.optional(z.array(z.string())),
  scope: z.optional(z.nullable(z.array(z.string()))),
})

/** @throws TypeError for what is no policy, or names a scope that does not exist */
export function checkPolicy(context: Context, policy: Partial<ClientPolicy>): Partial<ClientPolicy> {
  const result = schema.safeParse(policy)
  const [issue] = result.error?.issues ?? []
  if (issue) throw new TypeError(`client policy: ${issue.path.join('.')}: ${issue.message}`)
  const unknown = [...(policy.scope ?? []), ...(policy.requiredScope ?? [])].find((name) => !context.scopes.has(name))
  if (unknown !== undefined) throw new TypeError(`client policy: unknown scope ${unknown}`)
  return policy
}

export const policyOf = (client: Client): ClientPolicy => ({ ...defaults, ...(client.policy as Partial<ClientPolicy>) })

/** What client metadata is checked against, when it is registered and wherever it is used. */
export function metadataPolicy(context: Context): ClientMetadataPolicy {
  const { protocol, origin } = new URL(context.issuer)
  return {
    privateUseSchemes: context.registration.privateUseSchemes,
    grantTypes: context.grantTypes,
    scopes: [...context.scopes.keys()],
    issuerOrigin: origin,
    // Only a provider in development has an issuer on http, and only there may a client's pages be on loopback.
    loopbackDocuments: protocol === 'http:',
  }
}

/** The registered metadata. It was checked before it was stored. */
export const metadataOf = (client: Client): ClientMetadata => client.metadata as JsonObject & ClientMetadata

export const isConfidential = (client: Client): boolean => metadataOf(client).token_endpoint_auth_method !== 'none'

/** RFC 6749 section 5.2: a client uses the grants it registered for, and no other. */
export function requireGrantType(client: Client, grantType: string): void {
  if (metadataOf(client).grant_types.includes(grantType)) return
  throw new OAuthError('unauthorized_client', `this client is not registered for ${grantType}`, 'client.grant_type')
}
