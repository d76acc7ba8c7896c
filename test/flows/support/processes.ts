import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

/** What a process is told when it starts. */
export interface NodeSettings {
  /** Of the database that it shares with the others. */
  readonly url: string
  readonly prefix: string
  readonly issuer: string
}

export interface Processes {
  /** Where each of them listens. */
  readonly origins: readonly string[]
  /** Hang up, and wait until they are gone. */
  readonly stop: () => Promise<void>
}

/** One file with everything in it, so that it runs from anywhere. */
async function bundle(outDir: string): Promise<string> {
  await build({
    config: false,
    silent: true,
    entry: [fileURLToPath(new URL('node.ts', import.meta.url))],
    outDir,
    format: 'esm',
    target: 'node20',
    noExternal: [/./],
    external: ['pg-native'],
    // What is CommonJS among the bundled packages asks for Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outExtension: () => ({ js: '.mjs' }),
  })
  return join(outDir, 'node.mjs')
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  if (child.connected) child.disconnect()
  await gone
}

async function originOf(child: ChildProcess): Promise<string> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the process ended with ${code} before it listened`)
  })
  const [message] = await Promise.race([once(child, 'message'), failed])
  failed.catch(() => {})
  return (message as { readonly origin: string }).origin
}

/** Start the same app as several processes. */
export async function startProcesses(count: number, settings: NodeSettings): Promise<Processes> {
  const directory = await mkdtemp(join(tmpdir(), 'grantor-node-'))
  const children: ChildProcess[] = []
  const end = async () => {
    await Promise.all(children.map(stop))
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const file = await bundle(directory)
    for (let index = 0; index < count; index += 1)
      children.push(fork(file, [JSON.stringify(settings)], { execArgv: [], stdio: 'inherit' }))
    return { origins: await Promise.all(children.map(originOf)), stop: end }
  } catch (error) {
    await end()
    throw error
  }
}
