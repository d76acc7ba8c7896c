import { parseArgs } from 'node:util'
import { workloads } from './workloads.js'

/** How a run goes. */
export interface Settings {
  readonly workloads: readonly string[]
  /** Ids of contestants; null: everybody. */
  readonly contestants: readonly string[] | null
  readonly rounds: number
  readonly seconds: number
  readonly warmup: number
  /** For how many seconds each round runs before it is measured. */
  readonly lead: number
  readonly connections: number
  /** Nothing is measured: what is made of the latest figures is made again. */
  readonly report: boolean
  /** Single functions instead of servers. */
  readonly micro: boolean
  /** Only see whether everybody answers rightly. */
  readonly check: boolean
  /** Whether the figures are written to the repository. */
  readonly write: boolean
}

/** What fits into two minutes with everybody. */
const quickWorkloads = ['client-credentials', 'refresh', 'guard']

const list = (text: string) => text.split(',').filter((one) => one !== '')

/** @throws TypeError for what does not exist */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      micro: { type: 'boolean', default: false },
      only: { type: 'string' },
      contestants: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      warmup: { type: 'string' },
      connections: { type: 'string' },
      'no-write': { type: 'boolean', default: false },
    },
  })
  const { quick, micro, check, report, only, contestants } = values
  const known = workloads.map(({ id }): string => id)
  const wanted = only === undefined ? (quick ? quickWorkloads : known) : list(only)
  const stranger = wanted.find((id) => !known.includes(id))
  if (stranger !== undefined) throw new TypeError(`no workload ${stranger}: there are ${known.join(', ')}`)
  return {
    workloads: wanted,
    contestants: contestants === undefined ? null : list(contestants),
    rounds: Number(values.rounds ?? (quick ? 3 : 9)),
    seconds: Number(values.seconds ?? (quick ? 0.2 : 0.5)),
    warmup: Number(values.warmup ?? (quick ? 0.2 : 2)),
    lead: quick ? 0.2 : 0.35,
    connections: Number(values.connections ?? 16),
    report,
    check,
    micro,
    // Figures are worth keeping only beside everybody else's.
    write: !quick && contestants === undefined && !values['no-write'],
  }
}
