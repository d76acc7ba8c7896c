import type { ActivityLog } from './activity.js'
import type { FailureLog } from './audit/failures.js'
import type { DocumentCache } from './documents/cache.js'
import type { Hooks } from './hooks.js'
import type { PublicKey } from './protocol/client-keys.js'
import type { ClientMetadata } from './protocol/client-metadata.js'
import type { Implications } from './protocol/scope.js'
import type { AuditEvent, EventId, Timestamp } from './records.js'
import type { RegistrationRules, UnusedClients } from './registration.js'
import type { Storage } from './storage.js'
import type { Telemetry } from './telemetry.js'
import type { Throttle } from './throttle.js'
import type { Trail } from './trail.js'

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
  /** How long a device waits for somebody to enter its code and decide. */
  readonly deviceCode: number
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
  /** Changes nothing. */
  readonly readOnly: boolean
  /** The heading it stands under on the consent page. */
  readonly group: string | null
}

export interface ResourceOption {
  /** Shown on the consent page. */
  readonly name: string
  /** The scopes this resource understands. */
  readonly scope: readonly string[]
}

/** What clients publish about themselves, by URL. */
export interface Documents {
  readonly clients: DocumentCache<ClientMetadata>
  readonly keys: DocumentCache<readonly PublicKey[]>
}

/** How devices are let in (RFC 8628). */
export interface DeviceRules {
  /** Where people enter the code. */
  readonly page: string
  /** A device may show a link with the code in it. */
  readonly link: boolean
  /** Clients that registered themselves may do this. */
  readonly selfRegistered: boolean
  /** The most that a device is granted; null: no ceiling of its own. */
  readonly scope: readonly string[] | null
}

/** Which access tokens are an administrator's. */
export interface AdminAccess {
  readonly scope: string
  readonly resource: string
}

/** Where a request came from, as far as anybody knows. */
export type Origin = Pick<AuditEvent, 'address' | 'agent' | 'requestId'>

/** Nobody asked: the host's own code calls. */
export const noOrigin: Origin = { address: null, agent: null, requestId: null }

/** Everything the handlers need and do not make themselves: time, randomness, storage, the host's answers. */
export interface Context {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string
  readonly storage: Storage
  readonly now: () => Timestamp
  readonly random: (bytes: number) => Uint8Array
  readonly newEventId: () => EventId
  /** Of the request that is being answered. */
  readonly origin: Origin
  /** Of the same; null where the host's own code calls. */
  readonly trail: Trail | null
  readonly hooks: Hooks
  readonly activity: ActivityLog
  readonly failures: FailureLog
  /** Null: nobody measures. */
  readonly telemetry: Telemetry | null
  readonly throttle: Throttle
  readonly lifetimes: Lifetimes
  readonly retention: Retention
  /** In the order the host wrote them, which is the order people see them in. */
  readonly scopes: ReadonlyMap<string, ScopeOption>
  readonly implied: Implications
  readonly defaultScope: readonly string[]
  readonly resources: ReadonlyMap<string, ResourceOption>
  /** What else clients call them. */
  readonly resourceAliases: ReadonlyMap<string, string>
  /** What a request that names no resource is for. Empty: it must name one. */
  readonly defaultResource: readonly string[]
  /** The authentication contexts that the host's login can bring about. Empty: it does not tell. */
  readonly acrValues: readonly string[]
  readonly onReuse: 'revoke' | 'refuse'
  readonly refreshTokens: 'grant_type' | 'offline_access'
  /** What every secret begins with, so that scanners recognise a leaked one. */
  readonly secretPrefix: string
  /** Also answer where clients of before 2025-06-18 look without asking. */
  readonly legacyMcpDefaults: boolean
  /** Mixed into the derivation of successors, newest first, so that a stolen database and a spent token do not make a live one. */
  readonly peppers: readonly Uint8Array[]
  readonly registration: RegistrationRules
  /** Null: none are. */
  readonly admin: AdminAccess | null
  readonly unusedClients: UnusedClients
  /** Null: nothing is ever fetched. */
  readonly documents: (() => Promise<Documents>) | null
  /** Null: no device is let in. */
  readonly device: DeviceRules | null
  /** Grant types that the token endpoint answers. */
  readonly grantTypes: readonly string[]
}
