import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { requireGrantType } from '../policy/client.js'
import { deviceGrantType as name } from '../policy/device.js'
import { OAuthError } from '../protocol/errors.js'
import { required } from '../protocol/parameters.js'
import type { Client, Token } from '../records.js'
import type { FoundToken } from '../storage.js'
import { type DeviceCodeData, type VerdictData, verdictDigest, verdictOn } from '../tokens/device.js'
import { digest, newSecret, readSecret } from '../tokens/format.js'
import type { TokenResponse } from '../tokens/issue.js'
import type { Secret } from '../tokens/secret.js'
import { type Decision, transact } from '../transact.js'
import { intervalOf, stillPending } from './device-polls.js'
import { invalidGrant, requireLiveGrant, type TokenRequest } from './handler.js'
import { issueOnGrant, mayRefresh, questionOf, shareOf } from './issue.js'

/** A device that asks, and what has been decided about it. */
interface Poll {
  readonly deviceCode: FoundToken | null
  readonly verdict: FoundToken | null
}

/** Both in one round trip. The verdict is of use only beside its device code. */
async function findPoll({ storage }: Context, secret: Secret | null): Promise<Poll> {
  if (!secret) return { deviceCode: null, verdict: null }
  const device = digest('device_code', secret)
  const [deviceCode, verdict] = await Promise.all([storage.findToken(device), storage.findToken(verdictDigest(device))])
  return { deviceCode, verdict }
}

/** The device code, if it was issued to this client. A stranger learns nothing and changes nothing. */
function requireOwn({ deviceCode }: Poll, client: Client): Token {
  if (!deviceCode) throw invalidGrant('unknown device code', 'device_code.unknown')
  if (deviceCode.token.clientId !== client.id)
    throw invalidGrant('this device code was issued to another client', 'device_code.other_client')
  return deviceCode.token
}

const expired = () => new OAuthError('expired_token', 'the device code has expired', 'device_code.expired')

/** For how many seconds the time has been over; less than nothing before that. */
const lateness = ({ now }: Pick<Context, 'now'>, { data }: Token): number => now() - (data as DeviceCodeData).expires_at

/** Once the time is over nobody can approve any more, not even somebody who is about to: that is written before it is said. */
function close(context: Context, { digest: device, clientId, data }: Token): Decision<never> {
  const waited = { device, clientId, expiresAt: (data as DeviceCodeData).expires_at }
  return { change: { tokens: [verdictOn(context, waited, { verdict: 'expired' })] }, outcome: expired() }
}

/** An approval in the last second has to reach the device, which asks one interval later at the earliest. */
async function isTooLate(context: Context, deviceCode: Token): Promise<boolean> {
  const late = lateness(context, deviceCode)
  return late >= 0 && late >= 2 * (await intervalOf(context, deviceCode))
}

async function redeem(
  context: Context,
  request: TokenRequest,
  approved: FoundToken,
  client: Client,
): Promise<Decision<TokenResponse>> {
  const grant = await requireLiveGrant(context, approved.grant, client)
  const share = shareOf(context, approved.token, grant, request.presented.method)
  const asked = questionOf(context, request, { client, grant, share }, share.scope)
  const secrets = {
    access: newSecret(context, 'access_token'),
    refresh: mayRefresh(context, client, grant) ? newSecret(context, 'refresh_token') : null,
  }
  const issued = await issueOnGrant(context, { client, grant, share, asked, secrets }, name)
  return {
    change: { redeem: [{ digest: approved.token.digest, at: issued.at, note: '' }], ...issued.change },
    outcome: issued.response,
  }
}

/** RFC 8628 section 3.4. */
export async function answer(context: Context, request: TokenRequest): Promise<TokenResponse> {
  const secret = readSecret(context, 'device_code', required(request.parameters, 'device_code'))
  return transact<TokenResponse>(context, async (_refused, besides) => {
    const poll = await findPoll(context, secret)
    const client = await authenticateBeside(context, poll.deviceCode, request.presented, besides)
    requireGrantType(client, name)
    const deviceCode = requireOwn(poll, client)
    const { verdict } = poll
    if (!verdict && lateness(context, deviceCode) >= 0) return close(context, deviceCode)
    if (!verdict) throw await stillPending(context, deviceCode)
    if (verdict.token.redemption) throw invalidGrant('this device code has been used', 'device_code.used')
    switch ((verdict.token.data as VerdictData).verdict) {
      case 'denied':
        throw new OAuthError('access_denied', 'the user refused', 'device_code.denied')
      case 'expired':
        throw expired()
      case 'approved':
        if (await isTooLate(context, deviceCode)) throw expired()
        return redeem(context, request, verdict, client)
    }
  })
}
