import { type ClientId, change, type ProjectId, type Storage, type TokenDigest } from 'grantor'
import { migrate, sqlStorage } from 'grantor/storage/sql'
import { inSeconds, sampleClient, sampleEvent, sampleGrant, sampleToken } from 'grantor/testing'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { escapeLiteral, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  type Crowd,
  clientAt,
  digestAt,
  expiredOf,
  fill,
  grantAt,
  subjectAt,
  tokensOf,
} from '../../bench/storage/fill.js'
import { dropTables } from '../support/databases.js'

const { postgres } = inject('databaseServers')

type Row = Readonly<Record<string, unknown>>

const crowd: Crowd = { clients: 4_000, subjects: 1_000, grants: 8_000, now: inSeconds(0) }
const prefix = `t${Math.random().toString(36).slice(2, 10)}_`

describe.runIf(postgres !== null)('postgres, with tens of thousands of records', () => {
  const statements = new Map<string, CompiledQuery>()
  let db: Kysely<unknown>
  let storage: Storage

  beforeAll(async () => {
    db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: new Pool({ connectionString: postgres ?? '', max: 6 }) }),
      log: ({ query }) => void statements.set(query.sql, query),
    })
    await migrate(db, { prefix })
    await fill(db, prefix, crowd)
    statements.clear()
    storage = sqlStorage(db, { prefix })
  })
  afterAll(async () => {
    await dropTables(db, prefix)
    await db.destroy()
  })

  const count = async (table: string, where = 'true') => {
    const counted = `SELECT count(*)::int AS count FROM ${prefix}${table} WHERE ${where}`
    return Number((await db.executeQuery<Row>(CompiledQuery.raw(counted))).rows[0]?.count)
  }

  /** What a refresh of a grant's newest token writes. */
  function refreshing(grant: number) {
    const owner = { id: grantAt(grant), clientId: clientAt(grant % crowd.clients) }
    const tokens = [sampleToken(sampleGrant(owner)), sampleToken(sampleGrant(owner), { kind: 'refresh_token' })]
    const about = { grantId: owner.id, clientId: owner.clientId, subject: subjectAt(grant % crowd.subjects) }
    return change({
      redeem: [{ digest: digestAt(crowd, grant, 9), at: inSeconds(0), note: 'salt' }],
      extend: [{ grantId: owner.id, expiresAt: inSeconds(31 * 86_400) }],
      tokens,
      events: [sampleEvent({ type: 'token.issued', ...about })],
    })
  }

  /** Everything a provider asks. */
  async function askEverything(): Promise<void> {
    const used = digestAt(crowd, 7, 8)
    const [client, grant] = [(await storage.findClient(clientAt(7)))!, (await storage.findGrant(grantAt(7)))!]
    await storage.findToken(used)
    for (const after of [{}, { after: grantAt(70) }]) {
      const page = { limit: 20, ...after }
      for (const about of [{ subject: subjectAt(7) }, { clientId: clientAt(7) }, {}]) {
        await storage.listGrants(about, page)
        await storage.listGrants({ ...about, projectId: 'project-7' as ProjectId }, page)
        await storage.listEvents(about, page)
        await storage.listEvents({ ...about, grantId: grantAt(7) }, page)
      }
    }
    const many = Array.from({ length: 100 }, (_, index) => digestAt(crowd, index, 8))
    await storage.lastUses(many)
    await storage.listUsage({ clientId: client.id, from: 0, to: 1e6 })
    const usage = [{ clientId: client.id, accountId: null, day: 1, requests: 1, refused: 0 }]
    await storage.touch({ uses: many.map((id) => ({ id, at: inSeconds(0), address: null, agent: null })), usage })

    const fresh = sampleGrant({ projects: ['project-1', 'project-2'] as ProjectId[] })
    const written = [
      change({ clients: [sampleClient({ id: fresh.clientId })] }),
      change({ tokens: [sampleToken(null, { kind: 'interaction' })] }),
      change({ grants: [fresh], tokens: [sampleToken(fresh)], events: [sampleEvent()] }),
      refreshing(7),
      change({ redeem: [{ digest: used, at: inSeconds(0), note: '' }], events: [sampleEvent()] }),
      change({ update: [{ ...client, version: 2 }], events: [sampleEvent()] }),
      change({
        narrow: [{ grantId: fresh.id, from: fresh, to: { ...fresh, projects: ['project-1'] as ProjectId[] } }],
      }),
      change({ revoke: [{ grantId: grant.id, at: inSeconds(0) }], events: [sampleEvent()] }),
    ]
    for (const one of written) expect(await storage.commit(one)).toBe(true)
    // Few enough that reading a table of this size whole would not be right.
    const [expiredBefore, unusedClientsBefore] = [inSeconds(-9 * 86_400), inSeconds(-88.5 * 86_400)]
    await storage.purge({ expiredBefore, unusedClientsBefore, eventsBefore: inSeconds(-29 * 86_400), limit: 20 })
  }

  const isAsked = (sql: string) => /^(\/\*.*?\*\/ )?(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(sql)
  const isPrepared = (sql: string) => sql.startsWith('/* grantor_')

  /** The plan for these values; for a prepared statement, the one for any values as well, to which a server may change. */
  async function plansOf({ sql, parameters }: CompiledQuery): Promise<readonly string[]> {
    const lines = (rows: readonly Row[]) => rows.map((row) => String(row['QUERY PLAN']))
    return db.connection().execute(async (connection) => {
      const ask = (text: string, values: readonly unknown[] = []) =>
        connection.executeQuery<Row>(CompiledQuery.raw(text, [...values]))
      const own = lines((await ask(`EXPLAIN ${sql}`, parameters)).rows)
      if (!isPrepared(sql)) return own
      await ask('SET plan_cache_mode = force_generic_plan')
      await ask(`PREPARE asked AS ${sql}`)
      const values = parameters.map((value) => (value === null ? 'NULL' : escapeLiteral(String(value))))
      const general = lines((await ask(`EXPLAIN EXECUTE asked (${values.join(', ')})`)).rows)
      await ask('DEALLOCATE asked')
      await ask('RESET plan_cache_mode')
      return [...own, ...general]
    })
  }

  it('answers everything that is asked along an index', async () => {
    await askEverything()
    const asked = [...statements.values()].filter(({ sql }) => isAsked(sql) && !sql.includes(`${prefix}schema`))
    expect(asked.filter(({ sql }) => isPrepared(sql)).length).toBeGreaterThan(8)
    expect(asked.length).toBeGreaterThan(30)
    const scans: Record<string, readonly string[]> = {}
    for (const query of asked) {
      const plan = await plansOf(query)
      expect(plan.length).toBeGreaterThan(0)
      if (plan.some((line) => line.includes('Seq Scan'))) scans[query.sql] = plan
    }
    expect(scans).toEqual({})
  })

  it('would notice a table that is read whole', async () => {
    const unindexed = `SELECT digest FROM ${prefix}tokens WHERE redemption_note = 'x'`
    expect((await plansOf(CompiledQuery.raw(unindexed))).join()).toContain('Seq Scan')
  })

  it('deletes half of the tokens in batches while refreshes go on, and nothing else', async () => {
    const stored = await count('tokens')
    expect(stored).toBeGreaterThan(tokensOf(crowd) - 1_000)
    const over = await count('tokens', `expires_at < ${crowd.now}`)
    expect(over).toBeGreaterThanOrEqual(expiredOf(crowd) - 20)
    let purged = 0
    const purging = (async () => {
      const past = { expiredBefore: inSeconds(0), unusedClientsBefore: null, eventsBefore: null, limit: 500 }
      for (let last = -1; last !== 0; purged += last) last = (await storage.purge(past)).tokens
    })()
    const refreshes: boolean[] = []
    for (let grant = 100; grant < 400; grant += 1) refreshes.push(await storage.commit(refreshing(grant)))
    await purging
    expect(refreshes).not.toContain(false)
    expect(purged).toBe(over)
    expect(await count('tokens')).toBe(stored - over + 2 * refreshes.length)
    expect(await count('uses', `id NOT IN (SELECT digest FROM ${prefix}tokens)`)).toBe(0)
    expect((await storage.findToken(digestAt(crowd, 100, 9) as TokenDigest))?.token.redemption?.note).toBe('salt')
    expect((await storage.findClient(clientAt(100) as ClientId))?.id).toBe('client-100')
  })
})
