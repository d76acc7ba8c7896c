import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { authorizationCode } from '../grants/authorization-code.js'
import type { GrantType } from '../grants/handler.js'
import { refreshToken } from '../grants/refresh-token.js'
import { lazily } from '../lazily.js'
import { deviceGrantType } from '../policy/device.js'
import { type PresentedClient, readClient } from '../protocol/client-authentication.js'
import { OAuthError } from '../protocol/errors.js'
import { type Parameters, refuseRepeats, single } from '../protocol/parameters.js'
import type { TokenResponse } from '../tokens/issue.js'
import { transact } from '../transact.js'
import { countingFailures } from './failures.js'

/** What a client posted, with its `Authorization` header. */
export interface FormRequest {
  readonly authorization: string | null
  readonly parameters: Parameters
}

/** RFC 8628 section 3.4. */
const deviceCode: GrantType = {
  name: deviceGrantType,
  answer: lazily(() => import('../grants/device-code.js'))((it) => it.answer),
}

/** RFC 6749 section 4.4. */
const clientCredentials: GrantType = {
  name: 'client_credentials',
  answer: lazily(() => import('../grants/client-credentials.js'))((it) => it.answer),
}

export const grantTypes: readonly GrantType[] = [authorizationCode, refreshToken, clientCredentials, deviceCode]

const refuseGrantType = (context: Context, presented: PresentedClient, name: string | undefined) =>
  transact<never>(context, async (_refused, besides) => {
    await authenticateBeside(context, null, presented, besides)
    throw name === undefined
      ? new OAuthError('invalid_request', 'grant_type is missing', 'parameters.missing')
      : new OAuthError('unsupported_grant_type', 'this grant_type is not supported', 'grant_type.unsupported')
  })

/**
 * The token endpoint, RFC 6749 section 3.2. The client proves itself first, so that bad credentials are told as such whatever
 * else is wrong.
 *
 * @throws OAuthError
 */
export function token(context: Context, { authorization, parameters }: FormRequest): Promise<TokenResponse> {
  refuseRepeats(parameters, ['resource', 'audience'])
  const presented = readClient(authorization, parameters)
  const name = single(parameters, 'grant_type')
  const grantType = grantTypes.find((one) => one.name === name && context.grantTypes.includes(one.name))
  return countingFailures(context, presented, () =>
    grantType ? grantType.answer(context, { parameters, presented }) : refuseGrantType(context, presented, name),
  )
}
