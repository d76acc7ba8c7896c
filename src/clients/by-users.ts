import type { Context } from '../context.js'
import type { ClientPolicy } from '../policy/client.js'
import { OAuthError } from '../protocol/errors.js'
import type { Setting, Subject } from '../records.js'
import type { OwnRegistration } from '../registration.js'
import { keyOf } from './key.js'

const refuse = (description: string, reason: string) =>
  new OAuthError('access_denied', description, reason, { status: 403 })

/**
 * Whether people may register clients of their own, and this person this one, by the host's word.
 *
 * @throws OAuthError `access_denied`, 403
 */
export async function requireByUsers({ registration }: Context, own: OwnRegistration): Promise<void> {
  const { byUsers } = registration
  if (!byUsers) throw refuse('people cannot register applications here', 'registration.by_users_off')
  if (!(await byUsers.allow(own))) throw refuse('this application may not be registered', 'registration.refused')
}

/** What a person says of their own client beside its metadata. Everything else is the host's to say. */
const ofTheOwner: ReadonlySet<string> = new Set<keyof ClientPolicy>(['description', 'scope'])

/**
 * A ceiling is the owner's to lower and to raise, because the people who approve the client stand above it. For a client that acts for
 * itself nobody does: there the ceiling is what the host gave it.
 *
 * @throws OAuthError `access_denied`, 403
 */
export function requireOwnersPolicy(changed: readonly string[], grantTypes: readonly string[]): void {
  const beyond = changed.find(
    (name) => !ofTheOwner.has(name) || (name === 'scope' && grantTypes.includes('client_credentials')),
  )
  if (beyond !== undefined) throw refuse(`policy: ${beyond} is not yours to set`, 'client.policy')
}

/** How many more clients a person may register; null: as many as they like. */
export async function roomForOwn({ storage, registration }: Context, ownerId: Subject): Promise<number | null> {
  const most = registration.byUsers?.most ?? null
  if (most === null) return null
  const { items } = await storage.listClients({ ownerId }, { limit: most })
  return most - items.length
}

const turnstile = (ownerId: Subject) => `registration.owner.${keyOf(ownerId)}`

/**
 * A place among the clients of one person. Two registrations at once would both count the same clients: each moves the person's
 * turnstile on by one in its own commit, so that the second is refused by the storage and has to count again.
 *
 * @throws OAuthError `access_denied`, 403, when there is no room
 */
export async function placeForOwn(context: Context, ownerId: Subject): Promise<Setting> {
  const name = turnstile(ownerId)
  const before = await context.storage.findSetting(name)
  const room = await roomForOwn(context, ownerId)
  if (room !== null && room <= 0)
    throw refuse('you have registered as many applications as you may', 'registration.quota')
  return { name, value: null, version: (before?.version ?? 0) + 1 }
}
