import { randomBytes } from 'node:crypto'
import { change, type Page, type Storage, type Timestamp, type Use, type UsedId } from 'grantor'
import { type RedisStorageOptions, redisStorage } from 'grantor/storage/redis'
import {
  inSeconds,
  randomAccount,
  randomDigest,
  randomName,
  randomSubject,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleToken,
} from 'grantor/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const { redis: url } = inject('databaseServers')

const useOf = (id: UsedId): Use => ({ id, at: inSeconds(0), address: '192.0.2.1', agent: 'Client/1.0' })

describe.runIf(url !== null)('redis', () => {
  const prefix = `t${randomBytes(5).toString('hex')}`
  let redis: Redis
  let storage: Storage
  const quiet = { prefix, warn: () => {} }
  const connect = (options: { readonly keyPrefix?: string; readonly retryStrategy?: () => number } = {}) =>
    new Redis(url!, options)
  const open = (on: Redis, options: RedisStorageOptions = {}) => redisStorage(on, { ...quiet, ...options })
  const keys = async (like: string) => {
    const found: string[] = []
    for await (const some of redis.scanStream({ match: like, count: 1000 })) found.push(...some)
    return found
  }
  /** As after a connection that was lost before the answer came. */
  let twice: Redis
  beforeAll(() => {
    redis = connect()
    storage = open(redis)
    twice = new Proxy(redis, {
      get(target, name) {
        if (name !== 'evalsha') return Reflect.get(target, name)
        return async (...args: Parameters<Redis['evalsha']>) => {
          await target.evalsha(...args)
          return target.evalsha(...args)
        }
      },
    })
  })
  afterAll(async () => {
    const own = await keys(`*${prefix}*`)
    if (own.length > 0) await redis.unlink(own)
    await redis.quit()
  })

  const before = (time: Timestamp) => ({
    expiredBefore: time,
    unusedClientsBefore: time,
    eventsBefore: time,
    limit: 10,
  })

  const redemption = async () => {
    const grant = sampleGrant()
    const token = sampleToken(grant)
    expect(await storage.commit(change({ grants: [grant], tokens: [token] }))).toBe(true)
    const event = sampleEvent()
    return {
      token,
      event,
      parts: change({ redeem: [{ digest: token.digest, at: inSeconds(0), note: '' }], events: [event] }),
    }
  }

  it('answers a commit that was sent twice as it did the first time', async () => {
    const { parts, event } = await redemption()
    expect(await open(twice).commit(parts)).toBe(true)
    expect(await open(twice).commit(parts)).toBe(false)
    expect((await storage.listEvents({ subject: event.subject! }, { limit: 5 })).items).toEqual([event])
  })

  it('never answers no when its connection is cut', async () => {
    const cut = connect({ retryStrategy: () => 1 })
    cut.on('error', () => {})
    const outcomes: unknown[] = []
    for (let round = 0; round < 20; round += 1) {
      const { parts, token } = await redemption()
      const id = await cut.client('ID')
      const committing = open(cut)
        .commit(parts)
        .catch((fault: Error) => fault)
      await redis.client('KILL', 'ID', id)
      const outcome = await committing
      outcomes.push(outcome)
      const redeemed = (await storage.findToken(token.digest))?.token.redemption !== null
      expect(outcome === true ? [true] : [true, false]).toContain(redeemed)
    }
    expect(outcomes).not.toContain(false)
    cut.disconnect()
  })

  it('keeps all keys in one slot, also where the connection has a prefix of its own', async () => {
    const prefixed = connect({ keyPrefix: `host-${prefix}:` })
    const client = sampleClient()
    const other = open(prefixed)
    expect(await other.commit(change({ clients: [client], events: [sampleEvent()] }))).toBe(true)
    expect(await other.findClient(client.id)).toEqual(client)
    expect((await keys(`*${prefix}*`)).every((key) => key.includes(`{${prefix}}:`))).toBe(true)
    expect(await keys(`host-${prefix}:*`)).not.toEqual([])
    await prefixed.quit()
  })

  it('lets Redis forget a token an hour after it expired, and nothing before', async () => {
    const token = sampleToken(null, { expiresAt: inSeconds(100) })
    await storage.commit(change({ tokens: [token], grants: [sampleGrant()] }))
    const left = await redis.ttl(`{${prefix}}:token:${token.digest}`)
    expect(left).toBeGreaterThan(3600)
    expect(left).toBeLessThanOrEqual(3700)
  })

  it('leaves nothing of a grant that was cleared away', async () => {
    const grant = sampleGrant({ expiresAt: inSeconds(-1000) })
    await storage.commit(change({ grants: [grant] }))
    await storage.touch({ uses: [{ id: grant.id, at: inSeconds(0), address: null, agent: null }], usage: [] })
    expect(await keys(`*${grant.subject}*`)).toHaveLength(1)
    expect((await storage.purge(before(inSeconds(-500)))).grants).toBe(1)
    const about = await Promise.all(
      [grant.id, grant.subject, grant.clientId, ...grant.projects].map((id) => keys(`*${id}*`)),
    )
    expect(about.flat()).toEqual([])
    expect(await storage.lastUses([grant.id])).toEqual([])
  })

  it('leaves nothing of a client, its usage and its events when they are cleared away', async () => {
    const own = open(redis, { prefix: `${prefix}e` })
    const long = { createdAt: inSeconds(-2000) }
    const registered = { ...long, uniqueName: randomName(), ownerId: randomSubject(), accountId: randomAccount() }
    const [client, holder] = [sampleClient(registered), sampleClient(long)]
    const [old, recent] = [sampleEvent({ at: inSeconds(-2000) }), sampleEvent({ at: inSeconds(-500) })]
    const grant = sampleGrant({ clientId: holder.id, expiresAt: inSeconds(-1500) })
    await own.commit(change({ clients: [client, holder], grants: [grant], events: [old, recent] }))
    const usage = { clientId: client.id, accountId: null, day: 5, requests: 1, refused: 0 }
    const secret = client.secrets[0]!.digest
    await own.touch({ uses: [client.id, secret].map(useOf), usage: [usage] })
    expect(await own.lastUses([client.id, secret])).toHaveLength(2)
    expect(await own.purge(before(inSeconds(-1700)))).toEqual({ tokens: 0, grants: 0, clients: 1, events: 2 })
    expect((await own.listEvents({}, { limit: 5 })).items).toEqual([recent])
    expect(await own.findClient(holder.id)).toEqual(holder)
    expect(await keys(`*${old.subject}*`)).toEqual([])
    const { uniqueName, ownerId, accountId } = registered
    for (const trace of [client.id, secret, uniqueName, ownerId, accountId])
      expect(await keys(`*${trace}*`)).toEqual([])
    expect(await own.purge(before(inSeconds(-1000)))).toEqual({ tokens: 0, grants: 1, clients: 1, events: 0 })
    expect(await keys(`*${holder.id}*`)).toEqual([])
  })

  it('leaves nothing of the secrets, the name and the lists that an edit takes away', async () => {
    const client = sampleClient({ uniqueName: randomName(), ownerId: randomSubject(), accountId: randomAccount() })
    const old = client.secrets[0]!.digest
    await storage.commit(change({ clients: [client] }))
    await storage.touch({ uses: [useOf(old)], usage: [] })
    const [next, other] = [randomDigest(), randomSubject()]
    const secrets = [{ digest: next, createdAt: inSeconds(0), expiresAt: null }]
    const edited = { ...client, version: 2, secrets, uniqueName: null, ownerId: other, accountId: null }
    expect(await storage.commit(change({ update: [edited] }))).toBe(true)
    for (const trace of [old, client.uniqueName!, client.ownerId!, client.accountId!])
      expect(await keys(`*${trace}*`)).toEqual([])
    expect(await storage.lastUses([old])).toEqual([])
    await storage.commit(change({ update: [{ ...edited, version: 3, revokedAt: inSeconds(0) }] }))
    expect(await keys(`*${other}*`)).toEqual([])
    expect((await storage.listClients({ ownerId: other }, { limit: 5 })).items).toEqual([])
  })

  it('finds a client that is far behind in a search, over pages that may be empty', async () => {
    const own = open(redis, { prefix: `${prefix}s` })
    const clients = Array.from({ length: 6000 }, (_, index) =>
      sampleClient({ name: index % 3000 === 2999 ? 'needle' : 'hay', createdAt: inSeconds(index) }),
    )
    for (let from = 0; from < clients.length; from += 25)
      await own.commit(change({ clients: clients.slice(from, from + 25) }))
    const found: string[] = []
    const sizes: number[] = []
    for (let page: Page = { limit: 5 }; ; ) {
      const { items, next } = await own.listClients({ search: 'needle', order: 'oldest' }, page)
      found.push(...items.map(({ id }) => id))
      sizes.push(items.length)
      if (next === null) break
      page = { limit: 5, after: next }
    }
    expect(found).toEqual([clients[2999]!.id, clients[5999]!.id])
    expect(sizes).toEqual([1, 1])
  })

  it('counts once what was told twice because the answer got lost', async () => {
    const { id: clientId } = sampleClient()
    const usage = { clientId, accountId: null, day: 7, requests: 3, refused: 2 }
    await open(twice).touch({ uses: [], usage: [usage] })
    expect(await storage.listUsage({ clientId, from: 7, to: 7 })).toEqual([usage])
  })

  it('works on after the server has forgotten its scripts', async () => {
    const { parts } = await redemption()
    await redis.script('FLUSH')
    expect(await storage.commit(parts)).toBe(true)
  })

  it('throws when a commit does not reach the replicas that were asked for', async () => {
    const { parts } = await redemption()
    const strict = open(redis, { replicas: { count: 1, timeout: 20 } })
    await expect(strict.commit(parts)).rejects.toThrow('0 of 1 replicas')
  })

  it('warns of a server that would lose commits, and says nothing when all is well or untold', async () => {
    // The newer protocol answers with a map, and so does this server for one of the two settings.
    const told = async (settings: Readonly<Record<string, string>> | Error) => {
      const server = new Proxy(redis, {
        get(target, name) {
          if (name !== 'config') return Reflect.get(target, name)
          return async (_: string, setting: string) => {
            if (settings instanceof Error) throw settings
            return setting === 'appendonly' ? settings : [setting, settings[setting]]
          }
        },
      })
      const warnings: string[] = []
      open(server, { warn: (message) => warnings.push(message) })
      await new Promise((resolve) => setTimeout(resolve, 20))
      return warnings
    }
    const good = { appendonly: 'yes', 'maxmemory-policy': 'noeviction' }
    expect(await told(good)).toEqual([])
    expect(await told(new Error('unknown command CONFIG'))).toEqual([])
    expect(await told({ ...good, appendonly: 'no' })).toEqual([expect.stringContaining('set appendonly yes')])
    expect(await told({ ...good, 'maxmemory-policy': 'allkeys-lru' })).toEqual([expect.stringContaining('noeviction')])
  })

  it('refuses a prefix that would break the slot', () => {
    expect(() => open(redis, { prefix: 'a{b}' })).toThrow(TypeError)
  })
})
