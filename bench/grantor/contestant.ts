import type { Storage } from 'grantor'
import type { Contestant, Entrant, Served, WorkloadId } from '../contestant.js'
import { listen } from '../listening.js'
import { workloads } from '../workloads.js'
import { seeder } from './app.js'
import type { OpenHost } from './hosts.js'
import { traffic } from './traffic.js'

export interface OpenStorage {
  readonly storage: Storage
  readonly close: () => Promise<void>
}

interface Parts {
  readonly host: OpenHost
  readonly open: () => Promise<OpenStorage>
}

async function serve(workload: WorkloadId, { host, open }: Parts): Promise<Served> {
  const { storage, close } = await open()
  const listening = await listen()
  const { port, origin } = listening
  const app = await host(origin, storage)
  listening.answer(app.listener)
  return {
    port,
    seed: seeder(workload, { port, origin, client: app.client }),
    async close() {
      await listening.close()
      await app.close()
      await close()
    },
  }
}

/** Grantor in one framework on one storage; it has every workload. */
export function contestantOf(named: Omit<Contestant, 'workloads'>, parts: Parts): Contestant {
  const entrants = workloads.map(({ id }): readonly [WorkloadId, Entrant] => [
    id,
    { serve: () => serve(id, parts), traffic: traffic[id] },
  ])
  return { ...named, workloads: Object.fromEntries(entrants) }
}
