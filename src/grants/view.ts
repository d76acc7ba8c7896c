import type { Context } from '../context.js'
import type { Project } from '../hooks.js'
import { clientView, describeScope, offeredScope } from '../interactions/view.js'
import type { GrantId, Subject } from '../records.js'
import type { Page } from '../storage.js'
import type { ClientView, GrantsView, GrantView, NarrowingView, ProjectsView, ScopeView } from '../views.js'
import { findLiveGrant, type ListedGrant, listGrants, unknownGrant } from './manage.js'
import { requiredOf } from './narrow.js'

/** Grants as the person sees them who gave them. */

const unknownClient = (id: string): ClientView => ({
  id,
  name: id,
  verified: false,
  registration: 'dynamic',
  logo: null,
  website: null,
})

const ownProjects = async (context: Context, subject: Subject): Promise<readonly Project[]> =>
  (await context.hooks.projects?.list({ subject })) ?? []

const describe = (context: Context, name: string) => context.scopes.get(name)?.description ?? name

/** More than one thing, of which one may go. */
function isNarrowable(context: Context, { grant, client }: ListedGrant): boolean {
  if (grant.projects === 'all' || grant.projects.length > 1) return true
  return offeredScope(context, grant.scope).length > Math.max(1, requiredOf(context, grant, client).length)
}

/** A grant that is kept alive goes on while it is used, until consent itself runs out. */
function endsOf(context: Context, { grant }: ListedGrant): Pick<GrantView, 'keepAlive' | 'idleUntil' | 'expiresAt'> {
  const atLatest = grant.createdAt + context.lifetimes.grant
  if (grant.details.keep_alive === false) return { keepAlive: false, idleUntil: null, expiresAt: grant.expiresAt }
  return { keepAlive: true, idleUntil: grant.expiresAt < atLatest ? grant.expiresAt : null, expiresAt: atLatest }
}

function grantView(context: Context, listed: ListedGrant, own: readonly Project[]): GrantView {
  const { grant, client, lastUse } = listed
  const names = new Map(own.map(({ id, name }) => [id, name]))
  const { label } = grant.details
  return {
    id: grant.id,
    client: client ? clientView(client) : unknownClient(grant.clientId),
    label: typeof label === 'string' && label.trim() !== '' ? label : null,
    scopes: grant.scope.map((name) => ({ name, description: describe(context, name) })),
    projects: grant.projects === 'all' ? 'all' : grant.projects.map((id) => ({ id, name: names.get(id) ?? id })),
    authorisedAt: grant.createdAt,
    lastUse,
    ...endsOf(context, listed),
    narrowable: isNarrowable(context, listed),
  }
}

/** Everything one person has connected, a page at a time. */
export async function readGrants(context: Context, subject: Subject, page: Page): Promise<GrantsView> {
  const [{ items, next }, own] = await Promise.all([
    listGrants(context, { subject }, page),
    ownProjects(context, subject),
  ])
  return {
    projectLabel: context.hooks.projects?.label ?? null,
    grants: items.map((one) => grantView(context, one, own)),
    now: context.now(),
    next,
  }
}

function scopeViews(context: Context, { grant, client }: ListedGrant): readonly ScopeView[] {
  const offered = offeredScope(context, grant.scope)
  const required = requiredOf(context, grant, client)
  return offered.map((name) => ({
    requested: grant.scope.includes(name),
    ...describeScope(context, name, offered),
    already: false,
    required: required.includes(name),
    held: true,
  }))
}

/** The projects that can be taken away; of a grant for all of them, those that there are now. */
function projectsView(
  context: Context,
  { grant }: ListedGrant,
  own: readonly Project[],
  scope: readonly string[],
): ProjectsView | null {
  const label = context.hooks.projects?.label
  if (label === undefined || (grant.projects !== 'all' && grant.projects.length < 2)) return null
  const names = new Map(own.map(({ id, name }) => [id, name]))
  const ids = grant.projects === 'all' ? own.map(({ id }) => id) : grant.projects
  return {
    label,
    choose: grant.projects === 'all' ? 'all' : 'many',
    options: ids.map((id) => ({ id, name: names.get(id) ?? id, scope })),
    chosen: ids,
  }
}

/**
 * One connection of a person, and what can be taken away from it.
 *
 * @throws OAuthError `invalid_request`, 404 for a grant that is not there, has ended or is somebody else's
 */
export async function readNarrowing(context: Context, id: GrantId, subject: Subject): Promise<NarrowingView> {
  const listed = await findLiveGrant(context, id, subject)
  if (!listed) throw unknownGrant()
  const own = await ownProjects(context, subject)
  const scopes = scopeViews(context, listed)
  const scope = scopes.map(({ name }) => name)
  return {
    projectLabel: context.hooks.projects?.label ?? null,
    grant: grantView(context, listed, own),
    scopes,
    projects: projectsView(context, listed, own, scope),
    now: context.now(),
  }
}
