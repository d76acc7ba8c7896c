import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { migrate } from 'grantor/storage/sql'
import type { Kysely } from 'kysely'
import { type ProviderProcess, startProvider } from './child.js'
import type { Connection } from './host.js'
import { closedLoop, type Figures, type Source } from './load.js'
import { ask, dropTables, openForWork } from './postgres.js'
import { markdown, report, thousands } from './results.js'
import { calls, refreshes, refreshForm } from './sources.js'
import { openLine } from './wire.js'

interface Round {
  readonly processes: number
  readonly endpoint: 'guard' | 'refresh'
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Processors kept busy, of the providers together and of PostgreSQL; null where its processes cannot be seen. */
  readonly providerCores: number
  readonly databaseCores: number | null
  readonly connections: number
}

const counts = [1, 2, 4]
const pool = 10
const connections = 32
const chains = 400
const replays = 50

/** Milliseconds of the processor that all processes of PostgreSQL on this machine have had; null where there are none to see. */
function databaseCpu(): number | null {
  const ticksPerSecond = 100
  let ticks: number | null = null
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      if (!/\((postgres|postmaster)\)/.test(stat)) continue
      const [user = '0', system = '0'] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13)
      ticks = (ticks ?? 0) + Number(user) + Number(system)
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks === null ? null : (ticks * 1000) / ticksPerSecond
}

const providerCpu = async (providers: readonly ProviderProcess[]): Promise<number> =>
  (await Promise.all(providers.map((one) => one.usage()))).reduce((sum, { cpuMs }) => sum + cpuMs, 0)

async function connectionsOf(db: Kysely<unknown>, prefix: string): Promise<number> {
  const [row] = await ask(db, `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = '${prefix}'`)
  return Number(row?.n)
}

/** The same source through all of the processes, each connection staying with one of them. */
async function round(
  providers: readonly ProviderProcess[],
  source: Source,
  { seconds, db, prefix }: { readonly seconds: number; readonly db: Kysely<unknown>; readonly prefix: string },
): Promise<Omit<Round, 'processes' | 'endpoint'>> {
  const ports = providers.map(({ port }) => port)
  await closedLoop(ports, source, { connections, seconds: 1 })
  const before = { provider: await providerCpu(providers), database: databaseCpu(), at: performance.now() }
  const figures: Figures = await closedLoop(ports, source, { connections, seconds })
  const open = await connectionsOf(db, prefix)
  const database = databaseCpu()
  const milliseconds = performance.now() - before.at
  const { shed, lost, goodPerSecond: perSecond, p50, p99 } = figures
  if (shed + lost > 0) throw new Error(`${shed} were turned away, ${lost} not answered`)
  return {
    perSecond,
    p50,
    p99,
    providerCores: ((await providerCpu(providers)) - before.provider) / milliseconds,
    databaseCores: database === null || before.database === null ? null : (database - before.database) / milliseconds,
    connections: open,
  }
}

/** Fifty times the same refresh token at once, over all processes: what comes of it. */
async function replayed(providers: readonly ProviderProcess[], connection: Connection): Promise<number> {
  const request = refreshForm(connection, connection.refreshToken)
  const answers = await Promise.all(
    Array.from({ length: replays }, async (_, index) => {
      const line = openLine(providers[index % providers.length]?.port ?? 0)
      return line.send(request).finally(line.hangUp)
    }),
  )
  const successors = new Set(
    answers.map((answer) => {
      if (answer?.status !== 200) throw new Error(`a parallel refresh was answered ${answer?.status}: ${answer?.body}`)
      return String(JSON.parse(answer.body).refresh_token)
    }),
  )
  const [successor] = successors
  const line = openLine(providers[0]?.port ?? 0)
  const next = await line.send(refreshForm(connection, successor ?? '')).finally(line.hangUp)
  if (next?.status !== 200) throw new Error(`the chain did not go on: ${next?.status} ${next?.body}`)
  return successors.size
}

/** Every client refreshes once more, at another process than before, and calls with what it gets. */
async function goOn(providers: readonly ProviderProcess[], source: () => ReturnType<Source>): Promise<void> {
  const ports = providers.map(({ port }) => port).toReversed()
  for (let index = 0; index < chains; index += 1) {
    const task = source()
    if (!task) throw new Error('a chain is missing')
    const line = openLine(ports[index % ports.length] ?? 0)
    const answer = await line.send(task.request).finally(line.hangUp)
    if (answer?.status !== 200) throw new Error(`a chain ended: ${answer?.status} ${answer?.body}`)
    task.settle(answer)
  }
}

export function processesTable(rounds: readonly Round[]): string {
  const heading = ['', 'processes', '/s', 'p50, ms', 'p99, ms', 'cores: providers', 'cores: PostgreSQL', 'connections']
  const row = ({ endpoint, ...one }: Round) => [
    one.processes === counts[0] ? endpoint : '',
    `${one.processes}`,
    thousands(one.perSecond),
    one.p50.toFixed(1),
    one.p99.toFixed(1),
    one.providerCores.toFixed(2),
    one.databaseCores?.toFixed(2) ?? '',
    `${one.connections}`,
  ]
  return markdown([heading, ...rounds.map(row)])
}

/** One, two and four providers on one database: how much goes through, and that they agree. */
export async function processes({ seconds }: { readonly seconds: number }): Promise<void> {
  const prefix = `scale${randomBytes(4).toString('hex')}_`
  const { db } = openForWork(`${prefix}x`)
  const rounds: Round[] = []
  const successors: number[] = []
  try {
    await migrate(db, { prefix })
    for (const count of counts) {
      const start = () => startProvider({ postgres: { prefix, pool, waitMs: 10_000 } })
      const providers = await Promise.all(Array.from({ length: count }, start))
      try {
        const seeds = await (providers[0] as ProviderProcess).connect({ clients: 10, each: chains / 10 })
        const [victim, ...chained] = seeds
        const sources = { guard: calls(seeds), refresh: refreshes(chained) }
        const where = { seconds, db, prefix }
        for (const endpoint of ['guard', 'refresh'] as const) {
          rounds.push({ processes: count, endpoint, ...(await round(providers, sources[endpoint], where)) })
          console.log(JSON.stringify(rounds.at(-1)))
        }
        await goOn(providers, sources.refresh)
        successors.push(await replayed(providers, victim as Connection))
      } finally {
        await Promise.all(providers.map((one) => one.stop()))
      }
    }
    if (successors.some((many) => many !== 1)) throw new Error(`successors of one token: ${successors.join(', ')}`)
    const sorted = [...rounds].sort((a, b) => a.endpoint.localeCompare(b.endpoint) || a.processes - b.processes)
    const parameters = { seconds, pool, connections, chains, replays }
    await report('processes', parameters, { rounds: sorted, successors }, processesTable(sorted))
  } finally {
    await dropTables(db, prefix)
    await db.destroy()
  }
}
