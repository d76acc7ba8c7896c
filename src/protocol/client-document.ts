import { isSigningAlgorithm } from './client-keys.js'
import {
  type AuthMethod,
  type ClientMetadata,
  type ClientMetadataPolicy,
  readClientMetadata,
} from './client-metadata.js'
import { cleanText, stringMember, stringsMember } from './client-metadata-members.js'
import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { isLoopback, isPrivateUse, outOfBand, refuseRedirectUri, schemeIsDangerous } from './redirect-uri.js'
import type { JsonDocument } from './strict-json.js'

export interface ClientDocumentPolicy extends ClientMetadataPolicy {
  /** `'own'`: answers go to the origin that the document is on, or to loopback, and nowhere else. */
  readonly redirects: 'any' | 'own'
}

/** Nobody who only knows a URL can be given a secret to share. */
const methods = ['none', 'private_key_jwt'] as const satisfies readonly AuthMethod[]

/**
 * What is wrong is told in general terms only: whoever makes this server fetch something must not be able to read it here.
 */
const refuse = (reason: string) =>
  new OAuthError('invalid_client_metadata', `the metadata document is not valid (${reason})`, reason)

/**
 * Checks the document that a client is described by (OAuth Client ID Metadata Document section 4.1), and fills in what it left out.
 * It is read as a registration would be; but nobody is there to be asked, so that a redirect URI which may not be used is dropped.
 *
 * @param clientId the URL that the document was fetched from
 * @throws OAuthError `invalid_client_metadata`, without anything in it that the document says
 */
export function readClientDocument(
  document: JsonDocument,
  clientId: string,
  policy: ClientDocumentPolicy,
): ClientMetadata {
  if (!Object.hasOwn(document, 'client_id') || document.client_id !== clientId)
    throw refuse('client_document.client_id')
  if (Object.hasOwn(document, 'client_secret') || Object.hasOwn(document, 'client_secret_expires_at'))
    throw refuse('client_document.client_secret')
  try {
    return readMembers(document, clientId, policy)
  } catch (thrown) {
    throw thrown instanceof OAuthError ? refuse(thrown.reason) : thrown
  }
}

function readMembers(document: JsonDocument, clientId: string, policy: ClientDocumentPolicy): ClientMetadata {
  if (cleanText(stringMember(document, 'client_name') ?? '', limits.clientNameLength) === undefined)
    throw refuse('client_document.client_name')
  const redirect_uris = usableRedirectUris(document, clientId, policy)
  const supported = readMethods(document, redirect_uris)
  const [strongest] = supported.slice(-1)
  const grant_types = stringsMember(document, 'grant_types') ?? ['authorization_code', 'refresh_token']
  const metadata = readClientMetadata(
    { ...document, redirect_uris, grant_types, token_endpoint_auth_method: strongest },
    policy,
  )
  if (supported.length === 1) return metadata
  return { ...metadata, token_endpoint_auth_method: 'none', token_endpoint_auth_methods_supported: supported }
}

function usableRedirectUris(document: JsonDocument, clientId: string, policy: ClientDocumentPolicy): readonly string[] {
  const uris = stringsMember(document, 'redirect_uris') ?? []
  if (uris.length > limits.redirectUris || uris.some(schemeIsDangerous)) throw refuse('client_document.redirect_uris')
  const usable = uris.filter(
    (uri) => refuseRedirectUri(uri, policy) === null && isInReach(uri, new URL(clientId).origin, policy),
  )
  if (usable.length === 0) throw refuse('client_document.redirect_uris')
  return usable
}

function isInReach(uri: string, own: string, { redirects, issuerOrigin }: ClientDocumentPolicy): boolean {
  if (uri === outOfBand || isPrivateUse(uri)) return redirects === 'any'
  const { origin } = new URL(uri)
  return origin !== issuerOrigin && (redirects === 'any' || origin === own || isLoopback(uri))
}

/**
 * How the client may prove who it is, weakest first: what it says in the singular and in the plural, as far as there is such a thing
 * here. Where it has a choice, a key that could not be used anyway is none.
 */
function readMethods(document: JsonDocument, redirectUris: readonly string[]): readonly (typeof methods)[number][] {
  const one = stringMember(document, 'token_endpoint_auth_method')
  if (one !== undefined && !methods.some((known) => known === one)) throw refuse('client_document.auth_method')
  const many = stringsMember(document, 'token_endpoint_auth_methods_supported')
  const named = [...(one === undefined ? [] : [one]), ...(many ?? [])]
  const supported = one === undefined && many === undefined ? ['none'] : named
  const known = methods.filter((method) => supported.includes(method))
  if (known.length === 0) throw refuse('client_document.auth_method')
  return known.length > 1 && !canUseKey(document, redirectUris) ? ['none'] : known
}

function canUseKey(document: JsonDocument, redirectUris: readonly string[]): boolean {
  const algorithm = stringMember(document, 'token_endpoint_auth_signing_alg')
  const hasKeys = Object.hasOwn(document, 'jwks') || Object.hasOwn(document, 'jwks_uri')
  // A program that answers to a scheme of its own has no place for a key either.
  return hasKeys && (algorithm === undefined || isSigningAlgorithm(algorithm)) && !redirectUris.some(isPrivateUse)
}
