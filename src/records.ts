/**
 * What a provider remembers. Every record has one life: it is inserted once; then a token is redeemed once, a grant or a
 * client is revoked once, a grant's expiry grows and its reach shrinks. Only clients are edited, by version.
 */

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type ClientId = Branded<'ClientId'>
export type GrantId = Branded<'GrantId'>
export type EventId = Branded<'EventId'>
/** The host's id of a person. */
export type Subject = Branded<'Subject'>
/** The host's id of a customer that clients may belong to. */
export type AccountId = Branded<'AccountId'>
/** The host's id of the unit that a grant is bound to: a workspace, a tenant, an organisation. */
export type ProjectId = Branded<'ProjectId'>
/** SHA-256 over a token's kind and its secret, base64url. Storage never sees more of a secret than this. */
export type TokenDigest = Branded<'TokenDigest'>
/** Whole seconds since 1970-01-01T00:00:00Z, as RFC 7519 counts them. */
export type Timestamp = number & { readonly [brand]: 'Timestamp' }

/** JSON as storage keeps it. A class instance, and so a `Secret`, does not fit in: that is a compile error. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export type JsonObject = { readonly [member: string]: JsonValue }

/** Where a client came from. */
export type Registration = 'manual' | 'user' | 'dynamic' | 'metadata_document'

/** A registered application (RFC 6749 section 2). */
export interface Client {
  readonly id: ClientId
  /** Digests only; two while a rotation overlaps; none for a public client. */
  readonly secrets: readonly {
    readonly digest: TokenDigest
    readonly createdAt: Timestamp
    readonly expiresAt: Timestamp | null
  }[]
  /** Wire names of RFC 7591, as they were stored and are echoed. */
  readonly metadata: JsonObject
  /** What the host decided about this client: rotation, required scopes, trust. Never sent to it. */
  readonly policy: JsonObject
  readonly registration: Registration
  /** What people call it, folded so that letter case and width do not count: lists search in it and sort by it. */
  readonly name: string
  /** Stands for the name within its account, where no two live clients may share one. Null: a name that need not be its own. */
  readonly uniqueName: string | null
  /** The person who registered it for themselves. */
  readonly ownerId: Subject | null
  /** The only account whose people may use it, and whose projects it reaches. Null: everybody's. */
  readonly accountId: AccountId | null
  readonly createdAt: Timestamp
  readonly disabledAt: Timestamp | null
  /** Starts at 1; every edit adds 1. */
  readonly version: number
  /** Set: nothing this client holds is live any more. One row ends a million grants. */
  readonly revokedAt: Timestamp | null
}

/** What a resource owner authorised one client to do; the parent of every token. */
export interface Grant {
  readonly id: GrantId
  readonly clientId: ClientId
  /** Null: the client acts for itself. Never overloaded with a client id. */
  readonly subject: Subject | null
  readonly accountId: AccountId | null
  /** `'all'`: every current and future project of the subject. */
  readonly projects: readonly ProjectId[] | 'all'
  readonly scope: readonly string[]
  /** Resource identifiers (RFC 8707) in their configured spelling. */
  readonly resource: readonly string[]
  readonly details: JsonObject
  readonly createdAt: Timestamp
  /** Nothing on this grant is live past it. Every use of a refresh token moves it on. */
  readonly expiresAt: Timestamp
  readonly revokedAt: Timestamp | null
}

export type TokenKind =
  | 'authorization_code'
  | 'access_token'
  | 'refresh_token'
  | 'interaction'
  | 'registration_access_token'
  | 'device_code'
  | 'user_code'
  | 'request_uri'
  | 'initial_access_token'
  /** The `jti` of a client assertion, so that none is taken twice. */
  | 'client_assertion'
  /** What was registered a moment ago, so that the same again gives the same client. */
  | 'registration'

/** Any bearer artifact the server handed out. */
export interface Token {
  readonly digest: TokenDigest
  readonly kind: TokenKind
  readonly clientId: ClientId
  readonly grantId: GrantId | null
  readonly data: JsonObject
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
  /** Set once, when a single-use token is used up. The note is for the core: never a secret. */
  readonly redemption: { readonly at: Timestamp; readonly note: string } | null
}

/** Who did it. */
export interface Actor {
  readonly type: 'user' | 'client' | 'admin' | 'system'
  /** A subject for a user or an admin, a client id for a client; null for the system, and where nobody knows. */
  readonly id: string | null
}

/** A line of the audit log, written in the same step as what it reports. Never holds a secret. */
export interface AuditEvent {
  /** Begins with its time, so that ids sort in the order of events. */
  readonly id: EventId
  readonly at: Timestamp
  /** What happened, for example `grant.created` or `refresh_token.reused`. */
  readonly type: string
  readonly outcome: 'success' | 'failure'
  /** Why, in a stable dotted name such as `refresh_token.reused`; null where nothing went wrong. */
  readonly reason: string | null
  readonly actor: Actor
  readonly clientId: ClientId | null
  readonly grantId: GrantId | null
  /** Whom it concerns, who need not be who did it. */
  readonly subject: Subject | null
  readonly accountId: AccountId | null
  /** Where the request came from, by the host's word; null when the host does not say. */
  readonly address: string | null
  /** The `User-Agent` of the request. */
  readonly agent: string | null
  /** The same as on error pages and in the host's own log. */
  readonly requestId: string | null
  /** What belongs to this type of event: scopes, projects, numbers. */
  readonly data: JsonObject
}

/** A switch that is thrown while the provider runs, and holds on every node. Edited by version, as clients are. */
export interface Setting {
  readonly name: string
  readonly value: JsonValue
  /** Starts at 1; every edit adds 1. */
  readonly version: number
}
