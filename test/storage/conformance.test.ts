import { storageCases } from 'grantor/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, relatives, type TestDatabase } from '../support/databases.js'

describe.each(Object.entries<() => Promise<TestDatabase>>({ ...databases, ...relatives }))('%s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  for (const { id, requirement, run } of storageCases)
    it(`${id}: ${requirement}`, () => expect(run(database.storage, database.peer)).resolves.toBeUndefined())
})
