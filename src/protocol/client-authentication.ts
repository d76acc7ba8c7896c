import { assertionType, decodeAssertion } from './client-assertion.js'
import type { AuthMethod } from './client-metadata.js'
import { OAuthError } from './errors.js'
import { decodeFormComponent } from './form.js'
import { limits } from './limits.js'
import { type Parameters, single } from './parameters.js'

/** Who a client says it is, and what it shows to prove it; nothing is verified yet. */
export interface PresentedClient {
  readonly clientId: string
  readonly method: AuthMethod
  readonly secret: string | null
  /**
   * The Basic secret before form-decoding, when that makes a difference: many clients skip the form-encoding that RFC 6749
   * section 2.3.1 asks for, so an imported secret that holds `%` or `+` is worth a second comparison.
   */
  readonly rawSecret: string | null
  /** The signed JWT of RFC 7523, with the method `private_key_jwt`. */
  readonly assertion?: string
}

const basicChallenge = { headers: { 'WWW-Authenticate': 'Basic realm="oauth"' } } as const

const malformed = (description: string) =>
  new OAuthError('invalid_client', description, 'client.credentials_malformed', basicChallenge)

/** Whether the text is worth looking up: a control character would upset databases, and no identifier has one. */
export function isClientId(text: string): boolean {
  return text.length <= limits.clientIdLength && /^[^\p{Cc}\p{Cs}]+$/u.test(text)
}

/**
 * Reads the client's identity from a request to a machine endpoint (RFC 6749 section 2.3): exactly one of a Basic header, a
 * secret in the body, a signed assertion (RFC 7523 section 2.2), or for public clients the bare `client_id`.
 *
 * @param authorization the `Authorization` header, or null.
 * @throws OAuthError `invalid_client` (401, with a challenge when the header was used), or `invalid_request` for two methods
 * at once and for repeated parameters.
 */
export function readClient(authorization: string | null, parameters: Parameters): PresentedClient {
  const bodySecret = single(parameters, 'client_secret')
  const assertion = single(parameters, 'client_assertion')
  const type = single(parameters, 'client_assertion_type')
  const asserted = assertion !== undefined || type !== undefined
  const methods = [authorization !== null, bodySecret !== undefined, asserted].filter(Boolean).length
  if (methods > 1) {
    throw new OAuthError('invalid_request', 'use one way to authenticate the client', 'client.several_methods')
  }
  if (asserted) return readAssertion(assertion, type, parameters)
  return authorization === null ? readBody(parameters, bodySecret) : readBasic(authorization, parameters)
}

/** Who the assertion says it is from decides whose keys it is checked with. */
function readAssertion(
  assertion: string | undefined,
  type: string | undefined,
  parameters: Parameters,
): PresentedClient {
  if (assertion === undefined || type === undefined) {
    throw new OAuthError(
      'invalid_request',
      'client_assertion and client_assertion_type belong together',
      'client.assertion_incomplete',
    )
  }
  if (type !== assertionType) {
    throw new OAuthError('invalid_request', `client_assertion_type must be ${assertionType}`, 'client.assertion_type')
  }
  const subject = decodeAssertion(assertion)?.claims.sub
  const clientId = single(parameters, 'client_id') ?? subject
  if (typeof clientId !== 'string' || clientId !== subject || !isClientId(clientId)) {
    throw new OAuthError('invalid_client', 'unknown client or bad credentials', 'client.assertion_subject')
  }
  return { clientId, method: 'private_key_jwt', secret: null, rawSecret: null, assertion }
}

function readBody(parameters: Parameters, secret: string | undefined): PresentedClient {
  const clientId = single(parameters, 'client_id')
  if (clientId === undefined) throw new OAuthError('invalid_client', 'the client_id is missing', 'client.missing')
  if (!isClientId(clientId))
    throw new OAuthError('invalid_client', 'unknown client or bad credentials', 'client.unknown')
  return secret === undefined
    ? { clientId, method: 'none', secret: null, rawSecret: null }
    : { clientId, method: 'client_secret_post', secret, rawSecret: null }
}

function readBasic(authorization: string, parameters: Parameters): PresentedClient {
  const { clientId, secret, rawSecret } = parseBasic(authorization)
  const bodyId = single(parameters, 'client_id')
  if (bodyId !== undefined && bodyId !== clientId) {
    throw new OAuthError(
      'invalid_client',
      'the client_id in the body is not the one in the Authorization header',
      'client.mismatch',
      basicChallenge,
    )
  }
  return { clientId, method: 'client_secret_basic', secret, rawSecret: rawSecret === secret ? null : rawSecret }
}

/** RFC 7617 section 2, with both halves form-encoded as RFC 6749 section 2.3.1 asks. */
function parseBasic(authorization: string): { clientId: string; secret: string; rawSecret: string } {
  const credentials = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  if (credentials === undefined) throw malformed('the Authorization header must be Basic with base64 credentials')
  const text = decodeBase64(credentials)
  const colon = text?.indexOf(':') ?? -1
  if (text === null || colon < 0) throw malformed('the Basic credentials must be id and secret, separated by a colon')
  const rawSecret = text.slice(colon + 1)
  const clientId = decodeFormComponent(text.slice(0, colon))
  const secret = decodeFormComponent(rawSecret)
  if (clientId === null || secret === null) throw malformed('the Basic credentials are not form-encoded')
  if (!isClientId(clientId)) throw malformed('the Basic credentials have no client_id')
  return { clientId, secret, rawSecret }
}

function decodeBase64(text: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
