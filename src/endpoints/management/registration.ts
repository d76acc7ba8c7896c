import { setRegistrationOpen } from '../../clients/switch.js'
import type { Context } from '../../context.js'
import { OAuthError } from '../../protocol/errors.js'
import { type Parameters, required } from '../../protocol/parameters.js'
import type { Done } from './actions.js'
import { byKeeper, type Keeper } from './desk.js'

/**
 * Throw the switch for clients that register themselves.
 *
 * @throws OAuthError 400 for an action that there is none of
 */
export async function switchRegistration(context: Context, keeper: Keeper, form: Parameters): Promise<Done> {
  const action = required(form, 'action')
  if (action !== 'open_registration' && action !== 'close_registration')
    throw new OAuthError('invalid_request', 'unknown action', 'management.action')
  await setRegistrationOpen(context, action === 'open_registration', byKeeper(keeper))
  return { kind: 'clients', list: 'dynamic' }
}
