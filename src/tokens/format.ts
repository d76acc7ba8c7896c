import type { Context } from '../context.js'
import { newId } from '../ids.js'
import { equal } from '../protocol/constant-time.js'
import { hmacSha256, sha256 } from '../protocol/sha256.js'
import type { TokenDigest, TokenKind } from '../records.js'
import { Secret } from './secret.js'

/** What a secret can be: any kind of token, or a client's own. */
export type SecretKind = TokenKind | 'client_secret' | 'browser'

const tags: Readonly<Record<SecretKind, string>> = {
  authorization_code: 'ac',
  access_token: 'at',
  refresh_token: 'rt',
  interaction: 'in',
  registration_access_token: 'ra',
  device_code: 'dc',
  user_code: 'uc',
  request_uri: 'ru',
  initial_access_token: 'ia',
  client_assertion: 'ca',
  registration: 'rg',
  client_secret: 'cs',
  browser: 'br',
}

/** 256 bits, as base64url without padding. */
const bodyBytes = 32
const bodyLength = 43
/** 36 bits of a SHA-256: a scanner's false alarms and a caller's garbage end here, before the database is asked. */
const checkLength = 6

const checksum = (text: string) => sha256(text).slice(0, checkLength)

/**
 * A secret reads `<prefix>_<tag>_<256 random bits><checksum>`, all base64url, so that it survives every encoding unchanged.
 *
 * @param body the 256 bits, as base64url
 */
export function secretFrom(context: Pick<Context, 'secretPrefix'>, kind: SecretKind, body: string): Secret {
  const text = `${context.secretPrefix}_${tags[kind]}_${body}`
  return new Secret(`${text}${checksum(text)}`)
}

export function newSecret(context: Pick<Context, 'secretPrefix'>, kind: SecretKind): Secret {
  return secretFrom(context, kind, newId(bodyBytes))
}

/** The secret in a text that came from outside, or null when it cannot be one of this kind. */
export function readSecret(context: Pick<Context, 'secretPrefix'>, kind: SecretKind, text: string): Secret | null {
  const start = `${context.secretPrefix}_${tags[kind]}_`
  if (!text.startsWith(start) || text.length !== start.length + bodyLength + checkLength) return null
  const isWhole = equal(checksum(text.slice(0, -checkLength)), text.slice(-checkLength))
  return isWhole ? new Secret(text) : null
}

/** What storage knows a secret by. The kind is hashed along, so that a code can never be looked up as an access token. */
export function digest(kind: SecretKind, secret: Secret | string): TokenDigest {
  return sha256(`${kind}:${typeof secret === 'string' ? secret : secret.reveal()}`) as TokenDigest
}

/** 256 bits that follow from a secret, and from nothing else that is written down, as base64url. */
export function derive(secret: Secret, purpose: string, pepper?: Uint8Array): string {
  return hmacSha256(pepper ? hmacSha256(pepper, secret.reveal()) : secret.reveal(), purpose)
}
