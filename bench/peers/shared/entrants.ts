import { along, arrival, redeemed } from '../../arrival.js'
import type { Connection } from '../../connection.js'
import type { Contestant, Seed, Served, WorkloadId } from '../../contestant.js'
import { seedOver } from '../../seeding.js'
import { sessionCookie } from '../../terms.js'
import { type Client, type Endpoints, trafficOf } from '../../traffic.js'

/** A peer that answers on 127.0.0.1. */
export interface Started {
  readonly port: number
  /** The confidential client that all requests come from. */
  readonly client: Client
  /** What the browser of that person sends; by default the name, which the hosts here take at its word. */
  cookies?(person: string): Promise<string>
  close(): Promise<void>
}

export interface Peer {
  readonly endpoints: Endpoints
  readonly workloads: readonly WorkloadId[]
  /** Loads the package: nothing of it is there before. */
  start(): Promise<Started>
}

/** A person who is signed in, as the browser and the client know them. */
async function personOf(started: Started, number: number): Promise<Seed> {
  const subject = `person-${number}`
  const cookies = (await started.cookies?.(subject)) ?? `${sessionCookie}=${subject}`
  return { ...started.client, origin: `http://127.0.0.1:${started.port}`, subject, cookies }
}

/** Seeds are made by the peer itself, over HTTP, with the requests of the flow: the records are those of a real one. */
function seeder(workload: WorkloadId, { endpoints }: Peer, started: Started): Served['seed'] {
  let people = 0
  const { approval = [], again } = endpoints
  const arrive = async () => {
    people += 1
    return arrival(await personOf(started, people), endpoints.asked)
  }
  const approve = async (connection: Connection) => along(approval, connection, await arrive())
  const remembered = new WeakMap<Connection, Seed>()
  /** The second time, the peer need not ask. */
  const code = async (connection: Connection) => {
    const before = remembered.get(connection)
    if (again !== undefined && before !== undefined) return along(again, connection, arrival(before, endpoints.asked))
    const seed = await approve(connection)
    remembered.set(connection, seed)
    return seed
  }
  switch (workload) {
    case 'client-credentials':
    case 'registration':
      return async (count) => Array.from({ length: count }, () => started.client)
    case 'flow':
      return (count) => seedOver(started.port, count, arrive)
    case 'code':
      return (count) => seedOver(started.port, count, code)
    default:
      return (count) =>
        seedOver(started.port, count, async (connection) => redeemed(endpoints, connection, await approve(connection)))
  }
}

export const entrants = (peer: Peer): Contestant['workloads'] =>
  Object.fromEntries(
    peer.workloads.map((workload) => [
      workload,
      {
        async serve(): Promise<Served> {
          const started = await peer.start()
          return { port: started.port, seed: seeder(workload, peer, started), close: () => started.close() }
        },
        traffic: () => trafficOf(workload, peer.endpoints),
      },
    ]),
  )
