import type { Client, Registration } from '../records.js'
import type { ClientFilter } from '../storage.js'
import { inSeconds, randomAccount, randomSubject, sampleClient } from './samples.js'

export type Order = NonNullable<ClientFilter['order']>
export const orders: readonly Order[] = ['newest', 'oldest', 'name']

export const registrations: readonly Registration[] = ['manual', 'user', 'dynamic', 'metadata_document']

function compare(a: Client, b: Client, order: Order): number {
  const [first, second] = order === 'name' ? [a.name, b.name] : [a.createdAt, b.createdAt]
  const up = first === second ? (a.id < b.id ? -1 : 1) : first < second ? -1 : 1
  return order === 'newest' ? -up : up
}

export const inOrder = (clients: readonly Client[], order: Order) => [...clients].sort((a, b) => compare(a, b, order))

/** Names as they are stored: of every script, some the beginning of others, some the same but for an accent. */
export const names: readonly string[] = [
  '',
  'a',
  'a b',
  'ab',
  'a-b',
  'e',
  'é',
  'e\u0301',
  'éa',
  'reporter',
  'reporter',
  'reporter',
  'reporter 2',
  "o'brien & sons",
  '100%_[a-z]*',
  'straße',
  'приложение',
  '日本語アプリ',
  'עברית',
  '👩‍👩‍👧 family',
  '𝒳',
]

/** Clients of one person and one account, with ties in every order. */
export function manyClients() {
  const [ownerId, accountId] = [randomSubject(), randomAccount()]
  const clients = names.flatMap((name, index) =>
    [0, 1].map((twin) =>
      sampleClient({
        name,
        ownerId,
        accountId,
        registration: 'user',
        createdAt: inSeconds(((index * 5 + twin) % 4) - 2),
      }),
    ),
  )
  return { ownerId, accountId, clients }
}

/** Every combination of what clients are listed by. */
export function crossedClients() {
  const [ownerId, accountId] = [randomSubject(), randomAccount()]
  const clients = registrations.flatMap((registration) =>
    Array.from({ length: 8 }, (_, bits) =>
      sampleClient({
        registration,
        ownerId: bits & 1 ? ownerId : null,
        accountId: bits & 2 ? accountId : randomAccount(),
        disabledAt: bits & 4 ? inSeconds(0) : null,
      }),
    ),
  )
  return { ownerId, accountId, clients }
}

export const meets = (client: Client, { registration, ownerId, accountId, disabled }: ClientFilter): boolean =>
  (registration === undefined || client.registration === registration) &&
  (ownerId === undefined || client.ownerId === ownerId) &&
  (accountId === undefined || client.accountId === accountId) &&
  (disabled === undefined || (client.disabledAt !== null) === disabled)
