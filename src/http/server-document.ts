import { isRegistrationOpen } from '../clients/switch.js'
import type { Context } from '../context.js'
import { signingAlgorithms } from '../protocol/client-keys.js'
import { authMethods } from '../protocol/client-metadata.js'
import { type ServerDescription, serverMetadata } from '../protocol/server-metadata.js'
import type { Call, Handler } from './call.js'
import { documentHandler, switchedDocument } from './documents.js'
import { endpointUrl, paths } from './paths.js'
import { publicScopes } from './resource-document.js'

function serverDescription(context: Context): ServerDescription {
  const url = (path: string) => endpointUrl(context.issuer, path)
  return {
    issuer: context.issuer,
    endpoints: {
      authorization: url(paths.authorization),
      token: url(paths.token),
      revocation: url(paths.revocation),
      introspection: url(paths.introspection),
      registration: url(paths.registration),
      ...(context.device && { device_authorization: url(paths.deviceAuthorization) }),
    },
    grantTypes: context.grantTypes,
    authMethods,
    signingAlgorithms,
    scopes: [...publicScopes(context, [...context.scopes.keys()]), 'offline_access'],
    acrValues: context.acrValues,
    extra: {
      ...(context.documents && { client_id_metadata_document_supported: true }),
      ...(context.hooks.projects && { authorization_details_types_supported: ['project'] }),
    },
  }
}

/** While storage does not answer, registration is advertised as it was when it last did. */
function registrationSwitch(): (call: Call) => Promise<boolean> {
  let known = true
  return async ({ site, requestId }) => {
    known = await isRegistrationOpen(site.context).catch((error: unknown) => {
      site.context.hooks.onError(error, requestId)
      return known
    })
    return known
  }
}

/** Whether programs may register themselves can change at any moment; everything else is as the options have it. */
export function serverDocument(context: Context): Handler {
  const server = serverDescription(context)
  const { registration: _, ...closed } = server.endpoints
  const withoutRegistration = serverMetadata({ ...server, endpoints: closed })
  if (!context.registration.dynamic) return documentHandler(withoutRegistration)
  return switchedDocument(serverMetadata(server), withoutRegistration, registrationSwitch())
}
