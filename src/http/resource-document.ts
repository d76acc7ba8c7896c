import type { Context, ResourceOption } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { resourceMetadataPath } from '../protocol/metadata-paths.js'
import { findResource, resourceFor } from '../protocol/resource.js'
import { resourceMetadata } from '../protocol/resource-metadata.js'
import type { Handler } from './call.js'
import { documentHandler } from './documents.js'

/** The scopes that clients may as well ask for. */
export const publicScopes = (context: Context, among: readonly string[]) =>
  among.filter((name) => context.scopes.get(name)?.sensitive === false)

const describe = (context: Context, resource: string, { name, scope }: ResourceOption) =>
  resourceMetadata({
    resource,
    issuer: context.issuer,
    name,
    scopes: publicScopes(context, scope),
    extra: { ...(context.hooks.projects && { authorization_details_types_supported: ['project'] }) },
  })

/** The document of a resource. */
export const resourceDocument = (context: Context, resource: string, option: ResourceOption): Handler =>
  documentHandler(describe(context, resource, option))

const noDocument = () => new OAuthError('invalid_request', 'no such document', 'well_known.unknown', { status: 404 })

/** Any project has one: whether there is such a project, nobody learns from here. */
export const documentOfProject =
  (context: Context, resource: string, option: ResourceOption): Handler =>
  async (call) => {
    const own = resourceFor(resource, call.id)
    // Written in another way it would be the document of something else (RFC 9728 section 3.3).
    const isOwn = call.path.replace(/\/$/, '') === resourceMetadataPath(own).replace(/\/$/, '')
    if (!isOwn || findResource(own, [resource]) !== own) throw noDocument()
    return documentHandler(describe(context, own, option))(call)
  }
