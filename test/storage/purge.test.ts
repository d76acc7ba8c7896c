import { setTimeout } from 'node:timers/promises'
import { change, type Purge, type Storage, type Timestamp, type Use, type UsedId } from 'grantor'
import { sqlStorage } from 'grantor/storage/sql'
import { inSeconds, sampleClient, sampleEvent, sampleGrant, sampleToken } from 'grantor/testing'
import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failing } from '../support/databases.failing.js'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'

const allBefore = (time: Timestamp, limit = 100): Purge => ({
  expiredBefore: time,
  unusedClientsBefore: time,
  eventsBefore: time,
  limit,
})

const past = inSeconds(-1000)
const expired = { createdAt: inSeconds(-3000), expiresAt: inSeconds(-2000) }

const useOf = (id: UsedId): Use => ({ id, at: inSeconds(-2500), address: '192.0.2.1', agent: 'Client/1.0' })

/** Records that may all go, and only leave a trace where something was forgotten. */
async function leaveTraces(storage: Storage, count: number) {
  const clients = Array.from({ length: count }, () => sampleClient({ createdAt: inSeconds(-3000) }))
  const grants = clients.map(({ id: clientId }) => sampleGrant({ clientId, ...expired }))
  const tokens = grants.map((grant) => sampleToken(grant, expired))
  const events = clients.map(({ id: clientId }) => sampleEvent({ clientId, at: inSeconds(-3000) }))
  for (const [index, client] of clients.entries())
    await storage.commit(
      change({ clients: [client], grants: [grants[index]!], tokens: [tokens[index]!], events: [events[index]!] }),
    )
  const secrets = clients.flatMap((client) => client.secrets.map(({ digest }) => digest))
  const used = [...grants, ...clients].map(({ id }) => id)
  const uses = [...used, ...secrets, ...tokens.map(({ digest }) => digest)].map((id) => useOf(id))
  const usage = clients.map(({ id: clientId }, day) => ({ clientId, accountId: null, day, requests: 1, refused: 0 }))
  await storage.touch({ uses, usage })
}

describe.each(Object.entries(sqlDatabases))('%s', (name, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  const rowsLeft = async () => {
    const counts: Record<string, number> = {}
    for (const table of ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'uses', 'usage']) {
      const counted = sql<{ n: unknown }>`SELECT count(*) AS n FROM ${sql.table(`${database.prefix}${table}`)}`
      counts[table] = Number((await counted.execute(database.kysely)).rows[0]?.n)
    }
    return counts
  }
  const none = { clients: 0, grants: 0, grant_projects: 0, tokens: 0, events: 0, uses: 0, usage: 0 }

  it('leaves no row of what it takes, in any table', async () => {
    const { storage } = database
    await leaveTraces(storage, 7)
    expect(await rowsLeft()).toEqual({
      ...none,
      ...Object.fromEntries(Object.keys(none).map((table) => [table, 7])),
      uses: 28,
    })
    expect(await storage.purge(allBefore(past, 3))).toEqual({ tokens: 3, grants: 3, clients: 3, events: 3 })
    expect(await rowsLeft()).toEqual({
      clients: 4,
      grants: 4,
      grant_projects: 4,
      tokens: 4,
      events: 4,
      uses: 16,
      usage: 7,
    })
    expect(await storage.purge(allBefore(past, 6))).toEqual({ tokens: 4, grants: 4, clients: 4, events: 6 })
    expect(await storage.purge(allBefore(past))).toEqual({ tokens: 0, grants: 0, clients: 0, events: 5 })
    expect(await rowsLeft()).toEqual(none)
  })

  it('takes many at once', async () => {
    const { storage } = database
    const tokens = Array.from({ length: 1500 }, () => sampleToken(null, expired))
    for (let from = 0; from < tokens.length; from += 25)
      await storage.commit(change({ tokens: tokens.slice(from, from + 25) }))
    const usage = tokens.map(({ clientId }, day) => ({ clientId, accountId: null, day, requests: 1, refused: 0 }))
    await storage.touch({
      uses: tokens.map(({ digest }) => useOf(digest)),
      usage,
    })
    expect(await storage.purge(allBefore(past, 1200))).toMatchObject({ tokens: 1200, events: 1200 })
    expect(await storage.purge(allBefore(past, 1200))).toMatchObject({ tokens: 300, events: 300 })
    expect(await rowsLeft()).toEqual(none)
  })

  it('finds the few clients that may go among many that are in use, in small steps', async () => {
    const { storage } = database
    const clients = Array.from({ length: 40 }, (_, index) => sampleClient({ createdAt: inSeconds(-3000 + index) }))
    const held = clients.filter((_, index) => index % 10 !== 9)
    for (const client of clients) await storage.commit(change({ clients: [client] }))
    for (const { id: clientId } of held) await storage.commit(change({ grants: [sampleGrant({ clientId })] }))
    const steps: number[] = []
    for (let step = 0; step < 6; step += 1) steps.push((await storage.purge(allBefore(past, 1))).clients)
    expect(steps).toEqual([1, 1, 1, 1, 0, 0])
    const late = sampleClient({ createdAt: inSeconds(-3000) })
    await storage.commit(change({ clients: [late] }))
    expect((await storage.purge(allBefore(past, 1))).clients).toBe(1)
    expect((await rowsLeft()).clients).toBe(held.length)
  })

  it.each(['42601', 'ER_PARSE_ERROR'])('purges on a server that knows no SKIP LOCKED and says %s', async (code) => {
    let refused = 0
    const dialect = failing(database.dialect(), {
      before(text) {
        if (!text.includes('SKIP LOCKED')) return
        refused += 1
        throw Object.assign(new Error('near SKIP'), { code })
      },
    })
    const kysely = new Kysely<unknown>({ dialect })
    const storage = sqlStorage(kysely, { prefix: database.prefix })
    for (let round = 0; round < 2; round += 1) {
      await leaveTraces(storage, 2)
      expect(await storage.purge(allBefore(past))).toEqual({ tokens: 2, grants: 2, clients: 2, events: 4 })
    }
    expect(refused).toBe(name === 'sqlite' ? 0 : 1)
    await kysely.destroy()
  })
})

const { sqlite: _oneWriter, ...withRowLocks } = sqlDatabases

describe.each(Object.entries(withRowLocks))('%s', (_, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('does not wait for what is being changed, and takes it the next time', async () => {
    const { storage } = database
    const grants = [sampleGrant(expired), sampleGrant(expired)]
    await storage.commit(change({ grants }))
    const table = sql.table(`${database.prefix}grants`)
    await database.peerKysely.transaction().execute(async (transaction) => {
      await sql`SELECT id FROM ${table} WHERE id = ${grants[0]!.id} FOR UPDATE`.execute(transaction)
      // Waiting for the row would be waiting for ever, for it is held until there is an answer.
      const purged = storage.purge(allBefore(past))
      expect(await Promise.race([purged, setTimeout(20_000, 'it waits')])).toMatchObject({ grants: 1 })
    })
    expect(await storage.findGrant(grants[0]!.id)).toEqual(grants[0])
    expect((await storage.purge(allBefore(past))).grants).toBe(1)
  })
})
