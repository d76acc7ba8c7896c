import { type ProviderProcess, startProvider } from './child.js'
import { isFlat, type Sample, slopeOf } from './flat.js'
import type { Connection, Machine } from './host.js'
import { closedLoop, type Source, type Task } from './load.js'
import { markdown, report, thousands } from './results.js'
import { refreshes } from './sources.js'
import { post } from './wire.js'

/** Bytes in memory for what connected apps leave. */
interface Sizes {
  readonly grants: number
  /** A grant with an access token and a refresh token, as the authorization code flow has just left it: with its code and its events. */
  readonly perNewGrant: number
  /** The same when nothing but what is live is there any more. */
  readonly perGrant: number
  readonly perHundredThousandTokens: number
  /** One refresh, until what it leaves is purged: a spent refresh token, an access token and an event. */
  readonly perRefresh: number
}

interface Soak {
  readonly seconds: number
  readonly requests: number
  readonly samples: readonly Sample[]
  /** Bytes a minute, and for each request, once as much goes as comes. */
  readonly slope: number
  readonly error: number
  readonly perRequest: number
  readonly purged: number
  readonly flat: boolean
}

async function heapOf(provider: ProviderProcess): Promise<number> {
  await provider.usage()
  return (await provider.usage()).heap
}

const hour = 3_600

/** Codes and the pages that led to them are over by then, and access tokens are not. */
const laterOn = 0.8 * hour

async function sizes(grants: number): Promise<Sizes> {
  const provider = await startProvider({ postgres: null, settings: { retention: { expired: 0, events: hour / 2 } } })
  try {
    // What is loaded and compiled on the way is no part of it.
    await provider.connect({ clients: 1, each: 500 })
    const empty = await heapOf(provider)
    const seeds = await provider.connect({ clients: 1, each: grants })
    const full = await heapOf(provider)
    await provider.advance(laterOn)
    await provider.purge()
    const live = await heapOf(provider)
    const perGrant = (live - empty) / grants
    const requests = 2 * grants
    await closedLoop([provider.port], refreshes(seeds), { connections: 8, requests })
    const perRefresh = ((await heapOf(provider)) - live) / requests
    const perNewGrant = (full - empty) / grants
    return { grants, perNewGrant, perGrant, perHundredThousandTokens: perGrant * 50_000, perRefresh }
  } finally {
    await provider.stop()
  }
}

/** An hour passes between two rounds, so that everything is over and gone within a few of them. */
const settings = {
  lifetimes: { accessToken: hour, refreshToken: 4 * hour, grant: 6 * hour },
  retention: { expired: hour, unusedClients: 6 * hour, events: 2 * hour },
}

/** Rounds after which the first of everything has gone: from then on as much goes as comes. */
const settledAfter = 10

const token = (machine: Machine): Task => ({
  request: post('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: machine.clientId,
    client_secret: machine.clientSecret,
  }),
  settle: () => {},
})

/** Refreshes, with a token for a machine now and then. */
function mixed(connections: readonly Connection[], machines: readonly Machine[]): Source {
  const refresh = refreshes(connections)
  let turn = 0
  return () => {
    turn += 1
    const machine = machines[turn % machines.length]
    return turn % 4 === 0 && machine ? token(machine) : refresh()
  }
}

const perRound = 100
const requestsOfRound = 5_000

async function soak(seconds: number): Promise<Soak> {
  const provider = await startProvider({ postgres: null, settings })
  const samples: Sample[] = []
  let [requests, purged] = [0, 0]
  try {
    const machines = await provider.machines(10)
    const started = performance.now()
    const minutes = () => (performance.now() - started) / 60_000
    while (minutes() * 60 < seconds || samples.length < 2 * settledAfter) {
      // People connect apps all the time, and use them for a while.
      const source = mixed(await provider.connect({ clients: 2, each: perRound / 2 }), machines)
      const figures = await closedLoop([provider.port], source, { connections: 8, requests: requestsOfRound })
      if (figures.lost + figures.shed > 0) throw new Error(`not answered: ${JSON.stringify(figures)}`)
      requests += figures.good + perRound * 3
      purged += await provider.purge()
      samples.push({ minute: minutes(), heap: await heapOf(provider) })
      await provider.advance(hour)
    }
  } finally {
    await provider.stop()
  }
  const { slope, error } = slopeOf(samples.slice(settledAfter))
  const span = samples.at(-1)?.minute ?? 1
  const perRequest = slope / (requests / span)
  return { seconds, requests, samples, slope, error, perRequest, purged, flat: isFlat({ slope, error, perRequest }) }
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`

function memoryTable({ size, soaked }: { readonly size: Sizes; readonly soaked: Soak }): string {
  const [first, last] = [soaked.samples[settledAfter], soaked.samples.at(-1)]
  return markdown([
    ['memory storage', ''],
    ['heap for 100,000 live tokens, on 50,000 grants', megabytes(size.perHundredThousandTokens)],
    ['a grant with its two tokens, bytes', thousands(size.perGrant)],
    ['the same while its code and its events are there', thousands(size.perNewGrant)],
    ['what a refresh leaves, bytes', thousands(size.perRefresh)],
    [`soak of ${soaked.seconds} s, ${thousands(soaked.requests)} requests: records purged`, thousands(soaked.purged)],
    [
      `heap after ${settledAfter} rounds of ${soaked.samples.length}, when as much goes as comes`,
      megabytes(first?.heap ?? 0),
    ],
    ['heap at the end', megabytes(last?.heap ?? 0)],
    ['slope, bytes a minute', `${thousands(soaked.slope)} ± ${thousands(soaked.error)}`],
    ['slope, bytes for each request', soaked.perRequest.toFixed(1)],
  ])
}

/** What memory storage takes, and whether it takes ever more. */
export async function memory({
  seconds,
  grants,
}: {
  readonly seconds: number
  readonly grants: number
}): Promise<void> {
  const size = await sizes(grants)
  const soaked = await soak(seconds)
  await report('memory', { seconds, grants, settings }, { size, soaked }, memoryTable({ size, soaked }))
  if (!soaked.flat) throw new Error('memory grows')
}
