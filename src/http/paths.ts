/** The path that everything of an issuer is below: empty, or without a slash at its end. */
export const basePath = (issuer: string): string => new URL(issuer).pathname.replace(/\/$/, '')

export const paths = {
  authorization: '/oauth/authorize',
  interaction: '/oauth/interaction',
  token: '/oauth/token',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  introspection: '/oauth/introspect',
  deviceAuthorization: '/oauth/device_authorization',
  device: '/oauth/device',
  connectedApps: '/settings/connected-apps',
  connectedApp: '/settings/connected-apps/change',
  managedClients: '/oauth/manage/clients',
  managedGrants: '/oauth/manage/grants',
  managedAudit: '/oauth/manage/audit',
} as const

/** Where an endpoint of an issuer is. */
export const endpointUrl = (issuer: string, path: string): string =>
  `${new URL(issuer).origin}${basePath(issuer)}${path}`
