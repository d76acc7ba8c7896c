/** Every `error` this provider puts on the wire, and the HTTP status it has outside a redirect. */
const statuses = {
  // RFC 6749 section 4.1.2.1 and 5.2
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  access_denied: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  // RFC 7009 section 2.2.1
  unsupported_token_type: 400,
  // RFC 7591 section 3.2.2
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  invalid_software_statement: 400,
  unapproved_software_statement: 400,
  // RFC 8628 section 3.5
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  // RFC 8707 section 2, RFC 9396 section 5
  invalid_target: 400,
  invalid_authorization_details: 400,
  // RFC 6750 section 3.1, RFC 9470 section 3
  invalid_token: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  // RFC 9449 section 5, 7.1 and 8
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  // OpenID Connect Core section 3.1.2.6
  login_required: 400,
  consent_required: 400,
  interaction_required: 400,
  account_selection_required: 400,
  unmet_authentication_requirements: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  invalid_request_uri: 400,
  invalid_request_object: 400,
} as const

export type OAuthErrorCode = keyof typeof statuses

export interface OAuthErrorOptions {
  /** When the code's usual status is not the right one: 405, 413, 415, 429. */
  readonly status?: number
  /** Extra response headers, for example `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** RFC 6749 section 5.2 forbids everything else in `error_description`. */
export const describable = (text: string) => text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?')

/**
 * A refusal, with two audiences: `error_description` tells the client what to mend, `reason` tells the operator, in a stable
 * dotted name that ends up in the audit log, what was wrong.
 *
 * @example
 * throw new OAuthError('invalid_grant', 'the code_verifier does not match', 'pkce.mismatch')
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly description: string
  readonly reason: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: OAuthErrorCode, description: string, reason: string, options: OAuthErrorOptions = {}) {
    super(`${code} (${reason}): ${description}`, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.description = describable(description)
    this.reason = reason
    this.status = options.status ?? statuses[code]
    this.headers = options.headers ?? {}
  }

  /** The response body, RFC 6749 section 5.2. */
  toJSON(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.description }
  }
}
