import type { ClientView, ConsentView, ProjectsView, ScopeView } from '../views.js'

/** What people see of what they have connected. */

/** One thing a person has connected. Times are Unix seconds. */
export interface GrantView {
  readonly id: string
  readonly client: ClientView
  /** What the person called this connection when they approved it: a machine, a purpose. */
  readonly label: string | null
  readonly scopes: readonly { readonly name: string; readonly description: string }[]
  readonly projects: readonly { readonly id: string; readonly name: string }[] | 'all'
  readonly keepAlive: boolean
  readonly authorisedAt: number
  /** Where the request came from and its `User-Agent`, as far as anybody knows. The second is the app's own word. */
  readonly lastUse: { readonly at: number; readonly address: string | null; readonly agent: string | null } | null
  /** When it ends unless the app uses it before; null where using it makes no difference. */
  readonly idleUntil: number | null
  /** When it ends at the latest. */
  readonly expiresAt: number
  /** Something can be taken away from it and something is left. */
  readonly narrowable: boolean
}

/** What one person has connected, a page at a time. */
export interface GrantsView {
  /** What people call a project; null in a host that has none. */
  readonly projectLabel: string | null
  readonly grants: readonly GrantView[]
  /** When this was read. */
  readonly now: number
  readonly next: string | null
}

/** What lives on the connected apps page of one person. */
export interface ConnectedAppsView extends GrantsView {
  readonly person: { readonly subject: string; readonly name: string }
  /** Goes back with the decision to disconnect. */
  readonly csrf: string
  /** Others come before these. */
  readonly continued: boolean
}

/** A connection, and what its person can take away from it. */
export interface NarrowingView {
  readonly projectLabel: string | null
  readonly grant: GrantView
  /** Everything it may do, implied scopes included. */
  readonly scopes: readonly ScopeView[]
  /** Null where there is only one, or none. */
  readonly projects: ProjectsView | null
  /** When this was read. */
  readonly now: number
}

/** What lives on the page on which one person changes one connection. */
export interface ConnectedAppView extends NarrowingView {
  readonly person: { readonly subject: string; readonly name: string }
  readonly csrf: string
  /** Why the last attempt was not taken, in a stable name; null on first sight. */
  readonly problem: 'nothing_left' | 'scope_required' | null
  /** What was left ticked in that attempt; null on first sight. */
  readonly last: Pick<NonNullable<ConsentView['last']>, 'scope' | 'projects'> | null
}
