import { limits } from './limits.js'
import { type JsonDocument, readJsonDocument } from './strict-json.js'

/** RFC 7523 section 2.2. */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The header and the claims of a signed JWT. Nobody has verified them yet. */
export interface Assertion {
  readonly header: JsonDocument
  readonly claims: JsonDocument
}

function decodePart(part: string): JsonDocument | null {
  try {
    const bytes = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    return readJsonDocument(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
  } catch {
    return null
  }
}

/** What a client assertion says, or null when it is no signed JWT in compact form. */
export function decodeAssertion(jwt: string): Assertion | null {
  const [, first = '', second = ''] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+$/.exec(jwt) ?? []
  const [header, claims] = [decodePart(first), decodePart(second)]
  return header && claims ? { header, claims } : null
}

/** The types of JWT that are meant for this (rfc7523bis). An access token or a DPoP proof is signed by the same keys, and is not. */
const types: readonly unknown[] = [undefined, 'jwt', 'client-authentication+jwt']

/** Why an assertion is not of the type that authenticates a client; null when it is. */
export function refuseAssertionType({ typ }: JsonDocument): string | null {
  const name = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
  return types.includes(name) ? null : 'client.assertion_type'
}

/** Who an assertion must be about, and whom it must be for. */
export interface AssertionExpectation {
  readonly clientId: string
  /** The issuer. */
  readonly audience: string
  /** The token endpoint too, for clients that the host trusts with that; null otherwise. */
  readonly tokenEndpoint: string | null
  /** Seconds since 1970. */
  readonly now: number
}

export type AssertionVerdict =
  | { readonly ok: true; readonly jti: string; readonly expiresAt: number }
  /** A stable dotted name, for the operator. */
  | { readonly ok: false; readonly reason: string }

const no = (reason: string): AssertionVerdict => ({ ok: false, reason })

/**
 * One audience, as a string: an assertion that several servers take lets one of them act as its client at the others. The exception
 * takes the URL of the token endpoint, and a list of one.
 */
function isAudience(aud: unknown, { audience, tokenEndpoint }: AssertionExpectation): boolean {
  if (tokenEndpoint === null) return aud === audience
  const [only, ...others] = Array.isArray(aud) ? aud : [aud]
  return others.length === 0 && (only === audience || only === tokenEndpoint)
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isPast = (value: unknown, now: number) =>
  value === undefined || (isTime(value) && value <= now + limits.clockSkew)

/**
 * Checks the claims of an assertion whose signature is good (RFC 7523 section 3, as rfc7523bis narrows it).
 *
 * @returns its `jti` and until when that has to be remembered, or why it is refused
 */
export function checkAssertion({ claims }: Assertion, expected: AssertionExpectation): AssertionVerdict {
  const { iss, sub, aud, exp, nbf, iat, jti } = claims
  const { clientId, now } = expected
  if (iss !== clientId || sub !== clientId) return no('client.assertion_subject')
  if (!isAudience(aud, expected)) return no('client.assertion_audience')
  if (!isTime(exp) || exp <= now - limits.clockSkew) return no('client.assertion_expired')
  if (exp > now + limits.assertionSeconds + limits.clockSkew) return no('client.assertion_too_long')
  if (!isPast(iat, now) || !isPast(nbf, now)) return no('client.assertion_early')
  if (typeof jti !== 'string' || jti === '' || jti.length > limits.assertionIdLength) return no('client.assertion_id')
  return { ok: true, jti, expiresAt: Math.ceil(exp) + limits.clockSkew }
}
