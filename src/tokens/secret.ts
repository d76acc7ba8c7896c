/**
 * A secret that exists in memory only. It prints as `[secret]`, and neither it nor anything that holds it fits into a record
 * or an event: `JsonObject` admits no class instance.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself: for the answer to the client, and for digests. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
