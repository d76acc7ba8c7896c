import { change, type Storage, type TokenDigest } from 'grantor'
import { sqlStorage } from 'grantor/storage/sql'
import { inSeconds, sampleEvent, sampleGrant, sampleToken, storageCases } from 'grantor/testing'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { failing, type Sabotage } from '../support/databases.failing.js'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'

const lost = () => Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })

/** A refresh, and what is there of it. */
function refresh() {
  const grant = sampleGrant()
  const [token, successor] = [sampleToken(grant), sampleToken(grant)]
  const event = sampleEvent()
  const before = change({ grants: [grant], tokens: [token] })
  const during = change({
    redeem: [{ digest: token.digest, at: inSeconds(0), note: 'salt' }],
    extend: [{ grantId: grant.id, expiresAt: inSeconds(7200) }],
    tokens: [successor],
    events: [event],
  })
  const written = async (storage: Storage) => {
    const used = await storage.findToken(token.digest)
    return [
      used?.token.redemption !== null,
      used?.grant?.expiresAt !== grant.expiresAt,
      (await storage.findToken(successor.digest)) !== null,
      (await storage.listEvents({ subject: event.subject! }, { limit: 1 })).items.length === 1,
    ]
  }
  return { before, during, written }
}

const whole = [true, true, true, true]
const nothing = [false, false, false, false]

describe.each(Object.entries(sqlDatabases))('%s', (_, open) => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  /** Run with a storage on which statements fail. */
  async function sabotage(how: Sabotage, work: (storage: Storage) => Promise<void>): Promise<void> {
    const kysely = new Kysely<unknown>({ dialect: failing(database.dialect(), how) })
    try {
      await work(sqlStorage(kysely, { prefix: database.prefix }))
    } finally {
      await kysely.destroy()
    }
  }

  it.each(['before', 'after'] as const)(
    'throws when a connection is lost %s any statement, and wrote all or nothing',
    async (when) => {
      const seen = new Set<string>()
      for (let failAt = 1; failAt <= 12; failAt += 1) {
        const { before, during, written } = refresh()
        await database.storage.commit(before)
        let count = 0
        let armed = false
        const fail = () => {
          count += armed ? 1 : 0
          if (count === failAt) throw lost()
        }
        await sabotage({ [when]: fail }, async (storage) => {
          await storage.listClients({}, { limit: 1 })
          armed = true
          const outcome = await storage.commit(during).catch((fault: Error) => fault.message)
          armed = false
          seen.add(String(outcome))
          const state = await written(database.storage)
          expect(outcome === true ? [whole] : [whole, nothing]).toContainEqual(state)
        })
      }
      expect([...seen].sort()).toEqual(['connection lost', 'true'])
    },
  )

  it.each([['40001'], ['40P01'], ['ER_LOCK_DEADLOCK'], ['SQLITE_BUSY'], ['SQLITE_BUSY_SNAPSHOT']])(
    'tries again when the database says with %s that nothing happened',
    async (code) => {
      const { before, during, written } = refresh()
      await database.storage.commit(before)
      let left = 3
      const fail = (text: string) => {
        if (!/redeemed_at = /.test(text) || left === 0) return
        left -= 1
        throw Object.assign(new Error('try again'), { code })
      }
      await sabotage({ before: fail }, async (storage) => {
        expect(await storage.commit(during)).toBe(true)
      })
      expect(left).toBe(0)
      expect(await written(database.storage)).toEqual(whole)
    },
  )

  it('gives up when the database goes on saying so', async () => {
    const { before, during, written } = refresh()
    await database.storage.commit(before)
    let tried = 0
    const fail = (text: string) => {
      if (!/redeemed_at = /.test(text)) return
      tried += 1
      throw Object.assign(new Error('deadlock'), { code: '40P01' })
    }
    await sabotage({ before: fail }, async (storage) => {
      await expect(storage.commit(during)).rejects.toThrow('deadlock')
    })
    expect(tried).toBeGreaterThan(5)
    expect(await written(database.storage)).toEqual(nothing)
  })

  it('does without the plugins of the host', async () => {
    const kysely = new Kysely<unknown>({ dialect: database.dialect(), plugins: [new CamelCasePlugin()] })
    const { before, during, written } = refresh()
    const storage = sqlStorage(kysely, { prefix: database.prefix })
    expect([await storage.commit(before), await storage.commit(during)]).toEqual([true, true])
    expect(await written(storage)).toEqual(whole)
    await kysely.destroy()
  })
})

const { postgres, mariadb } = inject('databaseServers')

describe.runIf(mariadb !== null)('mariadb', () => {
  it('refuses what the database could only cut off', async () => {
    const { storage, close } = await sqlDatabases.mariadb!()
    const token = sampleToken(null, { digest: 'x'.repeat(1021) as TokenDigest })
    await expect(storage.commit(change({ tokens: [token] }))).rejects.toThrow(RangeError)
    await close()
  })
})

describe.runIf(postgres !== null)('postgres', () => {
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await sqlDatabases.postgres!()
  })
  afterAll(() => database.close())

  const races = storageCases.filter(({ id }) => id.startsWith('race.') || id.startsWith('redeem.'))

  describe.each(['repeatable read', 'serializable'])('where %s is the default', (isolation) => {
    let kysely: Kysely<unknown>
    beforeAll(() => {
      const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
      kysely = new Kysely({
        dialect: new PostgresDialect({ pool: new Pool({ connectionString: postgres!, options, max: 6 }) }),
      })
    })
    afterAll(() => kysely.destroy())

    for (const { id, requirement, run } of races)
      it(`${id}: ${requirement}`, () =>
        expect(run(sqlStorage(kysely, { prefix: database.prefix }), database.peer)).resolves.toBeUndefined())
  })

  it('never answers no when the server ends its connections', async () => {
    const pool = new Pool({ connectionString: postgres!, max: 4, application_name: database.prefix })
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    const storage = sqlStorage(kysely, { prefix: database.prefix })
    const outcomes: unknown[] = []
    const hasFailed = () => outcomes.some((outcome) => outcome instanceof Error)
    // All of them may be done before the server comes to it.
    for (let round = 0; round < 12 || (round < 200 && !hasFailed()); round += 1) {
      const refreshes = [refresh(), refresh(), refresh(), refresh()]
      for (const { before } of refreshes) await database.storage.commit(before)
      const commits = refreshes.map(({ during }) => storage.commit(during).catch((fault: Error) => fault))
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${database.prefix}`.execute(
        database.kysely,
      )
      for (const [index, outcome] of (await Promise.all(commits)).entries()) {
        outcomes.push(outcome)
        const state = await refreshes[index]!.written(database.storage)
        expect(outcome === true ? [whole] : [whole, nothing]).toContainEqual(state)
      }
    }
    expect(outcomes).not.toContain(false)
    expect(hasFailed()).toBe(true)
    await kysely.destroy()
  })
})
