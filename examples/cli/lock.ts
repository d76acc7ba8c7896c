import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** How long to wait for another run of this program, and how long between two looks, in milliseconds. */
const patience = 30_000
const pause = 50

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code

/** The file is there for one process at a time, and whole from the first moment: of several links to one name, one is made. */
async function take(path: string, mark: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`
  await writeFile(own, mark, { flag: 'wx', mode: 0o600 })
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

const read = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null
    throw error
  })

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, and belongs to somebody else.
    return isCode(error, 'EPERM')
  }
}

/** A run that was killed left its lock behind. Whoever moves it away looks whether it is still that one, and puts back any other. */
async function clear(path: string): Promise<void> {
  const mark = await read(path)
  const pid = Number(mark?.split(' ')[0])
  if (mark === null || !Number.isInteger(pid) || pid <= 0 || isRunning(pid)) return
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await read(aside)) !== mark) await link(aside, path)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/**
 * Run something while no other run of this program does.
 *
 * @throws Error when another one does not finish
 */
export async function locked<T>(path: string, run: () => Promise<T>): Promise<T> {
  const mark = `${process.pid} ${randomUUID()}`
  const until = Date.now() + patience
  while (!(await take(path, mark))) {
    if (Date.now() > until)
      throw new Error(`Another run of this program does not finish. If there is none, delete ${path}.`)
    await clear(path)
    await setTimeout(pause)
  }
  try {
    return await run()
  } finally {
    if ((await read(path)) === mark) await rm(path, { force: true })
  }
}
