import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Functions of one process that another one calls: everything that goes over is JSON. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>

interface Asked {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

type Told = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string }

/** Let the process that started this one call these functions, until it goes away: then clear up, and end. */
export function answerParent(calls: Calls, clearUp: () => Promise<void> = async () => {}): void {
  const send = (told: Told) => void process.send?.(told)
  process.on('message', ({ id, name, argument }: Asked) => {
    Promise.resolve(argument)
      .then((given) => calls[name]?.(given as never))
      .then((result) => send({ id, result: result ?? null }))
      .catch((error: unknown) =>
        send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
  })
  process.on('disconnect', () => {
    clearUp().finally(() => process.exit())
  })
  // Who stops everybody at once stops the parent as well.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
}

export interface Child<Functions extends Calls> {
  readonly call: <Name extends keyof Functions & string>(
    name: Name,
    ...argument: Parameters<Functions[Name]>
  ) => Promise<Awaited<ReturnType<Functions[Name]>>>
  /** Let it clear up and end. */
  readonly stop: () => Promise<void>
}

const taskset = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path))

/** How long a process may take to clear up, in milliseconds. */
const patience = 30_000

/** Whether a process can be kept on one core here. */
export const canPin = taskset !== undefined

/** Start a script beside this one, kept on one core where that can be done. */
export function start<Functions extends Calls>(
  script: string,
  args: readonly string[],
  core: number,
): Child<Functions> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const node = [path, ...args]
  const [command, rest] =
    taskset === undefined ? [process.execPath, node] : [taskset, ['-c', String(core), process.execPath, ...node]]
  const child: ChildProcess = spawn(command, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let calls = 0
  child.on('message', (told: Told) => {
    const call = waiting.get(told.id)
    waiting.delete(told.id)
    if ('error' in told) call?.reject(new Error(`${args.join(' ')}: ${told.error}`))
    else call?.resolve(told.result as never)
  })
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} ${args.join(' ')} ended: ${signal ?? code}`))
    waiting.clear()
  })
  return {
    call: (name, ...[argument]) =>
      new Promise((resolve, reject) => {
        calls += 1
        waiting.set(calls, { resolve, reject })
        child.send({ id: calls, name, argument })
      }),
    async stop() {
      if (child.connected) child.disconnect()
      const impatient = setTimeout(() => child.kill('SIGKILL'), patience)
      await gone
      clearTimeout(impatient)
    },
  }
}
