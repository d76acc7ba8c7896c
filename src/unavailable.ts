import type { Storage } from './storage.js'

/** The database did not answer. What was asked of it may or may not have happened. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

const unavailable = (cause: unknown): never => {
  throw new StorageUnavailable('storage did not answer', { cause })
}

/** The same storage, with its faults told apart from everybody else's. */
export function marked(storage: Storage): Storage {
  return {
    findClient: (id) => storage.findClient(id).catch(unavailable),
    findGrant: (id) => storage.findGrant(id).catch(unavailable),
    findToken: (digest) => storage.findToken(digest).catch(unavailable),
    listClients: (page) => storage.listClients(page).catch(unavailable),
    listGrants: (filter, page) => storage.listGrants(filter, page).catch(unavailable),
    listEvents: (filter, page) => storage.listEvents(filter, page).catch(unavailable),
    lastUses: (ids) => storage.lastUses(ids).catch(unavailable),
    commit: (change) => storage.commit(change).catch(unavailable),
    listUsage: (filter) => storage.listUsage(filter).catch(unavailable),
    touch: (activity) => storage.touch(activity).catch(unavailable),
    purge: (purge) => storage.purge(purge).catch(unavailable),
  }
}
