import type { Context } from '../context.js'
import type { ClientMetadata, ClientMetadataPolicy } from '../protocol/client-metadata.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import { intersectScope, parseScope } from '../protocol/scope.js'
import { isLoopbackHost } from '../protocol/uri.js'
import type { Client, JsonObject } from '../records.js'
import type { RegistrationRules } from '../registration.js'

/** What a host may decide about one client. None of it can be asked for by the client itself. */
export type ClientPolicy = {
  /** `'reuse'`: the refresh token stays the same, for clients that never save a new one. */
  readonly rotation: 'rotate' | 'reuse'
  /** Scopes a person cannot leave out when they approve this client. */
  readonly requiredScope: readonly string[]
  /** The most this client can ever be granted; null: no ceiling of its own. */
  readonly scope: readonly string[] | null
  /** People are not asked before this client gets what they hold: for the host's own apps, and only for `manual` clients. */
  readonly trusted: boolean
  /** The only projects this client reaches, whoever the person is; null: any. */
  readonly projects: readonly string[] | null
  /** The only resources it gets tokens for; null: any. */
  readonly resources: readonly string[] | null
  /**
   * Resources that it runs: it may ask what tokens for them are worth (RFC 7662). For APIs elsewhere, and only for clients with
   * credentials.
   */
  readonly introspect: readonly string[]
  /** What it is for, in the words of whoever registered it. Shown to people who look after clients. */
  readonly description: string
  /**
   * Its assertions may name the URL of the token endpoint, or a list of one, in place of the issuer. For a client that cannot do
   * otherwise and has no dealings with other servers, one of which could then use its assertions here.
   */
  readonly allowTokenEndpointAudience: boolean
}

const defaults: ClientPolicy = {
  rotation: 'rotate',
  requiredScope: [],
  scope: null,
  trusted: false,
  projects: null,
  resources: null,
  introspect: [],
  description: '',
  allowTokenEndpointAudience: false,
}

/**
 * A name as lists search and sort it: letter case and width do not count. What was one sign may be eighteen then, so that the name is
 * cut to the length that names may have.
 */
export const foldName = (name: string): string =>
  [...name.normalize('NFKC').toLowerCase().trim()].slice(0, limits.clientNameLength).join('')

/** Written beside the policy of a client and no part of it: who switched it off, and when what it does by itself began. */
const beside: ReadonlySet<string> = new Set(['disabledByOwner', 'ownGrant'])

/** The policy alone, of what somebody sends back who has read a record. */
export const policyIn = (sent: object): Partial<ClientPolicy> =>
  Object.fromEntries(Object.entries(sent).filter(([name]) => !beside.has(name)))

function readPolicy(stored: Client['policy']): ClientPolicy {
  const own = Object.entries(stored).filter(([name]) => !beside.has(name))
  return { ...defaults, ...(Object.fromEntries(own) as Partial<ClientPolicy>) }
}

/** One token request asks five times. A record never changes, so that the first answer holds for as long as anybody has it. */
const policies = new WeakMap<Client['policy'], ClientPolicy>()

export function policyOf({ policy }: Client): ClientPolicy {
  const known = policies.get(policy)
  if (known) return known
  const read = readPolicy(policy)
  policies.set(policy, read)
  return read
}

/** The part of a scope that a client may have at all, by the host's word on it or on its kind, and by its own where that is binding. */
export function allowedScope(context: Context, client: Client, scope: readonly string[]): readonly string[] {
  const { registration, implied } = context
  const own = metadataOf(client).scope
  const binding = client.registration === 'dynamic' && registration.dynamic?.strictRegisteredScope === true
  const ceilings = [
    policyOf(client).scope,
    client.registration === 'user' ? registration.byUsers?.scope : null,
    binding && own !== undefined ? parseScope(own) : null,
  ]
  let left = scope
  for (const ceiling of ceilings) if (ceiling) left = intersectScope(left, ceiling, implied)
  return left
}

type WholePolicy = ClientMetadataPolicy & Required<Pick<ClientMetadataPolicy, 'defaultAuthMethod'>>

function readMetadataPolicy(context: Context): WholePolicy {
  const { hostname, origin } = new URL(context.issuer)
  return {
    privateUseSchemes: context.registration.privateUseSchemes,
    oob: context.registration.outOfBand,
    grantTypes: context.grantTypes,
    scopes: [...context.scopes.keys()],
    issuerOrigin: origin,
    // Only a provider in development is on loopback, and only there may a client's pages and keys be.
    loopbackDocuments: isLoopbackHost(hostname),
    detailTypes: context.hooks.projects ? ['project'] : [],
    fetchesKeys: context.documents !== null,
    defaultAuthMethod: 'by_redirect_uri',
  }
}

/** One for the rules of each provider, which never change: it parses the URL of the issuer, and every registration asks for it. */
const metadataPolicies = new WeakMap<RegistrationRules, WholePolicy>()

/** What client metadata is checked against, when it is registered and wherever it is used. */
export function metadataPolicy(context: Context): WholePolicy {
  const known = metadataPolicies.get(context.registration)
  if (known) return known
  const read = readMetadataPolicy(context)
  metadataPolicies.set(context.registration, read)
  return read
}

/** The registered metadata. It was checked before it was stored. */
export const metadataOf = (client: Client): ClientMetadata => client.metadata as JsonObject & ClientMetadata

/** Whether a client proves who it is with a secret that it was given, rather than with a key of its own or not at all. */
export const usesSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post'

export const isConfidential = (client: Client): boolean => metadataOf(client).token_endpoint_auth_method !== 'none'

/** RFC 6749 section 5.2: a client uses the grants it registered for, and no other. */
export function requireGrantType(client: Client, grantType: string): void {
  if (metadataOf(client).grant_types.includes(grantType)) return
  throw new OAuthError('unauthorized_client', `this client is not registered for ${grantType}`, 'client.grant_type')
}
