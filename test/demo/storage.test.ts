import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createProvider, type Storage } from 'grantor'
import { pages } from 'grantor/pages'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openStorage } from '../../examples/demo/storage.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quarry-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const { postgres, mariadb } = inject('databaseServers')

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
  ...(mariadb === null ? [] : [['mysql:', () => mariadb] as const]),
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

describe('what cannot be opened is said in one line', () => {
  it.each(['postgres', 'mysql'])('%s, without the password', async (scheme) => {
    const opening = openStorage(`${scheme}://user:hunter2@127.0.0.1:1/db`, { reset: false })
    const message = await opening.then(String, ({ message }: Error) => message)
    expect(message).toMatch(new RegExp(`^cannot use the database ${scheme}://127.0.0.1:1/db: .*ECONNREFUSED`))
    expect(message).not.toContain('\n')
    expect(message).not.toContain('hunter2')
  })

  it.each(['', 'demo.db', 'redis://127.0.0.1', 'postgres://['])('%j is no URL of a database', async (url) => {
    await expect(openStorage(url, { reset: false })).rejects.toThrow('DATABASE_URL must be')
  })

  it('a file that is in the way', async () => {
    await expect(openStorage(`file:${import.meta.filename}/x.db`, { reset: false })).rejects.toThrow(
      'cannot use the database',
    )
  })
})
