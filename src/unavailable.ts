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

/** An adapter need not be made of `async` functions. */
function begun<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return ask()
  } catch (error) {
    return Promise.reject(error)
  }
}

/**
 * The same storage, with its faults told apart from everybody else's. It turns a request away when it comes to read while so many calls
 * wait for an answer already. What has been read for is written however many wait: to let a request in and turn it away halfway would
 * waste what it took, more the more there are. Calls are counted and not requests, so that whoever sends one slowly holds up nobody.
 */
export function bounded(storage: Storage, most: number): Storage {
  let waiting = 0
  const answered = <T>(answer: T): T => {
    waiting -= 1
    return answer
  }
  const failed = (cause: unknown): never => {
    waiting -= 1
    throw isMistake(cause) ? cause : new StorageUnavailable('storage did not answer', { cause })
  }
  return surrounded(storage, (ask, method) => {
    if (waiting >= most && !finishing.includes(method))
      return Promise.reject(new StorageBusy(`${waiting} calls wait for the storage`))
    waiting += 1
    return begun(ask).then(answered, failed)
  })
}
