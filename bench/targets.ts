import { compare, type Measured, ratioOf, rowOf } from './results.js'

/** What Grantor is held to. CPU decides, because it is steady; requests per second are told beside it. */
export interface Target {
  readonly name: string
  /** What there was to look at; none: not measured in this run. */
  readonly cases: readonly Case[]
}

export interface Case {
  readonly label: string
  /** A ratio by CPU per request, and how large it has to be. */
  readonly cpu: number
  readonly least: number
  /** The same ratio by requests per second. */
  readonly rate: number
}

export const isHeld = ({ cpu, least }: Case): boolean => cpu >= least

/** The case that is nearest to failing, or has. */
export const worstOf = ({ cases }: Target): Case | undefined =>
  cases.toSorted((a, b) => a.cpu / a.least - b.cpu / b.least)[0]

const tokenWorkloads = ['client-credentials', 'code', 'refresh']

/** Who of Grantor's runs as a peer does: in the same framework, or on the same database. */
const counterparts: Readonly<Record<string, string>> = {
  'floor-node': 'grantor-memory-node',
  'floor-express': 'grantor-memory-express',
  'floor-hono': 'grantor-memory-hono',
  'floor-postgres': 'grantor-postgres',
}

const isOwn = (id: string) => id.startsWith('grantor-') || id.startsWith('floor-')

/** Of its floor, in some workloads. */
const ofFloor = (all: readonly Measured[], id: string, least: number, workloads: readonly string[]): readonly Case[] =>
  all.flatMap((measured) => {
    const row = workloads.includes(measured.workload) ? rowOf(measured, id) : undefined
    const ratio = row && ratioOf(measured, row)
    return ratio ? [{ label: `${id}, ${measured.workload}`, ...ratio, least }] : []
  })

/** How many times a peer's costs Grantor's are. One that is far from the floor has to be left far behind. */
const ahead = (all: readonly Measured[]): readonly Case[] =>
  all.flatMap((measured) =>
    measured.rows.flatMap((peer) => {
      const own = rowOf(measured, counterparts[peer.floor ?? ''] ?? '')
      if (isOwn(peer.id) || !own) return []
      const label = `${own.id} and ${peer.id}, ${measured.workload}`
      const least = (ratioOf(measured, peer)?.cpu ?? 1) < 0.5 ? 1.5 : 1
      return [{ label, ...compare(own, peer), least }]
    }),
  )

export function targetsOf(all: readonly Measured[]): readonly Target[] {
  const adapters = ['grantor-memory-express', 'grantor-memory-hono']
  return [
    {
      name: 'Token requests in memory, of the `node:http` floor',
      cases: ofFloor(all, 'grantor-memory-node', 0.8, tokenWorkloads),
    },
    {
      name: 'Guarded requests in memory, of the `node:http` floor',
      cases: ofFloor(all, 'grantor-memory-node', 0.9, ['guard']),
    },
    {
      name: 'Express and Hono, of the floor in that framework',
      cases: adapters.flatMap((id) => ofFloor(all, id, 0.85, [...tokenWorkloads, 'guard'])),
    },
    {
      name: 'PostgreSQL, refresh, of the floor with the same two round trips',
      cases: ofFloor(all, 'grantor-postgres', 0.8, ['refresh']),
    },
    { name: 'Ahead of every other package; 1.5 times where that is below 0.50 of its floor', cases: ahead(all) },
    {
      name: 'Twice as fast as Better Auth on PostgreSQL',
      cases: ahead(all)
        .filter(({ label }) => label.includes(' better-auth-postgres,'))
        .map((one) => ({ ...one, least: 2 })),
    },
  ]
}

/** For the terminal. */
export function verdicts(all: readonly Measured[]): readonly string[] {
  return targetsOf(all)
    .filter(({ cases }) => cases.length > 0)
    .flatMap(({ name, cases }) => [
      name,
      ...cases.map(({ label, cpu, rate, least }) => {
        const verdict = isHeld({ label, cpu, rate, least }) ? 'pass' : 'FAIL'
        return `  ${verdict}  ${cpu.toFixed(2)} >= ${least.toFixed(2)}  (req/s ${rate.toFixed(2)})  ${label}`
      }),
    ])
}
