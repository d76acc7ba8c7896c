import type { AuditEvent, Registration } from '../records.js'
import type { Usage } from '../storage.js'
import type { ClientView } from '../views.js'

/** What those see who look after clients: an administrator after everybody's, a person after their own. */

/** Which of the two a page belongs to. */
export type Area = 'admin' | 'own'

/** Around every such page. */
interface Managed {
  readonly area: Area
  readonly person: { readonly subject: string; readonly name: string }
  /** Goes back with every change. */
  readonly csrf: string
  /** Where the pages of this area are. */
  readonly paths: { readonly clients: string; readonly audit: string | null }
}

/** A client as those see it who look after it. Times are Unix seconds. */
export interface ManagedClientView extends ClientView {
  readonly confidential: boolean
  readonly description: string
  /** The person who registered it for themselves. */
  readonly owner: string | null
  readonly account: string | null
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly lastUsedAt: number | null
}

export interface ClientsView extends Managed {
  /** Which kind is listed. */
  readonly kind: Registration
  readonly search: string
  readonly order: 'newest' | 'oldest' | 'name'
  readonly status: 'all' | 'enabled' | 'disabled'
  readonly clients: readonly ManagedClientView[]
  readonly next: string | null
  /** Whether clients may register themselves at the moment; null where nobody can switch that here. */
  readonly registrationOpen: boolean | null
  /** Whether this person may register another client here. */
  readonly mayCreate: boolean
}

/** A secret of a client, by its dates: the secret itself is not known. */
export interface SecretView {
  readonly createdAt: number
  /** Null: until it is replaced. */
  readonly expiresAt: number | null
  readonly lastUsedAt: number | null
}

/** A grant as those see it who look after its client. */
export interface ManagedGrantView {
  readonly id: string
  /** Null: the client acts for itself. */
  readonly subject: string | null
  readonly account: string | null
  readonly label: string | null
  readonly scope: readonly string[]
  readonly projects: readonly string[] | 'all'
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

export interface ManagedClientPageView extends Managed {
  readonly client: ManagedClientView
  /** Goes back with changes that must not be made twice. */
  readonly version: number
  readonly redirectUris: readonly string[]
  /** The most it can be granted; null: no ceiling of its own. */
  readonly scopes: readonly { readonly name: string; readonly description: string }[] | null
  readonly trusted: boolean
  /** The only projects it reaches; null: any. */
  readonly projects: readonly string[] | null
  readonly secrets: readonly SecretView[]
  readonly grants: readonly ManagedGrantView[]
  /** The next page of grants. */
  readonly next: string | null
  readonly usage: readonly Usage[]
  /** The first and the last day of the usage shown, in whole days since 1970-01-01. */
  readonly days: { readonly from: number; readonly to: number }
  /** What is written down elsewhere can only be switched off here. */
  readonly mayEdit: boolean
  /** For how many seconds an old secret may go on working, as choices. */
  readonly overlaps: readonly number[]
}

export interface ClientFormView extends Managed {
  /** Null: a new one. */
  readonly id: string | null
  /** The version that is being edited, so that nobody's edit is lost. */
  readonly version: number
  readonly values: {
    readonly name: string
    readonly description: string
    /** One per line, as they were typed. */
    readonly redirectUris: string
    readonly confidential: boolean
    /** How it gets its tokens, `refresh_token` aside, which comes with those that act for a person. */
    readonly grantTypes: readonly string[]
    /** The scopes it may have; null: every scope. */
    readonly scope: readonly string[] | null
    readonly account: string
    readonly trusted: boolean
    /** One per line; empty: any. */
    readonly projects: string
  }
  /** The ways to get tokens there are to choose from. */
  readonly grantTypes: readonly string[]
  /** Every scope there is to choose from. */
  readonly scopes: readonly { readonly name: string; readonly description: string; readonly sensitive: boolean }[]
  readonly problems: readonly ClientFormProblem[]
}

export interface ClientFormProblem {
  readonly field: 'name' | 'description' | 'redirect_uris' | 'grant_type' | 'scope' | 'account' | 'projects' | 'form'
  /** For redirect URIs: which line, from 1. */
  readonly line: number | null
  /** A stable name, for example `client.name_taken`. */
  readonly reason: string
  /** What is wrong, in English; shown where no text is known for the reason. */
  readonly description: string
}

/** Shown once, after a client was registered or its secret replaced. */
export interface ClientSecretView extends Managed {
  readonly client: ClientView
  /** Null for a public client, which has none. */
  readonly secret: string | null
  /** Until when the secret before it still works; null: it does not. */
  readonly overlapUntil: number | null
}

export interface AuditLogView extends Managed {
  readonly filter: {
    readonly type: string
    readonly client: string
    readonly subject: string
    readonly account: string
    /** Days as `2026-01-31`, UTC; empty: no bound. */
    readonly from: string
    readonly until: string
  }
  readonly types: readonly string[]
  readonly events: readonly AuditEvent[]
  readonly next: string | null
}
