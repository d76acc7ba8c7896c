import type { Adapter, AdapterPayload } from 'oidc-provider'

type Stored = AdapterPayload

/** Models whose records end with their grant. */
const granted = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'])

/**
 * The adapter its documentation describes, over plain maps. The one it comes with is for development, and forgets after a thousand
 * records. Nothing expires here: a run is short, and its own reads look at `exp`.
 */
export class MapAdapter implements Adapter {
  readonly #records = new Map<string, Stored>()
  readonly #uids = new Map<string, string>()
  static readonly #byGrant = new Map<string, (() => void)[]>()

  constructor(readonly model: string) {}

  async upsert(id: string, payload: Stored): Promise<undefined> {
    this.#records.set(id, payload)
    if (payload.uid !== undefined) this.#uids.set(payload.uid, id)
    if (payload.grantId !== undefined && granted.has(this.model)) {
      const remove = () => void this.#records.delete(id)
      const members = MapAdapter.#byGrant.get(payload.grantId)
      if (members === undefined) MapAdapter.#byGrant.set(payload.grantId, [remove])
      else members.push(remove)
    }
  }

  async find(id: string): Promise<Stored | undefined> {
    return this.#records.get(id)
  }

  async findByUid(uid: string): Promise<Stored | undefined> {
    const id = this.#uids.get(uid)
    return id === undefined ? undefined : this.#records.get(id)
  }

  /** Device codes are not part of what is compared. */
  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<undefined> {
    const record = this.#records.get(id)
    if (record !== undefined) record.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<undefined> {
    this.#records.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<undefined> {
    for (const remove of MapAdapter.#byGrant.get(grantId) ?? []) remove()
    MapAdapter.#byGrant.delete(grantId)
  }
}
