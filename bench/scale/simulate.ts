import { markdown, readResults, report, thousands } from './results.js'
import type { RowFigures } from './rows.js'
import { type Demand, demandOf, type World } from './simulation/demand.js'
import { type Lag, type Outcome, simulateSigned, simulateTraffic, type Traffic } from './simulation/traffic.js'

const day = 86_400

const defaults: World = {
  grants: 100_000_000,
  clients: 100_000,
  activeADay: 0.2,
  activeSeconds: 3 * 3_600,
  connectedADay: 0.005,
  peak: 3,
  lifetimes: { accessToken: 3_600, refreshToken: 30 * day },
  retention: { expired: day, events: 365 * day },
}

/** The same world with the knobs turned that docs/scale.md speaks of. */
const tuned: World = {
  ...defaults,
  lifetimes: { accessToken: 3_600, refreshToken: 7 * day },
  retention: { expired: 3_600, events: 30 * day },
}

const base: Omit<Traffic, 'seed'> = {
  requestsPerSecond: 50_000,
  servers: 25,
  tokens: 5_000_000,
  exponent: 0.8,
  cache: { seconds: 10, most: 1_000 },
  sticky: false,
  revocationsPerSecond: 20,
  seconds: 20,
}

interface Variant {
  readonly title: string
  readonly traffic: Omit<Traffic, 'seed'>
}

const cached = (seconds: number, most: number, more: Partial<Traffic> = {}): Variant => ({
  title: `${seconds} s, ${thousands(most)} answers${more.sticky ? ', same server' : ''}`,
  traffic: { ...base, ...more, cache: { seconds, most }, seconds: Math.max(base.seconds, seconds) },
})

const variants: readonly Variant[] = [
  { title: 'opaque, looked up each time', traffic: { ...base, cache: { seconds: 0, most: 1 } } },
  cached(10, 1_000),
  cached(10, 20_000),
  cached(60, 100_000),
  cached(60, 100_000, { sticky: true }),
]

interface Simulated {
  readonly title: string
  readonly seconds: number
  readonly outcome: Outcome
}

const gigabytes = (bytes: number) => (bytes / 1e9 < 10 ? (bytes / 1e9).toFixed(1) : thousands(bytes / 1e9))
const millions = (count: number) => (count / 1e6 < 10 ? (count / 1e6).toFixed(1) : thousands(count / 1e6))

function demandTable(worlds: readonly Demand[], { sizes }: RowFigures): string {
  const row = ({ table, heap, indexes }: RowFigures['sizes'][number]) => [
    `\`${table}\``,
    ...worlds.flatMap(({ rows }) => {
      const count = rows[table as keyof Demand['rows']]
      return [millions(count), gigabytes(count * (heap + indexes))]
    }),
  ]
  const sum = ({ rows }: Demand) =>
    sizes.reduce((total, { table, heap, indexes }) => total + rows[table as keyof Demand['rows']] * (heap + indexes), 0)
  return markdown([
    ['', 'rows, millions', 'GB', 'tuned: rows, millions', 'tuned: GB'],
    ...sizes.map(row),
    ['together', ...worlds.flatMap((one) => ['', gigabytes(sum(one))])],
  ])
}

function writesTable(worlds: readonly Demand[], { walOfRefresh, purgedPerSecond, walOfPurge }: RowFigures): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const cells = (cell: (demand: Demand) => string) => worlds.map(cell)
  return markdown([
    ['', 'defaults', 'tuned'],
    ['refreshes a second, busiest hour', ...cells((one) => thousands(one.refreshesPerSecond))],
    ['of them in the log, a second', ...cells((one) => megabytes(one.refreshesPerSecond * walOfRefresh.later))],
    ['the same just after a checkpoint', ...cells((one) => megabytes(one.refreshesPerSecond * walOfRefresh.first))],
    ['rows that must be purged a second', ...cells((one) => thousands(one.purgedPerSecond))],
    [
      'of what one process was measured to purge',
      ...cells((one) => `${Math.ceil((100 * one.purgedPerSecond) / purgedPerSecond)} %`),
    ],
    ['of them in the log, a second', ...cells((one) => megabytes(one.purgedPerSecond * walOfPurge))],
    ['spent refresh tokens, millions', ...cells((one) => millions(one.spentRefreshTokens))],
  ])
}

const lagCells = ({ mean, p99, most }: Lag) =>
  [mean, p99, most].map((seconds) => (seconds < 100 ? seconds.toFixed(1) : thousands(seconds)))

function trafficTable(simulated: readonly Simulated[], signed: Lag): string {
  return markdown([
    ['', 'hits', 'lookups, /s', 'uses written, /s', 'lag, s', 'p99', 'most'],
    ...simulated.map(({ title, seconds, outcome }) => [
      title,
      `${(outcome.hitRatio * 100).toFixed(1)} %`,
      thousands(outcome.asked / seconds),
      thousands(outcome.usesPerSecond),
      ...lagCells(outcome.lag),
    ]),
    ['signed (JWT), one hour', '100.0 %', '0', '0', ...lagCells(signed)],
  ])
}

/** Three servers of the 25, and their share: where requests go anywhere, each knows nothing of the others. */
const sampled = 3
const some = {
  servers: sampled,
  requestsPerSecond: (base.requestsPerSecond * sampled) / base.servers,
  seconds: 30,
}

/** How the hit ratio hangs on what nobody knows beforehand: how unevenly tokens are used, and how many are. */
function sensitivity(seed: number): readonly Simulated[] {
  const worlds = [0.6, 0.8, 1].flatMap((exponent) =>
    [500_000, 5_000_000].map((tokens) => ({ exponent, tokens, title: `${exponent}, ${millions(tokens)} million` })),
  )
  return worlds.map(({ title, exponent, tokens }) => {
    const traffic = { ...base, ...some, seed, exponent, tokens, cache: { seconds: 30, most: 100_000 } }
    return { title, seconds: some.seconds, outcome: simulateTraffic(traffic) }
  })
}

const sensitivityTable = (simulated: readonly Simulated[]): string =>
  markdown([
    ['exponent, tokens in use', 'hits', 'lookups, /s'],
    ...simulated.map(({ title, outcome }) => [
      title,
      `${(outcome.hitRatio * 100).toFixed(1)} %`,
      thousands((outcome.asked / some.seconds) * (base.servers / sampled)),
    ]),
  ])

/** What a hundred million grants and fifty thousand guarded requests a second come to. */
export async function simulate({ seed }: { readonly seed: number }): Promise<void> {
  const rows = await readResults<RowFigures>('rows')
  if (!rows) throw new Error('bench/results/scale-rows.json is missing: run `npm run bench:scale -- rows` first')
  const worlds = [defaults, tuned].map(demandOf)
  const simulated = variants.map(({ title, traffic }) => {
    const { seconds } = traffic
    return { title, seconds, outcome: simulateTraffic({ ...traffic, seed }) }
  })
  const secondsBetween = base.tokens / base.requestsPerSecond
  const signed = simulateSigned(seed, { lifetime: 3_600, secondsBetween, revocations: 10_000 })
  const sensitive = sensitivity(seed)
  const sections = [
    demandTable(worlds, rows.figures),
    writesTable(worlds, rows.figures),
    trafficTable(simulated, signed),
    sensitivityTable(sensitive),
  ]
  await report(
    'simulate',
    { seed, defaults, tuned, base },
    { worlds, simulated, signed, sensitive },
    sections.join('\n\n'),
  )
}
