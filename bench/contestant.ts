/** What is measured: one kind of request, or for `flow` everything from the link to the token. */
export type WorkloadId = 'client-credentials' | 'code' | 'refresh' | 'guard' | 'introspection' | 'registration' | 'flow'

/** One HTTP request as it goes over the wire. */
export interface Wire {
  readonly method: 'GET' | 'POST'
  /** Path and query, from the root of the server. */
  readonly path: string
  /** Names in lower case. `host`, `connection` and `content-length` are the load's own. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What the load side holds for one step: JSON, because it travels between processes. */
export type Seed = Readonly<Record<string, unknown>>

/** How the load drives one workload against one contestant. */
export interface Traffic {
  request(seed: Seed): Wire
  /**
   * Look at the answer and say what the same connection goes on with: `seed` is what the next request is made of, null for a fresh
   * one. For `flow`, a run is several requests: they follow each other until one is `done`.
   *
   * @throws Error when the answer is wrong
   */
  next(seed: Seed, answer: Answer): { readonly seed: Seed | null; readonly done: boolean }
}

/** A server that listens on 127.0.0.1. */
export interface Served {
  readonly port: number
  /** Make what that many requests (or chains of them) begin with. */
  seed(count: number): Promise<readonly Seed[]>
  close(): Promise<void>
}

/** One workload of a contestant: `serve` runs in the server's process, `traffic` in the load's. */
export interface Entrant {
  serve(): Promise<Served>
  traffic(): Traffic
}

/** A file in floors/, grantor/ or peers/ exports its own as `contestants`, a list. Importing it must start nothing. */
export interface Contestant {
  /** `grantor-memory-node`, `oidc-provider`, `floor-node`. */
  readonly id: string
  /** For tables. */
  readonly title: string
  /** The packages whose versions are printed. */
  readonly packages: readonly string[]
  /** The id of the floor it is compared with; null for a floor. */
  readonly floor: string | null
  readonly workloads: Readonly<Partial<Record<WorkloadId, Entrant>>>
}
