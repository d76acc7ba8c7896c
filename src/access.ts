import type { AccountId, ClientId, GrantId, JsonObject, ProjectId, Subject, Timestamp } from './records.js'

/** What a request that carries a live access token may do. */
export interface Access<ScopeName extends string = string> {
  /** Null: the client acts for itself. */
  readonly subject: Subject | null
  readonly clientId: ClientId
  readonly grantId: GrantId
  readonly accountId: AccountId | null
  readonly projects: readonly ProjectId[] | 'all'
  readonly scope: readonly ScopeName[]
  /** Resource identifiers (RFC 8707) the token is for. */
  readonly resource: readonly string[]
  readonly expiresAt: Timestamp
  /** When the person had signed in who approved this, in Unix seconds; null where nobody knows, and for a client that acts for itself. */
  readonly authenticatedAt: number | null
  /** How they had: an authentication context of the option `acrValues`. */
  readonly acr: string | null
  /**
   * Whether the token allows these scopes, implied ones included, in this project. For a grant on all projects, and where the
   * guard asks the host on every request, only the project that the guard was told of has been asked about; others are refused.
   */
  allows(scope: ScopeName | readonly ScopeName[], project?: string): boolean
  /**
   * Write a line of the host's own to the audit log: what this client did on this person's behalf. Done when it is durable.
   *
   * @param type what happened, such as `job.created`; its first word must be none of the provider's own, such as `grant`
   * @param data JSON that belongs to it; never a secret
   * @throws TypeError for a type or data that the log does not take
   *
   * @example
   * app.post('/api/jobs', requireAccess(provider), async (req, res) => {
   *   await req.access?.audit('job.created', { job: 7 })
   *   res.status(201).end()
   * })
   */
  audit(type: string, data?: JsonObject): Promise<void>
}
