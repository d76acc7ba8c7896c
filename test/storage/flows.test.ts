import { flowCases } from 'grantor/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'

describe.each(Object.entries(databases))('%s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  for (const { id, requirement, run } of flowCases)
    it(`${id}: ${requirement}`, () => expect(run(database.storage, database.peer)).resolves.toBeUndefined())
})
