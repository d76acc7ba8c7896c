import type { Client } from '../records.js'
import type { ClientFilter, Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { given, makes, type StorageCase } from './case.js'
import { crossedClients, inOrder, manyClients, meets, names, orders, registrations } from './crowds.js'
import { allOnce, idsOf, inBatches, readAll } from './paging.js'
import { inSeconds, random, randomAccount, randomSubject, sampleClient } from './samples.js'

async function givenClients(storage: Storage, clients: readonly Client[]): Promise<void> {
  for (const some of inBatches(clients)) await given(storage, { clients: some })
}

const list = (storage: Storage, filter: ClientFilter, limit: number) =>
  readAll((page) => storage.listClients(filter, page), limit)

/** What the list of clients holds, and what it never does while others write. */
export const clientListCases: readonly StorageCase[] = [
  {
    id: 'list.clients',
    requirement: 'every client is listed once, page by page, as it is found',
    run: async (storage) => {
      const clients = Array.from({ length: 7 }, () => sampleClient())
      await givenClients(storage, clients)
      for (const order of orders) {
        const read = await list(storage, { order }, 3)
        allOnce(read, clients, `clients listed by ${order}`)
        equal(new Set(idsOf(read)).size, read.length, `clients that are listed once by ${order}`)
        const [first] = clients
        equal(
          read.find(({ id }) => id === first!.id),
          first,
          'a listed client',
        )
      }
    },
  },
  {
    id: 'list.clients-in-order',
    requirement:
      'clients are listed newest or oldest first or by name, and by id where two are alike, in pages of any size',
    run: async (storage) => {
      const { ownerId, accountId, clients } = manyClients()
      await givenClients(storage, clients)
      const filters: readonly ClientFilter[] = [{ ownerId }, { accountId }, { accountId, registration: 'user' }]
      for (const order of orders)
        for (const filter of filters)
          for (const limit of [1, 4, 100]) {
            const read = await list(storage, { ...filter, order }, limit)
            const what = `clients by ${Object.keys(filter).join(' and ')}, ${order}, ${limit} to a page`
            equal(
              read.map(({ id }) => id),
              inOrder(clients, order).map(({ id }) => id),
              what,
            )
          }
      equal(await list(storage, { accountId }, 5), inOrder(clients, 'newest'), 'clients in no order in particular')
    },
  },
  {
    id: 'list.clients-in-order-of-all',
    requirement: 'clients are listed in order also without a filter, and by registration alone',
    run: async (storage) => {
      const { clients } = manyClients()
      await givenClients(storage, clients)
      const own = new Set(idsOf(clients))
      for (const order of orders)
        for (const filter of [{}, { registration: 'user' as const }]) {
          const read = await list(storage, { ...filter, order }, 20)
          equal(
            read.filter(({ id }) => own.has(id)).map(({ id }) => id),
            inOrder(clients, order).map(({ id }) => id),
            `clients by ${Object.keys(filter).join() || 'nothing'}, ${order}`,
          )
        }
    },
  },
  {
    id: 'list.clients-filtered',
    requirement: 'clients are listed by registration, owner, account and whether they are disabled, alone and together',
    run: async (storage) => {
      const { ownerId, accountId, clients } = crossedClients()
      await givenClients(storage, clients)
      for (let bits = 0; bits < 16; bits += 1) {
        const filter: ClientFilter = {
          ...(bits & 1 ? { ownerId } : {}),
          ...(bits & 2 ? { accountId } : {}),
          ...(bits & 4 ? { registration: registrations[bits % 3]! } : {}),
          ...(bits & 8 ? { disabled: bits % 2 === 0 } : {}),
        }
        for (const order of orders) {
          const read = await list(storage, { ...filter, order }, 20)
          const what = `clients by ${Object.keys(filter).join(' and ') || 'nothing'}, ${order}`
          const wanted = clients.filter((client) => meets(client, filter))
          allOnce(read, wanted, what)
          ok(
            read.every((client) => meets(client, filter)),
            `${what}: one does not belong there`,
          )
        }
      }
      equal((await storage.listClients({ ownerId: randomSubject() }, { limit: 5 })).items, [], 'clients of nobody')
    },
  },
  {
    id: 'list.clients-revoked',
    requirement: 'a client that is revoked is not listed any more, by whatever and in whatever order',
    run: async (storage) => {
      const { ownerId, accountId, clients } = manyClients()
      const [gone, stillborn] = [clients[3]!, sampleClient({ ownerId, accountId, revokedAt: inSeconds(0), version: 2 })]
      await givenClients(storage, [...clients, stillborn])
      await makes(storage, { update: [{ ...gone, version: 2, revokedAt: inSeconds(0) }] }, 'a revocation')
      const left = clients.filter((client) => client !== gone)
      for (const order of orders)
        for (const filter of [{ ownerId }, { accountId, disabled: false }]) {
          const read = await list(storage, { ...filter, order }, 7)
          equal(idsOf(read), idsOf(left), `clients listed by ${order} after one was revoked`)
        }
      const all = idsOf(await list(storage, {}, 50))
      ok(!all.includes(gone.id) && !all.includes(stillborn.id), 'a revoked client is listed among all')
    },
  },
  {
    id: 'list.clients-edited',
    requirement: 'a client is listed by what it is now',
    run: async (storage) => {
      const [ownerId, accountId] = [randomSubject(), randomAccount()]
      const client = sampleClient({ ownerId, accountId, name: 'old', registration: 'user' })
      const other = sampleClient({ ownerId, name: 'middle', registration: 'user' })
      await given(storage, { clients: [client, other] })
      const moved = { accountId: randomAccount(), name: 'new', disabledAt: inSeconds(1) }
      const edited = { ...client, ...moved, version: 2 }
      await makes(storage, { update: [edited] }, 'an edit')
      const listed = async (filter: ClientFilter) => list(storage, filter, 5)
      equal(await listed({ ownerId, order: 'name' }), [other, edited], 'clients by name after one got another')
      equal(await listed({ accountId }), [], 'clients of an account that one has left')
      equal(await listed({ accountId: edited.accountId }), [edited], 'clients of its new account')
      equal(await listed({ ownerId, disabled: false }), [other], 'clients that are not disabled')
      equal(await listed({ ownerId, disabled: true }), [edited], 'clients that are disabled')
      equal(await listed({ ownerId, search: 'old' }), [], 'clients with the old name')
      await makes(storage, { update: [{ ...edited, version: 3, disabledAt: null }] }, 'enabling it again')
      equal(idsOf(await listed({ ownerId, disabled: false })), idsOf([client, other]), 'clients that are enabled again')
    },
  },
  {
    id: 'list.clients-searched',
    requirement: 'a search finds clients by any part of their name, sign by sign, and by their whole id, in order',
    run: async (storage) => {
      const { accountId, clients } = manyClients()
      const named = sampleClient({ accountId, name: `the client ${clients[5]!.id}` })
      await givenClients(storage, [...clients, named])
      const all = [...clients, named]
      const parts = [
        '',
        'a',
        'e',
        'é',
        'reporter',
        'r 2',
        "'",
        '%',
        '_',
        '*',
        'ß',
        'ло',
        '本語',
        '👧',
        'a b c',
        random(),
      ]
      for (const search of [...parts, clients[5]!.id, clients[6]!.id, clients[6]!.id.slice(1)])
        for (const order of orders) {
          const read = await list(storage, { accountId, search, order }, 3)
          const found = all.filter(({ id, name }) => id === search || name.includes(search))
          equal(
            read.map(({ id }) => id),
            inOrder(found, order).map(({ id }) => id),
            `clients found for ${JSON.stringify(search)}, ${order}`,
          )
        }
    },
  },
  {
    id: 'list.clients-while-changing',
    requirement:
      'clients that come, go and change while somebody turns the pages neither hide nor repeat one that stays',
    run: async (storage) => {
      for (const order of orders) {
        const { accountId, clients } = manyClients()
        const stay = clients.filter((_, index) => index % 3 !== 0)
        const movers = clients.filter((_, index) => index % 3 === 0)
        await givenClients(storage, clients)
        let room = 8
        const read = await readAll(
          (page) => storage.listClients({ accountId, order }, page),
          3,
          async () => {
            if (room-- <= 0) return
            const added = [-1, 0, 1].map((seconds, index) =>
              sampleClient({
                accountId,
                name: names[(room * 3 + index) % names.length]!,
                createdAt: inSeconds(seconds),
              }),
            )
            const changed = movers.splice(0, 2).map((client, index) => ({
              ...client,
              version: 2,
              name: `${names[(room + index) % names.length]!}!`,
              revokedAt: index === 0 ? inSeconds(0) : null,
            }))
            await makes(storage, { clients: added, update: changed }, 'a change while somebody turns the pages')
          },
        )
        allOnce(read, stay, `clients listed by ${order} while others changed`)
      }
    },
  },
]
