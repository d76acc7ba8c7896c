import type { AuditEvent, ClientId, GrantId, ProjectId, Subject } from './records.js'

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
}

export interface Hooks {
  /** Who is signed in? `host` is the request object of the host's own framework. */
  readonly session: (host: unknown) => Awaitable<Session | null>
  /** Where to send somebody who is not. `returnTo` is a path on this origin that brings them back. */
  readonly login: (returnTo: string) => string
  readonly projects: Projects | null
  /** The scopes a person holds right now in a project: the ceiling at consent, at every issue and, on request, at the guard. */
  readonly entitlements: Entitlements
  /** May this person still let apps act for them? Asked at every issue. A disabled or deleted person: false. */
  readonly active: (who: {
    readonly subject: Subject
    readonly clientId: ClientId
    readonly grantId: GrantId
  }) => Awaitable<boolean>
  /** Told of every audit event once it is durable. What it throws is ignored. */
  readonly onEvent: (event: AuditEvent) => void
  /** Told of every request that was refused, and why: what the sender is not told. What it throws is ignored. */
  readonly onRefusal: (refusal: Refusal) => void
  /** Told of every failure that is not the client's: a database that is gone, a hook that threw. What it throws is ignored. */
  readonly onError: (error: unknown, requestId: string) => void
}
