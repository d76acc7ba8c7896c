import { randomBytes } from 'node:crypto'
import { postgresThrottle, redisThrottle } from 'grantor/throttle'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { basic, confidentialClient, post, register } from '../support/flow.js'
import { testProvider } from '../support/provider.js'
import { silentServer } from './silent.js'

const { postgres, redis } = inject('databaseServers')

const limits = { client_failure: { most: 5, seconds: 60 } }
/** An answer that is long in coming is no fault where the server is there. */
const patience = 30_000
const name = () => `t${randomBytes(5).toString('hex')}`
const closing: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

function redisNodes() {
  const prefix = name()
  const connect = () => {
    const connection = new Redis(redis ?? '')
    closing.push(() => connection.quit())
    return connection
  }
  const first = connect()
  closing.unshift(async () => {
    const keys = await first.keys(`${prefix}:*`)
    if (keys.length > 0) await first.unlink(keys)
  })
  const node = (connection: Redis) => redisThrottle(connection, { prefix, limits, patience })
  return { nodes: [node(first), node(connect())] as const, written: () => first.keys(`${prefix}:*`) }
}

function postgresNodes() {
  const table = name()
  const connect = () => {
    const pool = new Pool({ connectionString: postgres ?? '', max: 2 })
    closing.push(() => pool.end())
    return pool
  }
  const first = connect()
  closing.unshift(() => first.query(`drop table if exists "${table}"`))
  const node = (pool: Pool) => postgresThrottle(pool, { table, limits, patience })
  const written = async () => (await first.query(`select key from "${table}"`)).rows.map(({ key }) => String(key))
  return { nodes: [node(first), node(connect())] as const, written }
}

const servers = [
  ...(redis === null ? [] : [['redis', redisNodes] as const]),
  ...(postgres === null ? [] : [['postgres', postgresNodes] as const]),
]

describe.each(servers)('a throttle in %s', (_name, open) => {
  it('TOK-05 is one for all nodes', async () => {
    const { nodes } = open()
    const [one, other] = nodes
    const waits = []
    for (let n = 0; n < 4; n += 1)
      waits.push(await one.take('client_failure', 'a'), await other.take('client_failure', 'a'))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    for (const wait of waits.slice(5)) expect(wait).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(60)
    expect([await one.take('client_failure', 'b'), await one.peek('client_failure', 'b')]).toEqual([0, 0])
  })

  it('TOK-05 loses none of what comes at once', async () => {
    const { nodes } = open()
    const waits = await Promise.all(
      Array.from({ length: 40 }, (_, n) => nodes[n % 2 === 0 ? 0 : 1].take('client_failure', 'a')),
    )
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5)
  })

  it('LOG-01 is told neither addresses nor ids, however long they are', async () => {
    const { nodes, written } = open()
    const key = `https://client.example/${'x'.repeat(600)} 192.0.2.1`
    for (let n = 0; n < 6; n += 1) await nodes[0].take('client_failure', key)
    expect(await nodes[1].take('client_failure', key)).toBeGreaterThan(0)
    const keys = await written()
    expect(keys).toHaveLength(1)
    expect(keys.join()).not.toContain('192.0.2.1')
  })

  it('S-095 throttles an attacker of one node on the other', async () => {
    const { nodes } = open()
    const address = () => '192.0.2.66'
    const first = testProvider({ throttle: nodes[0], address })
    const second = testProvider({ throttle: nodes[1], address, storage: first.storage })
    const client = await register(first, confidentialClient)
    const guess = (box: typeof first) =>
      post(
        box,
        '/oauth/token',
        { grant_type: 'refresh_token', refresh_token: 'x' },
        { authorization: basic(client.client_id, 'wrong') },
      )
    for (let n = 0; n < 5; n += 1) expect((await guess(first)).status).toBe(401)
    expect((await guess(second)).status).toBe(429)
  })
})

describe('a server that is gone', () => {
  // Time stands still, so that its rest is over when a test says so.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('is stood in for by this process, which neither throws nor refuses everybody', async () => {
    const connection = new Redis('redis://127.0.0.1:1', { retryStrategy: () => null, lazyConnect: true })
    connection.on('error', () => {})
    const warn = vi.fn<(message: string) => void>()
    const throttle = redisThrottle(connection, { limits, warn })
    const waits = []
    for (let n = 0; n < 6; n += 1) waits.push(await throttle.take('client_failure', 'a'))
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(waits[5]).toBeGreaterThan(0)
    expect(warn).toHaveBeenCalledTimes(1)
    connection.disconnect()
  })

  it('that takes calls and never answers is waited for once, and not by everybody', async () => {
    const server = await silentServer()
    const connection = new Redis(server.port, '127.0.0.1', { enableReadyCheck: false, maxRetriesPerRequest: 0 })
    connection.on('error', () => {})
    const warn = vi.fn<(message: string) => void>()
    const throttle = redisThrottle(connection, { limits, warn, patience: 50 })
    for (let n = 0; n < 3; n += 1) expect(await throttle.take('client_failure', `k${n}`)).toBe(0)
    expect(warn).toHaveBeenCalledTimes(1)
    connection.disconnect()
    await server.close()
  })

  it('is none of a client: registering works without PostgreSQL', async () => {
    const pool = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none', max: 1 })
    const warn = vi.fn<(message: string) => void>()
    const box = testProvider({ throttle: postgresThrottle(pool, { warn }) })
    expect((await register(box)).client_id).toBeDefined()
    expect(warn).toHaveBeenCalledTimes(1)
    await pool.end()
  })

  it.runIf(postgres !== null)('that another node makes the table in at the same moment is used by both', async () => {
    const pool = new Pool({ connectionString: postgres ?? '', max: 1 })
    closing.push(() => pool.end())
    const table = name()
    closing.unshift(() => pool.query(`drop table if exists "${table}"`))
    let first = true
    const late = {
      query: async (query: { text: string; values?: unknown[] }) => {
        const answer = await pool.query(query)
        if (!first) return answer
        first = false
        throw Object.assign(new Error(`relation "${table}" already exists`), { code: '42P07' })
      },
    }
    const warn = vi.fn<(message: string) => void>()
    const throttle = postgresThrottle(late, { table, limits, warn, patience })
    await throttle.take('client_failure', 'a')
    expect((await pool.query(`select points from "${table}"`)).rows).toEqual([{ points: 1 }])
    expect(warn).not.toHaveBeenCalled()
  })

  it.runIf(postgres !== null)('is asked again after a rest', async () => {
    const pool = new Pool({ connectionString: postgres ?? '', max: 1 })
    closing.push(() => pool.end())
    const table = name()
    closing.unshift(() => pool.query(`drop table if exists "${table}"`))
    let broken = true
    const flaky = {
      query: async (query: { text: string; values?: unknown[] }) => {
        if (broken) throw new Error('the database is gone')
        return pool.query(query)
      },
    }
    const warn = vi.fn<(message: string) => void>()
    const throttle = postgresThrottle(flaky, { table, limits, warn, patience })
    await throttle.take('client_failure', 'a')
    broken = false
    vi.setSystemTime(Date.now() + 6_000)
    await throttle.take('client_failure', 'a')
    expect((await pool.query(`select points from "${table}"`)).rows).toEqual([{ points: 1 }])
    expect(warn).toHaveBeenCalledTimes(1)
  })
})
