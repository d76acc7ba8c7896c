import { OAuthError } from '../protocol/errors.js'
import { isForProjects, projectInSegment, resourceFor } from '../protocol/resource.js'
import { type HttpRequest, splitUrl } from './message.js'

const segmentsOf = (path: string): readonly string[] => path.split('/')

/** Of a resource with `{project}` in it too, which no URL parser leaves alone. Without a slash at the end. */
const pathOf = (resource: string): string => (/^[^/]*\/\/[^/?#]*([^?#]*)/.exec(resource)?.[1] ?? '').replace(/\/$/, '')

/** A resource by its path. Letter case does not count, as it does not for many routers. */
interface Place {
  readonly resource: string
  readonly forProjects: boolean
  /** In lower case, and in its segments. */
  readonly path: string
  readonly segments: readonly string[]
}

/** Where some resources are: the longest path first, and one with its own name before one for each project. */
export type Places = readonly Place[]

export function placesOf(resources: readonly string[]): Places {
  const depth = ({ segments, forProjects }: Place) => 2 * segments.length - (forProjects ? 1 : 0)
  return resources
    .map((resource) => {
      const path = pathOf(resource).toLowerCase()
      return { resource, forProjects: isForProjects(resource), path, segments: segmentsOf(path) }
    })
    .sort((a, b) => depth(b) - depth(a))
}

/** Whether two resources are at the same place, so that a path does not tell which one is called. */
export const isAmbiguous = (places: Places): boolean => new Set(places.map(({ path }) => path)).size < places.length

/** The resource a request is for, and the project that this names. */
export interface Called {
  readonly resource: string
  readonly project: string | null
}

/** Whether a path is another one or below it. */
function isBelow(sent: string, path: string): boolean {
  if (sent.length > path.length && sent[path.length] !== '/') return false
  return sent.startsWith(path) || sent.slice(0, path.length).toLowerCase() === path
}

/** The same of a resource for each project, with the project that stands in its place; null where it is neither. */
function calledFor({ resource, segments }: Place, path: readonly string[]): Called | null {
  let project: string | null = null
  for (const [at, segment] of segments.entries()) {
    const sent = path[at]
    if (sent === undefined) return null
    if (isForProjects(segment)) {
      project = projectInSegment(sent)
      if (project === null) return null
    } else if (segment !== sent && segment !== sent.toLowerCase()) return null
  }
  return { resource: project === null ? resource : resourceFor(resource, project), project }
}

function resourceAt(places: Places, path: string): Called | null {
  for (const place of places) {
    if (place.forProjects) {
      const called = calledFor(place, segmentsOf(path))
      if (called) return called
    } else if (isBelow(path, place.path)) return { resource: place.resource, project: null }
  }
  return null
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

/**
 * The resource whose own path that of a request is, or is below. Routers read a path decoded: one that is another resource's that way
 * is not what it seems.
 *
 * @throws OAuthError for such a path, TypeError for one that belongs to no resource
 */
export function calledByPath(places: Places, { url }: HttpRequest): Called {
  const { path } = splitUrl(url)
  const isPlain = !path.includes('%')
  const called = resourceAt(places, path)
  const plain = isPlain ? path : decoded(path)
  if (plain === null || (!isPlain && resourceAt(places, plain)?.resource !== called?.resource))
    throw new OAuthError('invalid_request', 'this path is not plainly encoded', 'path.ambiguous')
  if (called !== null) return called
  if (!isPlain && places.some(({ forProjects }) => forProjects))
    throw new OAuthError('invalid_request', 'this path names no project', 'path.no_project')
  throw new TypeError(`${path} is below none of the configured resources: name one in the guard's options`)
}
