import type { Hooks } from './hooks.js'
import type { Implications } from './protocol/scope.js'
import type { AuditEvent, EventId, JsonObject, Timestamp } from './records.js'
import type { Storage } from './storage.js'

/** Lifetimes in seconds. */
export interface Lifetimes {
  readonly authorizationCode: number
  readonly accessToken: number
  /** How long a client may be idle: every refresh starts it anew. */
  readonly refreshToken: number
  /** How long a person's consent holds, however busy the client is. */
  readonly grant: number
  /** How long a spent refresh token may be presented again by a client that lost the answer. 0: not at all. */
  readonly retryWindow: number
  /** How long a person may look at the consent page. */
  readonly interaction: number
}

/** How long what is over is kept, in seconds; null: for ever. */
export interface Retention {
  /** Tokens and grants after they have expired. A spent refresh token is known as reused until it expires, and this long after. */
  readonly expired: number
  /** Clients that registered themselves and have no grant. */
  readonly unusedClients: number | null
  /** The audit log, and usage with it. */
  readonly events: number | null
}

export interface ScopeOption {
  /** Shown on the consent page. */
  readonly description: string
  readonly implies: readonly string[]
  /** Marked on the consent page, left out of metadata, never granted unless asked for by name. */
  readonly sensitive: boolean
}

export interface ResourceOption {
  /** Shown on the consent page. */
  readonly name: string
  /** The scopes this resource understands. */
  readonly scope: readonly string[]
}

/** Everything the handlers need and do not make themselves: time, randomness, storage, the host's answers. */
export interface Context {
  readonly issuer: string
  readonly storage: Storage
  readonly now: () => Timestamp
  readonly random: (bytes: number) => Uint8Array
  readonly newEventId: () => EventId
  readonly hooks: Hooks
  readonly lifetimes: Lifetimes
  readonly retention: Retention
  /** In the order the host wrote them, which is the order people see them in. */
  readonly scopes: ReadonlyMap<string, ScopeOption>
  readonly implied: Implications
  readonly defaultScope: readonly string[]
  readonly resources: ReadonlyMap<string, ResourceOption>
  /** What a request that names no resource is for. Empty: it must name one. */
  readonly defaultResource: readonly string[]
  readonly onReuse: 'revoke' | 'refuse'
  readonly refreshTokens: 'grant_type' | 'offline_access'
  /** What every secret begins with, so that scanners recognise a leaked one. */
  readonly secretPrefix: string
  /** Mixed into the derivation of successors, newest first, so that a stolen database and a spent token do not make a live one. */
  readonly peppers: readonly Uint8Array[]
  readonly registration: {
    readonly dynamic: boolean
    readonly privateUseSchemes: readonly string[]
  }
  /** Grant types that the token endpoint answers. */
  readonly grantTypes: readonly string[]
}

/** The parts of an event that its author knows. */
export type EventParts = Pick<AuditEvent, 'type'> &
  Partial<Pick<AuditEvent, 'outcome' | 'clientId' | 'grantId' | 'subject'>> & { readonly data?: JsonObject }
