import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { freePorts } from '../../test/support/ports.js'
import type { Place } from './databases.js'

/** A provider in a process of its own, at a port that outlives it. */
export interface ProviderProcess {
  readonly origin: string
  /** `kill -9`, and start another one; resolves when that listens. */
  readonly killAndRestart: () => Promise<void>
  readonly stop: () => Promise<void>
}

async function start(program: string, place: Place, port: number): Promise<ChildProcess> {
  const child = fork(program, [JSON.stringify({ ...place, port })], { execArgv: [], stdio: 'inherit' })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the provider ended with ${code} before it listened`)
  })
  await Promise.race([once(child, 'message'), ended])
  ended.catch(() => {})
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** @param program the file of the provider, built */
export async function startProvider(program: string, place: Place): Promise<ProviderProcess> {
  const port = await freePorts()
  let child = await start(program, place, port)
  return {
    origin: `http://127.0.0.1:${port}`,
    async killAndRestart() {
      if (child.exitCode !== null) throw new Error(`the provider ended by itself with ${child.exitCode}`)
      await end(child)
      child = await start(program, place, port)
    },
    async stop() {
      const { exitCode } = child
      await end(child)
      if (exitCode !== null) throw new Error(`the provider ended by itself with ${exitCode}`)
    },
  }
}
