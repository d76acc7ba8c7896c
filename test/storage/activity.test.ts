import type { AccountId } from 'grantor'
import { sampleClient } from 'grantor/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.js'

describe.each(Object.entries(databases))('%s', (_, open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('loses no request that was told at the same time as another one', async () => {
    const { storage, peer } = database
    const { id: clientId } = sampleClient()
    const accounts = [null, 'a' as AccountId, 'b' as AccountId]
    const usage = accounts.map((accountId) => ({
      clientId,
      accountId,
      day: 3,
      requests: 2,
      refused: 1,
    }))
    await Promise.all(
      Array.from({ length: 40 }, (__, index) =>
        (index % 2 === 0 ? storage : peer).touch({ uses: [], usage: index % 3 === 0 ? usage : usage.toReversed() }),
      ),
    )
    const counted = await storage.listUsage({ clientId, from: 0, to: 9 })
    expect(counted.map(({ requests, refused }) => [requests, refused])).toEqual([
      [80, 40],
      [80, 40],
      [80, 40],
    ])
  })

  it('adds up what one call tells twice', async () => {
    const { storage } = database
    const { id: clientId } = sampleClient()
    const one = { clientId, accountId: null, day: 3, requests: 2, refused: 1 }
    await storage.touch({ uses: [], usage: [one, { ...one, requests: 5 }] })
    expect(await storage.listUsage({ clientId, from: 3, to: 3 })).toEqual([{ ...one, requests: 7, refused: 2 }])
  })
})
