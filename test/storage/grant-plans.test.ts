import type { ClientId, GrantFilter, ProjectId, Subject } from 'grantor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'
import { dialects } from '../support/many-clients.js'
import { plansOf, rowsOf } from '../support/plans.js'

const count = 50_000
const limit = 20

const subject = 'subject-3' as Subject
const clientId = 'client-3' as ClientId
const projectId = 'project-3' as ProjectId

describe.each(Object.entries(sqlDatabases))('50,000 grants on %s', (name, open) => {
  let database: SqlTestDatabase

  /** Of ten people, clients and projects each has a tenth; ids have nothing to do with any of them. */
  beforeAll(async () => {
    database = await open()
    const { numbers, divide, join, analyze, engine } = dialects[name]!
    const from = `FROM ${numbers(count)} s${engine === 'postgres' ? ' (i)' : ''}`
    const [grants, projects] = [`${database.prefix}grants`, `${database.prefix}grant_projects`]
    const id = join('grant-', 'i * 7919 % 50021')
    const of = (kind: string, every: number) => join(`${kind}-`, `i ${divide} ${every} % 10`)
    await rowsOf(
      database.kysely,
      `INSERT INTO ${grants} (id, client_id, subject, projects, scope, resource, details, created_at, expires_at)
       SELECT ${id}, ${of('client', 1)}, ${of('subject', 10)}, '[]', '[]', '[]', '{}', 1700000000, 1800000000 ${from}`,
    )
    await rowsOf(database.kysely, `INSERT INTO ${projects} SELECT ${of('project', 100)}, ${id} ${from}`)
    for (const table of [grants, projects]) await rowsOf(database.kysely, `${analyze} ${table}`)
  })
  afterAll(() => database.close())

  const filters: readonly GrantFilter[] = [{}, { subject }, { clientId }, { projectId }]

  /** The plans of the first page, and of one deep in the list. */
  async function plansFor(filter: GrantFilter, deep: number) {
    const { storage } = database
    const { next } = await storage.listGrants(filter, { limit: deep })
    expect(next).not.toBeNull()
    const pages = [{ limit }, { limit, after: next! }].map((page) => () => storage.listGrants(filter, page))
    const plans = []
    for (const read of pages) plans.push(...(await plansOf([name, database], 'grant', read)))
    return plans
  }

  it.each(filters)('are listed along an index, at the beginning and deep in the list: %j', async (filter) => {
    const plans = await plansFor(filter, 2000)
    expect(plans).toHaveLength(2)
    expect(plans.filter(({ isSlow }) => isSlow)).toEqual([])
    expect(plans.filter(({ rowsRead }) => rowsRead > limit + 1)).toEqual([])
  })

  it('are listed by several things without a look at those of everybody else', async () => {
    for (const filter of [
      { subject, projectId },
      { clientId, projectId },
      { subject, clientId },
    ]) {
      const plans = await plansFor(filter, 100)
      expect(plans.filter(({ text }) => /Seq Scan|"ALL"|SCAN \w+$/m.test(text))).toEqual([])
      expect(plans.filter(({ rowsRead }) => rowsRead > 5000)).toEqual([])
    }
  })
})
