import type { Page, Storage } from '../storage.js'
import { ok } from './assert.js'
import { given, type StorageCase } from './case.js'
import { orders } from './crowds.js'
import { randomSubject, sampleClient, sampleEvent, sampleGrant } from './samples.js'

/** What may stand in an address bar where the end of a page is expected. */
const strange = [
  '',
  '0',
  '-1',
  'null',
  '[]',
  '{}',
  '[1]',
  '[1,2]',
  '["a","b"]',
  '["a",1e999]',
  '\t',
  'a\tb',
  'é',
  '%',
  "'",
  'a\0b',
]

/** Every list, by something and by nothing. */
function listsOf(storage: Storage): readonly ((page: Page) => Promise<{ readonly items: readonly unknown[] }>)[] {
  const subject = randomSubject()
  return [
    ...orders.map((order) => (page: Page) => storage.listClients({ order }, page)),
    ...orders.map((order) => (page: Page) => storage.listClients({ ownerId: subject, order }, page)),
    (page) => storage.listClients({ search: 'a' }, page),
    ...[{}, { subject }].map((filter) => (page: Page) => storage.listGrants(filter, page)),
    ...(['oldest', 'newest'] as const).flatMap((order) =>
      [{}, { subject }].map((filter) => (page: Page) => storage.listEvents({ ...filter, order }, page)),
    ),
  ]
}

/** Where a page begins. */
export const cursorCases: readonly StorageCase[] = [
  {
    id: 'list.strange-cursor',
    requirement: 'a place that ended no page of a list, or one of another list, is no reason to throw',
    run: async (storage) => {
      const clients = [0, 1].map(() => sampleClient())
      await given(storage, { clients, grants: [sampleGrant(), sampleGrant()], events: [sampleEvent(), sampleEvent()] })
      const others = await Promise.all([
        storage.listClients({}, { limit: 1 }),
        storage.listClients({ order: 'name' }, { limit: 1 }),
        storage.listGrants({}, { limit: 1 }),
        storage.listEvents({}, { limit: 1 }),
      ])
      for (const after of [...strange, ...others.flatMap(({ next }) => next ?? [])])
        for (const list of listsOf(storage)) {
          const { items } = await list({ limit: 2, after })
          ok(items.length <= 2, `a page of 2 after ${JSON.stringify(after)} holds ${items.length}`)
        }
    },
  },
]
