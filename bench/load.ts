import { findContestant } from './catalogue.js'
import { openConnection } from './connection.js'
import type { Seed, WorkloadId } from './contestant.js'
import { type Latencies, latencies } from './latencies.js'
import { answerParent } from './process.js'

/**
 * The process that loads one server: `node load.js <file> <contestant> <workload>`. A closed loop: each connection sends its next request
 * when it has looked at the answer to the last one.
 */
const [file = '', id = '', workload = ''] = process.argv.slice(2)
const entrant = (await findContestant(file, id)).workloads[workload as WorkloadId]
if (!entrant) throw new Error(`${id} has no ${workload}`)
const traffic = entrant.traffic()

interface Lane {
  readonly send: ReturnType<typeof openConnection>['send']
  /** What this connection goes on with. */
  seed: Seed | null
}

let lanes: readonly Lane[] = []
let seeds: Seed[] = []

export interface Ran {
  /** Runs that came to their end, each of one request or, of a whole flow, several. */
  readonly runs: number
  readonly requests: number
  readonly seconds: number
  readonly median: number
  readonly p99: number
  /** Microseconds that this process has used. */
  readonly cpu: number
}

/** One run from its first request to the answer that ends it. How many requests it took. */
async function runOnce(lane: Lane, taken: Latencies): Promise<number> {
  const began = performance.now()
  for (let requests = 1; ; requests += 1) {
    const seed = lane.seed ?? {}
    const { seed: next, done } = traffic.next(seed, await lane.send(traffic.request(seed)))
    lane.seed = next
    if (!done) continue
    taken.add(performance.now() - began)
    return requests
  }
}

async function run({ seconds }: { readonly seconds: number }): Promise<Ran> {
  const taken = latencies()
  let requests = 0
  const before = process.cpuUsage()
  const began = performance.now()
  const until = began + seconds * 1000
  const drive = async (lane: Lane) => {
    while (performance.now() < until) {
      lane.seed ??= seeds.pop() ?? null
      if (lane.seed === null) return
      requests += await runOnce(lane, taken)
    }
  }
  // It never sleeps: to wake a process takes 10 µs, and is charged to the server that sends it something.
  const awake = () => performance.now() < until && void setImmediate(awake)
  awake()
  await Promise.all(lanes.map(drive))
  const took = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(before)
  const { count, median, p99 } = taken.summary()
  return { runs: count, requests, seconds: took, median, p99, cpu: user + system }
}

const calls = {
  open({ port, connections }: { readonly port: number; readonly connections: number }) {
    lanes = Array.from({ length: connections }, () => ({ send: openConnection(port).send, seed: null }))
  },
  /** Seeds for the rounds to come; those that were left are thrown away. */
  seeds(fresh: readonly Seed[]) {
    seeds = [...fresh]
  },
  run,
}

export type LoadCalls = typeof calls

answerParent(calls)
