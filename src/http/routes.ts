import type { Context } from '../context.js'
import { resourceMetadata, resourceMetadataPath, resourceMetadataPaths } from '../protocol/resource-metadata.js'
import { serverMetadata, serverMetadataPaths } from '../protocol/server-metadata.js'
import type { Route, Routes, Site } from './call.js'
import { staticDocument } from './documents.js'
import { getAuthorize, getInteraction, postAuthorize, postInteraction } from './front-channel.js'
import { postRegistration, postRevocation, postToken } from './machine.js'
import { getConnectedApps, postConnectedApps } from './settings.js'

/** The path that everything of an issuer is below: empty, or without a slash at its end. */
export const basePath = (issuer: string): string => new URL(issuer).pathname.replace(/\/$/, '')

export const paths = {
  authorization: '/oauth/authorize',
  interaction: '/oauth/interaction',
  token: '/oauth/token',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  connectedApps: '/settings/connected-apps',
} as const

const publicScopes = (context: Context, among: readonly string[]) =>
  among.filter((name) => context.scopes.get(name)?.sensitive === false)

function serverDocument(context: Context): Route {
  const { origin } = new URL(context.issuer)
  const url = (path: string) => `${origin}${basePath(context.issuer)}${path}`
  return staticDocument(
    serverMetadata({
      issuer: context.issuer,
      endpoints: {
        authorization: url(paths.authorization),
        token: url(paths.token),
        revocation: url(paths.revocation),
        ...(context.registration.dynamic && { registration: url(paths.registration) }),
      },
      grantTypes: context.grantTypes,
      authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
      scopes: [...publicScopes(context, [...context.scopes.keys()]), 'offline_access'],
    }),
  )
}

/** A resource's own path comes after every other spelling, so that it wins over the spelling of another resource. */
function resourceDocuments(context: Context): readonly (readonly [string, Route])[] {
  const only = context.resources.size === 1
  const documents = [...context.resources].map(([resource, { name, scope }]) => {
    const scopes = publicScopes(context, scope)
    return { resource, document: staticDocument(resourceMetadata({ resource, issuer: context.issuer, name, scopes })) }
  })
  return [
    ...documents.flatMap(({ resource, document }) =>
      resourceMetadataPaths(resource, only).map((path) => [path, document] as const),
    ),
    ...documents.map(({ resource, document }) => [resourceMetadataPath(resource), document] as const),
  ]
}

/** Every path the provider answers. What is not enabled is not there. */
export function routesOf({ context, pages }: Site): Routes {
  const base = basePath(context.issuer)
  const document = serverDocument(context)
  const own: readonly (readonly [string, Route])[] = [
    [paths.authorization, { kind: 'page', methods: { GET: getAuthorize, POST: postAuthorize } }],
    [paths.interaction, { kind: 'page', methods: { GET: getInteraction, POST: postInteraction } }],
    [paths.token, { kind: 'machine', methods: { POST: postToken } }],
    [paths.revocation, { kind: 'machine', methods: { POST: postRevocation } }],
  ]
  const registration: Route = { kind: 'machine', methods: { POST: postRegistration } }
  const connectedApps: Route = { kind: 'page', methods: { GET: getConnectedApps, POST: postConnectedApps } }
  return new Map([
    ...own.map(([path, route]) => [`${base}${path}`, route] as const),
    ...(context.registration.dynamic ? [[`${base}${paths.registration}`, registration] as const] : []),
    ...(pages ? [[`${base}${paths.connectedApps}`, connectedApps] as const] : []),
    ...serverMetadataPaths(context.issuer).map((path) => [path, document] as const),
    ...resourceDocuments(context),
  ])
}
