import { type By, requireClient } from '../../clients/change.js'
import type { Context } from '../../context.js'
import type { Session } from '../../hooks.js'
import { csrfToken } from '../../interactions/interaction.js'
import { clientView } from '../../interactions/view.js'
import { requireAccount } from '../../policy/account.js'
import { isConfidential, policyOf } from '../../policy/client.js'
import { OAuthError } from '../../protocol/errors.js'
import type { Client, ClientId, Subject } from '../../records.js'
import type { Use } from '../../storage.js'
import type { Secret } from '../../tokens/secret.js'
import type { Area, ClientsView, ManagedClientView } from '../../views/management.js'

/** Where clients are looked after: an administrator's pages, and a person's own. */

/** Somebody at one of these pages. */
export interface Keeper {
  readonly area: Area
  readonly session: Session
  readonly browser: Secret
  readonly paths: ClientsView['paths']
}

/** What the CSRF value of these pages is bound to beside the browser. */
export const purpose = 'management'

/** @throws OAuthError 403 for somebody who may not be here */
export function requireKeeper(context: Context, { area, session }: Pick<Keeper, 'area' | 'session'>): void {
  if (area === 'admin' && session.admin !== true)
    throw new OAuthError('access_denied', 'this page is for administrators', 'session.not_admin', { status: 403 })
  if (area === 'own' && !context.registration.byUsers)
    throw new OAuthError('access_denied', 'people cannot register applications here', 'registration.by_users_off', {
      status: 403,
    })
}

/** On whose word changes are made here. */
export function byKeeper({ area, session }: Pick<Keeper, 'area' | 'session'>): By {
  const subject = session.subject as Subject
  return area === 'admin'
    ? { actor: { type: 'admin', id: subject } }
    : { actor: { type: 'user', id: subject }, owner: subject }
}

/**
 * The client of this id, if it is theirs to look after. Whoever has left an account has left what they registered for it, too.
 *
 * @throws OAuthError 404, and 403 for a client of an account that is not theirs any more
 */
export async function requireKept(
  context: Context,
  keeper: Pick<Keeper, 'area' | 'session'>,
  id: string,
): Promise<Client> {
  const client = await requireClient(context, id as ClientId, byKeeper(keeper))
  if (keeper.area === 'own') requireAccount(client, keeper.session)
  return client
}

/** What every page of these says of itself. */
export const deskOf = ({ area, session, browser, paths }: Keeper) => ({
  area,
  person: { subject: session.subject, name: session.name },
  csrf: csrfToken(browser, purpose),
  paths,
})

export const managedView = (client: Client, lastUse: Use | undefined): ManagedClientView => ({
  ...clientView(client),
  confidential: isConfidential(client),
  description: policyOf(client).description,
  owner: client.ownerId,
  account: client.accountId,
  createdAt: client.createdAt,
  disabledAt: client.disabledAt,
  lastUsedAt: lastUse?.at ?? null,
})
