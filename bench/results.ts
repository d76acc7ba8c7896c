import { medianOf } from './latencies.js'

/** What a run has found, as it is written to results/latest.json. */

export interface Round {
  /** Runs a second. */
  readonly rate: number
  /** Microseconds of the server per run. */
  readonly cpu: number
  /** Milliseconds. */
  readonly median: number
  readonly p99: number
  /** The part of a core that the load was busy with: near 1, it measured itself. */
  readonly loadBusy: number
  readonly runs: number
  readonly requests: number
}

/** One contestant in one workload: medians of its rounds, and between what they lay. */
export interface Row {
  readonly id: string
  readonly title: string
  readonly floor: string | null
  readonly versions: Readonly<Record<string, string>>
  readonly rate: number
  readonly rateSpread: readonly [number, number]
  readonly cpu: number
  readonly cpuSpread: readonly [number, number]
  readonly median: number
  readonly p99: number
  readonly loadBusy: number
  readonly requestsPerRun: number
  /** The largest part of a core that the server used while others had their turns. */
  readonly idle: number
  /** Megabytes at the end. */
  readonly heap: number
  readonly rounds: readonly Round[]
}

export interface Measured {
  readonly workload: string
  readonly title: string
  readonly rows: readonly Row[]
}

export interface Ratio {
  /** How many times the CPU per run of the first the second takes. */
  readonly cpu: number
  readonly rate: number
}

/** Two contestants, compared round by round, because they had their turns in each within seconds: the median of their ratios. */
export function compare({ rounds }: Row, other: Row): Ratio {
  const inEach = (ratio: (one: Round, other: Round) => number) =>
    medianOf(rounds.flatMap((one, at) => (other.rounds[at] ? [ratio(one, other.rounds[at])] : [])))
  return { cpu: inEach((a, b) => b.cpu / a.cpu), rate: inEach((a, b) => a.rate / b.rate) }
}

/** How near a contestant comes to its floor in the same run, 1 being as good as bare; null where there is none. */
export function ratioOf(measured: Pick<Measured, 'rows'>, row: Row): Ratio | null {
  const floor = rowOf(measured, row.floor ?? '')
  return floor ? compare(row, floor) : null
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  /** Gigabytes. */
  readonly memory: number
  readonly system: string
  readonly node: string
  /** Whether servers and load had a core each. */
  readonly pinned: boolean
}

export interface Results {
  /** `2026-11-21` */
  readonly date: string
  readonly machine: Machine
  readonly rounds: number
  /** Of a round. */
  readonly seconds: number
  readonly connections: number
  readonly measured: readonly Measured[]
}

export const rowOf = ({ rows }: Pick<Measured, 'rows'>, id: string): Row | undefined =>
  rows.find((row) => row.id === id)
