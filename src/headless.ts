import type { Context } from './context.js'
import type { ListedGrant } from './grants/manage.js'
import type { Narrowing } from './grants/narrow.js'
import type { HttpRequest } from './http/message.js'
import type { Answered } from './interactions/answer.js'
import type { Approval } from './interactions/approval.js'
import type { Decided } from './interactions/decide.js'
import type { Look } from './interactions/projects.js'
import { lazily } from './lazily.js'
import type { GrantId, Subject } from './records.js'
import type { GrantFilter, Page, Paged } from './storage.js'
import type { ConsentView, GrantsView, NarrowingView } from './views.js'

/** What the shipped pages do, for hosts that draw their own. */

/** The same decision as the shipped consent page posts. `csrf` is the one that was read with the view. */
export interface HeadlessApproval extends Approval {
  readonly csrf: string
}

/** A pending decision. Every call needs the request of the browser it belongs to. */
export interface Interactions<HostRequest> {
  /**
   * @param look the part of the person's projects to read; the first page of them when left out
   * @throws OAuthError to be shown to the person, never redirected
   */
  readonly read: (request: HttpRequest, host: HostRequest, id: string, look?: Look) => Promise<ConsentView>
  readonly approve: (
    request: HttpRequest,
    host: HostRequest,
    id: string,
    approval: HeadlessApproval,
  ) => Promise<Decided>
  readonly deny: (
    request: HttpRequest,
    host: HostRequest,
    id: string,
    proof: { readonly csrf: string },
  ) => Promise<Answered>
}

/** On whose word something is done: this person's, and of what is theirs. Left out: the host's. */
export interface Owner {
  readonly subject: Subject
}

export interface Grants {
  /** Live grants, a page at a time; a page may hold fewer than its limit. */
  readonly list: (filter: GrantFilter, page?: Page) => Promise<Paged<ListedGrant>>
  /** A live grant; null when there is none. With `subject`, only that person's own. */
  readonly find: (id: GrantId, owner?: Owner) => Promise<ListedGrant | null>
  /** What a person has connected, as the connected apps page shows it: names of apps and projects, scopes in words. */
  readonly view: (owner: Owner, page?: Page) => Promise<GrantsView>
  /**
   * One of these, and what can be taken away from it.
   *
   * @throws OAuthError 404 for a grant that is not there, has ended or is somebody else's
   */
  readonly viewOne: (id: GrantId, owner: Owner) => Promise<NarrowingView>
  /**
   * Take scopes or projects away, with effect on the next request. With `subject`, only from that person's own, and not what the host's
   * policy requires of the client.
   */
  readonly narrow: (id: GrantId, to: Narrowing, owner?: Owner) => Promise<void>
  /** End a grant and every token on it. With `subject`, only that person's own. */
  readonly revoke: (id: GrantId, owner?: Owner) => Promise<void>
  /** End every grant of a person, a client or a project; how many ended. With `subject`, on that person's word and only their own. */
  readonly revokeAll: (filter: GrantFilter, owner?: Owner) => Promise<number>
}

export function interactionsOf<HostRequest>(context: Context): Interactions<HostRequest> {
  const part = lazily(async () => (await import('./headless/decisions.js')).decisions(context))
  return {
    read: part((it) => it.read),
    approve: part((it) => it.approve),
    deny: part((it) => it.deny),
  }
}

export function grantsOf(context: Context): Grants {
  const part = lazily(async () => (await import('./headless/grant-life.js')).grantLife(context))
  return {
    list: part((it) => it.list),
    find: part((it) => it.find),
    view: part((it) => it.view),
    viewOne: part((it) => it.viewOne),
    narrow: part((it) => it.narrow),
    revoke: part((it) => it.revoke),
    revokeAll: part((it) => it.revokeAll),
  }
}
