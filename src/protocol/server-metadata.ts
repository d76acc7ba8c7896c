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
  /** With which a client may sign to prove itself, if it may at all. */
  readonly signingAlgorithms?: readonly string[]
  readonly scopes: readonly string[]
  /** What a client may ask for in `acr_values` (RFC 9470 section 7), if there is any choice. */
  readonly acrValues?: readonly string[]
  /** Members that extensions add or replace. */
  readonly extra?: Readonly<Record<string, unknown>>
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
  const { endpoints, authMethods, signingAlgorithms = [] } = server
  const signedAt = (name: EndpointName) => (endpoints[name] === undefined ? [] : signingAlgorithms)
  return withoutEmpty({
    issuer: server.issuer,
    ...Object.fromEntries(endpointNames.map((name) => [memberNames[name], endpoints[name]])),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: server.grantTypes,
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: signedAt('token'),
    revocation_endpoint_auth_methods_supported: endpoints.revocation === undefined ? [] : authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: signedAt('revocation'),
    introspection_endpoint_auth_methods_supported:
      endpoints.introspection === undefined ? [] : authMethods.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: signedAt('introspection'),
    code_challenge_methods_supported: ['S256'],
    scopes_supported: server.scopes,
    acr_values_supported: server.acrValues,
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
