import { parseUri, refuseSecureUri } from './uri.js'

export type EndpointName =
  | 'authorization'
  | 'token'
  | 'registration'
  | 'revocation'
  | 'introspection'
  | 'device_authorization'
  | 'pushed_authorization_request'
  | 'jwks'

export interface ServerDescription {
  readonly issuer: string
  /** Absolute URLs. */
  readonly endpoints: Readonly<Partial<Record<EndpointName, string>>>
  readonly grantTypes: readonly string[]
  readonly authMethods: readonly string[]
  readonly scopes: readonly string[]
  /** Members that extensions add or replace. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * Checks an issuer identifier (RFC 8414 section 2): an `https` URL without query and fragment; `http` on loopback only.
 *
 * @returns null when it is one, else the reason in words that follow "the issuer".
 */
export function refuseIssuer(issuer: string): string | null {
  if (issuer.includes('?') || issuer.includes('#')) return 'must not contain a query or a fragment'
  return refuseSecureUri(issuer)
}

const insertions = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'] as const

/**
 * Every path on the issuer's origin that answers with the metadata document: inserted before the issuer's path as RFC 8414
 * section 3.1 has it, the names that OpenID Connect clients try, and for an issuer with a path both names appended to it.
 *
 * @example
 * serverMetadataPaths('https://as.example') // the two root documents
 */
export function serverMetadataPaths(issuer: string): readonly string[] {
  const path = (parseUri(issuer)?.path ?? '').replace(/\/$/, '')
  if (path === '') return insertions
  return [...insertions.map((name) => `${name}${path}`), ...insertions.map((name) => `${path}${name}`)]
}

/** What each endpoint is called in the document, in the order of the document. */
const memberNames: Readonly<Record<EndpointName, string>> = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  registration: 'registration_endpoint',
  revocation: 'revocation_endpoint',
  introspection: 'introspection_endpoint',
  device_authorization: 'device_authorization_endpoint',
  pushed_authorization_request: 'pushed_authorization_request_endpoint',
  jwks: 'jwks_uri',
}

const endpointNames = Object.keys(memberNames) as readonly EndpointName[]

/**
 * The authorization server metadata (RFC 8414 section 2). Lists whose absence would mean something untrue are always there:
 * without them the RFC implies the implicit grant, fragments and no public clients.
 */
export function serverMetadata(server: ServerDescription): Readonly<Record<string, unknown>> {
  const { endpoints, authMethods } = server
  return withoutEmpty({
    issuer: server.issuer,
    ...Object.fromEntries(endpointNames.map((name) => [memberNames[name], endpoints[name]])),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: server.grantTypes,
    token_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: endpoints.revocation === undefined ? [] : authMethods,
    introspection_endpoint_auth_methods_supported:
      endpoints.introspection === undefined ? [] : authMethods.filter((method) => method !== 'none'),
    code_challenge_methods_supported: ['S256'],
    scopes_supported: server.scopes,
    authorization_response_iss_parameter_supported: true,
    request_uri_parameter_supported: false,
    ...server.extra,
  })
}

/** RFC 8414 section 3.2 and RFC 9728 section 3.2: a member without a value is left out. */
export function withoutEmpty(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const hasValue = (value: unknown) =>
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(members).filter(([, value]) => hasValue(value)))
}
