import type { Listed } from './catalogue.js'
import { openConnection } from './connection.js'
import type { Seed, Traffic, WorkloadId } from './contestant.js'
import { start } from './process.js'
import type { ServerCalls } from './server.js'
import { workloads } from './workloads.js'

const runs = 3

async function runThrough(traffic: Traffic, port: number, seeds: readonly Seed[]): Promise<void> {
  const connection = openConnection(port)
  try {
    for (const first of seeds) {
      for (let seed = first, done = false; !done; ) {
        const looked = traffic.next(seed, await connection.send(traffic.request(seed)))
        seed = looked.seed ?? first
        done = looked.done
      }
    }
  } finally {
    connection.close()
  }
}

async function tried({ file, contestant }: Listed, workload: WorkloadId): Promise<void> {
  const entrant = contestant.workloads[workload]
  if (!entrant) throw new Error(`${contestant.id} has no ${workload}`)
  const server = start<ServerCalls>('server.js', [file, contestant.id, workload], 0)
  try {
    const { port } = await server.call('ready')
    await runThrough(entrant.traffic(), port, await server.call('seed', runs))
  } finally {
    await server.stop()
  }
}

/** Whether everybody answers rightly what they say they do: a few runs each, of which nothing is measured. */
export async function check(everybody: readonly Listed[], say: (line: string) => void): Promise<boolean> {
  const width = Math.max(...everybody.map(({ contestant }) => contestant.id.length))
  const wrong: string[] = []
  say([''.padEnd(width), ...workloads.map(({ id }) => id)].join('  '))
  for (const listed of everybody) {
    const { id, workloads: offered } = listed.contestant
    const marks: string[] = []
    for (const workload of workloads) {
      const outcome = offered[workload.id]
        ? await tried(listed, workload.id).then(
            () => 'yes',
            (error: unknown) => {
              wrong.push(`${id}, ${workload.id}: ${error instanceof Error ? error.message : String(error)}`)
              return 'NO'
            },
          )
        : '-'
      marks.push(outcome.padEnd(workload.id.length))
    }
    say([id.padEnd(width), ...marks].join('  '))
  }
  for (const line of wrong) say(line)
  return wrong.length === 0
}
