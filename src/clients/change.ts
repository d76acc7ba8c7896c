import { type EventParts, system } from '../audit.js'
import type { Context } from '../context.js'
import { begunWith } from '../policy/own-grant.js'
import { OAuthError } from '../protocol/errors.js'
import type { Actor, Client, ClientId, Subject } from '../records.js'
import { transact } from '../transact.js'
import { nameTaken } from './names.js'

/** On whose word a client is changed, for the audit log. */
export interface By {
  readonly actor: Actor
  /** When given, only a client that this person registered is touched. */
  readonly owner?: Subject
}

/** The host's own code says so. */
export const byHost: By = { actor: system }

export const unknownClient = () =>
  new OAuthError('invalid_request', 'no such application', 'client.unknown', { status: 404 })

type Edited = Partial<Omit<Client, 'id' | 'version' | 'registration' | 'accountId' | 'ownerId' | 'createdAt'>>

/** What becomes of a client, and the line in the audit log that says so. */
export interface ClientEdit {
  readonly changes: Edited
  readonly event: Pick<EventParts, 'type' | 'data'>
}

/** The client, if whoever asks may see and change it. Somebody else's is not told apart from none. */
export async function requireClient(context: Context, id: ClientId, { owner }: Pick<By, 'owner'>): Promise<Client> {
  const client = await context.storage.findClient(id)
  if (!client || client.revokedAt !== null || (owner !== undefined && client.ownerId !== owner)) throw unknownClient()
  return client
}

/**
 * Nobody else's change is overwritten unseen.
 *
 * @param version the one that was looked at; undefined: whatever it is now
 * @throws OAuthError 409 `client.version`
 */
export function requireVersion(client: Client, version: number | undefined): void {
  if (version === undefined || version === client.version) return
  throw new OAuthError(
    'invalid_request',
    'somebody else has changed this application; look at it again',
    'client.version',
    { status: 409 },
  )
}

/** The next version of a client, and what is written with it. */
export function editOf(client: Client, { changes, event }: ClientEdit, { actor }: By) {
  const next: Client = { ...client, ...changes, version: client.version + 1 }
  const { id: clientId, ownerId: subject, accountId } = client
  return { next, change: { update: [next], events: [{ ...event, actor, clientId, subject, accountId } as EventParts] } }
}

/** Whoever is above a client and its owner lets what it does by itself begin again, whatever it is that they change. */
const begunAgain = (client: Client, { changes, event }: ClientEdit): ClientEdit => ({
  changes: { ...changes, policy: begunWith({ ...client, ...changes, version: client.version + 1 }) },
  event,
})

/**
 * Change a client in one commit, its audit event included. Whoever comes at the same moment is decided about anew.
 *
 * @param edit null: nothing is to be changed
 * @returns the client as it is now
 * @throws OAuthError 404 `client.unknown`, 409 `client.name_taken`, and what `edit` throws
 */
export async function changeClient(
  context: Context,
  id: ClientId,
  by: By,
  edit: (client: Client) => ClientEdit | null | Promise<ClientEdit | null>,
): Promise<Client> {
  let refused: Client | null = null
  return transact<Client>(context, async () => {
    const client = await requireClient(context, id, by)
    const edited = await edit(client)
    if (!edited) return { change: null, outcome: client }
    const { next, change } = editOf(client, by.owner === undefined ? begunAgain(client, edited) : edited, by)
    // Nobody changed it in between, so that its name is all that can have been in the way.
    if (refused?.version === client.version && next.uniqueName !== client.uniqueName) throw nameTaken()
    refused = client
    return { change, outcome: next }
  })
}
