import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, Grant, GrantId, Subject } from '../records.js'
import type { GrantFilter, Page, Paged } from '../storage.js'
import { transact } from '../transact.js'

/** A grant as the people concerned see it: with its client, and when it was last used. */
export interface ListedGrant {
  readonly grant: Grant
  /** Null when its record lives elsewhere, or is gone. */
  readonly client: Client | null
  readonly lastUsedAt: number | null
}

/** Why a grant ended, for the audit log. */
export type RevocationReason = 'subject.disconnected' | 'host.revoked'

async function clientsOf(context: Context, grants: readonly Grant[]): Promise<ReadonlyMap<string, Client | null>> {
  const ids = [...new Set(grants.map(({ clientId }) => clientId))]
  return new Map(await Promise.all(ids.map(async (id) => [id, await context.storage.findClient(id)] as const)))
}

/** The live ones among one page of the storage. */
async function readLiveGrants(context: Context, filter: GrantFilter, page: Page): Promise<Paged<ListedGrant>> {
  const { items, next } = await context.storage.listGrants(filter, page)
  const live = items.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > context.now())
  const [clients, uses] = await Promise.all([
    clientsOf(context, live),
    live.length > 0 ? context.storage.lastUses(live.map(({ id }) => id)) : [],
  ])
  const lastUses = new Map(uses.map(({ id, at }) => [id, at]))
  const listed = live.map((grant) => ({
    grant,
    client: clients.get(grant.clientId) ?? null,
    lastUsedAt: lastUses.get(grant.id) ?? null,
  }))
  return { items: listed.filter(({ client }) => client === null || client.revokedAt === null), next }
}

/**
 * Live grants, a page at a time. Those that have ended are read past until the page is at least half full, so that an empty page
 * means that there are none.
 */
export async function listGrants(context: Context, filter: GrantFilter, page: Page): Promise<Paged<ListedGrant>> {
  const items: ListedGrant[] = []
  for (let { after } = page; ; ) {
    const limit = page.limit - items.length
    const some = await readLiveGrants(context, filter, { limit, ...(after !== undefined && { after }) })
    items.push(...some.items)
    if (some.next === null || items.length * 2 >= page.limit) return { items, next: some.next }
    after = some.next
  }
}

/**
 * End a grant and every token on it, at once. Ending what has ended is no error.
 *
 * @param owner when given, only a grant of this subject is ended
 * @throws OAuthError `invalid_request`, 404 for a grant that is not there or somebody else's
 */
export async function revokeGrant(
  context: Context,
  id: GrantId,
  reason: RevocationReason,
  owner?: Subject,
): Promise<void> {
  await transact<undefined>(context, async () => {
    const grant = await context.storage.findGrant(id)
    if (!grant || (owner !== undefined && grant.subject !== owner))
      throw new OAuthError('invalid_request', 'no such grant', 'grant.unknown', { status: 404 })
    if (grant.revokedAt !== null) return { change: null, outcome: undefined }
    const { clientId, subject } = grant
    return {
      change: {
        revoke: [{ grantId: id, at: context.now() }],
        events: [{ type: 'grant.revoked', clientId, grantId: id, subject, data: { reason } }],
      },
      outcome: undefined,
    }
  })
}

/** End every grant that matches, a page at a time. The host bars the way to new ones first. */
export async function revokeGrants(context: Context, filter: GrantFilter, reason: RevocationReason): Promise<number> {
  let revoked = 0
  for (let after: string | undefined; ; ) {
    const { items, next } = await context.storage.listGrants(filter, {
      limit: 100,
      ...(after !== undefined && { after }),
    })
    for (const grant of items.filter(({ revokedAt }) => revokedAt === null)) {
      await revokeGrant(context, grant.id, reason)
      revoked += 1
    }
    if (next === null) return revoked
    after = next
  }
}
