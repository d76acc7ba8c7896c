import { randomUUID } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { locked } from './lock.js'

/** What is remembered between two runs: the registration of this machine's program, and the tokens while somebody is logged in. */
const schema = z.object({
  api: z.string(),
  clientId: z.string(),
  tokens: z
    .object({
      access: z.string(),
      refresh: z.string().nullable(),
      /** Unix seconds. */
      expiresAt: z.number(),
    })
    .nullable(),
})

export type Session = z.infer<typeof schema>
export type Tokens = NonNullable<Session['tokens']>

export interface Sessions {
  /** Null: nothing is remembered, or nothing that can be read. */
  readonly read: () => Promise<Session | null>
  readonly write: (session: Session) => Promise<void>
  /** Read, decide and write while no other run does. */
  readonly alone: <T>(run: () => Promise<T>) => Promise<T>
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** On Windows a file is its owner's by where it is. */
const hasModes = process.platform !== 'win32'

function parsed(text: string): Session | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Sessions in a folder that only this user can open, in a file that only this user can read. */
export function sessionsIn(folder: string): Sessions {
  const path = join(folder, 'session.json')

  const prepare = async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // The mode holds for a folder that is new; what was there before may be open to others.
    if (hasModes && ((await stat(folder)).mode & 0o077) !== 0) await chmod(folder, 0o700)
  }

  return {
    async read() {
      try {
        return parsed(await readFile(path, 'utf8'))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },

    /** All of it or nothing: whoever reads at the same moment, or after the power went, finds the one before or this one. */
    async write(session) {
      await prepare()
      const fresh = `${path}.${randomUUID()}`
      try {
        const file = await open(fresh, 'wx', 0o600)
        await file.writeFile(`${JSON.stringify(session, null, 2)}\n`).finally(async () => {
          await file.sync()
          await file.close()
        })
        await rename(fresh, path)
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
    },

    async alone(run) {
      await prepare()
      return locked(join(folder, 'session.lock'), run)
    },
  }
}
