import type { Change, Storage } from 'grantor'

export type StorageMethod = keyof Storage

export interface StorageCall {
  readonly method: StorageMethod
  readonly args: readonly unknown[]
}

/**
 * What should go wrong. `before`: nothing is written. `after`: all of it is written, and the caller does not learn it.
 * `refuse` makes a commit answer that its conditions do not hold.
 */
export interface Fault {
  readonly method: StorageMethod
  readonly how: 'throw' | 'hang' | 'refuse'
  readonly when?: 'before' | 'after'
  /** How many calls; one unless given. */
  readonly times?: number
  /** Only calls with such arguments. */
  readonly matching?: (args: readonly unknown[]) => boolean
}

export interface WatchedStorage extends Storage {
  readonly calls: readonly StorageCall[]
  /** Forget the calls that were recorded. */
  readonly reset: () => void
  /** The methods called since the last {@link WatchedStorage.reset}, in order, without `touch`. */
  readonly trips: () => readonly StorageMethod[]
  /** Every commit that was asked for since the last reset. */
  readonly commits: () => readonly Change[]
  readonly inject: (fault: Fault) => void
  readonly heal: () => void
}

interface Armed {
  readonly fault: Fault
  left: number
}

/**
 * The same storage, with every call recorded, and with faults on request.
 *
 * @param pause awaited before and after every call, so that requests interleave the way they do with a database
 */
export function watched(storage: Storage, pause: () => Promise<void> = async () => {}): WatchedStorage {
  const calls: StorageCall[] = []
  let armed: Armed[] = []

  const faultFor = (method: StorageMethod, args: readonly unknown[]): Fault | null => {
    const found = armed.find(
      ({ fault, left }) => fault.method === method && left > 0 && (fault.matching?.(args) ?? true),
    )
    if (!found) return null
    found.left -= 1
    return found.fault
  }

  const fail = async ({ how }: Fault): Promise<never> => {
    if (how === 'hang') return new Promise(() => {})
    throw new Error('the database is gone')
  }

  const through =
    <Args extends readonly unknown[], Result>(method: StorageMethod, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls.push({ method, args })
      await pause()
      const fault = faultFor(method, args)
      if (fault?.how === 'refuse') return false as Result
      if (fault && fault.when !== 'after') return fail(fault)
      const result = await call(...args)
      await pause()
      return fault ? fail(fault) : result
    }

  return {
    calls,
    reset: () => {
      calls.length = 0
    },
    trips: () => calls.filter(({ method }) => method !== 'touch').map(({ method }) => method),
    commits: () => calls.filter(({ method }) => method === 'commit').map(({ args }) => args[0] as Change),
    inject: (fault) => armed.push({ fault, left: fault.times ?? 1 }),
    heal: () => {
      armed = []
    },
    findClient: through('findClient', (id) => storage.findClient(id)),
    findGrant: through('findGrant', (id) => storage.findGrant(id)),
    findToken: through('findToken', (digest) => storage.findToken(digest)),
    findSetting: through('findSetting', (name) => storage.findSetting(name)),
    listClients: through('listClients', (filter, page) => storage.listClients(filter, page)),
    listGrants: through('listGrants', (filter, page) => storage.listGrants(filter, page)),
    listEvents: through('listEvents', (filter, page) => storage.listEvents(filter, page)),
    lastUses: through('lastUses', (ids) => storage.lastUses(ids)),
    commit: through('commit', (change) => storage.commit(change)),
    listUsage: through('listUsage', (filter) => storage.listUsage(filter)),
    touch: through('touch', (activity) => storage.touch(activity)),
    purge: through('purge', (purge) => storage.purge(purge)),
  }
}
