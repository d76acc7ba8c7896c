import type { Context } from '../context.js'
import type { ListedGrant } from '../grants/manage.js'
import { listGrants, revokeGrant, revokeGrants } from '../grants/manage.js'
import type { Project, Session } from '../hooks.js'
import { csrfToken, requireCsrf } from '../interactions/interaction.js'
import { clientView } from '../interactions/view.js'
import { OAuthError } from '../protocol/errors.js'
import { type Parameters, required, single } from '../protocol/parameters.js'
import type { ClientId, GrantId, Subject } from '../records.js'
import type { Secret } from '../tokens/secret.js'
import type { ClientView, ConnectedAppsView, GrantView } from '../views.js'

const pageSize = 50
/** What the CSRF value of this page is bound to beside the browser. */
const purpose = 'connected-apps'

const unknownClient = (id: string): ClientView => ({
  id,
  name: id,
  verified: false,
  registration: 'dynamic',
  logo: null,
  website: null,
})

function grantView(context: Context, { grant, client, lastUsedAt }: ListedGrant, own: readonly Project[]): GrantView {
  const keepAlive = grant.details.keep_alive !== false
  const names = new Map(own.map(({ id, name }) => [id, name]))
  return {
    id: grant.id,
    client: client ? clientView(client) : unknownClient(grant.clientId),
    scopes: grant.scope.map((name) => ({ name, description: context.scopes.get(name)?.description ?? name })),
    projects: grant.projects === 'all' ? 'all' : grant.projects.map((id) => ({ id, name: names.get(id) ?? id })),
    keepAlive,
    authorisedAt: grant.createdAt,
    lastUsedAt,
    // While it is used it goes on until consent itself runs out.
    expiresAt: keepAlive ? grant.createdAt + context.lifetimes.grant : grant.expiresAt,
  }
}

/** Everything one person has connected. */
export async function showConnectedApps(
  context: Context,
  {
    session,
    browser,
    after,
  }: { readonly session: Session; readonly browser: Secret; readonly after: string | undefined },
): Promise<ConnectedAppsView> {
  const subject = session.subject as Subject
  const [listed, own] = await Promise.all([
    listGrants(context, { subject }, { limit: pageSize, ...(after !== undefined && { after }) }),
    context.hooks.projects?.list({ subject }) ?? [],
  ])
  return {
    person: { subject, name: session.name },
    projectLabel: context.hooks.projects?.label ?? null,
    grants: listed.items.map((one) => grantView(context, one, own)),
    csrf: csrfToken(browser, purpose),
    next: listed.next,
  }
}

/** Disconnect one grant, or all of a client's, as the form says. Only ever the person's own. */
export async function disconnect(
  context: Context,
  form: Parameters,
  { session, browser }: { readonly session: Session; readonly browser: string | null },
): Promise<void> {
  requireCsrf(context, { browser }, purpose, single(form, 'csrf'))
  const subject = session.subject as Subject
  const action = required(form, 'action')
  if (action === 'revoke')
    return revokeGrant(context, required(form, 'grant') as GrantId, 'subject.disconnected', subject)
  if (action !== 'revoke_client') throw new OAuthError('invalid_request', 'unknown action', 'connected_apps.action')
  await revokeGrants(context, { subject, clientId: required(form, 'client') as ClientId }, 'subject.disconnected')
}
