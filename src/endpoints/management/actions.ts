import { editClient } from '../../clients/edit.js'
import { deleteClient, disableClient, enableClient } from '../../clients/end.js'
import { type Registered, registerClient } from '../../clients/register.js'
import { rotateSecret } from '../../clients/secrets.js'
import type { Context } from '../../context.js'
import { findLiveGrant, revokeGrant, revokeGrants, unknownGrant, type Word } from '../../grants/manage.js'
import { requireCsrf } from '../../interactions/interaction.js'
import { clientView } from '../../interactions/view.js'
import { OAuthError } from '../../protocol/errors.js'
import { type Parameters, required, single } from '../../protocol/parameters.js'
import type { AccountId, ClientId, GrantId, Registration, Subject } from '../../records.js'
import type { ClientFormView, ClientSecretView } from '../../views/management.js'
import { byKeeper, deskOf, type Keeper, purpose, requireKept } from './desk.js'
import { formView, metadataFrom, policyFrom, problemFrom, problemsIn, readValues } from './form.js'

/** What becomes of a form: a page that shows something once, the form again, or the way to another page. */
export type Done =
  | { readonly kind: 'secret'; readonly view: ClientSecretView }
  | { readonly kind: 'form'; readonly view: ClientFormView }
  | { readonly kind: 'client'; readonly id: string }
  | { readonly kind: 'clients'; readonly list: Registration | null }

export const requirePosted = (context: Context, { browser }: Keeper, form: Parameters): void =>
  requireCsrf(context, { browser: browser.reveal() }, purpose, single(form, 'csrf'))

const secretPage = (keeper: Keeper, { client, secret }: Registered, overlapUntil: number | null = null): Done => ({
  kind: 'secret',
  view: { ...deskOf(keeper), client: clientView(client), secret: secret?.reveal() ?? null, overlapUntil },
})

/** The one account of somebody who has one: what they register belongs to it. */
const ownAccount = ({ session }: Keeper): AccountId | undefined =>
  session.accounts?.length === 1 ? (session.accounts[0] as AccountId) : undefined

/** Register a client from the form. */
export async function createFrom(context: Context, keeper: Keeper, form: Parameters): Promise<Done> {
  const values = readValues(context, keeper, form, null)
  const problems = problemsIn(context, values, keeper)
  if (problems.length > 0) return { kind: 'form', view: formView(context, keeper, null, { values, problems }) }
  const { actor, owner } = byKeeper(keeper)
  const account = keeper.area === 'admin' ? values.account : ownAccount(keeper)
  try {
    const registered = await registerClient(context, metadataFrom(values, null), {
      registration: keeper.area === 'admin' ? 'manual' : 'user',
      actor,
      policy: policyFrom(values, keeper),
      ...(owner !== undefined && { ownerId: owner }),
      ...(account && { accountId: account as AccountId }),
    })
    return secretPage(keeper, registered)
  } catch (error) {
    const problem = problemFrom(error)
    return { kind: 'form', view: formView(context, keeper, null, { values, problems: [problem] }) }
  }
}

/** Edit a client from the form. */
export async function editFrom(context: Context, keeper: Keeper, form: Parameters): Promise<Done> {
  const by = byKeeper(keeper)
  const client = await requireKept(context, keeper, required(form, 'id'))
  const values = readValues(context, keeper, form, client)
  const again = (problems: ClientFormView['problems']): Done => ({
    kind: 'form',
    view: formView(context, keeper, client, { values, problems }),
  })
  const problems = problemsIn(context, values, keeper)
  if (problems.length > 0) return again(problems)
  const changes = {
    metadata: metadataFrom(values, client),
    policy: policyFrom(values, keeper),
    version: Number(required(form, 'version')),
  }
  try {
    const edited = await editClient(context, client.id, changes, by)
    return edited.secret === null ? { kind: 'client', id: client.id } : secretPage(keeper, edited)
  } catch (error) {
    return again([problemFrom(error)])
  }
}

/** A button that is pressed twice makes one secret: the second time, what it was pressed on has changed. */
async function rotate(context: Context, keeper: Keeper, id: ClientId, form: Parameters): Promise<Done> {
  const overlap = Number(single(form, 'overlap') ?? 0)
  const version = Number(required(form, 'version'))
  const rotated = await rotateSecret(context, id, { overlap, version }, byKeeper(keeper))
  return secretPage(keeper, rotated, overlap === 0 ? null : context.now() + overlap)
}

const wordOf = ({ area, session }: Keeper): Word => {
  const subject = session.subject as Subject
  return area === 'admin'
    ? { actor: { type: 'admin', id: subject }, reason: 'admin.revoked' }
    : { actor: { type: 'user', id: subject }, reason: 'client.owner_revoked' }
}

/** One connection of this client, whoever made it. */
async function revokeOne(context: Context, keeper: Keeper, clientId: ClientId, form: Parameters): Promise<void> {
  const id = required(form, 'grant') as GrantId
  const listed = await findLiveGrant(context, id)
  if (listed?.grant.clientId !== clientId) throw unknownGrant()
  await revokeGrant(context, id, wordOf(keeper))
}

/**
 * Do to a client what a button of its page says.
 *
 * @throws OAuthError 404 for a client that is not there or somebody else's, 400 for an action that there is none of
 */
export async function changeFrom(context: Context, keeper: Keeper, form: Parameters): Promise<Done> {
  const id = required(form, 'id') as ClientId
  const by = byKeeper(keeper)
  const before = await requireKept(context, keeper, id)
  const page: Done = { kind: 'client', id }
  switch (required(form, 'action')) {
    case 'rotate':
      return rotate(context, keeper, id, form)
    case 'disable':
      await disableClient(context, id, by)
      return page
    case 'enable':
      await enableClient(context, id, by)
      return page
    case 'delete':
      await deleteClient(context, id, by)
      return { kind: 'clients', list: keeper.area === 'admin' ? before.registration : null }
    case 'revoke':
      await revokeOne(context, keeper, id, form)
      return page
    case 'revoke_all':
      await revokeGrants(context, { clientId: id }, wordOf(keeper))
      return page
    default:
      throw new OAuthError('invalid_request', 'unknown action', 'management.action')
  }
}
