import { describe, expect, inject, it } from 'vitest'
import { type Connection, openConnection } from '../../bench/connection.js'
import type { Answer, Contestant, Seed, Traffic, WorkloadId } from '../../bench/contestant.js'
import { contestants as expressFloor } from '../../bench/floors/express.js'
import { contestants as honoFloor } from '../../bench/floors/hono.js'
import { contestants as nodeFloor } from '../../bench/floors/node.js'
import { contestants as postgresFloor } from '../../bench/floors/postgres.js'
import { contestants as inMemory } from '../../bench/grantor/memory.js'
import { contestants as onDatabases } from '../../bench/grantor/on-databases.js'
import { workloads } from '../../bench/workloads.js'

const { postgres, redis } = inject('databaseServers')
if (postgres !== null) process.env.BENCH_POSTGRES_URL = postgres
if (redis !== null) process.env.BENCH_REDIS_URL = redis

const everybody = [...nodeFloor, ...expressFloor, ...honoFloor, ...postgresFloor, ...inMemory, ...onDatabases]

/** Those whose database is here. */
const present = everybody.filter(
  ({ id }) => (postgres !== null || !id.endsWith('postgres')) && (redis !== null || !id.endsWith('redis')),
)

/** One run, from its first request to the answer that ends it. */
async function once(traffic: Traffic, connection: Connection, seed: Seed) {
  let held = seed
  for (let requests = 1; ; requests += 1) {
    const answer = await connection.send(traffic.request(held))
    const next = traffic.next(held, answer)
    if (next.done) return { answer, requests, seed: next.seed }
    held = next.seed ?? held
  }
}

/** A few runs on one connection, which goes on as the load does. */
async function several({ workloads: entrants }: Contestant, workload: WorkloadId, runs: number) {
  const entrant = entrants[workload]!
  const served = await entrant.serve()
  const connection = openConnection(served.port)
  try {
    const traffic = entrant.traffic()
    const fresh = [...(await served.seed(runs))]
    const done: { readonly answer: Answer; readonly requests: number }[] = []
    let seed: Seed | null = null
    for (let run = 0; run < runs; run += 1) {
      const one = await once(traffic, connection, seed ?? fresh.pop()!)
      seed = one.seed
      done.push(one)
    }
    return done
  } finally {
    connection.close()
    await served.close()
  }
}

const cases = present.flatMap((contestant) =>
  workloads.flatMap(({ id }) => (contestant.workloads[id] ? [[contestant.id, id, contestant] as const] : [])),
)

describe('the contestants of the benchmark', () => {
  it.each(cases)('%s answers %s, again and again', async (_id, workload, contestant) => {
    const done = await several(contestant, workload, 3)
    expect(done.map(({ requests }) => requests)).toEqual(Array.from({ length: 3 }, () => (workload === 'flow' ? 4 : 1)))
  })
})

/** What an answer looks like on the wire, whatever stands in it. */
function shapeOf({ status, headers, body }: Answer) {
  const names = Object.keys(headers).filter((name) => name !== 'date')
  const members = Object.entries(JSON.parse(body) as object).map(([name, value]) => [name, String(value).length])
  return { status, headers: names.sort(), members: new Map(members as [string, number][]) }
}

describe('a floor', () => {
  const pairs = present.flatMap((contestant) =>
    everybody
      .filter(
        ({ id }) => id === contestant.floor && contestant.id !== 'grantor-sqlite' && contestant.id !== 'grantor-redis',
      )
      .flatMap((floor) =>
        workloads.flatMap(({ id }) =>
          floor.workloads[id] ? [[floor.id, contestant.id, id, floor, contestant] as const] : [],
        ),
      ),
  )

  it.each(pairs)('%s sends what %s does for %s', async (_floor, _id, workload, floor, contestant) => {
    const [bare, whole] = [await several(floor, workload, 1), await several(contestant, workload, 1)]
    expect(shapeOf(bare[0]!.answer)).toEqual(shapeOf(whole[0]!.answer))
  })
})
