import { withoutEmpty } from './server-metadata.js'

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
