import type { Context } from '../context.js'
import { lazily } from '../lazily.js'
import { serverMetadataPaths } from '../protocol/metadata-paths.js'
import type { Pattern, Route, Routes, Site } from './call.js'
import {
  deleteOwnRegistration,
  getOwnRegistration,
  postDeviceAuthorization,
  postIntrospection,
  postRegistration,
  postRevocation,
  postToken,
  putOwnRegistration,
} from './machine.js'
import { manageRoutes } from './manage-routes.js'
import { managementRoutes } from './management-routes.js'
import { basePath, endpointUrl, paths } from './paths.js'
import { resourceDocuments, resourcePatterns } from './resource-documents.js'

const authorize = lazily(() => import('./authorize.js'))
const interaction = lazily(() => import('./interaction.js'))
const settings = lazily(() => import('./settings.js'))
const device = lazily(() => import('./device.js'))

function serverDocument(context: Context): Route {
  const made = lazily(async () => (await import('./server-document.js')).serverDocument(context))
  return { kind: 'machine', methods: { GET: made((get) => get) } }
}

/** What a client asks about itself. */
function registrationPatterns({ registration }: Context, base: string): readonly Pattern[] {
  const ownRegistration: Route = {
    kind: 'machine',
    methods: { GET: getOwnRegistration, PUT: putOwnRegistration, DELETE: deleteOwnRegistration },
  }
  if (!registration.dynamic?.management) return []
  return [{ before: `${base}${paths.registration}/`, after: '', route: ownRegistration }]
}

/** Where devices ask for codes, and the page where people enter them unless the host has one of its own. */
function deviceRoutes({ context, pages }: Site, base: string): readonly (readonly [string, Route])[] {
  const { device: rules, issuer } = context
  if (!rules) return []
  const authorization: Route = { kind: 'machine', methods: { POST: postDeviceAuthorization(rules) } }
  const page: Route = {
    kind: 'page',
    methods: { GET: device((it) => it.getDevice), POST: device((it) => it.postDevice) },
  }
  const isOwn = pages !== null && rules.page === endpointUrl(issuer, paths.device)
  return [
    [`${base}${paths.deviceAuthorization}`, authorization],
    ...(isOwn ? [[`${base}${paths.device}`, page] as const] : []),
  ]
}

/**
 * MCP 2025-03-26 has no metadata of a resource: its clients take the origin of the MCP server for the provider, and without a document
 * there they fall back to these three paths.
 */
function legacyRoutes(
  { registration }: Context,
  routes: Readonly<Record<'authorization' | 'token' | 'registration', Route>>,
  document: Route,
): readonly (readonly [string, Route])[] {
  return [
    ['/authorize', routes.authorization],
    ['/token', routes.token],
    ...(registration.dynamic ? [['/register', routes.registration] as const] : []),
    ['/.well-known/oauth-authorization-server', document],
  ]
}

/** Every path the provider answers. What is not enabled is not there. */
export function routesOf(site: Site): Routes {
  const base = basePath(site.context.issuer)
  const manage = manageRoutes(site, base)
  return {
    exact: new Map([...exactRoutes(site, base), ...manage.exact]),
    patterns: [...registrationPatterns(site.context, base), ...manage.patterns, ...resourcePatterns(site.context)],
  }
}

function exactRoutes(site: Site, base: string): readonly (readonly [string, Route])[] {
  const { context, pages } = site
  const document = serverDocument(context)
  const authorization: Route = {
    kind: 'page',
    methods: { GET: authorize((it) => it.getAuthorize), POST: authorize((it) => it.postAuthorize) },
  }
  const token: Route = { kind: 'machine', methods: { POST: postToken } }
  const decision: Route = {
    kind: 'page',
    methods: { GET: interaction((it) => it.getInteraction), POST: interaction((it) => it.postInteraction) },
  }
  const own: readonly (readonly [string, Route])[] = [
    [paths.authorization, authorization],
    [paths.interaction, decision],
    [paths.token, token],
    [paths.revocation, { kind: 'machine', methods: { POST: postRevocation } }],
    [paths.introspection, { kind: 'machine', methods: { POST: postIntrospection } }],
  ]
  const registration: Route = { kind: 'machine', methods: { POST: postRegistration } }
  const connectedApps: Route = {
    kind: 'page',
    methods: { GET: settings((it) => it.getConnectedApps), POST: settings((it) => it.postConnectedApps) },
  }
  const connectedApp: Route = {
    kind: 'page',
    methods: { GET: settings((it) => it.getConnectedApp), POST: settings((it) => it.postConnectedApp) },
  }
  return [
    ...own.map(([path, route]) => [`${base}${path}`, route] as const),
    ...(context.registration.dynamic ? [[`${base}${paths.registration}`, registration] as const] : []),
    ...(pages ? [[`${base}${paths.connectedApps}`, connectedApps] as const] : []),
    ...(pages ? [[`${base}${paths.connectedApp}`, connectedApp] as const] : []),
    ...deviceRoutes(site, base),
    ...(context.legacyMcpDefaults ? legacyRoutes(context, { authorization, token, registration }, document) : []),
    ...(pages ? managementRoutes(base, context.registration.byUsers !== null) : []),
    ...serverMetadataPaths(context.issuer).map((path) => [path, document] as const),
    ...resourceDocuments(context),
  ]
}
