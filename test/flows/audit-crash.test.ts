import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Storage } from 'grantor'
import { sqlStorage } from 'grantor/storage/sql'
import { Kysely } from 'kysely'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropTables } from '../support/databases.js'
import { testProvider } from '../support/provider.js'
import { bothSides, type Kept, readKept } from './support/agreement.js'
import { postgresUrl } from './support/pools.js'
import { liveStory } from './support/story.js'
import { type StorySettings, storyDialect } from './support/story-database.js'

const repository = fileURLToPath(new URL('../../', import.meta.url))
let built: string
let files: string

/** Beside the packages, which the program loads from there. */
beforeAll(async () => {
  const cache = join(repository, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  built = await mkdtemp(join(cache, 'story-'))
  files = await mkdtemp(join(tmpdir(), 'grantor-story-'))
  await build({
    config: false,
    silent: true,
    entry: [fileURLToPath(new URL('support/story-process.ts', import.meta.url))],
    outDir: built,
    format: 'esm',
    target: 'node20',
    skipNodeModulesBundle: true,
    splitting: false,
  })
})
afterAll(async () => {
  for (const directory of [built, files]) await rm(directory, { recursive: true, force: true })
})

const start = (settings: StorySettings): ChildProcess =>
  fork(join(built, 'story-process.js'), [JSON.stringify(settings)], { execArgv: [], stdio: 'inherit' })

const newPrefix = () => `t${randomBytes(5).toString('hex')}_`

/** Look at what a crash has left behind, from a process that starts anew. */
async function afterwards<T>(
  { url, prefix }: StorySettings,
  look: (left: { readonly storage: Storage; readonly read: () => Promise<Kept> }) => Promise<T>,
): Promise<T> {
  const db = new Kysely<unknown>({ dialect: storyDialect(url) })
  try {
    const storage = sqlStorage(db, { prefix })
    return await look({ storage, read: () => readKept(storage, db, prefix) })
  } finally {
    if (url.startsWith('postgres')) await dropTables(db, prefix)
    await db.destroy()
  }
}

function expectAgreement(kept: Kept): void {
  const sides = Object.entries(bothSides(kept))
  const side = (index: 0 | 1) => Object.fromEntries(sides.map(([what, both]) => [what, both[index]]))
  expect(side(0)).toEqual(side(1))
}

const newFile = () => join(files, `${newPrefix()}.db`)

const places = [
  ['a file of SQLite', newFile],
  ...(postgresUrl === null ? [] : [['PostgreSQL', () => postgresUrl ?? ''] as const]),
] as const

describe('the log and what it tells of', () => {
  it('LOG-02 agree after a crash between any two steps of the story', async () => {
    const whole = testProvider()
    await liveStory(whole)
    const told = whole.storage.commits().map(({ events }) => events.map(({ type }) => type))
    expect(told.length).toBeGreaterThan(12)
    const dieAndLook = async (dieAfter: number) => {
      const settings = { url: newFile(), prefix: newPrefix(), dieAfter }
      expect(await once(start(settings), 'exit')).toEqual([null, 'SIGKILL'])
      const kept = await afterwards(settings, ({ read }) => read())
      expect(kept.events.map(({ type }) => type)).toEqual(told.slice(0, dieAfter).flat())
      expectAgreement(kept)
    }
    for (let dieAfter = 1; dieAfter <= told.length; dieAfter += 2)
      await Promise.all([dieAndLook(dieAfter), dieAfter < told.length && dieAndLook(dieAfter + 1)])
  }, 300_000)

  it.each(places)(
    'LOG-02 agree after a crash at any moment, in a commit too, and as the app goes on, in %s',
    async (_, place) => {
      const events: number[] = []
      for (let round = 0; round < 4; round += 1) {
        const settings = { url: place(), prefix: newPrefix(), dieAfter: null }
        const child = start(settings)
        await once(child, 'message')
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
        child.kill('SIGKILL')
        await once(child, 'exit')
        await afterwards(settings, async ({ storage, read }) => {
          const kept = await read()
          expectAgreement(kept)
          await liveStory(testProvider({ storage }))
          expectAgreement(await read())
          events.push(kept.events.length)
        })
      }
      expect(Math.min(...events)).toBeGreaterThan(10)
    },
    300_000,
  )
})

describe('what does not agree is seen', () => {
  it('as the statement that it is about', async () => {
    const url = join(files, 'whole.db')
    const settings = { url, prefix: newPrefix(), dieAfter: 10_000 }
    await once(start(settings), 'exit')
    const kept = await afterwards(settings, ({ read }) => read())
    const wrong = (parts: Partial<Kept>) =>
      Object.entries(bothSides({ ...kept, ...parts })).flatMap(([what, [state, log]]) =>
        JSON.stringify(state) === JSON.stringify(log) ? [] : [what],
      )
    expect(wrong({})).toEqual([])
    const without = (type: string) => ({ events: kept.events.filter((event) => event.type !== type) })
    expect(wrong(without('client.registered'))).toEqual(['clients that registered'])
    expect(wrong(without('grant.revoked'))).toEqual(['grants that ended'])
    expect(wrong(without('grant.created'))).toContain('grants, with their reach')
    expect(wrong(without('interaction.denied'))).toEqual(['decisions of people'])
    expect(wrong(without('token.issued')).length).toBe(4)
    expect(wrong({ tokens: kept.tokens.filter(({ kind }) => kind !== 'access_token') })).toEqual(['access tokens'])
  })
})
