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
  readonly ownerId: Subject | null
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

/** A line of the audit log, written in the same step as what it reports. Never holds a secret. */
export interface AuditEvent {
  /** Begins with its time, so that ids sort in the order of events. */
  readonly id: EventId
  readonly at: Timestamp
  /** What happened, for example `grant.created` or `refresh_token.reused`. */
  readonly type: string
  readonly outcome: 'success' | 'failure'
  readonly clientId: ClientId | null
  readonly grantId: GrantId | null
  readonly subject: Subject | null
  readonly data: JsonObject
}
