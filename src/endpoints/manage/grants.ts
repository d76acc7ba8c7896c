import type { Context } from '../../context.js'
import { findLiveGrant, type ListedGrant, listGrants, revokeGrant, unknownGrant } from '../../grants/manage.js'
import { narrowGrant } from '../../grants/narrow.js'
import { metadataOf } from '../../policy/client.js'
import { OAuthError } from '../../protocol/errors.js'
import type { Parameters } from '../../protocol/parameters.js'
import type { GrantId } from '../../records.js'
import type { GrantFilter } from '../../storage.js'
import { type Authority, wordOfAuthority } from './authority.js'
import { listMember, readBody } from './bodies.js'
import { type ListJson, listJson, readPage, readTexts } from './query.js'

/** A grant on the wire. */
function grantJson({ grant, client, lastUse }: ListedGrant) {
  const { label } = grant.details
  return {
    grant_id: grant.id,
    client_id: grant.clientId,
    client_name: (client && metadataOf(client).client_name) ?? null,
    subject: grant.subject,
    account_id: grant.accountId,
    projects: grant.projects,
    scope: grant.scope,
    resource: grant.resource,
    label: typeof label === 'string' ? label : null,
    keep_alive: grant.details.keep_alive !== false,
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    last_used_at: lastUse?.at ?? null,
  }
}

export type GrantJson = ReturnType<typeof grantJson>

const isInSight = ({ accountId }: Authority, { grant }: ListedGrant) =>
  accountId === null || grant.accountId === accountId

function readFilter(query: Parameters, { owner }: Authority): GrantFilter {
  const wanted = readTexts(query, { subject: 'subject', clientId: 'client_id', projectId: 'project_id' })
  if (owner !== null && (wanted.subject ?? owner) !== owner)
    throw new OAuthError('access_denied', 'these are not your grants', 'manage.not_admin', { status: 403 })
  return { ...wanted, ...(owner !== null && { subject: owner }) } as GrantFilter
}

/** Live grants: a person's own, or for administrators everybody's. A page may hold fewer than its limit and still have a next. */
export async function listManagedGrants(
  context: Context,
  authority: Authority,
  query: Parameters,
): Promise<ListJson<GrantJson>> {
  const page = await listGrants(context, readFilter(query, authority), readPage(query))
  const items = page.items.filter((listed) => isInSight(authority, listed))
  return listJson({ ...page, items }, grantJson)
}

async function requireGrant(context: Context, authority: Authority, id: string): Promise<ListedGrant> {
  const listed = await findLiveGrant(context, id as GrantId, authority.owner ?? undefined)
  if (!listed || !isInSight(authority, listed)) throw unknownGrant()
  return listed
}

export const readGrant = async (context: Context, authority: Authority, id: string): Promise<GrantJson> =>
  grantJson(await requireGrant(context, authority, id))

/** Take scopes or projects away. */
export async function narrowManagedGrant(
  context: Context,
  authority: Authority,
  id: string,
  sent: unknown,
): Promise<GrantJson> {
  const body = readBody(sent)
  const { grant } = await requireGrant(context, authority, id)
  const scope = listMember(body, 'scope')
  // All that it reaches is what it has already.
  const projects = body.projects === 'all' ? undefined : listMember(body, 'projects')
  await narrowGrant(
    context,
    grant.id,
    { ...(scope && { scope }), ...(projects && { projects }) },
    wordOfAuthority(authority),
  )
  return readGrant(context, authority, id)
}

export async function endGrant(context: Context, authority: Authority, id: string): Promise<void> {
  const { grant } = await requireGrant(context, authority, id)
  await revokeGrant(context, grant.id, wordOfAuthority(authority))
}
