import type { Storage } from './storage.js'

/** Something done around every call to a storage, whatever it asks. */
export type Surround = <T>(ask: () => Promise<T>, method: keyof Storage) => Promise<T>

/** The same storage, with something done around every call. */
export function surrounded(storage: Storage, surround: Surround): Storage {
  return {
    findClient: (id) => surround(() => storage.findClient(id), 'findClient'),
    findGrant: (id) => surround(() => storage.findGrant(id), 'findGrant'),
    findSetting: (name) => surround(() => storage.findSetting(name), 'findSetting'),
    findToken: (digest) => surround(() => storage.findToken(digest), 'findToken'),
    listClients: (filter, page) => surround(() => storage.listClients(filter, page), 'listClients'),
    listGrants: (filter, page) => surround(() => storage.listGrants(filter, page), 'listGrants'),
    listEvents: (filter, page) => surround(() => storage.listEvents(filter, page), 'listEvents'),
    lastUses: (ids) => surround(() => storage.lastUses(ids), 'lastUses'),
    listUsage: (filter) => surround(() => storage.listUsage(filter), 'listUsage'),
    commit: (change) => surround(() => storage.commit(change), 'commit'),
    touch: (activity) => surround(() => storage.touch(activity), 'touch'),
    purge: (purge) => surround(() => storage.purge(purge), 'purge'),
  }
}
