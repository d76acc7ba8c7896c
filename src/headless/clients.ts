import type { By } from '../clients/change.js'
import type { ClientChanges } from '../clients/edit.js'
import type { InitialAccess } from '../clients/initial-access-tokens.js'
import type { Registrar } from '../clients/register.js'
import type { Rotating } from '../clients/secrets.js'
import type { Context } from '../context.js'
import { lazily } from '../lazily.js'
import type { Client, ClientId, Timestamp } from '../records.js'
import type { ClientFilter, Page, Paged } from '../storage.js'

/** A client, and a secret that is shown this once: null where there is none, or none that is new. */
export interface ClientWithSecret {
  readonly client: Client
  readonly secret: string | null
}

/**
 * The life of clients. Every function but `find` and `list` writes the audit log, with `by` as the actor: the host's own code
 * when it is left out. With `by.owner` only clients that this person registered are touched, and others are not there.
 */
export interface Clients {
  /**
   * Register a client: the host's own, or with `registration: 'user'` and an `ownerId` that of a person, within what
   * `registration.byUsers` allows.
   *
   * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`; 409 `client.name_taken`; 403 `registration.quota`
   */
  readonly register: (metadata: unknown, registrar?: Partial<Registrar>) => Promise<ClientWithSecret>
  readonly find: (id: ClientId) => Promise<Client | null>
  /** Newest first unless the filter says otherwise; those that have been deleted are not among them. */
  readonly list: (filter?: ClientFilter, page?: Page) => Promise<Paged<Client>>
  /**
   * Change metadata, policy or both; what is left out stays. A secret comes with it when the client has just become confidential.
   *
   * @throws OAuthError as `register` does; 409 `client.version` when `version` is given and is not the client's any more
   */
  readonly update: (id: ClientId, changes: ClientChanges, by?: By) => Promise<ClientWithSecret>
  /**
   * Give a client a new secret. The one before it dies at once, or after `overlap` seconds; at most two live at a time.
   *
   * @throws OAuthError 400 `client.without_secret` for a client that proves itself otherwise, or not at all
   */
  readonly rotateSecret: (id: ClientId, options?: Rotating, by?: By) => Promise<ClientWithSecret>
  /** No token of it passes from the next request on; nothing of it is lost. */
  readonly disable: (id: ClientId, by?: By) => Promise<Client>
  /** @throws OAuthError 403 `client.disabled` when its owner asks and somebody above them had disabled it */
  readonly enable: (id: ClientId, by?: By) => Promise<Client>
  /** Every token it holds is dead from the next request on. */
  readonly delete: (id: ClientId, by?: By) => Promise<void>
  /**
   * Make a token that lets whoever has it register clients where `registration.dynamic` asks for one. It is shown this once.
   *
   * @throws OAuthError `invalid_request` or `invalid_client_metadata` for what it cannot allow
   */
  readonly issueInitialAccessToken: (
    access?: InitialAccess,
    by?: By,
  ) => Promise<{ readonly token: string; readonly expiresAt: Timestamp }>
  /** Whether programs can register themselves right now. */
  readonly isRegistrationOpen: () => Promise<boolean>
  /**
   * Open or close registration by programs on every node, from the next request on.
   *
   * @throws OAuthError 409 `registration.off` to open what the options have off
   */
  readonly setRegistrationOpen: (open: boolean, by?: By) => Promise<void>
}

export function clientsOf(context: Context): Clients {
  const part = lazily(async () => (await import('./client-life.js')).clientLife(context))
  return {
    register: part((it) => it.register),
    find: async (id) => context.storage.findClient(id),
    list: part((it) => it.list),
    update: part((it) => it.update),
    rotateSecret: part((it) => it.rotateSecret),
    disable: part((it) => it.disable),
    enable: part((it) => it.enable),
    delete: part((it) => it.delete),
    issueInitialAccessToken: part((it) => it.issueInitialAccessToken),
    isRegistrationOpen: part((it) => it.isRegistrationOpen),
    setRegistrationOpen: part((it) => it.setRegistrationOpen),
  }
}
