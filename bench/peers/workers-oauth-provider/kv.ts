interface Entry {
  readonly value: string
  readonly metadata: unknown
}

interface PutOptions {
  readonly metadata?: unknown
}

/**
 * What the library asks of a KV namespace, over maps: texts by key, and the keys that begin with a prefix. It lists those of one
 * person or one grant, so keys are kept by what comes before their last colon too. Nothing expires here: a run is short.
 */
export class MapKv {
  readonly #entries = new Map<string, Entry>()
  readonly #byOwner = new Map<string, Set<string>>()

  async get(key: string, options?: { readonly type?: string }): Promise<unknown> {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    return options?.type === 'json' ? JSON.parse(entry.value) : entry.value
  }

  async put(key: string, value: string, { metadata }: PutOptions = {}): Promise<void> {
    this.#entries.set(key, { value, metadata })
    const owner = ownerOf(key)
    const keys = this.#byOwner.get(owner)
    if (keys === undefined) this.#byOwner.set(owner, new Set([key]))
    else keys.add(key)
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key)
    const owner = ownerOf(key)
    const keys = this.#byOwner.get(owner)
    keys?.delete(key)
    if (keys?.size === 0) this.#byOwner.delete(owner)
  }

  async list({ prefix = '' }: { readonly prefix?: string } = {}) {
    const names = [...(this.#byOwner.get(prefix) ?? [])]
    const keys = names.map((name) => ({ name, metadata: this.#entries.get(name)?.metadata }))
    return { keys, list_complete: true }
  }
}

/** `grant:<person>:` of `grant:<person>:<id>`, `token:<person>:<grant>:` of a token. */
const ownerOf = (key: string) => key.slice(0, key.lastIndexOf(':') + 1)
