import { readFileSync } from 'node:fs'
import { memoryStorage } from 'grantor/storage/memory'
import {
  flowCases,
  inSeconds,
  randomDigest,
  sampleEvent,
  sampleGrant,
  sampleToken,
  storageCases,
} from 'grantor/testing'
import { Redis } from 'ioredis'
import Libsql from 'libsql'
import { Pool } from 'pg'
import { describe, expect, inject, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const guide = read('docs/adapters.md')

/** The one code block that begins so. */
function block(language: string, begin: string): string {
  const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, name]) => name === language)
  const found = blocks.map(([, , code]) => code!).filter((code) => code.startsWith(begin))
  expect(found).toHaveLength(1)
  return found[0]!
}

const ids = new Set([...storageCases, ...flowCases].map(({ id }) => id))

const values = () => ({
  redemption: '{"at":1,"note":""}',
  digest: randomDigest(),
  grant: sampleGrant().id,
  later: inSeconds(7200),
  successor: randomDigest(),
  token: '{"kind":"refresh_token"}',
  event: sampleEvent().id,
  line: '{"type":"token.issued"}',
})

/** The tables that the guide shows, and what a refresh starts from. */
const start = ({ digest, grant }: ReturnType<typeof values>) => `${block('sql', 'CREATE TABLE')}
  INSERT INTO oauth_grants (id, expires_at, record) VALUES ('${grant}', ${inSeconds(0)}, '{}');
  INSERT INTO oauth_tokens (digest, grant_id, expires_at, record) VALUES ('${digest}', '${grant}', ${inSeconds(0)}, '{}')`

describe('the guide for adapter authors', () => {
  it('names cases that there are', () => {
    const kinds = new Set([...ids].map((id) => id.split('.')[0]))
    const named = [...guide.matchAll(/`([a-z]+)\.([\w.-]+)`/g)].flatMap(([, kind, rest]) =>
      kinds.has(kind) && rest !== 'md' ? [`${kind}.${rest}`] : [],
    )
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((id) => !ids.has(id))).toEqual([])
  })

  it('counts the functions of a storage', () => {
    expect(Object.keys(memoryStorage())).toHaveLength(12)
    expect(guide).toMatch(/the twelve functions of\s/)
  })

  it('shows a transaction whose conditions hold once', () => {
    const database = new Libsql(':memory:')
    const some = values()
    database.exec(start(some))
    const statements = block('sql', 'BEGIN IMMEDIATE;')
      .split(';')
      .map((sql) => sql.trim())
    const [begin, redeem, alive, extend, ...inserts] = statements.filter(Boolean)
    const commit = inserts.pop()
    const found = (sql = '') => database.prepare(sql).run(some).changes
    database.exec(begin!)
    expect([redeem, alive, extend, ...inserts].map(found)).toEqual([1, 1, 1, 1, 1])
    database.exec(commit!)
    expect([redeem, extend].map(found)).toEqual([0, 0])
    database.prepare('UPDATE oauth_grants SET revoked_at = 1 WHERE id = :grant').run(some)
    expect(found(alive)).toBe(0)
    const { successor, grant, later, event } = some
    const all = (sql: string) => database.prepare(sql).raw().all([])
    expect(all(`SELECT grant_id, expires_at FROM oauth_tokens WHERE digest = '${successor}'`)).toEqual([[grant, later]])
    expect(all('SELECT expires_at FROM oauth_grants')).toEqual([[later]])
    expect(all('SELECT id FROM oauth_events')).toEqual([[event]])
    database.close()
  })

  it('shows a statement that fails where the one before found no row', () => {
    const database = new Libsql(':memory:')
    database.exec('CREATE TABLE one (value); INSERT INTO one VALUES (1)')
    const check = () => database.prepare(block('sql', 'SELECT CASE')).raw().all([])
    database.exec('UPDATE one SET value = 2 WHERE value = 1')
    expect(check()).toEqual([[1]])
    database.exec('UPDATE one SET value = 2 WHERE value = 1')
    expect(check).toThrow('malformed JSON')
    database.close()
  })

  it.runIf(inject('databaseServers').postgres)(
    'shows one statement for PostgreSQL, of which one of many wins',
    async () => {
      const pool = new Pool({ connectionString: inject('databaseServers').postgres!, max: 8 })
      const schema = `guide_${Date.now()}`
      const one = new Pool({
        connectionString: inject('databaseServers').postgres!,
        max: 8,
        options: `-c search_path=${schema}`,
      })
      try {
        await pool.query(`CREATE SCHEMA ${schema}`)
        const some = values()
        await one.query(start(some))
        const sql = block('sql', 'WITH')
        const racers = Array.from({ length: 16 }, () => ({ successor: randomDigest(), event: sampleEvent().id }))
        const { digest, grant, redemption, later, token, line } = some
        const answers = await Promise.all(
          racers.map(({ successor, event }) =>
            one.query(sql, [digest, grant, redemption, later, successor, token, event, line]),
          ),
        )
        const winners = racers.filter((_, index) => answers[index]!.rows[0].holds)
        expect(winners).toHaveLength(1)
        const [winner] = winners
        const rows = async (text: string, about: readonly string[] = []) => (await one.query(text, [...about])).rows
        expect(await rows('SELECT digest FROM oauth_tokens WHERE digest <> $1', [digest])).toEqual([
          { digest: winner!.successor },
        ])
        expect(await rows('SELECT id FROM oauth_events')).toEqual([{ id: winner!.event }])
        expect(await rows('SELECT expires_at FROM oauth_grants')).toEqual([{ expires_at: String(later) }])
      } finally {
        await one.end()
        await pool.query(`DROP SCHEMA ${schema} CASCADE`)
        await pool.end()
      }
    },
  )

  it.runIf(inject('databaseServers').redis)('shows a script for Redis whose conditions hold once', async () => {
    const redis = new Redis(inject('databaseServers').redis!)
    const prefix = `{guide${randomDigest()}}:`
    try {
      const [grant, next] = [sampleGrant(), sampleToken(null)]
      const [token, other] = [randomDigest(), randomDigest()]
      for (const digest of [token, other]) await redis.hset(`${prefix}token:${digest}`, 'body', '{}')
      await redis.hset(`${prefix}grant:${grant.id}`, 'body', '{}', 'expiresAt', grant.expiresAt)
      const commit = (digest: string, successor: string) => {
        const redeem = [{ digest, redemption: '{}' }]
        const extend = [{ id: grant.id, expiresAt: grant.expiresAt + 60 }]
        const insert = [{ key: `token:${successor}`, fields: ['body', '[]'] }]
        return redis.eval(
          block('lua', 'local p'),
          1,
          prefix,
          JSON.stringify({ redeem, alive: [grant.id], extend, insert }),
        )
      }
      expect(await commit(token, next.digest)).toBe(1)
      expect(await redis.hget(`${prefix}grant:${grant.id}`, 'expiresAt')).toBe(String(grant.expiresAt + 60))
      expect(await commit(token, randomDigest())).toBe(0)
      expect(await commit(other, next.digest)).toBe(0)
      await redis.hset(`${prefix}grant:${grant.id}`, 'revokedAt', 1)
      expect(await commit(other, randomDigest())).toBe(0)
      expect(await redis.keys(`${prefix}*`)).toHaveLength(4)
    } finally {
      await redis.del(await redis.keys(`${prefix}*`))
      await redis.quit()
    }
  })
})
