import type { Storage } from 'grantor'
import { migrate, sqlStorage } from 'grantor/storage/sql'
import { Kysely } from 'kysely'
import { testProvider } from '../../support/provider.js'
import { liveStory } from './story.js'
import { type StorySettings, storyDialect } from './story-database.js'

/** The same storage, in a process that is gone when it has committed so often. */
function deadly(storage: Storage, dieAfter: number | null): Storage {
  let commits = 0
  return {
    ...storage,
    async commit(change) {
      const done = await storage.commit(change)
      commits += 1
      if (commits !== dieAfter) return done
      process.kill(process.pid, 'SIGKILL')
      return new Promise(() => {})
    },
  }
}

const { url, prefix, dieAfter } = JSON.parse(process.argv[2] ?? '{}') as StorySettings
const db = new Kysely<unknown>({ dialect: storyDialect(url) })
await migrate(db, { prefix })
const storage = deadly(sqlStorage(db, { prefix }), dieAfter)
const live = () => liveStory(testProvider({ storage }))
await live()
process.send?.('once')
if (dieAfter === null) for (;;) await live()
await db.destroy()
process.disconnect()
