import { findContestant } from './catalogue.js'
import type { Seed, WorkloadId } from './contestant.js'
import { answerParent } from './process.js'
import { versionsOf } from './versions.js'

/**
 * The process of one server: `node server.js <file> <contestant> <workload>`.
 *
 * It measures nothing but what it has used itself, and does nothing but serve while nobody calls.
 */
const [file = '', id = '', workload = ''] = process.argv.slice(2)
const contestant = await findContestant(file, id)
const entrant = contestant.workloads[workload as WorkloadId]
if (!entrant) throw new Error(`${id} has no ${workload}`)
const served = await entrant.serve()

export interface Usage {
  /** Microseconds of all threads of the process, in the program and in the kernel. */
  readonly cpu: number
  /** Megabytes. */
  readonly heap: number
}

const calls = {
  ready: () => ({ port: served.port, pid: process.pid, versions: versionsOf(contestant.packages) }),
  seed: (count: number): Promise<readonly Seed[]> => served.seed(count),
  usage(): Usage {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, heap: Math.round(process.memoryUsage().heapUsed / 2 ** 20) }
  },
}

export type ServerCalls = typeof calls

answerParent(calls, () => served.close())
