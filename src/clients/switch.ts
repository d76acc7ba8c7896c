import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { transact } from '../transact.js'
import type { By } from './change.js'

/** The setting behind the switch. What no longer is there, or never was, leaves registration as the options have it. */
const name = 'registration.dynamic'

/** Whether programs can register themselves right now: the options allow it, and nobody has switched it off. */
export async function isRegistrationOpen({ storage, registration }: Context): Promise<boolean> {
  return registration.dynamic !== null && (await storage.findSetting(name))?.value !== false
}

/** @throws OAuthError `access_denied`, 403, while registration is switched off */
export async function requireRegistrationOpen(context: Context): Promise<void> {
  if (await isRegistrationOpen(context)) return
  throw new OAuthError('access_denied', 'clients cannot register themselves at present', 'registration.closed', {
    status: 403,
  })
}

/**
 * Open or close registration, on every node from the next request on. Clients that are there stay as they are.
 *
 * @throws OAuthError 409 `registration.off` to open what the options have off
 */
export async function setRegistrationOpen(context: Context, open: boolean, { actor }: By): Promise<void> {
  if (open && context.registration.dynamic === null)
    throw new OAuthError('invalid_request', 'registration is not set up here', 'registration.off', { status: 409 })
  await transact<undefined>(context, async () => {
    const before = await context.storage.findSetting(name)
    if ((before?.value !== false) === open) return { change: null, outcome: undefined }
    return {
      change: {
        settings: [{ name, value: open, version: (before?.version ?? 0) + 1 }],
        events: [{ type: 'setting.changed', actor, data: { name, value: open } }],
      },
      outcome: undefined,
    }
  })
}
