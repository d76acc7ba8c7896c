import type { JSONWebKeySet } from 'jose'
import type { Awaitable } from './hooks.js'
import type { ClientMetadata } from './protocol/client-metadata.js'
import type { AccountId, JsonObject, Subject } from './records.js'

/** Public keys, as a JSON Web Key Set (RFC 7517). */
export type StatementKeys = JSONWebKeySet

/** A client that wants to register itself, as it would be stored. */
export interface DynamicCandidate {
  readonly metadata: ClientMetadata
  /** Where the request came from; null where the host does not say. */
  readonly address: string | null
  /** The claims of its software statement, once its signature has been verified; null without one. */
  readonly statement: JsonObject | null
}

/** How far a client that registers itself may go. What is left out is not limited further. */
export interface DynamicTerms<ScopeName extends string = string> {
  /** The most it can ever be granted. */
  readonly scope?: readonly ScopeName[]
  /** The only projects it reaches. */
  readonly projects?: readonly string[]
  /** The only account whose people may use it. */
  readonly accountId?: string
}

/** How a client proves who it is when it registers itself without saying so. */
export type DefaultAuthMethod = 'by_redirect_uri' | 'none' | 'client_secret_basic'

/** What the host lets programs register by themselves (RFC 7591). */
export interface DynamicRules {
  readonly initialAccessToken: 'required' | 'optional' | null
  /** The issuers whose software statements are believed, with their keys; null: statements are not read. */
  readonly statements: { readonly issuers: ReadonlyMap<string, StatementKeys>; readonly required: boolean } | null
  readonly policy: (candidate: DynamicCandidate) => Awaitable<DynamicTerms | false | null | undefined>
  readonly mostUnused: number
  readonly reuseWithin: number
  readonly management: boolean
  readonly defaultAuthMethod: DefaultAuthMethod
  readonly strictRegisteredScope: boolean
}

/** A person who registers or edits a client of their own. */
export interface OwnRegistration {
  readonly subject: Subject
  readonly accountId: AccountId | null
  /** As it will be stored. */
  readonly metadata: ClientMetadata
}

/** What the host lets people register. */
export interface ByUsersRules {
  /** Null: as many as they like. */
  readonly most: number | null
  /** The most such a client can ever be granted; null: no ceiling. */
  readonly scope: readonly string[] | null
  readonly allow: (own: OwnRegistration) => Awaitable<boolean>
}

/** What the host lets describe itself in a document of its own (OAuth Client ID Metadata Document). */
export interface MetadataDocumentRules {
  /** Asked whenever somebody arrives with this id. */
  readonly allow: (clientId: string) => Awaitable<boolean>
  /** Nothing is fetched for somebody who is not signed in. */
  readonly afterLogin: boolean
  /** Which URLs are ids, beyond those that the draft recommends. */
  readonly query: boolean
  readonly root: boolean
  /** Where answers may go. */
  readonly redirects: 'any' | 'own'
}

/** Keeps count of the clients that registered themselves and that nobody has ever used. */
export interface UnusedClients {
  /**
   * Count one more.
   *
   * @returns for how many seconds there is no room for another; 0 when there is
   */
  readonly take: () => Promise<number>
}

/** What the host lets others register. */
export interface RegistrationRules {
  /** Null: not at all. */
  readonly dynamic: DynamicRules | null
  readonly byUsers: ByUsersRules | null
  readonly metadataDocuments: MetadataDocumentRules | null
  readonly privateUseSchemes: readonly string[]
  /** Clients may have codes shown to people instead of sent anywhere. */
  readonly outOfBand: boolean
}
