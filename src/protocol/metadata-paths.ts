import { parseUri, type UriParts } from './uri.js'

const insertions = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'] as const

/**
 * Every path on the issuer's origin that answers with the metadata document: inserted before the issuer's path as RFC 8414
 * section 3.1 has it, the names that OpenID Connect clients try, and for an issuer with a path both names appended to it.
 *
 * @example
 * serverMetadataPaths('https://as.example') // the two root documents
 */
export function serverMetadataPaths(issuer: string): readonly string[] {
  const path = (parseUri(issuer)?.path ?? '').replace(/\/$/, '')
  if (path === '') return insertions
  return [...insertions.map((name) => `${name}${path}`), ...insertions.map((name) => `${path}${name}`)]
}

const wellKnown = '/.well-known/oauth-protected-resource'

function takeApart(resource: string): UriParts {
  const parts = parseUri(resource)
  if (parts === null || parts.authority === undefined) throw new TypeError(`'${resource}' is not an absolute URL`)
  return parts
}

const pathAfter = (path: string) => (path === '/' ? '' : path)

/**
 * Where the metadata of a protected resource is found (RFC 9728 section 3.1): the well-known name goes between the host and
 * the rest, character for character.
 *
 * @returns path and query, as they are requested.
 * @throws TypeError when the resource is no absolute URL.
 * @example
 * resourceMetadataPath('https://h/mcp') // '/.well-known/oauth-protected-resource/mcp'
 */
export function resourceMetadataPath(resource: string): string {
  const { path, query } = takeApart(resource)
  return `${wellKnown}${pathAfter(path)}${query}`
}

/**
 * Every path that answers with the metadata of this resource: its own, the one with a slash more or less at the end and, when
 * it is the only resource of its origin, the root. Another resource whose own path is among them takes precedence.
 */
export function resourceMetadataPaths(resource: string, only: boolean): readonly string[] {
  const { path, query } = takeApart(resource)
  const inserted = pathAfter(path)
  const slashed = inserted.endsWith('/') ? inserted.slice(0, -1) : `${inserted}/`
  const paths = [`${wellKnown}${inserted}${query}`, `${wellKnown}${slashed}${query}`, ...(only ? [wellKnown] : [])]
  return [...new Set(paths)]
}

/** The absolute URL of {@link resourceMetadataPath}, on the origin of the resource itself; goes into challenges. */
export function resourceMetadataUrl(resource: string): string {
  const { scheme, authority } = takeApart(resource)
  return `${scheme}://${authority}${resourceMetadataPath(resource)}`
}
