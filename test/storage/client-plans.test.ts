import type { AccountId, ClientFilter, Page, Subject } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'
import { fillClients } from '../support/many-clients.js'
import { plansOf, rowsOf } from '../support/plans.js'

const count = 100_000
const limit = 20

const filters: readonly ClientFilter[] = [
  {},
  { registration: 'dynamic' },
  { ownerId: 'owner-1' as Subject },
  { accountId: 'account-1' as AccountId },
]
const orders = ['newest', 'oldest', 'name'] as const
const lists = orders.flatMap((order) => filters.map((filter) => ({ ...filter, order })))

describe.each(Object.entries(sqlDatabases))('100,000 clients on %s', (name, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
    await fillClients(database.kysely, name, database.prefix, count)
  })
  afterAll(() => database.close())

  const clientPlans = (work: () => Promise<unknown>) => plansOf([name, database], 'clients', work)

  const pageAfter = (middle: Page | null): Page => (middle === null ? { limit } : { ...middle, limit })

  /** A page from the middle of a list. */
  async function middleOf(filter: ClientFilter, first = 1200): Promise<Page> {
    const { next } = await database.storage.listClients(filter, { limit: first })
    expect(next).not.toBeNull()
    return { limit, after: next! }
  }

  it.each(lists)('are listed along an index, at the beginning and in the middle: %j', async (filter) => {
    for (const page of [pageAfter(null), await middleOf(filter)]) {
      const plans = await clientPlans(() => database.storage.listClients(filter, page))
      expect(plans).toHaveLength(1)
      expect(plans.filter(({ isSlow }) => isSlow)).toEqual([])
      expect(plans[0]!.rowsRead).toBeLessThanOrEqual(limit + 1)
    }
  })

  it.each(
    orders.flatMap((order) =>
      [{}, { registration: 'dynamic' as const }, { accountId: 'account-1' as AccountId }].map((filter) => ({
        ...filter,
        order,
      })),
    ),
  )('are listed by being disabled without a look at the others: %j', async (filter) => {
    const disabled: ClientFilter = { ...filter, disabled: true }
    const all = (await database.storage.listClients(disabled, { limit: 500 })).items
    expect(all.length).toBeGreaterThan(10)
    for (const page of [pageAfter(null), pageAfter(await middleOf(disabled, 5))]) {
      const plans = await clientPlans(() => database.storage.listClients(disabled, page))
      expect(plans).toHaveLength(1)
      expect(plans[0]!.text).toMatch(/clients_by_disabled/)
      expect(plans[0]!.rowsRead).toBeLessThanOrEqual(500)
    }
  })

  it.each(orders)('that are not disabled are listed along an index: %s', async (order) => {
    const filter: ClientFilter = { disabled: false, registration: 'dynamic', order }
    for (const page of [pageAfter(null), await middleOf(filter)]) {
      const plans = await clientPlans(() => database.storage.listClients(filter, page))
      expect(plans.filter(({ isSlow, rowsRead }) => isSlow || rowsRead > 2 * limit + 2)).toEqual([])
    }
  })

  it('would tell of a list without an index', async () => {
    const unindexed = `SELECT id FROM ${database.prefix}clients WHERE version > 0 ORDER BY version LIMIT 5`
    const [plan] = await clientPlans(() => rowsOf(database.kysely, unindexed))
    expect(plan?.isSlow).toBe(true)
  })

  it.each(orders)('are searched some thousands at a time, along an index: %s', async (order) => {
    const filter = { order, search: 'no such client' }
    const plans = await clientPlans(() => database.storage.listClients(filter, { limit }))
    expect(plans).toHaveLength(2)
    expect(plans.filter(({ isSlow }) => isSlow)).toEqual([])
    expect(Math.max(...plans.map(({ rowsRead }) => rowsRead))).toBeLessThanOrEqual(20_000)
  })

  async function walk(filter: ClientFilter, size: number) {
    const ids: string[] = []
    let pages = 0
    for (let page: Page = { limit: size }; ; ) {
      const { items, next } = await database.storage.listClients(filter, page)
      ids.push(...items.map(({ id }) => id))
      pages += 1
      if (next === null) return { ids, pages }
      page = { limit: size, after: next }
    }
  }

  it('are all there, each once and in order, from the first page to the last', async () => {
    const sql = `SELECT id FROM ${database.prefix}clients WHERE revoked_at IS NULL AND registration = 'dynamic' ORDER BY name, id`
    const expected = (await rowsOf(database.kysely, sql)).map(({ id }) => String(id))
    const { ids, pages } = await walk({ registration: 'dynamic', order: 'name' }, 1000)
    expect(expected.length).toBeGreaterThan(30_000)
    expect(pages).toBe(Math.ceil(expected.length / 1000))
    expect(ids).toEqual(expected)
  })

  it('are all found by a search, over pages of which some are empty', async () => {
    const { ids, pages } = await walk({ search: 'app 999', order: 'name' }, 50)
    const sql = `SELECT id FROM ${database.prefix}clients WHERE revoked_at IS NULL AND name = 'app 999' ORDER BY id`
    expect(ids).toEqual((await rowsOf(database.kysely, sql)).map(({ id }) => String(id)))
    expect(ids.length).toBeGreaterThan(50)
    expect(pages).toBeGreaterThan(5)
  })
})
