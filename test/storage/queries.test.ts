import { change, type ProjectId } from 'grantor'
import {
  inSeconds,
  randomAccount,
  randomSubject,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleSetting,
  sampleToken,
} from 'grantor/testing'
import { CompiledQuery, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'

type Row = Readonly<Record<string, unknown>>

const explained = async (db: Kysely<unknown>, keyword: string, { sql, parameters }: CompiledQuery) =>
  (await db.executeQuery<Row>(CompiledQuery.raw(`${keyword} ${sql}`, [...parameters]))).rows

/** What in the plan of a statement reads a whole table, or sorts what an index could have given in order. */
const wholeReads: Readonly<Record<string, (db: Kysely<unknown>, query: CompiledQuery) => Promise<readonly unknown[]>>> =
  {
    async sqlite(db, query) {
      const plan = (await explained(db, 'EXPLAIN QUERY PLAN', query)).map(({ detail }) => String(detail))
      const unindexed = plan.filter((line) => line.startsWith('SCAN') && !/USING (COVERING )?INDEX/.test(line))
      // Of two filters either has an index; the smaller result may then be sorted.
      const sorted = /project_id = .* AND /.test(query.sql) ? [] : plan.filter((line) => line.includes('TEMP B-TREE'))
      return [...unindexed, ...sorted]
    },
    // On a table of a few rows a sequential scan is right, so it is made dear: what is left has no index to use.
    postgres: (db, query) =>
      db.connection().execute(async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('SET enable_seqscan = off'))
        const plan = await explained(connection, 'EXPLAIN', query)
        await connection.executeQuery(CompiledQuery.raw('RESET enable_seqscan'))
        return plan.map((row) => String(row['QUERY PLAN'])).filter((line) => /Seq Scan/.test(line))
      }),
    async mariadb(db, query) {
      const plan = await explained(db, 'EXPLAIN', query)
      return plan.filter(
        (row) => row.table !== null && row.select_type !== 'INSERT' && row.possible_keys === null && row.key === null,
      )
    },
  }

const explainable = /^(\/\*.*?\*\/ )?(SELECT|UPDATE|DELETE|WITH)/

describe.each(Object.entries(sqlDatabases))('%s', (name, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  const grant = sampleGrant({ projects: ['p1', 'p2'] as ProjectId[] })
  const client = sampleClient({ id: grant.clientId })
  const token = sampleToken(grant)
  const about = { subject: grant.subject!, clientId: client.id }
  const [ownerId, accountId] = [randomSubject(), randomAccount()]
  const setting = sampleSetting()

  it('answers every question and makes every change along an index', async () => {
    const { storage, statements } = database
    await storage.commit(change({ clients: [client], grants: [grant], tokens: [token], events: [sampleEvent()] }))
    await storage.commit(
      change({ update: [{ ...client, version: 2 }], extend: [{ grantId: grant.id, expiresAt: inSeconds(1) }] }),
    )
    await storage.commit(
      change({ narrow: [{ grantId: grant.id, from: grant, to: { ...grant, projects: ['p1'] as ProjectId[] } }] }),
    )
    await storage.commit(
      change({ redeem: [{ digest: token.digest, at: inSeconds(0), note: '' }], tokens: [sampleToken(grant)] }),
    )
    await storage.commit(change({ revoke: [{ grantId: grant.id, at: inSeconds(0) }] }))
    await Promise.all([storage.findClient(client.id), storage.findGrant(grant.id), storage.findToken(token.digest)])
    await storage.commit(change({ settings: [setting] }))
    await storage.commit(change({ settings: [{ ...setting, version: 2 }] }))
    await storage.findSetting(setting.name)
    for (const order of ['newest', 'oldest', 'name'] as const)
      for (const filter of [{}, { ownerId }, { accountId }, { registration: 'dynamic' as const }])
        for (const search of [{}, { search: 'a' }])
          for (const after of [{}, { after: JSON.stringify([order === 'name' ? 'a' : 1, 'a']) }])
            await storage.listClients({ ...filter, ...search, order }, { limit: 10, ...after })
    for (const after of [{}, { after: 'a' }]) {
      const page = { limit: 10, ...after }
      for (const filter of [{}, { type: 'grant.created' }, { accountId }, { fromId: 'a', untilId: 'z' }])
        for (const order of ['oldest', 'newest'] as const) await storage.listEvents({ ...filter, order }, page)
      for (const filter of [{}, { subject: about.subject }, { clientId: client.id }, about]) {
        await storage.listGrants(filter, page)
        await storage.listGrants({ ...filter, projectId: 'p1' as ProjectId }, page)
        await storage.listEvents(filter, page)
        await storage.listEvents({ ...filter, grantId: grant.id }, page)
      }
    }
    const usage = { clientId: client.id, accountId: null, day: 1, requests: 1, refused: 0 }
    await storage.touch({ uses: [{ id: grant.id, at: inSeconds(0), address: null, agent: null }], usage: [usage] })
    await storage.lastUses([grant.id, token.digest])
    await storage.listUsage({ clientId: client.id, from: 0, to: 2 })
    const soon = inSeconds(10_000)
    for (let round = 0; round < 2; round += 1)
      await storage.purge({ expiredBefore: soon, unusedClientsBefore: soon, eventsBefore: soon, limit: 1 })

    const texts = new Map(statements.map((query) => [query.sql, query]))
    const asked = [...texts.values()].filter(({ sql }) => explainable.test(sql) && !sql.includes('version) AS version'))
    expect(asked.length).toBeGreaterThan(20)
    const unindexed: Record<string, readonly unknown[]> = {}
    for (const query of asked) {
      const lines = await wholeReads[name]!(database.peerKysely, query)
      if (lines.length > 0) unindexed[query.sql] = lines
    }
    expect(unindexed).toEqual({})
  })

  it('finds a token with its grant and its client in one statement', async () => {
    const { storage, statements } = database
    const before = statements.length
    await storage.findToken(sampleToken(null).digest)
    expect(statements.length - before).toBe(1)
  })
})

const { postgres } = sqlDatabases

describe.runIf(postgres !== undefined)('postgres', () => {
  it('makes a whole commit in one statement, named by its content', async () => {
    const database = await postgres!()
    try {
      const { storage, statements } = database
      const grant = sampleGrant()
      const token = sampleToken(grant)
      await storage.commit(change({ grants: [grant], tokens: [token] }))
      const before = statements.length
      const refresh = (used: typeof token, next: typeof token) =>
        storage.commit(
          change({
            redeem: [{ digest: used.digest, at: inSeconds(0), note: 'salt' }],
            tokens: [next],
            events: [sampleEvent()],
          }),
        )
      const [second, third] = [sampleToken(grant), sampleToken(grant)]
      expect([await refresh(token, second), await refresh(second, third)]).toEqual([true, true])
      const texts = statements.slice(before).map(({ sql }) => sql)
      expect(texts).toHaveLength(2)
      expect(new Set(texts).size).toBe(1)
      const { rows } = await database.kysely.executeQuery<Row>(
        CompiledQuery.raw("SELECT count(*)::int AS prepared FROM pg_prepared_statements WHERE name LIKE 'grantor_%'"),
      )
      expect(rows[0]?.prepared).toBeGreaterThan(0)
    } finally {
      await database.close()
    }
  })
})
