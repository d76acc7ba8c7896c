import { type ProjectDetail, readAuthorizationDetails } from './authorization-details.js'
import { isDigest } from './base64url.js'
import { isClientId } from './client-authentication.js'
import { OAuthError, type OAuthErrorCode } from './errors.js'
import { many, type Parameters, refuseRepeats, required, single } from './parameters.js'
import { isCodeChallenge } from './pkce.js'
import { present } from './present.js'
import { selectResources } from './resource.js'
import { parseScope } from './scope.js'

/** A checked authorization request (RFC 6749 section 4.1.1), in a form that can be stored as JSON. */
export type AuthorizationRequest = {
  readonly client_id: string
  /** Where the response goes, whether or not the request said so. */
  readonly redirect_uri: string
  readonly redirect_uri_sent: boolean
  readonly response_type: 'code'
  readonly state?: string
  /** As it was asked for: unknown scopes and scopes out of reach are still in it. */
  readonly scope: readonly string[]
  /** RFC 8707 identifiers in their configured spelling. Empty: none was named and there is no only one. */
  readonly resource: readonly string[]
  /** RFC 9396: projects that were named. */
  readonly authorization_details?: readonly ProjectDetail[]
  /** RFC 7636, always S256. */
  readonly code_challenge: string
  /** OpenID Connect Core section 3.1.2.1. */
  readonly prompt: readonly string[]
  /** Seconds. */
  readonly max_age?: number
  readonly login_hint?: string
  readonly ui_locales?: string
  readonly acr_values?: string
  readonly nonce?: string
  /** Thumbprint of the key that the code is bound to, RFC 9449 section 10. */
  readonly dpop_jkt?: string
}

/** Who asks, and where the answer should go. Until both are known good, no error may be redirected. */
export interface AuthorizationTarget {
  readonly client_id: string
  readonly redirect_uri: string | undefined
}

export interface AuthorizationRules {
  /** The configured resource identifiers. */
  readonly resources: readonly string[]
  /** Other spellings of them. */
  readonly resourceAliases?: ReadonlyMap<string, string>
  /** Types of authorization details that are supported and that the client may use; none unless given. */
  readonly detailTypes?: readonly string[]
  /** What the client registered; `['code']` unless given. */
  readonly responseTypes?: readonly string[]
}

const prompts = ['none', 'login', 'consent', 'select_account'] as const

const refuse = (code: OAuthErrorCode, description: string, reason: string) => new OAuthError(code, description, reason)

/**
 * Reads the two parameters that decide where an error may go.
 *
 * @throws OAuthError `invalid_request`, to be shown on a local page and never redirected.
 */
export function readTarget(parameters: Parameters): AuthorizationTarget {
  const client_id = required(parameters, 'client_id')
  if (!isClientId(client_id)) throw refuse('invalid_request', 'the client_id is malformed', 'client_id.malformed')
  return { client_id, redirect_uri: single(parameters, 'redirect_uri') }
}

/** The `state` to send back; undefined when there is none, or two that could be told apart by nobody. */
export function stateOf(parameters: Parameters): string | undefined {
  const values = many(parameters, 'state')
  return values.length === 1 ? values[0] : undefined
}

/**
 * Checks everything about an authorization request but its target, which the caller has validated.
 *
 * @throws OAuthError that may be redirected to the target, with {@link stateOf} the request.
 */
export function readAuthorizationRequest(
  parameters: Parameters,
  target: { readonly client_id: string; readonly redirect_uri: string; readonly redirect_uri_sent: boolean },
  rules: AuthorizationRules,
): AuthorizationRequest {
  refuseRepeats(parameters, ['resource'])
  refuseRequestObjects(parameters)
  refuseResponseType(parameters, rules.responseTypes ?? ['code'])
  const text = (name: string) => single(parameters, name)
  const details = readAuthorizationDetails(text('authorization_details'), rules.detailTypes ?? [])
  const optional = {
    authorization_details: details ?? undefined,
    state: text('state'),
    max_age: readMaxAge(text('max_age')),
    login_hint: text('login_hint'),
    ui_locales: text('ui_locales'),
    acr_values: text('acr_values'),
    nonce: text('nonce'),
    dpop_jkt: readThumbprint(text('dpop_jkt')),
  }
  return {
    client_id: target.client_id,
    redirect_uri: target.redirect_uri,
    redirect_uri_sent: target.redirect_uri_sent,
    response_type: 'code',
    code_challenge: readChallenge(parameters),
    scope: parseScope(text('scope')),
    resource: selectResources(many(parameters, 'resource'), rules.resources, rules.resourceAliases),
    prompt: readPrompt(text('prompt')),
    ...present(optional),
  }
}

/** An extension that understands request objects unpacks them before the request is read. */
function refuseRequestObjects(parameters: Parameters): void {
  for (const name of ['request', 'request_uri'] as const) {
    if (parameters.has(name)) throw refuse(`${name}_not_supported`, `${name} is not supported`, `${name}.unsupported`)
  }
}

function refuseResponseType(parameters: Parameters, allowed: readonly string[]): void {
  if (required(parameters, 'response_type') !== 'code') {
    throw refuse('unsupported_response_type', 'the response_type must be code', 'response_type.unsupported')
  }
  if (!allowed.includes('code')) {
    throw refuse(
      'unauthorized_client',
      'the client did not register the response_type code',
      'response_type.not_registered',
    )
  }
  if ((single(parameters, 'response_mode') ?? 'query') !== 'query') {
    throw refuse('invalid_request', 'the response_mode must be query', 'response_mode.unsupported')
  }
}

/** RFC 7636 section 4.3, S256 only: without a method the challenge would be `plain`. */
function readChallenge(parameters: Parameters): string {
  const challenge = single(parameters, 'code_challenge')
  if (challenge === undefined) throw refuse('invalid_request', 'code challenge required (RFC 7636)', 'pkce.missing')
  if (single(parameters, 'code_challenge_method') !== 'S256') {
    throw refuse('invalid_request', 'the code_challenge_method must be S256', 'pkce.method')
  }
  if (!isCodeChallenge(challenge)) {
    throw refuse('invalid_request', 'the code_challenge must be 43 base64url characters', 'pkce.malformed')
  }
  return challenge
}

function readPrompt(text: string | undefined): readonly string[] {
  const values = [...new Set((text ?? '').split(' '))].filter((value) => value !== '')
  const unknown = values.find((value) => !prompts.some((prompt) => prompt === value))
  if (unknown !== undefined)
    throw refuse('invalid_request', `the prompt ${unknown.slice(0, 100)} is unknown`, 'prompt.unknown')
  if (values.includes('none') && values.length > 1) {
    throw refuse('invalid_request', 'the prompt none stands alone', 'prompt.contradiction')
  }
  return values
}

function readMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(text)) throw refuse('invalid_request', 'max_age must be whole seconds', 'max_age.malformed')
  return Number(text)
}

function readThumbprint(text: string | undefined): string | undefined {
  if (text === undefined || isDigest(text)) return text
  throw refuse('invalid_request', 'dpop_jkt must be 43 base64url characters', 'dpop_jkt.malformed')
}

/**
 * Builds the address that an authorization response goes to (RFC 6749 section 4.1.2): the members are appended to the
 * redirect URI as it was registered, character for character. Spaces become `%20`, which every decoder reads the same.
 *
 * @example
 * authorizationResponse('com.example:/cb?x=1', { code: 'c', state: undefined, iss: 'https://as.example' })
 * // 'com.example:/cb?x=1&code=c&iss=https%3A%2F%2Fas.example'
 */
export function authorizationResponse(
  redirectUri: string,
  members: Readonly<Record<string, string | undefined>>,
): string {
  const sent = Object.entries(members).filter((member): member is [string, string] => member[1] !== undefined)
  const query = new URLSearchParams(sent).toString().replaceAll('+', '%20')
  if (query === '') return redirectUri
  if (!redirectUri.includes('?')) return `${redirectUri}?${query}`
  return /[?&]$/.test(redirectUri) ? `${redirectUri}${query}` : `${redirectUri}&${query}`
}
