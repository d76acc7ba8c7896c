import { authenticateBeside } from '../clients/authenticate.js'
import { introduceClient } from '../clients/metadata-document.js'
import type { Context, DeviceRules } from '../context.js'
import { requireGrantType } from '../policy/client.js'
import { deviceGrantType, mayUseDevices } from '../policy/device.js'
import { type Grantable, grantableRequest } from '../policy/grantable.js'
import { detailTypes } from '../policy/projects.js'
import { selectKnown } from '../policy/resource.js'
import { readAuthorizationDetails } from '../protocol/authorization-details.js'
import { readClient } from '../protocol/client-authentication.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import { many, type Parameters, refuseRepeats, single } from '../protocol/parameters.js'
import { intersectScope, parseScope } from '../protocol/scope.js'
import { formatUserCode } from '../protocol/user-code.js'
import type { Client } from '../records.js'
import { requireRoom } from '../throttle.js'
import { newDeviceCodes } from '../tokens/device.js'
import { transact } from '../transact.js'
import { countingFailures } from './failures.js'
import type { FormRequest } from './token.js'

/** RFC 8628 section 3.2. */
export type DeviceAuthorizationResponse = {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete?: string
  readonly expires_in: number
  readonly interval: number
}

/** @throws OAuthError `unauthorized_client` */
function requireDeviceClient(context: Context, client: Client): void {
  requireGrantType(client, deviceGrantType)
  if (client.disabledAt !== null)
    throw new OAuthError('unauthorized_client', 'this client has been disabled', 'client.disabled')
  if (!mayUseDevices(context, client.registration))
    throw new OAuthError(
      'unauthorized_client',
      'clients that registered themselves get no device codes here',
      'device.self_registered',
    )
}

/** What the device asks for, cut down as at the authorization endpoint. */
function readRequest(context: Context, client: Client, parameters: Parameters, { scope }: DeviceRules): Grantable {
  const resource = selectKnown(context, many(parameters, 'resource'))
  const details = readAuthorizationDetails(single(parameters, 'authorization_details'), detailTypes(context, client))
  const asked = grantableRequest(context, client, {
    resource,
    scope: parseScope(single(parameters, 'scope')),
    ...(details && { authorization_details: details }),
  })
  const left = scope ? intersectScope(asked.scope, scope, context.implied) : asked.scope
  if (left.length > 0) return { ...asked, scope: left }
  throw new OAuthError('invalid_scope', 'none of these scopes is granted to devices', 'scope.not_for_devices')
}

function response(
  { lifetimes }: Context,
  { page, link }: DeviceRules,
  { deviceCode, userCode }: ReturnType<typeof newDeviceCodes>,
): DeviceAuthorizationResponse {
  const shown = formatUserCode(userCode)
  return {
    device_code: deviceCode.reveal(),
    user_code: shown,
    verification_uri: page,
    ...(link && { verification_uri_complete: `${page}?${new URLSearchParams({ user_code: shown })}` }),
    expires_in: lifetimes.deviceCode,
    interval: limits.deviceInterval,
  }
}

/**
 * The device authorization endpoint, RFC 8628 section 3.1.
 *
 * @throws OAuthError
 */
export async function authorizeDevice(
  context: Context,
  rules: DeviceRules,
  { authorization, parameters }: FormRequest,
): Promise<DeviceAuthorizationResponse> {
  refuseRepeats(parameters, ['resource'])
  const presented = readClient(authorization, parameters)
  await requireRoom(context, 'device_authorization', [context.origin.address])
  await introduceClient(context, presented.clientId)
  return countingFailures(context, presented, () =>
    transact<DeviceAuthorizationResponse>(context, async (_refused, besides) => {
      const client = await authenticateBeside(context, null, presented, besides)
      requireDeviceClient(context, client)
      const codes = newDeviceCodes(context, client, readRequest(context, client, parameters, rules))
      return { change: { tokens: codes.tokens }, outcome: response(context, rules, codes) }
    }),
  )
}
