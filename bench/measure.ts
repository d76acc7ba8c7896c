import type { Listed } from './catalogue.js'
import { medianOf } from './latencies.js'
import type { LoadCalls, Ran } from './load.js'
import { type Child, start } from './process.js'
import type { Round, Row } from './results.js'
import type { ServerCalls } from './server.js'
import type { Settings } from './settings.js'
import type { Workload } from './workloads.js'

/** One contestant of a workload, with its two processes. */
interface Running {
  readonly listed: Listed
  readonly server: Child<ServerCalls>
  readonly load: Child<LoadCalls>
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: Round[]
  /** Runs a second in the last round, for how many seeds the next one needs. */
  rate: number
  /** Where its clocks stood when its last round was over. */
  left: { readonly cpu: number; readonly at: number }
  /** The largest part of a core that it used while others had their turns. */
  idle: number
}

const serverCore = 0
const loadCore = 1

async function open(listed: Listed, workload: Workload, { connections }: Settings): Promise<Running> {
  const args = [listed.file, listed.contestant.id, workload.id]
  const server = start<ServerCalls>('server.js', args, serverCore)
  const load = start<LoadCalls>('load.js', args, loadCore)
  try {
    const { port, versions } = await server.call('ready')
    await load.call('open', { port, connections })
    if (workload.once === null) await load.call('seeds', await server.call('seed', connections))
    return { listed, server, load, versions, rounds: [], rate: 0, left: { cpu: 0, at: 0 }, idle: 0 }
  } catch (error) {
    await Promise.all([server.stop(), load.stop()])
    throw error
  }
}

/** As many seeds as the last round lets expect, and some more. Nothing is known before the warm-up, and codes live for a minute only. */
async function sow({ server, load, rate }: Running, most: number, seconds: number): Promise<void> {
  const expected = rate === 0 ? 500 : Math.max(200, Math.ceil(rate * seconds * 1.2))
  const count = Math.min(most, expected)
  await load.call('seeds', await server.call('seed', count))
}

/**
 * A round begins before it is measured: who has had nothing to do while others had their turns is not yet what it is under load. Memory is
 * not collected in between, because that would throw away what the engine has learnt, and no server is asked to do so.
 */
async function round(
  running: Running,
  workload: Workload,
  { lead, seconds }: { readonly lead: number; readonly seconds: number },
): Promise<{ ran: Ran; cpu: number }> {
  const { server, load, left } = running
  const now = (await server.call('usage')).cpu
  const away = performance.now() - left.at
  if (left.at > 0 && away > 1000) running.idle = Math.max(running.idle, (now - left.cpu) / 1000 / away)
  const { once } = workload
  if (once !== null) await sow(running, Math.ceil(once / 4), lead)
  await load.call('run', { seconds: lead })
  if (once !== null) await sow(running, once, seconds)
  const before = await server.call('usage')
  const ran = await load.call('run', { seconds })
  const after = await server.call('usage')
  running.left = { cpu: after.cpu, at: performance.now() }
  running.rate = ran.runs / ran.seconds
  if (ran.runs === 0) throw new Error(`${running.listed.contestant.id}: no run of ${workload.id} came to its end`)
  return { ran, cpu: after.cpu - before.cpu }
}

function roundOf({ ran, cpu }: { readonly ran: Ran; readonly cpu: number }): Round {
  const { runs, seconds, median, p99 } = ran
  return {
    rate: runs / seconds,
    cpu: cpu / runs,
    median,
    p99,
    loadBusy: ran.cpu / 1e6 / seconds,
    runs,
    requests: ran.requests,
  }
}

const spread = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)]

async function summed({ listed, rounds, versions, idle, server }: Running): Promise<Row> {
  const { id, title, floor } = listed.contestant
  const of = (name: 'rate' | 'cpu' | 'median' | 'p99' | 'loadBusy') => rounds.map((one) => one[name])
  return {
    id,
    title,
    floor,
    versions,
    rate: medianOf(of('rate')),
    rateSpread: spread(of('rate')),
    cpu: medianOf(of('cpu')),
    cpuSpread: spread(of('cpu')),
    median: medianOf(of('median')),
    p99: medianOf(of('p99')),
    loadBusy: medianOf(of('loadBusy')),
    requestsPerRun: Math.round((rounds[0]?.requests ?? 0) / (rounds[0]?.runs ?? 1)),
    idle,
    heap: (await server.call('usage')).heap,
    rounds,
  }
}

/** All contestants of a workload, alive at once and in turns: A B C, A B C. One that fails is told of and left out. */
export async function measure(
  workload: Workload,
  entrants: readonly Listed[],
  settings: Settings,
  say: (line: string) => void,
): Promise<readonly Row[]> {
  let running: readonly Running[] = []
  const eachInTurn = async (act: (one: Running) => Promise<unknown>) => {
    const through: Running[] = []
    for (const one of running) {
      try {
        await act(one)
        through.push(one)
      } catch (error) {
        say(`  ${one.listed.contestant.id} does not count: ${error instanceof Error ? error.message : String(error)}`)
        await Promise.all([one.server.stop(), one.load.stop()])
      }
    }
    running = through
  }
  try {
    for (const listed of entrants) {
      const opened = await open(listed, workload, settings).catch((error: unknown) => {
        say(`  ${listed.contestant.id} did not start: ${error instanceof Error ? error.message : String(error)}`)
        return null
      })
      if (opened) running = [...running, opened]
    }
    await eachInTurn((one) => round(one, workload, { lead: 0, seconds: settings.warmup }))
    for (let count = 0; count < settings.rounds; count += 1)
      await eachInTurn(async (one) => one.rounds.push(roundOf(await round(one, workload, settings))))
    const rows: Row[] = []
    for (const one of running) rows.push(await summed(one))
    return rows
  } finally {
    await Promise.all(running.flatMap(({ server, load }) => [server.stop(), load.stop()]))
  }
}
