import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createProvider, type Storage } from 'grantor'
import { pages } from 'grantor/pages'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openStorage } from '../../examples/demo/storage.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarry-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const { postgres, mariadb, redis } = inject('databaseServers')

/** How many clients a storage knows, and one more. */
const clientsOf = (storage: Storage) =>
  createProvider({
    issuer: 'http://127.0.0.1',
    storage,
    scopes: { 'project:read': 'Read' },
    resources: { 'http://127.0.0.1/api': { name: 'API' } },
    session: () => null,
    login: () => '/login',
    entitlements: () => [],
    pages: pages({ name: 'Test' }),
  }).clients

describe.each([
  ['file:', () => pathToFileURL(join(folder, 'new', 'demo.db')).href],
  ...(postgres === null ? [] : [['postgres:', () => postgres] as const]),
  ...(mariadb === null
    ? []
    : [['mysql:', () => mariadb] as const, ['mariadb:', () => mariadb.replace('mysql:', 'mariadb:')] as const]),
  ...(redis === null ? [] : [['redis:', () => redis] as const]),
] as const)('%s', (_, url) => {
  it('keeps what is written over a restart, and nothing over a reset', async () => {
    const first = await openStorage(url(), { reset: true })
    await clientsOf(first.storage).register({ redirect_uris: ['https://a.example/cb'] })
    await first.close()

    const second = await openStorage(url(), { reset: false })
    expect((await clientsOf(second.storage).list()).items).toHaveLength(1)
    await second.close()

    const third = await openStorage(url(), { reset: true })
    expect((await clientsOf(third.storage).list()).items).toEqual([])
    await third.close()
  })
})

describe.runIf(redis !== null)('redis:', () => {
  it('drops nothing at a reset that is not its own', async () => {
    const other = new Redis(redis!)
    const key = `quarry-test-${randomUUID()}`
    await other.set(key, 'x', 'EX', 60)
    const opened = await openStorage(redis!, { reset: true })
    await clientsOf(opened.storage).register({ redirect_uris: ['https://a.example/cb'] })
    expect(await other.keys('{quarry_oauth_}:*')).not.toEqual([])
    await opened.close()
    await (await openStorage(redis!, { reset: true })).close()
    expect(await other.keys('{quarry_oauth_}:*')).toEqual([])
    expect(await other.del(key)).toBe(1)
    await other.quit()
  })
})

describe('what cannot be opened is said in one line', () => {
  it.each(['postgres', 'mysql', 'redis'])('%s, without the password', async (scheme) => {
    const opening = openStorage(`${scheme}://user:hunter2@127.0.0.1:1/db`, { reset: false })
    const message = await opening.then(String, ({ message }: Error) => message)
    expect(message).toMatch(new RegExp(`^cannot use the database ${scheme}://127.0.0.1:1/db: .*ECONNREFUSED`))
    expect(message).not.toContain('\n')
    expect(message).not.toContain('hunter2')
  })

  it.each(['', 'demo.db', 'amqp://127.0.0.1', 'postgres://['])('%j is no URL of a database', async (url) => {
    await expect(openStorage(url, { reset: false })).rejects.toThrow('DATABASE_URL must be')
  })

  it('a file that is in the way', async () => {
    await expect(openStorage(`file:${import.meta.filename}/x.db`, { reset: false })).rejects.toThrow(
      'cannot use the database',
    )
  })
})
