import { OAuthError } from './errors.js'
import { parseUri, refuseSecureUri } from './uri.js'

const defaultPorts: Readonly<Record<string, string>> = { https: '443', http: '80' }

/**
 * Checks a resource identifier (RFC 8707 section 2): an absolute URL without a fragment.
 *
 * @returns null when it is one, else the reason in words that follow the identifier.
 */
export function refuseResource(uri: string): string | null {
  return uri.includes('#') ? 'must not contain a fragment (#)' : refuseSecureUri(uri)
}

/** Scheme, host and port in one spelling; path and query as written. Null for what is no resource identifier. */
function comparable(uri: string): { readonly origin: string; readonly path: string; readonly query: string } | null {
  const parts = refuseResource(uri) === null ? parseUri(uri) : null
  if (parts === null) return null
  const port = parts.port === undefined || parts.port === defaultPorts[parts.scheme] ? '' : `:${Number(parts.port)}`
  const origin = `${parts.scheme}://${parts.host.toLowerCase()}${port}`
  return { origin, path: parts.path === '' ? '/' : parts.path, query: parts.query }
}

const spell = (uri: string, path: (path: string) => string = (same) => same): string | null => {
  const parts = comparable(uri)
  return parts === null ? null : `${parts.origin}${path(parts.path)}${parts.query}`
}

/** With a slash at the end when there is none, and the other way round. */
const otherSlash = (path: string) => (path.endsWith('/') ? path.slice(0, -1) || '/' : `${path}/`)

/**
 * Whether two resource identifiers are the same: scheme and host without regard to case, the default port left out, and
 * `https://h` the same as `https://h/`. Paths and queries are compared as they are written.
 */
export function sameResource(a: string, b: string): boolean {
  const spelt = spell(a)
  return spelt !== null && spelt === spell(b)
}

const placeholder = '{project}'

/** Whether a configured resource stands for one of each project: its path has `{project}` in it. */
export const isForProjects = (resource: string): boolean => resource.includes(placeholder)

/** A resource for one project. */
export const resourceFor = (resource: string, project: string): string =>
  resource.replace(placeholder, encodeURIComponent(project))

/**
 * Checks a resource as it is configured: an identifier, or one with `{project}` as a whole segment of its path, once, and no query.
 *
 * @returns null when it is one, else the reason in words that follow the identifier.
 */
export function refuseConfiguredResource(resource: string): string | null {
  if (!/[{}]/.test(resource)) return refuseResource(resource)
  if (!/^[^{}?#]*\/\{project\}(?:\/[^{}?#]*)?$/.test(resource))
    return 'may have {project} once, as a whole segment of its path, and then no query'
  return refuseResource(resourceFor(resource, 'x'))
}

/** The project in one segment of a path; null where it is none, or is not written as an identifier would be. */
export function projectInSegment(segment: string): string | null {
  const project = decodeSegment(segment)
  if (project === null || /^\.{0,2}$/.test(project) || project.includes('/')) return null
  return segment === project || segment === encodeURIComponent(project) ? project : null
}

function decodeSegment(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** The project that a resource names, when it is one of those that a configured resource stands for. */
function projectNamed(configured: string, spelt: string | null): string | null {
  const [before, after = ''] = configured.split(placeholder)
  const start = before === undefined ? null : spell(before)
  if (spelt === null || start === null || !spelt.startsWith(start) || !spelt.endsWith(after)) return null
  const segment = spelt.slice(start.length, spelt.length - after.length)
  return segment.includes('?') ? null : projectInSegment(segment)
}

/** A resource that a client means. */
export interface FoundResource {
  /** As grants and tokens have it: in its configured spelling, with the project in its place. */
  readonly resource: string
  /** As it is configured. */
  readonly configured: string
  /** The project that it names. */
  readonly project: string | null
}

function findForProject(configured: readonly string[], spelt: string | null): FoundResource | null {
  for (const one of configured) {
    const project = projectNamed(one, spelt)
    if (project !== null) return { resource: resourceFor(one, project), configured: one, project }
  }
  return null
}

/**
 * The configured resource that a client means, or null. A slash too many or too few at the end is forgiven when no other configured
 * resource is spelt that way, because URL libraries add and drop it.
 *
 * @param aliases other spellings, each with the configured resource it stands for.
 */
export function lookUpResource(
  requested: string,
  configured: readonly string[],
  aliases: ReadonlyMap<string, string> = new Map(),
): FoundResource | null {
  const found = (resource: string | undefined): FoundResource | null =>
    resource === undefined ? null : { resource, configured: resource, project: null }
  const fixed = configured.filter((one) => !isForProjects(one))
  const patterns = configured.filter(isForProjects)
  const slashed = spell(requested, otherSlash)
  return (
    found(fixed.find((resource) => sameResource(resource, requested))) ??
    found([...aliases].find(([spelling]) => sameResource(spelling, requested))?.[1]) ??
    findForProject(patterns, spell(requested)) ??
    found(fixed.find((resource) => slashed !== null && spell(resource) === slashed)) ??
    findForProject(patterns, slashed)
  )
}

/**
 * The same in the spelling that grants and tokens have.
 *
 * @example
 * findResource('HTTPS://H/mcp/', ['https://h/mcp']) // 'https://h/mcp'
 * findResource('https://h/p/42/mcp', ['https://h/p/{project}/mcp']) // 'https://h/p/42/mcp'
 */
export const findResource = (
  requested: string,
  configured: readonly string[],
  aliases?: ReadonlyMap<string, string>,
): string | null => lookUpResource(requested, configured, aliases)?.resource ?? null

/**
 * The configured resources that a request names, each once. A request that names none means the only one there is; when
 * there are several, or one for each project, the answer is empty and the caller decides.
 *
 * @throws OAuthError `invalid_target`, reason `resource.malformed` or `resource.unknown`.
 */
export function selectResources(
  requested: readonly string[],
  configured: readonly string[],
  aliases?: ReadonlyMap<string, string>,
): readonly string[] {
  if (requested.length === 0) return configured.length === 1 && !configured.some(isForProjects) ? configured : []
  const selected = requested.map((resource) => {
    const problem = refuseResource(resource)
    if (problem !== null) throw new OAuthError('invalid_target', `the resource ${problem}`, 'resource.malformed')
    const found = findResource(resource, configured, aliases)
    if (found === null) {
      throw new OAuthError('invalid_target', `the resource ${resource.slice(0, 200)} is unknown`, 'resource.unknown')
    }
    return found
  })
  return [...new Set(selected)]
}
