import { describable, OAuthError } from './errors.js'
import { formatScope, isScopeName, type Scope } from './scope.js'

export type PresentedBearer = { readonly kind: 'none' } | { readonly kind: 'token'; readonly token: string }

/**
 * Reads an `Authorization` header as RFC 6750 section 2.1 does. Another scheme is no token at all, so that the answer is a
 * plain challenge.
 *
 * @throws OAuthError `invalid_request` (400), reason `bearer.malformed`, for a Bearer header without exactly one token.
 */
export function readBearer(authorization: string | null): PresentedBearer {
  if (authorization === null) return { kind: 'none' }
  const token = /^\s*bearer +([A-Za-z0-9\-._~+/]+=*)\s*$/i.exec(authorization)?.[1]
  if (token !== undefined) return { kind: 'token', token }
  if (!/(?:^|,)\s*bearer(?:\s|,|$)/i.test(authorization)) return { kind: 'none' }
  throw new OAuthError('invalid_request', 'the Authorization header must hold one Bearer token', 'bearer.malformed')
}

export interface BearerChallenge {
  readonly error?: string
  readonly error_description?: string
  /** Every scope that the request needs. */
  readonly scope?: Scope
  /** Where the protected resource metadata is, RFC 9728 section 5.1. */
  readonly resource_metadata?: string
  readonly realm?: string
  /** RFC 9470 section 3. */
  readonly acr_values?: string
  /** Seconds, RFC 9470 section 3. */
  readonly max_age?: number
}

/** A URI cannot hold these characters raw; percent-encoded it stays the same URI and cannot end its quotes. */
const quotableUri = (uri: string) =>
  uri.replace(/\p{Surrogate}/gu, '').replace(/[^\x21\x23-\x5b\x5d-\x7e]/gu, encodeURIComponent)

/**
 * The value of a `WWW-Authenticate` header (RFC 6750 section 3). No value can break out of its quotes: what is not allowed
 * inside is replaced, and a scope with such a character is left out.
 *
 * @example
 * bearerChallenge({ resource_metadata: 'https://h/.well-known/oauth-protected-resource/mcp', scope: ['files:read'] })
 * // 'Bearer resource_metadata="https://h/.well-known/oauth-protected-resource/mcp", scope="files:read"'
 */
export function bearerChallenge(parts: BearerChallenge): string {
  const scope: [string, string] = ['scope', formatScope((parts.scope ?? []).filter(isScopeName))]
  const metadata: [string, string] = ['resource_metadata', quotableUri(parts.resource_metadata ?? '')]
  const values: [name: string, value: string][] = [
    ['realm', describable(parts.realm ?? '')],
    ['error', describable(parts.error ?? '')],
    ['error_description', describable(parts.error_description ?? '')],
    ['acr_values', describable(parts.acr_values ?? '')],
    ['max_age', parts.max_age === undefined ? '' : String(parts.max_age)],
    ...(parts.error === undefined ? [metadata, scope] : [scope, metadata]),
  ]
  const written = values.filter(([, value]) => value !== '').map(([name, value]) => `${name}="${value}"`)
  return ['Bearer', written.join(', ')].filter((part) => part !== '').join(' ')
}
