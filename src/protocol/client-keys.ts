import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import type { JsonDocument } from './strict-json.js'

/** The signatures that a client may prove itself with: asymmetric ones only, and `none` never (RFC 8725 section 3.2). */
export const signingAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const

export const isSigningAlgorithm = (text: string): text is (typeof signingAlgorithms)[number] =>
  signingAlgorithms.some((one) => one === text)

/** A public key (RFC 7517), cut down to what verifying a signature takes, in a form that can be stored as JSON. */
export type PublicKey = { readonly kty: string; readonly [member: string]: string }

/** RFC 7517, 7518: members of a private or symmetric key. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

const refuse = (description: string) => new OAuthError('invalid_client_metadata', description, 'client_metadata.jwks')

const isObject = (value: unknown): value is JsonDocument =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** 2048 bits in base64url: a shorter modulus can be broken. */
const shortestModulus = 342

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value)
const isNumber = (value: unknown) => isText(value, /^[A-Za-z0-9_-]{1,1400}$/)

/** The members that make a key of each kind that can be used here. */
function isUsable(key: JsonDocument): boolean {
  if (key.use !== undefined && key.use !== 'sig') return false
  if (key.alg !== undefined && !(typeof key.alg === 'string' && isSigningAlgorithm(key.alg))) return false
  switch (key.kty) {
    case 'RSA':
      return isNumber(key.n) && isNumber(key.e) && String(key.n).length >= shortestModulus
    case 'EC':
      return key.crv === 'P-256' && isNumber(key.x) && isNumber(key.y)
    case 'OKP':
      return key.crv === 'Ed25519' && isNumber(key.x)
    default:
      return false
  }
}

const keptMembers = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'] as const

const kept = (key: JsonDocument): PublicKey =>
  Object.fromEntries(
    keptMembers.flatMap((name) => (typeof key[name] === 'string' ? [[name, key[name]]] : [])),
  ) as PublicKey

/**
 * The keys of a JSON Web Key Set that signatures can be verified with. Others are left out: a set may hold keys for other uses.
 *
 * @throws OAuthError `invalid_client_metadata` for what is no key set, and for a set with a secret in it
 */
export function readPublicKeys(jwks: unknown): readonly PublicKey[] {
  const keys = isObject(jwks) && Object.hasOwn(jwks, 'keys') ? jwks.keys : undefined
  if (!Array.isArray(keys) || !keys.every(isObject)) throw refuse('jwks must be a JSON Web Key Set')
  if (keys.length > limits.publicKeys) throw refuse(`jwks must not have more than ${limits.publicKeys} keys`)
  if (keys.some((key) => key.kty === 'oct' || secretMembers.some((name) => Object.hasOwn(key, name))))
    throw refuse('jwks must hold public keys only')
  return keys.filter(isUsable).map(kept)
}
