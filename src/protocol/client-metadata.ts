import {
  cleanText,
  hostedUri,
  type LanguageVariant,
  languageVariants,
  type RegistrationBody,
  refuseKeys,
  stringMember,
  stringsMember,
} from './client-metadata-members.js'
import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { present } from './present.js'
import { isLoopback, isPrivateUse, type RedirectUriPolicy, refuseRedirectUri } from './redirect-uri.js'
import { formatScope, parseScope } from './scope.js'

const authMethods = ['none', 'client_secret_basic', 'client_secret_post'] as const
const applicationTypes = ['web', 'native'] as const

/** A client's metadata as it is stored and echoed (RFC 7591 section 2), in a form that can be stored as JSON. */
export type ClientMetadata = {
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: (typeof authMethods)[number]
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
  /** RFC 7591 section 2.2. */
  readonly [tagged: LanguageVariant]: string
}

export interface ClientMetadataPolicy extends RedirectUriPolicy {
  /** The grant types that are switched on; others are dropped from what a client asks for. */
  readonly grantTypes: readonly string[]
  /** The scopes that exist; others are dropped from what a client asks for. */
  readonly scopes: readonly string[]
  /** No client may have codes sent to the authorization server itself. */
  readonly issuerOrigin: string
  /** Allows `http` on loopback for logos, terms and other pages of the client. */
  readonly loopbackDocuments: boolean
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
  refuseKeys(members)
  const redirect_uris = readRedirectUris(members, policy)
  const token_endpoint_auth_method = readAuthMethod(members, redirect_uris)
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
  }
}

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
    const problem = refuseRedirectUri(uri, policy)
    if (problem !== null)
      throw refuseUri(`the redirect URI ${uri.slice(0, 200)} is refused: ${problem}`, 'redirect_uri.refused')
    if (URL.canParse(uri) && new URL(uri).origin === policy.issuerOrigin) {
      throw refuseUri(
        `the redirect URI ${uri.slice(0, 200)} is on the authorization server itself`,
        'redirect_uri.own_origin',
      )
    }
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
): ClientMetadata['token_endpoint_auth_method'] {
  const asked = stringMember(members, 'token_endpoint_auth_method')
  const hasPrivateUse = redirectUris.some(isPrivateUse)
  if (asked === undefined) {
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
  'redirect_uris' | 'token_endpoint_auth_method' | 'grant_types' | 'response_types'
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
  })
  return { ...description, ...languageVariants(members, { name, uri }) }
}
