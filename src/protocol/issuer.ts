import { refuseSecureUri } from './uri.js'

/**
 * Checks an issuer identifier (RFC 8414 section 2): an `https` URL without query and fragment; `http` on loopback only.
 *
 * @returns null when it is one, else the reason in words that follow "the issuer".
 */
export function refuseIssuer(issuer: string): string | null {
  if (issuer.includes('?') || issuer.includes('#')) return 'must not contain a query or a fragment'
  return refuseSecureUri(issuer)
}
