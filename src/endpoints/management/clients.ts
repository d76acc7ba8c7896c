import { roomForOwn } from '../../clients/by-users.js'
import { listClients } from '../../clients/list.js'
import { isRegistrationOpen } from '../../clients/switch.js'
import type { Context } from '../../context.js'
import { isColleague } from '../../policy/account.js'
import { type Parameters, single } from '../../protocol/parameters.js'
import type { Registration, Subject } from '../../records.js'
import type { ClientFilter } from '../../storage.js'
import type { ClientsView } from '../../views/management.js'
import { deskOf, type Keeper, managedView } from './desk.js'

/** How many clients are on a page. */
const pageSize = 50

const among = <T extends string>(text: string | undefined, choices: readonly T[], otherwise: T): T =>
  choices.find((choice) => choice === text) ?? otherwise

const kinds: readonly Registration[] = ['manual', 'user', 'dynamic', 'metadata_document']

function read(query: Parameters): Pick<ClientsView, 'kind' | 'search' | 'order' | 'status'> {
  return {
    kind: among(single(query, 'kind'), kinds, 'manual'),
    search: single(query, 'search')?.trim() ?? '',
    order: among(single(query, 'order'), ['newest', 'oldest', 'name'], 'newest'),
    status: among(single(query, 'status'), ['all', 'enabled', 'disabled'], 'all'),
  }
}

function filterOf(keeper: Keeper, { kind, search, order, status }: ReturnType<typeof read>): ClientFilter {
  if (keeper.area === 'own') return { ownerId: keeper.session.subject as Subject }
  return {
    registration: kind,
    order,
    ...(status !== 'all' && { disabled: status === 'disabled' }),
    ...(search !== '' && { search }),
  }
}

/** Clients of one kind, or a person's own, a page at a time. */
export async function showClients(context: Context, keeper: Keeper, query: Parameters): Promise<ClientsView> {
  const wanted = read(query)
  const after = single(query, 'after')
  const page = { limit: pageSize, ...(after !== undefined && { after }) }
  const { items: found, next } = await listClients(context, filterOf(keeper, wanted), page)
  const items = keeper.area === 'own' ? found.filter((client) => isColleague(client, keeper.session)) : found
  const uses = items.length > 0 ? await context.storage.lastUses(items.map(({ id }) => id)) : []
  const lastUses = new Map(uses.map((use) => [use.id, use]))
  const own = keeper.area === 'own'
  const hasSwitch = !own && wanted.kind === 'dynamic' && context.registration.dynamic !== null
  const room = own ? await roomForOwn(context, keeper.session.subject as Subject) : null
  return {
    ...deskOf(keeper),
    ...wanted,
    clients: items.map((client) => managedView(client, lastUses.get(client.id))),
    next,
    registrationOpen: hasSwitch ? await isRegistrationOpen(context) : null,
    mayCreate: own ? room === null || room > 0 : wanted.kind === 'manual',
  }
}
