import type { RequestListener } from 'node:http'
import type { Contestant, Entrant, Served, WorkloadId } from '../contestant.js'
import { traffic } from '../grantor/traffic.js'
import { listen } from '../listening.js'
import { openStore, type Store } from './store.js'

/** One request each; a whole flow has pages in it, and those are nobody's bare minimum. */
const single: readonly WorkloadId[] = [
  'client-credentials',
  'code',
  'refresh',
  'guard',
  'introspection',
  'registration',
]

async function serve(workload: WorkloadId, app: (store: Store) => RequestListener): Promise<Served> {
  const listening = await listen()
  const store = openStore(listening.origin)
  listening.answer(app(store))
  return { port: listening.port, seed: store.seeder(workload), close: listening.close }
}

/** A bare server in one framework. It speaks as Grantor does, so that the same requests can be sent to it. */
export function floorOf(
  named: Omit<Contestant, 'floor' | 'workloads'>,
  app: (store: Store) => RequestListener,
): Contestant {
  const entrants = single.map((id): readonly [WorkloadId, Entrant] => [
    id,
    { serve: () => serve(id, app), traffic: traffic[id] },
  ])
  return { ...named, floor: null, workloads: Object.fromEntries(entrants) }
}
