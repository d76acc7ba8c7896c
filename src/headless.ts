import { type Registrar, registerClient } from './clients/register.js'
import type { Context } from './context.js'
import { type ListedGrant, listGrants, revokeGrant, revokeGrants } from './grants/manage.js'
import { type Narrowing, narrowGrant } from './grants/narrow.js'
import { readBrowserCookie } from './http/cookies.js'
import type { HttpRequest } from './http/message.js'
import { type Approval, approve, type Decided, deny } from './interactions/decide.js'
import { csrfToken, findInteraction, requireBrowser, requireCsrf, type Visitor } from './interactions/interaction.js'
import { consentView } from './interactions/view.js'
import { OAuthError } from './protocol/errors.js'
import type { AuditEvent, Client, ClientId, GrantId, Subject } from './records.js'
import type { EventFilter, GrantFilter, Page, Paged, Usage } from './storage.js'
import type { ConsentView } from './views.js'

/** What the shipped pages do, for hosts that draw their own. */

/** The same decision as the shipped consent page posts. `csrf` is the one that was read with the view. */
export interface HeadlessApproval extends Approval {
  readonly csrf: string
}

/** A pending decision. Every call needs the request of the browser it belongs to. */
export interface Interactions<HostRequest> {
  /** @throws OAuthError to be shown to the person, never redirected */
  readonly read: (request: HttpRequest, host: HostRequest, id: string) => Promise<ConsentView>
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
  ) => Promise<{ readonly redirectTo: string }>
}

export interface Grants {
  /** Live grants, a page at a time; a page may hold fewer than its limit. */
  readonly list: (filter: GrantFilter, page?: Page) => Promise<Paged<ListedGrant>>
  /** Take scopes or projects away, with effect on the next request. With `subject`, only from that person's own. */
  readonly narrow: (id: GrantId, to: Narrowing, owner?: { readonly subject: Subject }) => Promise<void>
  /** End a grant and every token on it. With `subject`, only that person's own. */
  readonly revoke: (id: GrantId, owner?: { readonly subject: Subject }) => Promise<void>
  /** End every grant of a person, a client or a project; how many ended. */
  readonly revokeAll: (filter: GrantFilter) => Promise<number>
}

export interface Clients {
  /** Register a client of the host's own. Its secret is shown this once; null for a public client. */
  readonly register: (
    metadata: unknown,
    registrar?: Partial<Registrar>,
  ) => Promise<{ readonly client: Client; readonly secret: string | null }>
  readonly find: (id: ClientId) => Promise<Client | null>
  readonly list: (page?: Page) => Promise<Paged<Client>>
}

export interface Audit {
  /** Oldest first. */
  readonly list: (filter?: EventFilter, page?: Page) => Promise<Paged<AuditEvent>>
}

export interface UsageReader {
  /** What a client did, by day and account. Days are dates in UTC, both included; the last 30 days when left out. */
  readonly read: (clientId: ClientId, days?: { readonly from: Date; readonly to: Date }) => Promise<readonly Usage[]>
}

const firstPage: Page = { limit: 100 }

async function visitorOf(context: Context, request: HttpRequest, host: unknown): Promise<Visitor> {
  const session = await context.hooks.session(host)
  if (!session) throw new OAuthError('access_denied', 'nobody is signed in', 'session.missing', { status: 401 })
  return { session, browser: readBrowserCookie(context, request) }
}

export function interactionsOf<HostRequest>(context: Context): Interactions<HostRequest> {
  return {
    async read(request, host, id) {
      const visitor = await visitorOf(context, request, host)
      const interaction = await findInteraction(context, id, visitor)
      if (interaction.token.redemption)
        throw new OAuthError('invalid_request', 'this request has been completed', 'interaction.finished')
      const csrf = csrfToken(requireBrowser(context, visitor), id)
      return consentView(context, interaction, { session: visitor.session, csrf, attempt: null })
    },
    async approve(request, host, id, { csrf, ...approval }) {
      const visitor = await visitorOf(context, request, host)
      requireCsrf(context, visitor, id, csrf)
      return approve(context, id, visitor, approval)
    },
    async deny(request, host, id, { csrf }) {
      const visitor = await visitorOf(context, request, host)
      requireCsrf(context, visitor, id, csrf)
      return deny(context, id, visitor)
    },
  }
}

/**
 * A filter with a hole in it, such as the id of a person who is not signed in, would reach what is everybody's.
 *
 * @throws TypeError that names the hole
 */
function whole<T extends object>(filter: T): T {
  const hole = Object.entries(filter).find(([, value]) => value === undefined || value === null)
  if (hole) throw new TypeError(`${hole[0]} is ${hole[1]}`)
  return filter
}

function notEmpty<T extends object>(filter: T): T {
  if (Object.keys(filter).length === 0) throw new TypeError('name a subject, a client or a project')
  return filter
}

export const grantsOf = (context: Context): Grants => ({
  list: async (filter, page = firstPage) => listGrants(context, whole(filter), page),
  narrow: async (id, to, owner) => narrowGrant(context, id, to, owner && whole(owner).subject),
  revoke: async (id, owner) =>
    revokeGrant(context, id, owner ? 'subject.disconnected' : 'host.revoked', owner && whole(owner).subject),
  revokeAll: async (filter) => revokeGrants(context, notEmpty(whole(filter)), 'host.revoked'),
})

export const clientsOf = (context: Context): Clients => ({
  async register(metadata, registrar = {}) {
    const { client, secret } = await registerClient(context, metadata, { registration: 'manual', ...registrar })
    return { client, secret: secret?.reveal() ?? null }
  },
  find: (id) => context.storage.findClient(id),
  list: (page = firstPage) => context.storage.listClients(page),
})

export const auditOf = (context: Context): Audit => ({
  list: async (filter = {}, page = firstPage) => context.storage.listEvents(whole(filter), page),
})

const millisecondsPerDay = 86_400_000

export const usageOf = (context: Context): UsageReader => ({
  async read(clientId, days) {
    const today = Math.floor((context.now() * 1000) / millisecondsPerDay)
    const day = (date: Date) => Math.floor(date.getTime() / millisecondsPerDay)
    const [from, to] = days ? [day(days.from), day(days.to)] : [today - 29, today]
    return context.storage.listUsage({ clientId, from, to })
  },
})
