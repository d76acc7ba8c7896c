import type { AccountId, AuditEvent, ClientId, GrantId, ProjectId, Subject } from './records.js'
import type { ClientView } from './views.js'

/**
 * The questions a provider asks of its host. An answer can only narrow: what a hook does not return is not granted, and a hook
 * that throws refuses.
 */

export type Awaitable<T> = T | Promise<T>

/** The person signed in to the host, as the host's own session tells. */
export interface Session {
  /** The host's stable id of the person. */
  readonly subject: string
  /** How the person knows themselves: a name or an e-mail address. Shown on pages. */
  readonly name: string
  /** The host's customers this person belongs to. */
  readonly accounts?: readonly string[]
  /** May administer OAuth clients. */
  readonly admin?: boolean
  /** When they last proved who they are, in Unix seconds. Left out: nobody knows, and a client that asks for it gets no answer. */
  readonly authenticatedAt?: number
  /** How: one of the authentication contexts that the option `acrValues` names, such as `mfa`. */
  readonly acr?: string
}

/**
 * What a request wants of the login that it sends somebody to. The client says so, and may be wrong: what comes of it is checked by
 * the session that follows.
 */
export interface LoginHints {
  /** `login`: sign in again, even who is signed in. `select_account`: say as whom. */
  readonly prompt: readonly ('login' | 'select_account')[]
  /** Who it might be: a name or an e-mail address for the form. Null: no idea. */
  readonly loginHint: string | null
  /** For how many seconds a sign-in will do. Null: however old it is. */
  readonly maxAge: number | null
  /** One of these authentication contexts is wanted, the first rather than the last. None: any will do. */
  readonly acrValues: readonly string[]
  /** Languages, best first. */
  readonly uiLocales: readonly string[]
}

/** A unit of the host that a grant can be bound to. */
export interface Project {
  readonly id: string
  /** Shown on the consent page. */
  readonly name: string
  /** The customer it belongs to. */
  readonly account?: string
}

/** How many projects a person may pick on the consent page; `'all'` also offers "all current and future". */
export type ProjectChoice = 'one' | 'many' | 'all'

export interface Projects {
  /** What people call one: `workspace`, `organisation`. */
  readonly label: string
  readonly choose: ProjectChoice
  /** The projects this person belongs to right now. */
  readonly list: (who: { readonly subject: Subject }) => Awaitable<readonly Project[]>
}

/** `project` is null in a host that has no projects. */
export type Entitlements<ScopeName extends string = string> = (where: {
  readonly subject: Subject
  readonly project: ProjectId | null
}) => Awaitable<readonly ScopeName[]>

/** A request that was refused. */
export interface Refusal {
  /** Stable and dotted, for example `pkce.mismatch` or `client.secret`. */
  readonly reason: string
  readonly status: number
  /** The `error` that was answered; null where the answer names none. */
  readonly error: string | null
  readonly requestId: string
  /** Why a document of a client could not be had, which is told to nobody else. */
  readonly cause?: unknown
}

/** What a client that nobody vouches for says of itself, and where answers to it really go. */
export interface Claim {
  readonly client: ClientView
  /**
   * A host name, a scheme for an app on the person's device, or `localhost`, `127.0.0.1` or `[::1]`. Null: a device that comes and
   * asks.
   */
  readonly redirectHost: string | null
}

export interface Hooks {
  /** Who is signed in? `host` is the request object of the host's own framework. */
  readonly session: (host: unknown) => Awaitable<Session | null>
  /**
   * The address a request came from, as far as the host trusts whoever told it: `req.ip` behind a proxy that the host knows. Null:
   * nobody knows.
   */
  readonly address: (host: unknown) => string | null
  /** Where to send somebody who is not. `returnTo` is a path on this origin that brings them back. */
  readonly login: (returnTo: string, hints?: LoginHints) => string
  /** Where somebody goes who wants to be somebody else. `returnTo` asks the same again, of whoever comes back. Null: nowhere. */
  readonly switchAccount: ((returnTo: string) => string) | null
  readonly projects: Projects | null
  /** The scopes a person holds right now in a project: the ceiling at consent, at every issue and, on request, at the guard. */
  readonly entitlements: Entitlements
  /** May this person still let apps act for them? Asked at every issue. A disabled or deleted person: false. */
  readonly active: (who: {
    readonly subject: Subject
    readonly clientId: ClientId
    readonly grantId: GrantId
    /** Of the grant; null when it is of none in particular. Who has left the account: false. */
    readonly accountId: AccountId | null
  }) => Awaitable<boolean>
  /** Should people be warned that this client may not be what it says? Not asked of clients that the host registered itself. */
  readonly suspicious: (claim: Claim) => Awaitable<boolean>
  /** Told of every audit event once it is durable. What it throws is ignored. */
  readonly onEvent: (event: AuditEvent) => void
  /** Told of every request that was refused, and why: what the sender is not told. What it throws is ignored. */
  readonly onRefusal: (refusal: Refusal) => void
  /** Told of every failure that is not the client's: a database that is gone, a hook that threw. What it throws is ignored. */
  readonly onError: (error: unknown, requestId: string) => void
}
