import type { Context } from '../context.js'
import { ownersWord, revokeGrant, revokeGrants } from '../grants/manage.js'
import { narrowGrant } from '../grants/narrow.js'
import { readGrants, readNarrowing } from '../grants/view.js'
import type { Session } from '../hooks.js'
import { csrfToken, requireCsrf } from '../interactions/interaction.js'
import { OAuthError } from '../protocol/errors.js'
import { many, type Parameters, required, single } from '../protocol/parameters.js'
import type { ClientId, GrantId, Subject } from '../records.js'
import type { Secret } from '../tokens/secret.js'
import type { ConnectedAppsView, ConnectedAppView } from '../views.js'

const pageSize = 50
/** What the CSRF value of these pages is bound to beside the browser. */
const purpose = 'connected-apps'

/** Somebody who is signed in, in a browser that has a secret. */
interface Owner {
  readonly session: Session
  readonly browser: Secret
}

/** Whoever posts: nothing is known of their browser yet. */
interface Sender {
  readonly session: Session
  readonly browser: string | null
}

const subjectOf = ({ session }: Owner | Sender) => session.subject as Subject
const personOf = ({ session: { subject, name } }: Owner) => ({ subject, name })

/** Everything one person has connected. */
export async function showConnectedApps(
  context: Context,
  owner: Owner,
  after: string | undefined,
): Promise<ConnectedAppsView> {
  const page = { limit: pageSize, ...(after !== undefined && { after }) }
  return {
    ...(await readGrants(context, subjectOf(owner), page)),
    person: personOf(owner),
    csrf: csrfToken(owner.browser, purpose),
    continued: after !== undefined,
  }
}

/** Disconnect one grant, all of a client's, or everything, as the form says. Only ever the person's own. */
export async function disconnect(context: Context, form: Parameters, sender: Sender): Promise<void> {
  requireCsrf(context, sender, purpose, single(form, 'csrf'))
  const subject = subjectOf(sender)
  const word = ownersWord(subject)
  switch (required(form, 'action')) {
    case 'revoke':
      return revokeGrant(context, required(form, 'grant') as GrantId, word)
    case 'revoke_client':
      await revokeGrants(context, { subject, clientId: required(form, 'client') as ClientId }, word)
      return
    case 'revoke_all':
      await revokeGrants(context, { subject }, word)
      return
    default:
      throw new OAuthError('invalid_request', 'unknown action', 'connected_apps.action')
  }
}

type Attempt = Pick<ConnectedAppView, 'problem' | 'last'>
const firstSight: Attempt = { problem: null, last: null }

/** One connection, and what can be taken away from it. */
export async function showConnectedApp(
  context: Context,
  id: string,
  owner: Owner,
  attempt = firstSight,
): Promise<ConnectedAppView> {
  return {
    ...(await readNarrowing(context, id as GrantId, subjectOf(owner))),
    person: personOf(owner),
    csrf: csrfToken(owner.browser, purpose),
    ...attempt,
  }
}

const problems: Readonly<Record<string, NonNullable<ConnectedAppView['problem']>>> = {
  'grant.narrowed_to_nothing': 'nothing_left',
  'grant.scope_required': 'scope_required',
}

const readChoice = (form: Parameters): NonNullable<Attempt['last']> => ({
  scope: many(form, 'scope'),
  projects: single(form, 'projects') === 'all' ? 'all' : many(form, 'project'),
})

/**
 * Take away from a grant what the form leaves out: a project that is not the person's, or a scope that was never granted, brings
 * nothing.
 *
 * @returns what to say on the page when that could not be done; null when it was
 */
export async function narrowConnectedApp(context: Context, form: Parameters, sender: Sender): Promise<Attempt | null> {
  requireCsrf(context, sender, purpose, single(form, 'csrf'))
  const id = required(form, 'grant') as GrantId
  const last = readChoice(form)
  const { projects } = await readNarrowing(context, id, subjectOf(sender))
  const kept = projects?.options.map((option) => option.id).filter((one) => last.projects.includes(one))
  const to = { scope: last.scope, ...(kept && last.projects !== 'all' && { projects: kept }) }
  try {
    await narrowGrant(context, id, to, ownersWord(subjectOf(sender)))
    return null
  } catch (error) {
    const problem = error instanceof OAuthError ? problems[error.reason] : undefined
    if (problem === undefined) throw error
    return { problem, last }
  }
}
