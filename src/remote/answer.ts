import type { Introspection } from '../protocol/introspection.js'

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

const isText = (value: unknown): value is string => typeof value === 'string'

const isAbsentOr = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value)

/** Every member that a guard builds upon, and what it has to be. */
const members: Readonly<Record<string, (value: unknown) => boolean>> = {
  scope: isAbsentOr(isText),
  client_id: isText,
  iss: isText,
  aud: isList,
  sub: isText,
  sub_type: (value) => value === 'user' || value === 'client',
  exp: (value) => typeof value === 'number',
  grant_id: isText,
  account_id: isAbsentOr(isText),
  projects: (value) => value === 'all' || isList(value),
  project_scope: (value) => isObject(value) && Object.values(value).every(isText),
  auth_time: isAbsentOr((value) => typeof value === 'number'),
  acr: isAbsentOr(isText),
}

/** The answer of an introspection endpoint, or null when it is not one that this provider gives. */
export function readIntrospection(body: unknown): Introspection | null {
  if (!isObject(body) || typeof body.active !== 'boolean') return null
  if (!body.active) return { active: false }
  const isWhole = Object.entries(members).every(([name, is]) => is(body[name]))
  return isWhole ? (body as Introspection & Members) : null
}
