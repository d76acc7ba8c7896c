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
  /** CPU per run of the floor, divided by that of the contestant: 1 is as good as bare. */
  readonly cpu: number
  readonly rate: number
}

/** How near a contestant comes to its floor in the same run; null where there is none. */
export function ratioOf(measured: Pick<Measured, 'rows'>, row: Row): Ratio | null {
  const floor = rowOf(measured, row.floor ?? '')
  return floor ? { cpu: floor.cpu / row.cpu, rate: row.rate / floor.rate } : null
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
