import { isDigest } from './base64url.js'
import { equal } from './constant-time.js'
import { sha256 } from './sha256.js'

/** RFC 7636 section 4.1. */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9\-._~]{43,128}$/.test(text)
}

/** RFC 7636 section 4.2 with S256, the only method there is here: a SHA-256 digest always has 43 characters. */
export function isCodeChallenge(text: string): boolean {
  return isDigest(text)
}

/**
 * Whether a verifier belongs to a stored S256 challenge (RFC 7636 section 4.6). A malformed or missing challenge is met by
 * no verifier, so that a lost challenge never turns the check off.
 */
export function verifyCodeVerifier(verifier: string, challenge: string): boolean {
  if (!isCodeVerifier(verifier) || !isCodeChallenge(challenge)) return false
  return equal(sha256(verifier), challenge)
}
