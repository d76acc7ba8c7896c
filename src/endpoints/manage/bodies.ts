import { OAuthError } from '../../protocol/errors.js'
import { limits } from '../../protocol/limits.js'
import { malformed } from './query.js'

/** What was sent, as far as it is looked at here: an object with members. */
export type Body = Readonly<Record<string, unknown>>

/** @throws OAuthError `invalid_request` for what is no JSON object */
export function readBody(body: unknown): Body {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body
  throw malformed('the body must be a JSON object', 'body.malformed')
}

const member = (body: Body, name: string): unknown => (Object.hasOwn(body, name) ? body[name] : undefined)

/** Whether a text can be the name of something: databases refuse some characters, and cut what is too long. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= limits.metadataTextLength && /^[^\p{Cc}\p{Cs}]+$/u.test(value)

/** A text; null and nothing at all mean that there is none. */
export function textMember(body: Body, name: string): string | undefined {
  const value = member(body, name) ?? undefined
  if (value === undefined || isName(value)) return value
  throw malformed(`${name} must be a string`, `manage.${name}`)
}

export function numberMember(body: Body, name: string): number | undefined {
  const value = member(body, name) ?? undefined
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) return value
  throw malformed(`${name} must be a whole number`, `manage.${name}`)
}

/** A list of texts, or for scopes one text with spaces between them. */
export function listMember(body: Body, name: string): readonly string[] | undefined {
  const value = member(body, name) ?? undefined
  if (value === undefined) return undefined
  const list = typeof value === 'string' ? value.split(' ').filter((one) => one !== '') : value
  if (Array.isArray(list) && list.every(isName)) return list
  throw malformed(`${name} must be an array of strings`, `manage.${name}`)
}

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const renamed = (members: object, rename: (name: string) => string): Body =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [rename(name), value]))

/** The host's policy for a client, by the names it has in here; what is in it is checked where it is applied. */
export function policyMember(body: Body): Body | undefined {
  const value = member(body, 'policy') ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'object' && !Array.isArray(value)) return renamed(value as object, camel)
  throw new OAuthError('invalid_client_metadata', 'policy must be an object', 'client.policy')
}

/** The same on the wire. */
export const policyJson = (policy: object): Body => renamed(policy, snake)
