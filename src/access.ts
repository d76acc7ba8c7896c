import type { AccountId, ClientId, GrantId, ProjectId, Subject, Timestamp } from './records.js'

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
  /**
   * Whether the token allows these scopes, implied ones included, in this project. For a grant on all projects, and where the
   * guard asks the host on every request, only the project that the guard was told of has been asked about; others are refused.
   */
  allows(scope: ScopeName | readonly ScopeName[], project?: string): boolean
}
