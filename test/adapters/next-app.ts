import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePorts } from '../support/ports.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = join(root, 'examples/next')
const installed = join(app, 'node_modules/grantor')

const program = (path: string) => join(root, 'node_modules', path)
const environment = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' } as const

async function run(path: string, cwd: string, ...args: readonly string[]): Promise<void> {
  const options = { cwd, env: environment, maxBuffer: 1e8 }
  await promisify(execFile)(process.execPath, [program(path), ...args], options).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${path} failed\n${stdout}\n${stderr}`)
  })
}

/** Puts the package where the example finds it as any app finds what it has installed: with `exports` and types, as built. */
async function install(): Promise<void> {
  await rm(installed, { recursive: true, force: true })
  await cp(join(root, 'package.json'), join(installed, 'package.json'))
  await run('tsup/dist/cli-default.js', root, '--out-dir', join(installed, 'dist'), '--silent')
}

export interface RunningApp {
  readonly origin: string
  readonly stop: () => Promise<void>
}

/** Builds the example with the package as it is now, and starts it with an empty database. */
export async function startNextApp(): Promise<RunningApp> {
  await install()
  await run('next/dist/bin/next', app, 'build')
  const directory = await mkdtemp(join(tmpdir(), 'grantor-next-'))
  const port = await freePorts()
  const origin = `http://127.0.0.1:${port}`
  const env = { ...environment, ISSUER: origin, DATABASE_FILE: join(directory, 'notebook.db') }
  const child = spawn(
    process.execPath,
    [program('next/dist/bin/next'), 'start', '-H', '127.0.0.1', '-p', String(port)],
    {
      cwd: app,
      env,
    },
  )
  await answering(child, `${origin}/login`)
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await gone
    await rm(directory, { recursive: true })
  }
  return { origin, stop }
}

async function answering(child: ChildProcess, url: string): Promise<void> {
  const said: unknown[] = []
  child.stdout?.on('data', (text) => said.push(text))
  child.stderr?.on('data', (text) => said.push(text))
  for (let attempt = 0; attempt < 900 && child.exitCode === null; attempt++) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await setTimeout(200)
  }
  child.kill()
  throw new Error(`next start does not answer\n${said.join('')}`)
}
