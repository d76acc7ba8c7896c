import type { Storage } from './storage.js'
import { surrounded } from './surrounded.js'

/** The database did not answer. What was asked of it may or may not have happened. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

/** So many calls are waiting for the database that this one was not sent. Nothing has happened. */
export class StorageBusy extends Error {
  override readonly name = 'StorageBusy'
}

/** A mistake in what was asked would be the same the next time: it is a fault here, and no reason to try again. */
const isMistake = (fault: unknown) => fault instanceof TypeError || fault instanceof RangeError

/** No request begins with one of these. */
const finishing: readonly (keyof Storage)[] = ['commit', 'touch', 'purge']

/**
 * The same storage, with its faults told apart from everybody else's. It turns a request away when it comes to read while so many calls
 * wait for an answer already. What has been read for is written however many wait: to let a request in and turn it away halfway would
 * waste what it took, more the more there are. Calls are counted and not requests, so that whoever sends one slowly holds up nobody.
 */
export function bounded(storage: Storage, most: number): Storage {
  let waiting = 0
  return surrounded(storage, async (ask, method) => {
    if (waiting >= most && !finishing.includes(method)) throw new StorageBusy(`${waiting} calls wait for the storage`)
    waiting += 1
    try {
      return await ask()
    } catch (cause) {
      throw isMistake(cause) ? cause : new StorageUnavailable('storage did not answer', { cause })
    } finally {
      waiting -= 1
    }
  })
}
