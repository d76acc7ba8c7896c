import { OAuthError } from './errors.js'
import { limits } from './limits.js'
import { sameResource } from './resource.js'

/**
 * A project that a client names (RFC 9396 section 2), in a form that can be stored as JSON. Of the RFC's common members it has two:
 * which project, and at which of the resources.
 */
export type ProjectDetail = {
  readonly type: 'project'
  readonly identifier: string
  readonly locations?: readonly string[]
}

const members: ReadonlySet<string> = new Set(['type', 'identifier', 'locations'])

export const refuseDetails = (description: string, reason: string) =>
  new OAuthError('invalid_authorization_details', description, reason)

const malformed = (problem: string) => refuseDetails(problem, 'authorization_details.malformed')

function parse(text: string): readonly unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw malformed('authorization_details is not JSON')
  }
  if (!Array.isArray(parsed)) throw malformed('authorization_details must be an array')
  if (parsed.length === 0) throw malformed('authorization_details names nothing')
  if (parsed.length > limits.chosenProjects)
    throw malformed(`authorization_details must not have more than ${limits.chosenProjects} entries`)
  return parsed
}

function readDetail(value: unknown, types: readonly string[]): ProjectDetail {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('every entry of authorization_details must be an object')
  const detail = new Map<string, unknown>(Object.entries(value))
  const type = detail.get('type')
  if (typeof type !== 'string') throw malformed('every entry of authorization_details needs a type')
  if (!types.includes(type))
    throw refuseDetails(`the type ${type.slice(0, 100)} is not supported here`, 'authorization_details.type')
  const stranger = [...detail.keys()].find((name) => !members.has(name))
  if (stranger !== undefined) throw malformed(`the type ${type} has no member ${stranger.slice(0, 100)}`)
  const identifier = detail.get('identifier')
  if (typeof identifier !== 'string' || identifier === '' || identifier.length > limits.nameLength)
    throw malformed(`the type ${type} needs an identifier`)
  const locations = detail.get('locations')
  if (locations === undefined) return { type: 'project', identifier }
  if (!Array.isArray(locations) || !locations.every((one): one is string => typeof one === 'string'))
    throw malformed('locations must be an array of strings')
  return { type: 'project', identifier, locations }
}

/**
 * Reads an `authorization_details` parameter. There is one type: `project`.
 *
 * @param types those that are supported and that the client may use.
 * @returns null when there is none.
 * @throws OAuthError `invalid_authorization_details`.
 */
export function readAuthorizationDetails(
  text: string | undefined,
  types: readonly string[],
): readonly ProjectDetail[] | null {
  return text === undefined ? null : parse(text).map((value) => readDetail(value, types))
}

/**
 * RFC 9396 section 3.2: details say where they are for, and a token is for nowhere else.
 *
 * @throws OAuthError `invalid_authorization_details`.
 */
export function requireLocations(details: readonly ProjectDetail[], resources: readonly string[]): void {
  const elsewhere = details
    .flatMap(({ locations = [] }) => locations)
    .find((location) => !resources.some((resource) => sameResource(resource, location)))
  if (elsewhere === undefined) return
  throw refuseDetails(
    `the location ${elsewhere.slice(0, 200)} is none of the resources`,
    'authorization_details.location',
  )
}

/** The projects that details name, each once. */
export const projectsIn = (details: readonly ProjectDetail[]): readonly string[] => [
  ...new Set(details.map(({ identifier }) => identifier)),
]

/** The same the other way round: what a client is told that it got (RFC 9396 section 7). */
export const detailsOf = (projects: readonly string[]): readonly ProjectDetail[] =>
  projects.map((identifier) => ({ type: 'project', identifier }))
