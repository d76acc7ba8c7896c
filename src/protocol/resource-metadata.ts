import { withoutEmpty } from './server-metadata.js'
import { parseUri, type UriParts } from './uri.js'

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

export interface ResourceDescription {
  /** The identifier, as it is configured and as people type it. */
  readonly resource: string
  readonly issuer: string
  readonly name?: string
  readonly scopes: readonly string[]
  /** URL of a page for developers. */
  readonly documentation?: string
  /** Members that extensions add or replace. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * The protected resource metadata (RFC 9728 section 2). `offline_access` is between client and authorization server, so it is
 * not listed among the scopes of a resource.
 */
export function resourceMetadata(resource: ResourceDescription): Readonly<Record<string, unknown>> {
  return withoutEmpty({
    resource: resource.resource,
    authorization_servers: [resource.issuer],
    scopes_supported: resource.scopes.filter((scope) => scope !== 'offline_access'),
    bearer_methods_supported: ['header'],
    resource_name: resource.name,
    resource_documentation: resource.documentation,
    ...resource.extra,
  })
}
