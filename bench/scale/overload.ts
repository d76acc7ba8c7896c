import { randomBytes } from 'node:crypto'
import { migrate } from 'grantor/storage/sql'
import { type Plan, type ProviderProcess, pin, startProvider } from './child.js'
import { closedLoop, type Figures, openLoop, type Source } from './load.js'
import { dropTables, openForWork, type PostgresOptions } from './postgres.js'
import { markdown, report, thousands } from './results.js'
import { calls, refreshes } from './sources.js'

/** What is put under load: a provider, what is asked of it, how many clients hold tokens of it, and for how long each time. */
interface Contender {
  readonly id: string
  readonly title: string
  readonly endpoints: readonly Endpoint[]
  readonly loads: readonly number[]
  readonly seconds: number
  readonly chains: number
  readonly postgres: Omit<PostgresOptions, 'prefix' | 'pool'> | null
  readonly storageCallsAtOnce?: number
}

type Endpoint = 'guard' | 'refresh'

interface Step extends Figures {
  readonly times: number
  readonly rate: number
  /** How often the host was told that something failed. */
  readonly faults: number
}

interface Measured {
  readonly contender: string
  readonly title: string
  readonly endpoint: Endpoint
  /** Good answers a second while each connection waits for its answer before it asks again. */
  readonly capacity: number
  readonly steps: readonly Step[]
}

const quick = { endpoints: ['guard', 'refresh'], loads: [0.5, 1, 1.5, 2, 3], seconds: 2, chains: 1_500 } as const
const slow = { endpoints: ['refresh'], loads: [1, 2, 3], seconds: 4, chains: 500 } as const

const contenders: readonly Contender[] = [
  { ...quick, id: 'memory', title: 'memory', postgres: null },
  { ...quick, id: 'postgres', title: 'PostgreSQL', postgres: { waitMs: 2_000 } },
  {
    ...quick,
    loads: [1, 2, 3],
    id: 'fewer',
    title: 'PostgreSQL, 100 calls',
    postgres: { waitMs: 2_000 },
    storageCallsAtOnce: 100,
  },
  { ...slow, id: 'slow', title: 'slow PostgreSQL', postgres: { waitMs: 2_000, slowMs: 100 } },
  { ...slow, id: 'short', title: 'slow PostgreSQL, short wait', postgres: { waitMs: 200, slowMs: 100 } },
  {
    ...slow,
    id: 'few',
    title: 'slow PostgreSQL, 50 calls',
    postgres: { waitMs: 2_000, slowMs: 100 },
    storageCallsAtOnce: 50,
  },
]

const connections = 32
const patienceMs = 3_000
const mostConnections = 2_000

type Sources = Readonly<Record<Endpoint, Source>>

async function sourcesOf(provider: ProviderProcess, chains: number): Promise<Sources> {
  const seeds = await provider.connect({ clients: 20, each: chains / 20 })
  return { guard: calls(seeds), refresh: refreshes(seeds) }
}

async function measure(
  provider: ProviderProcess,
  source: Source,
  { id, title, loads, seconds }: Contender,
  endpoint: Endpoint,
): Promise<Measured> {
  const { port } = provider
  await closedLoop([port], source, { connections, seconds: 1 })
  const { goodPerSecond: capacity } = await closedLoop([port], source, { connections, seconds: 2 })
  const steps: Step[] = []
  for (const times of loads) {
    await provider.faults()
    const rate = capacity * times
    const figures = await openLoop(port, source, { rate, seconds, patienceMs, mostConnections })
    steps.push({ times, rate: Math.round(rate), ...figures, faults: await provider.faults() })
    console.log(id, endpoint, capacity, JSON.stringify(steps.at(-1)))
  }
  return { contender: id, title: `${endpoint}, ${title}`, endpoint, capacity, steps }
}

const planOf = ({ postgres, storageCallsAtOnce: calls }: Contender, prefix: string): Plan => ({
  postgres: postgres && { ...postgres, prefix, pool: 10 },
  ...(calls !== undefined && { settings: { storageCallsAtOnce: calls } }),
})

/** What is in the database is made by a provider that is not slow. */
async function seeded(contender: Contender, prefix: string): Promise<Sources | null> {
  if (!contender.postgres) return null
  const provider = await startProvider({ postgres: { prefix, pool: 10, waitMs: 10_000 } })
  return sourcesOf(provider, contender.chains).finally(provider.stop)
}

async function measureContender(contender: Contender, prefix: string): Promise<readonly Measured[]> {
  const before = await seeded(contender, prefix)
  const provider = await startProvider(planOf(contender, prefix), { core: 0 })
  try {
    const sources = before ?? (await sourcesOf(provider, contender.chains))
    const measured: Measured[] = []
    for (const endpoint of contender.endpoints)
      measured.push(await measure(provider, sources[endpoint], contender, endpoint))
    return measured
  } finally {
    await provider.stop()
  }
}

const row = ({ title, capacity }: Measured, { times, p50, p99, ...step }: Step, first: boolean): readonly string[] => [
  first ? title : '',
  first ? thousands(capacity) : '',
  `${times}`,
  thousands(step.goodPerSecond),
  step.good === 0 ? '' : p50.toFixed(p50 < 10 ? 1 : 0),
  step.good === 0 ? '' : p99.toFixed(p99 < 10 ? 1 : 0),
  thousands(step.shed),
  thousands(step.lost + step.unsent),
]

export function overloadTable(measured: readonly Measured[]): string {
  const heading = ['', 'capacity, /s', 'load', 'good, /s', 'p50, ms', 'p99, ms', '503', 'no answer']
  return markdown([heading, ...measured.flatMap((one) => one.steps.map((step, index) => row(one, step, index === 0)))])
}

/** Requests come whether or not those before are answered, at 0.5 to 3 times what goes through. */
export async function overload(only: readonly string[] | null): Promise<void> {
  const prefix = `scale${randomBytes(4).toString('hex')}_`
  const { db } = openForWork(prefix)
  pin(process.pid, 1)
  try {
    await migrate(db, { prefix })
    const measured: Measured[] = []
    for (const contender of contenders)
      if (!only || only.includes(contender.id)) measured.push(...(await measureContender(contender, prefix)))
    const parameters = { connections, patienceMs, mostConnections, pool: 10, contenders }
    await report('overload', parameters, measured, overloadTable(measured))
  } finally {
    await dropTables(db, prefix)
    await db.destroy()
  }
}
