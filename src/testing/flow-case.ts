import type { Storage } from '../storage.js'

/** A whole flow through a provider on a storage. */
export interface FlowCase {
  readonly id: string
  readonly requirement: string
  /**
   * @param storage the storage to try.
   * @param peer a second handle on the same database: the provider of another process.
   * @throws Error saying what was expected and what happened instead.
   */
  readonly run: (storage: Storage, peer?: Storage) => Promise<void>
}
