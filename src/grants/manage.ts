import { system, user } from '../audit.js'
import type { Context } from '../context.js'
import { ownGrantId, withoutOwnGrant } from '../policy/own-grant.js'
import { OAuthError } from '../protocol/errors.js'
import type { Actor, Client, Grant, GrantId, Subject } from '../records.js'
import type { GrantFilter, Page, Paged, Use } from '../storage.js'
import { transact } from '../transact.js'

/** A grant as the people concerned see it: with its client, and when, from where and with what it was last used. */
export interface ListedGrant {
  readonly grant: Grant
  /** Null when its record lives elsewhere, or is gone. */
  readonly client: Client | null
  readonly lastUse: Omit<Use, 'id'> | null
}

/** On whose word a grant is changed or ended, for the audit log. */
export interface Word {
  readonly actor: Actor
  /** Stable and dotted. */
  readonly reason: 'subject.disconnected' | 'admin.revoked' | 'client.owner_revoked' | 'host.revoked'
  /** When given, only grants of this subject are touched. */
  readonly owner?: Subject
}

/** The host's own code says so. */
export const hostsWord: Word = { actor: system, reason: 'host.revoked' }

/** A person says so, of what is their own. */
export const ownersWord = (owner: Subject): Word => ({ actor: user(owner), reason: 'subject.disconnected', owner })

async function clientsOf(context: Context, grants: readonly Grant[]): Promise<ReadonlyMap<string, Client | null>> {
  const ids = [...new Set(grants.map(({ clientId }) => clientId))]
  return new Map(await Promise.all(ids.map(async (id) => [id, await context.storage.findClient(id)] as const)))
}

/** The live ones among some grants, with what is known beside them. */
async function listLive(context: Context, grants: readonly Grant[]): Promise<readonly ListedGrant[]> {
  const live = grants.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > context.now())
  if (live.length === 0) return []
  const [clients, uses] = await Promise.all([
    clientsOf(context, live),
    context.storage.lastUses(live.map(({ id }) => id)),
  ])
  const lastUses = new Map<string, ListedGrant['lastUse']>(uses.map(({ id, ...use }) => [id, use]))
  return live
    .map((grant) => ({
      grant,
      client: clients.get(grant.clientId) ?? null,
      lastUse: lastUses.get(grant.id) ?? null,
    }))
    .filter(({ client }) => client === null || client.revokedAt === null)
}

/** A live grant; null when there is none of this id, or none of this owner's. */
export async function findLiveGrant(context: Context, id: GrantId, owner?: Subject): Promise<ListedGrant | null> {
  const grant = await context.storage.findGrant(id)
  if (!grant || (owner !== undefined && grant.subject !== owner)) return null
  const [listed = null] = await listLive(context, [grant])
  return listed
}

/**
 * Live grants, a page at a time. Those that have ended are read past until the page is at least half full, so that an empty page
 * means that there are none.
 */
export async function listGrants(context: Context, filter: GrantFilter, page: Page): Promise<Paged<ListedGrant>> {
  const items: ListedGrant[] = []
  for (let { after } = page; ; ) {
    const limit = page.limit - items.length
    const some = await context.storage.listGrants(filter, { limit, ...(after !== undefined && { after }) })
    items.push(...(await listLive(context, some.items)))
    if (some.next === null || items.length * 2 >= page.limit) return { items, next: some.next }
    after = some.next
  }
}

export const unknownGrant = () => new OAuthError('invalid_request', 'no such grant', 'grant.unknown', { status: 404 })

/** What a client does by itself is ended in its record too, so that it does not begin again by itself. */
async function endedIn({ storage }: Context, { id, clientId, subject }: Grant): Promise<readonly Client[]> {
  const client = subject === null ? await storage.findClient(clientId) : null
  return client && client.revokedAt === null && ownGrantId(client) === id ? [withoutOwnGrant(client)] : []
}

/**
 * End a grant and every token on it, at once. Ending what has ended is no error.
 *
 * @throws OAuthError `invalid_request`, 404 for a grant that is not there or somebody else's
 */
export async function revokeGrant(context: Context, id: GrantId, { actor, reason, owner }: Word): Promise<void> {
  await transact<undefined>(context, async () => {
    const grant = await context.storage.findGrant(id)
    if (!grant || (owner !== undefined && grant.subject !== owner)) throw unknownGrant()
    if (grant.revokedAt !== null) return { change: null, outcome: undefined }
    const { clientId, subject, accountId } = grant
    return {
      change: {
        revoke: [{ grantId: id, at: context.now() }],
        update: await endedIn(context, grant),
        events: [{ type: 'grant.revoked', reason, actor, clientId, grantId: id, subject, accountId }],
      },
      outcome: undefined,
    }
  })
}

/** End every grant that matches, a page at a time. The host bars the way to new ones first. */
export async function revokeGrants(context: Context, filter: GrantFilter, word: Word): Promise<number> {
  let revoked = 0
  for (let after: string | undefined; ; ) {
    const { items, next } = await context.storage.listGrants(filter, {
      limit: 100,
      ...(after !== undefined && { after }),
    })
    for (const grant of items.filter(({ revokedAt }) => revokedAt === null)) {
      await revokeGrant(context, grant.id, word)
      revoked += 1
    }
    if (next === null) return revoked
    after = next
  }
}
