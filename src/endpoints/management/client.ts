import type { Context } from '../../context.js'
import { type ListedGrant, listGrants } from '../../grants/manage.js'
import { isConfidential, metadataOf, policyOf } from '../../policy/client.js'
import { limits } from '../../protocol/limits.js'
import { type Parameters, required, single } from '../../protocol/parameters.js'
import type { Client } from '../../records.js'
import { usageOf } from '../../usage.js'
import type { ManagedClientPageView, ManagedGrantView, SecretView } from '../../views/management.js'
import { deskOf, type Keeper, managedView, requireKept } from './desk.js'

const pageSize = 25
const secondsPerDay = 86_400
const daysShown = 30

/** How long the secret before a new one may go on working, as choices: at once, an hour, a day, a week. */
const overlaps = [0, 3_600, secondsPerDay, 7 * secondsPerDay].filter((seconds) => seconds <= limits.secretOverlap)

function grantView({ grant, lastUse }: ListedGrant): ManagedGrantView {
  const { label } = grant.details
  return {
    id: grant.id,
    subject: grant.subject,
    account: grant.accountId,
    label: typeof label === 'string' ? label : null,
    scope: grant.scope,
    projects: grant.projects,
    createdAt: grant.createdAt,
    lastUsedAt: lastUse?.at ?? null,
  }
}

/** The secrets that still work, newest first. */
function secretViews(
  context: Context,
  client: Client,
  lastUses: ReadonlyMap<string, { readonly at: number }>,
): readonly SecretView[] {
  return client.secrets
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > context.now())
    .map(({ digest, createdAt, expiresAt }) => ({ createdAt, expiresAt, lastUsedAt: lastUses.get(digest)?.at ?? null }))
}

/** A client as whoever looks after it sees it, with a page of its grants. */
export async function showClient(context: Context, keeper: Keeper, query: Parameters): Promise<ManagedClientPageView> {
  const client = await requireKept(context, keeper, required(query, 'id'))
  const after = single(query, 'after')
  const usage = usageOf(context)
  const [grants, used, lastUses] = await Promise.all([
    listGrants(context, { clientId: client.id }, { limit: pageSize, ...(after !== undefined && { after }) }),
    usage.read(client.id),
    usage.lastUsed([client.id, ...client.secrets.map(({ digest }) => digest)]),
  ])
  const { scope, trusted, projects } = policyOf(client)
  const today = Math.floor(context.now() / secondsPerDay)
  return {
    ...deskOf(keeper),
    client: managedView(client, lastUses.get(client.id)),
    version: client.version,
    redirectUris: metadataOf(client).redirect_uris,
    scopes: scope?.map((name) => ({ name, description: context.scopes.get(name)?.description ?? name })) ?? null,
    trusted,
    projects,
    secrets: isConfidential(client) ? secretViews(context, client, lastUses) : [],
    grants: grants.items.map(grantView),
    next: grants.next,
    usage: used,
    days: { from: today - daysShown + 1, to: today },
    mayEdit: client.registration === 'manual' || client.registration === 'user',
    overlaps,
  }
}
