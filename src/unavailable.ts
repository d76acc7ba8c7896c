import type { Storage } from './storage.js'

/** The database did not answer. What was asked of it may or may not have happened. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

/** A mistake in what was asked would be the same the next time: it is a fault here, and no reason to try again. */
const isMistake = (fault: unknown) => fault instanceof TypeError || fault instanceof RangeError

async function marking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw isMistake(cause) ? cause : new StorageUnavailable('storage did not answer', { cause })
  }
}

/** The same storage, with its faults told apart from everybody else's. */
export function marked(storage: Storage): Storage {
  return {
    findClient: (id) => marking(() => storage.findClient(id)),
    findGrant: (id) => marking(() => storage.findGrant(id)),
    findToken: (digest) => marking(() => storage.findToken(digest)),
    listClients: (page) => marking(() => storage.listClients(page)),
    listGrants: (filter, page) => marking(() => storage.listGrants(filter, page)),
    listEvents: (filter, page) => marking(() => storage.listEvents(filter, page)),
    lastUses: (ids) => marking(() => storage.lastUses(ids)),
    listUsage: (filter) => marking(() => storage.listUsage(filter)),
    commit: (change) => marking(() => storage.commit(change)),
    touch: (activity) => marking(() => storage.touch(activity)),
    purge: (purge) => marking(() => storage.purge(purge)),
  }
}
