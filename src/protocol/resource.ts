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

/**
 * The configured resource that a client means, in its configured spelling, or null. A slash too many or too few at the end
 * is forgiven when no other configured resource is spelt that way, because URL libraries add and drop it.
 *
 * @param aliases other spellings, each with the configured resource it stands for.
 * @example
 * findResource('HTTPS://H/mcp/', ['https://h/mcp']) // 'https://h/mcp'
 */
export function findResource(
  requested: string,
  configured: readonly string[],
  aliases: ReadonlyMap<string, string> = new Map(),
): string | null {
  const same = configured.find((resource) => sameResource(resource, requested))
  if (same !== undefined) return same
  const alias = [...aliases].find(([spelling]) => sameResource(spelling, requested))?.[1]
  if (alias !== undefined) return alias
  const slashed = spell(requested, otherSlash)
  return configured.find((resource) => slashed !== null && spell(resource) === slashed) ?? null
}

/**
 * The configured resources that a request names, each once. A request that names none means the only one there is; when
 * there are several, the answer is empty and the caller decides.
 *
 * @throws OAuthError `invalid_target`, reason `resource.malformed` or `resource.unknown`.
 */
export function selectResources(
  requested: readonly string[],
  configured: readonly string[],
  aliases?: ReadonlyMap<string, string>,
): readonly string[] {
  if (requested.length === 0) return configured.length === 1 ? configured : []
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
