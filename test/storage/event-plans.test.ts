import type { EventFilter } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'
import { eventAt, fillEvents } from '../support/many-events.js'
import { plansOf, rowsOf } from '../support/plans.js'

const count = 100_000
const limit = 20

const about = { type: 'type', clientId: 'client', grantId: 'grant', subject: 'subject', accountId: 'account' } as const
const members = Object.entries(about)
const span = { fromId: eventAt(count / 4), untilId: eventAt((3 * count) / 4) }
const orders = ['newest', 'oldest'] as const

const filterOf = (which: string, names: readonly (readonly [string, string])[]) =>
  Object.fromEntries(names.map(([name, kind]) => [name, `${kind}-${which}`])) as EventFilter

/** By nothing and by one thing, in all of the log and in half of it. */
const single = [[], ...members.map((one) => [one])].flatMap((names) =>
  orders.flatMap((order) => [
    { ...filterOf('3', names), order },
    { ...filterOf('3', names), ...span, order },
  ]),
)
const rare = members.flatMap((one) => orders.map((order) => ({ ...filterOf('rare', [one]), order })))

describe.each(Object.entries(sqlDatabases))('100,000 events on %s', (name, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
    await fillEvents(database.kysely, name, database.prefix, count)
  })
  afterAll(() => database.close())

  const eventPlans = (work: () => Promise<unknown>) => plansOf([name, database], 'events', work)

  /** The plans of the first page, and of one deep in the list. */
  async function plansFor(filter: EventFilter) {
    const { storage } = database
    const { next } = await storage.listEvents(filter, { limit: 2000 })
    const first = await eventPlans(() => storage.listEvents(filter, { limit }))
    if (next === null) return first
    return [...first, ...(await eventPlans(() => storage.listEvents(filter, { limit, after: next })))]
  }

  it.each(single)('are listed along an index, at the beginning and deep in the list: %j', async (filter) => {
    const plans = await plansFor(filter)
    expect(plans).toHaveLength(2)
    expect(plans.filter(({ isSlow }) => isSlow)).toEqual([])
    expect(plans.filter(({ rowsRead }) => rowsRead > limit + 1)).toEqual([])
  })

  it.each(rare)('are found along an index when they were written long ago: %j', async (filter) => {
    expect((await database.storage.listEvents(filter, { limit: 500 })).items).toHaveLength(100)
    const plans = await plansFor(filter)
    expect(plans.filter(({ isSlow, rowsRead }) => isSlow || rowsRead > limit + 1)).toEqual([])
  })

  it('would tell of a list without an index', async () => {
    const unindexed = `SELECT id FROM ${database.prefix}events WHERE outcome = 'failure' ORDER BY at LIMIT 5`
    const [plan] = await eventPlans(() => rowsOf(database.kysely, unindexed))
    expect(plan?.isSlow).toBe(true)
  })
})
