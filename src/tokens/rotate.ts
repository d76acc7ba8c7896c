import { sha256 } from '@noble/hashes/sha2.js'
import { base64url } from 'jose'
import type { Context } from '../context.js'
import { newId } from '../ids.js'
import { derive, secretFrom } from './format.js'
import type { Secret } from './secret.js'

/**
 * A spent refresh token leads to exactly one successor: both it and the access token beside it are derived from the presented
 * token and a salt that is stored with the redemption. Whoever presents it again within the retry window gets the same ones.
 * Nothing readable is stored, and no second chain can come to be.
 */

/** What decides which access token a refresh is answered with. The same question gets the same answer. */
export interface Question {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
}

/** Kept in the redemption note: the salt, and which pepper was mixed in. Empty when the retry window is closed. */
export interface Rotation {
  readonly salt: string
  readonly pepper: Uint8Array | undefined
}

/** Names a pepper without giving it away. */
const pepperName = (pepper: Uint8Array) => base64url.encode(sha256(pepper)).slice(0, 8)

export function newRotation(context: Context): Rotation {
  return { salt: newId(context, 32), pepper: context.peppers[0] }
}

export function writeNote({ salt, pepper }: Rotation): string {
  return pepper ? `${salt}.${pepperName(pepper)}` : salt
}

/** The rotation that a redemption note tells of, or null when it cannot be repeated: no window then, or the pepper is gone. */
export function readNote(context: Context, note: string): Rotation | null {
  const [salt, name] = note.split('.')
  if (!salt) return null
  if (name === undefined) return { salt, pepper: undefined }
  const pepper = context.peppers.find((one) => pepperName(one) === name)
  return pepper ? { salt, pepper } : null
}

export function deriveRefreshToken(
  context: Pick<Context, 'secretPrefix'>,
  presented: Secret,
  { salt, pepper }: Rotation,
): Secret {
  return secretFrom(context, 'refresh_token', derive(presented, `refresh_token:${salt}`, pepper))
}

export function deriveAccessToken(
  context: Pick<Context, 'secretPrefix'>,
  presented: Secret,
  { salt, pepper }: Rotation,
  asked: Question,
): Secret {
  const question = JSON.stringify([[...asked.scope].sort(), [...asked.resource].sort()])
  return secretFrom(context, 'access_token', derive(presented, `access_token:${salt}:${question}`, pepper))
}
