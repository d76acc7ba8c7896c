import { isSigningAlgorithm, type PublicKey, signingAlgorithms } from './client-keys.js'
import {
  cleanText,
  hostedUri,
  type LanguageVariants,
  languageVariants,
  type RegistrationBody,
  readKeySource,
  stringMember,
  stringsMember,
} from './client-metadata-members.js'
import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { present } from './present.js'
import { isLoopback, isPrivateUse, type RedirectUriPolicy, refuseRedirectUri } from './redirect-uri.js'
import { formatScope, parseScope } from './scope.js'

/** How clients may prove who they are, at every endpoint that asks. */
export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type AuthMethod = (typeof authMethods)[number]

const applicationTypes = ['web', 'native'] as const

/** A client's metadata as it is stored and echoed (RFC 7591 section 2), in a form that can be stored as JSON. */
export type ClientMetadata = {
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: AuthMethod
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly client_name?: string
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly tos_uri?: string
  readonly policy_uri?: string
  readonly contacts?: readonly string[]
  readonly scope?: string
  readonly application_type?: 'web' | 'native'
  readonly software_id?: string
  readonly software_version?: string
  /** The types of authorization details that it uses, RFC 9396 section 10. Left out: any that there is. */
  readonly authorization_details_types?: readonly string[]
  /** As it was sent, once somebody has believed it (RFC 7591 section 2.3). */
  readonly software_statement?: string
  /** Of a client that proves itself with a key. */
  readonly jwks?: { readonly keys: readonly PublicKey[] }
  readonly jwks_uri?: string
  readonly token_endpoint_auth_signing_alg?: string
  /** Of a metadata document that leaves the client a choice; the member in the singular is the weakest then. */
  readonly token_endpoint_auth_methods_supported?: readonly AuthMethod[]
} & LanguageVariants

export interface ClientMetadataPolicy extends RedirectUriPolicy {
  /** The grant types that are switched on; others are dropped from what a client asks for. */
  readonly grantTypes: readonly string[]
  /** The types of authorization details that exist; others are dropped from what a client says it uses. None unless given. */
  readonly detailTypes?: readonly string[]
  /** The scopes that exist; others are dropped from what a client asks for. */
  readonly scopes: readonly string[]
  /** No client may have codes sent to the authorization server itself. */
  readonly issuerOrigin: string
  /** Allows loopback for keys, and `http` there for logos, terms and other pages of the client. */
  readonly loopbackDocuments: boolean
  /** Keys can be fetched from a client's `jwks_uri`. */
  readonly fetchesKeys: boolean
  /** For a client that does not say how it proves who it is. Left out: by where its redirect URIs lead. */
  readonly defaultAuthMethod?: 'by_redirect_uri' | 'none' | 'client_secret_basic'
}

const refuse = (description: string, reason: string) => new OAuthError('invalid_client_metadata', description, reason)

/**
 * Checks what a client says of itself, in a registration request (RFC 7591 section 3.1) or a form of ours, and fills in
 * what it left out. Whatever is harmless but unknown or unsupported is dropped; whatever touches redirects, keys or
 * authentication is refused.
 *
 * @param body parsed JSON. Members that are not in {@link ClientMetadata} are ignored, `client_id` and `client_secret` too.
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`.
 */
export function readClientMetadata(body: unknown, policy: ClientMetadataPolicy): ClientMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refuse('the client metadata must be a JSON object', 'client_metadata.malformed')
  }
  const members = body as RegistrationBody
  const keys = readKeys(members, policy)
  const redirect_uris = readRedirectUris(members, policy)
  const token_endpoint_auth_method = readAuthMethod(members, redirect_uris, policy)
  const grant_types = readGrantTypes(members, policy, token_endpoint_auth_method)
  const response_types = readResponseTypes(members, grant_types)
  if (redirect_uris.length === 0 && grant_types.includes('authorization_code')) {
    throw new OAuthError('invalid_redirect_uri', 'redirect_uris needs at least one URI', 'redirect_uri.missing')
  }
  return {
    redirect_uris,
    token_endpoint_auth_method,
    grant_types,
    response_types,
    ...readDescription(members, policy),
    ...(token_endpoint_auth_method === 'private_key_jwt' && requireKeys(keys, policy)),
  }
}

/** Why a redirect URI cannot be registered, in words for the person who registers it; null when it can. */
export function redirectUriProblem(uri: string, policy: ClientMetadataPolicy): string | null {
  return (
    refuseRedirectUri(uri, policy) ??
    (isOnIssuer(uri, policy) ? 'it must not be on the authorization server itself' : null)
  )
}

const isOnIssuer = (uri: string, { issuerOrigin }: ClientMetadataPolicy) =>
  URL.canParse(uri) && new URL(uri).origin === issuerOrigin

function readRedirectUris(members: RegistrationBody, policy: ClientMetadataPolicy): readonly string[] {
  const refuseUri = (description: string, reason: string) => new OAuthError('invalid_redirect_uri', description, reason)
  const value = members.redirect_uris ?? []
  if (!Array.isArray(value) || !value.every((uri): uri is string => typeof uri === 'string')) {
    throw refuseUri('redirect_uris must be an array of strings', 'redirect_uri.malformed')
  }
  if (value.length > limits.redirectUris) {
    throw refuseUri(`redirect_uris must not have more than ${limits.redirectUris} entries`, 'redirect_uri.too_many')
  }
  for (const uri of value) {
    const problem = redirectUriProblem(uri, policy)
    if (problem !== null)
      throw refuseUri(
        `the redirect URI ${uri.slice(0, 200)} is refused: ${problem}`,
        isOnIssuer(uri, policy) ? 'redirect_uri.own_origin' : 'redirect_uri.refused',
      )
  }
  return [...new Set(value)]
}

/**
 * What a client asks for is never answered with another method, because clients stop at that. A client that does not say, and
 * whose codes end up in a program on the person's own machine, is public: it has no place for a secret.
 */
function readAuthMethod(
  members: RegistrationBody,
  redirectUris: readonly string[],
  { defaultAuthMethod = 'by_redirect_uri' }: ClientMetadataPolicy,
): ClientMetadata['token_endpoint_auth_method'] {
  const asked = stringMember(members, 'token_endpoint_auth_method')
  const hasPrivateUse = redirectUris.some(isPrivateUse)
  if (asked === undefined) {
    if (defaultAuthMethod !== 'by_redirect_uri') return hasPrivateUse ? 'none' : defaultAuthMethod
    const allLoopback = redirectUris.length > 0 && redirectUris.every(isLoopback)
    return hasPrivateUse || allLoopback ? 'none' : 'client_secret_basic'
  }
  const method = authMethods.find((known) => known === asked)
  if (method === undefined) {
    throw refuse(`token_endpoint_auth_method must be one of ${authMethods.join(', ')}`, 'client_metadata.auth_method')
  }
  if (hasPrivateUse && method !== 'none') {
    throw refuse(
      'a client with a private-use redirect URI is public: token_endpoint_auth_method must be none',
      'client_metadata.auth_method',
    )
  }
  return method
}

type Keys = Pick<ClientMetadata, 'jwks' | 'jwks_uri' | 'token_endpoint_auth_signing_alg'>

function readKeys(members: RegistrationBody, policy: ClientMetadataPolicy): Keys {
  const algorithm = stringMember(members, 'token_endpoint_auth_signing_alg')
  return {
    ...readKeySource(members, policy.loopbackDocuments),
    ...(algorithm !== undefined && { token_endpoint_auth_signing_alg: algorithm }),
  }
}

/** A client that proves itself with a key has to say which one. */
function requireKeys(keys: Keys, policy: ClientMetadataPolicy): Keys {
  const { jwks, jwks_uri, token_endpoint_auth_signing_alg: algorithm } = keys
  if (algorithm !== undefined && !isSigningAlgorithm(algorithm)) {
    throw refuse(
      `token_endpoint_auth_signing_alg must be one of ${signingAlgorithms.join(', ')}`,
      'client_metadata.signing_alg',
    )
  }
  if (jwks_uri !== undefined && !policy.fetchesKeys)
    throw refuse('keys are not fetched here: send jwks in place of jwks_uri', 'client_metadata.jwks_uri')
  if (jwks_uri === undefined && (jwks === undefined || jwks.keys.length === 0)) {
    throw refuse('private_key_jwt needs jwks_uri, or jwks with a key that can be used here', 'client_metadata.jwks')
  }
  return keys
}

function readGrantTypes(
  members: RegistrationBody,
  policy: ClientMetadataPolicy,
  method: ClientMetadata['token_endpoint_auth_method'],
): readonly string[] {
  const asked = stringsMember(members, 'grant_types') ?? ['authorization_code']
  // RFC 6749 section 4.4: client credentials are for confidential clients only.
  const usable = (type: string) =>
    policy.grantTypes.includes(type) && !(type === 'client_credentials' && method === 'none')
  const kept = [...new Set(asked)].filter(usable)
  if (kept.every((type) => type === 'refresh_token')) {
    throw refuse(`grant_types needs one of ${policy.grantTypes.join(', ')}`, 'client_metadata.grant_types')
  }
  return kept
}

/** RFC 7591 section 2.1: `code` is registered exactly when `authorization_code` is. */
function readResponseTypes(members: RegistrationBody, grantTypes: readonly string[]): readonly string[] {
  const asked = stringsMember(members, 'response_types')
  if (!grantTypes.includes('authorization_code')) return []
  if (asked !== undefined && asked.length > 0 && !asked.includes('code')) {
    throw refuse('response_types must include code', 'client_metadata.response_types')
  }
  return ['code']
}

function readScope(members: RegistrationBody, known: readonly string[]): string | undefined {
  try {
    const scope = parseScope(stringMember(members, 'scope')).filter((name) => known.includes(name))
    return scope.length === 0 ? undefined : formatScope(scope)
  } catch (cause) {
    if (!(cause instanceof OAuthError) || cause.code !== 'invalid_scope') throw cause
    throw refuse(cause.description, 'client_metadata.scope')
  }
}

type Description = Omit<
  ClientMetadata,
  'redirect_uris' | 'token_endpoint_auth_method' | 'grant_types' | 'response_types' | keyof Keys
>

function readDescription(members: RegistrationBody, policy: ClientMetadataPolicy): Description {
  const name = (value: string) => cleanText(value, limits.clientNameLength)
  const uri = (value: string) => hostedUri(value, policy.loopbackDocuments)
  const text = (value: string) => cleanText(value, limits.metadataTextLength)
  const read = (member: string, clean: (value: string) => string | undefined) => {
    const value = stringMember(members, member)
    return value === undefined ? undefined : clean(value)
  }
  const contacts = (stringsMember(members, 'contacts') ?? [])
    .slice(0, limits.contacts)
    .flatMap((one) => text(one) ?? [])
  const description = present({
    client_name: read('client_name', name),
    client_uri: read('client_uri', uri),
    logo_uri: read('logo_uri', uri),
    tos_uri: read('tos_uri', uri),
    policy_uri: read('policy_uri', uri),
    contacts: contacts.length === 0 ? undefined : contacts,
    scope: readScope(members, policy.scopes),
    application_type: applicationTypes.find((type) => type === stringMember(members, 'application_type')),
    software_id: read('software_id', text),
    software_version: read('software_version', text),
    authorization_details_types: stringsMember(members, 'authorization_details_types')?.filter((type) =>
      policy.detailTypes?.includes(type),
    ),
  })
  return { ...description, ...languageVariants(members, { name, uri }) }
}
