import type { Context } from '../context.js'
import { foldName } from '../policy/client.js'
import type { Client, ClientId } from '../records.js'
import type { ClientFilter, Page, Paged } from '../storage.js'

const meets = (client: Client, { registration, ownerId, accountId, disabled }: ClientFilter): boolean =>
  client.revokedAt === null &&
  (registration === undefined || client.registration === registration) &&
  (ownerId === undefined || client.ownerId === ownerId) &&
  (accountId === undefined || client.accountId === accountId) &&
  (disabled === undefined || (client.disabledAt !== null) === disabled)

/** Clients that were not deleted, a page at a time. Who searches for a whole id means that one; names are folded, ids are not. */
export async function listClients({ storage }: Context, filter: ClientFilter, page: Page): Promise<Paged<Client>> {
  const { search } = filter
  if (search === undefined) return storage.listClients(filter, page)
  const named = await storage.findClient(search as ClientId)
  if (named && meets(named, filter)) return { items: [named], next: null }
  return storage.listClients({ ...filter, search: foldName(search) }, page)
}
