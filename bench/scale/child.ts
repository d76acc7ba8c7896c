import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Connection, Machine, Settings } from './host.js'
import type { PostgresOptions } from './postgres.js'

/** What a provider process is made of. */
export interface Plan {
  /** Null: in memory. */
  readonly postgres: PostgresOptions | null
  readonly settings?: Omit<Settings, 'onError'>
}

export interface Usage {
  /** Milliseconds of the processor. */
  readonly cpuMs: number
  /** Bytes, after a collection. */
  readonly heap: number
}

export interface Questions {
  readonly connect: (many: { readonly clients: number; readonly each: number }) => Promise<readonly Connection[]>
  readonly machines: (count: number) => Promise<readonly Machine[]>
  readonly usage: () => Promise<Usage>
  /** Let so many seconds pass on its clock. */
  readonly advance: (seconds: number) => Promise<void>
  readonly purge: () => Promise<number>
  /** What the host was told, since it was asked last. */
  readonly faults: () => Promise<number>
}

/** A provider in a process of its own. */
export interface ProviderProcess extends Questions {
  readonly port: number
  readonly stop: () => Promise<void>
}

interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly fault?: string
}

function asker(child: ChildProcess) {
  const waiting = new Map<number, (reply: Reply) => void>()
  let asked = 0
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  return <Name extends keyof Questions>(name: Name, argument?: Parameters<Questions[Name]>[0]) =>
    new Promise<Awaited<ReturnType<Questions[Name]>>>((resolve, reject) => {
      asked += 1
      waiting.set(asked, ({ value, fault }) =>
        fault === undefined ? resolve(value as Awaited<ReturnType<Questions[Name]>>) : reject(new Error(fault)),
      )
      child.send({ id: asked, name, argument })
    })
}

const taskset = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path))

/** Whoever asks has one core then, and the provider the other. Where there is no `taskset`, they share. */
export function pin(pid: number | undefined, core: number): void {
  if (pid !== undefined && taskset !== undefined) spawnSync(taskset, ['-a', '-p', '-c', String(core), String(pid)])
}

export async function startProvider(plan: Plan, { core }: { readonly core?: number } = {}): Promise<ProviderProcess> {
  const program = fileURLToPath(new URL('provider-process.js', import.meta.url))
  const child = fork(program, [JSON.stringify(plan)], { execArgv: ['--expose-gc'], stdio: 'inherit' })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the provider ended with ${String(code)} before it listened`)
  })
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number]
  ended.catch(() => {})
  if (core !== undefined) pin(child.pid, core)
  const ask = asker(child)
  return {
    port,
    connect: (many) => ask('connect', many),
    machines: (count) => ask('machines', count),
    usage: () => ask('usage'),
    advance: (seconds) => ask('advance', seconds),
    purge: () => ask('purge'),
    faults: () => ask('faults'),
    async stop() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
