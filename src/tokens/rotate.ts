import type { Context } from '../context.js'
import { newId } from '../ids.js'
import { inOrder } from '../protocol/lists.js'
import { hmacSha256, sha256 } from '../protocol/sha256.js'
import type { ProjectId } from '../records.js'
import { derive, secretFrom } from './format.js'
import { Secret } from './secret.js'

/**
 * A spent refresh token leads to exactly one successor: both it and the access token beside it are derived from the presented
 * token and a salt that is stored with the redemption. Whoever presents it again within the retry window gets the same ones.
 * Nothing readable is stored, and no second chain can come to be.
 */

/** What decides which access token a refresh is answered with. The same question gets the same answer. */
export interface Question {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  /** Those that were asked for by name. */
  readonly projects?: readonly ProjectId[]
}

/** Kept in the redemption note: the salt, and which pepper was mixed in. Empty when the retry window is closed. */
export interface Rotation {
  readonly salt: string
  readonly pepper: Uint8Array | undefined
}

/** Names a pepper without giving it away. */
const pepperName = (pepper: Uint8Array) => hmacSha256(pepper, 'name').slice(0, 8)

export function newRotation(context: Context): Rotation {
  return { salt: newId(32), pepper: context.peppers[0] }
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

/** What both successors follow from. Whoever has the presented token and its salt can work it out, and nobody else. */
export const seedOf = (presented: Secret, { salt, pepper }: Rotation): Secret =>
  new Secret(derive(presented, `rotation:${salt}`, pepper))

type Naming = Pick<Context, 'secretPrefix'>

export const deriveRefreshToken = (context: Naming, seed: Secret): Secret =>
  secretFrom(context, 'refresh_token', sha256(`refresh_token:${seed.reveal()}`))

const itself = (name: string) => name

export function deriveAccessToken(context: Naming, seed: Secret, { scope, resource, projects }: Question): Secret {
  const parts = [inOrder(scope, itself), inOrder(resource, itself)]
  if (projects) parts.push(inOrder(projects, itself))
  const question = JSON.stringify(parts)
  // The seed stands last, so that nobody who has one token can go on from it to the token of a longer question.
  return secretFrom(context, 'access_token', sha256(`access_token:${question}:${seed.reveal()}`))
}
