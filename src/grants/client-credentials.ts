import { client as byClient } from '../audit.js'
import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { allowedScope, isConfidential, policyOf, requireGrantType } from '../policy/client.js'
import { ownGrantId } from '../policy/own-grant.js'
import { askedProjects, narrowedProjects } from '../policy/projects.js'
import { projectsNamedBy, requireResource, selectKnown, understoodScope } from '../policy/resource.js'
import { OAuthError } from '../protocol/errors.js'
import { many, single } from '../protocol/parameters.js'
import { covers, intersectScope, parseScope } from '../protocol/scope.js'
import type { Client, Grant, ProjectId } from '../records.js'
import { newSecret } from '../tokens/format.js'
import { expiry, type TokenResponse, tokenResponse } from '../tokens/issue.js'
import { type Besides, type Decision, transact } from '../transact.js'
import type { TokenRequest } from './handler.js'
import { accessTokenOn, recordIssue } from './issue.js'

const name = 'client_credentials'

const refuse = (description: string, reason: string) => new OAuthError('unauthorized_client', description, reason)

/** RFC 6749 section 4.4: for clients that prove who they are, and here for those alone that the host let act for themselves. */
function requireOwnName(client: Client): void {
  if (!isConfidential(client)) throw refuse('a client without credentials acts for a person only', 'client.public')
  requireGrantType(client, name)
  if (client.disabledAt !== null) throw refuse('this client has been disabled', 'client.disabled')
}

/** The most it can have, by the host's word. No person's entitlements bound it, so that a host that says nothing gives nothing. */
function ceilingOf(context: Context, client: Client): readonly string[] {
  const { scope } = policyOf(client)
  if (scope === null) throw refuse('no scope was registered for this client itself', 'client.scope_missing')
  return allowedScope(context, client, scope)
}

function askedScope(context: Context, { parameters }: TokenRequest, ceiling: readonly string[]): readonly string[] {
  const asked = parseScope(single(parameters, 'scope'))
  if (asked.length === 0) return intersectScope(ceiling, context.defaultScope, context.implied)
  if (asked.every((one) => context.scopes.has(one)) && covers(ceiling, asked, context.implied)) return asked
  throw new OAuthError('invalid_scope', 'more than what this client is registered for', 'scope.not_granted')
}

const revoked = () => refuse('what this client may do by itself has been revoked', 'grant.revoked')

/**
 * The one grant on which a client acts for itself, as its record is now. Each edit from above it and its owner begins a grant of its own:
 * what is edited holds for what is issued from then on, and a grant that was ended stays ended until the record is edited, which a new
 * secret is as well. It lives for as long as it is used, because nobody's consent runs out.
 */
function ownGrant(context: Context, client: Client, scope: readonly string[]): Grant {
  const at = context.now()
  const id = ownGrantId(client)
  if (id === null) throw revoked()
  return {
    id,
    clientId: client.id,
    subject: null,
    accountId: client.accountId,
    projects: (policyOf(client).projects ?? []) as readonly ProjectId[],
    scope,
    resource: [...context.resources.keys()],
    details: {},
    createdAt: at,
    expiresAt: expiry(context, { createdAt: at, subject: null }, at, context.lifetimes.grant),
    revokedAt: null,
  }
}

/** Whether the grant has to be made. Asked only when a token on it was refused. */
async function isMissing(context: Context, { id }: Grant): Promise<boolean> {
  const grant = await context.storage.findGrant(id)
  if (grant && grant.revokedAt !== null) throw revoked()
  return grant === null
}

function createdEvent({ id: grantId, clientId, accountId, scope, projects, resource }: Grant) {
  const data = { requested: scope, scope, projects, resource }
  return { type: 'grant.created', actor: byClient(clientId), clientId, grantId, accountId, data } as const
}

/** The projects that it names must be among its own: nobody is there to choose others. */
function askedPlaces(
  context: Context,
  client: Client,
  { parameters }: TokenRequest,
  { resource, granted }: { readonly resource: readonly string[]; readonly granted: Grant['projects'] },
): { readonly projects?: readonly ProjectId[] } {
  const named = projectsNamedBy(context, resource)
  if (named && narrowedProjects(granted, named).length < named.length)
    throw new OAuthError('invalid_target', 'this client does not reach that project', 'resource.not_granted')
  const details = single(parameters, 'authorization_details')
  const projects = askedProjects(context, client, { details, resource, granted })
  return projects ? { projects } : {}
}

/** A token on the client's own grant, which is taken to be there: it nearly always is, and then one read and one commit do. */
async function issue(
  context: Context,
  request: TokenRequest,
  { refused, besides }: { readonly refused: number; readonly besides: Besides },
): Promise<Decision<TokenResponse>> {
  const client = await authenticateBeside(context, null, request.presented, besides)
  requireOwnName(client)
  const ceiling = ceilingOf(context, client)
  const resource = requireResource(context, client, selectKnown(context, many(request.parameters, 'resource')))
  const scope = understoodScope(context, askedScope(context, request, ceiling), resource)
  if (scope.length === 0)
    throw new OAuthError('invalid_scope', 'none of these scopes can be granted', 'scope.none_grantable')
  const grant = ownGrant(context, client, ceiling)
  const asked = { scope, resource, ...askedPlaces(context, client, request, { resource, granted: grant.projects }) }
  const access = await accessTokenOn(context, { client, grant, asked }, newSecret(context, 'access_token'))
  const issued = recordIssue(context, { grant }, { grantType: name, tokens: [access.record], refreshable: false })
  const outcome = tokenResponse(access, null, access.record.createdAt)
  if (refused > 0 && (await isMissing(context, grant)))
    return {
      change: { ...issued, extend: [], grants: [grant], events: [createdEvent(grant), ...issued.events] },
      outcome,
    }
  return { change: { ...issued, extend: [{ grantId: grant.id, expiresAt: grant.expiresAt }] }, outcome }
}

/** RFC 6749 section 4.4: a client that acts for itself, and for nobody. It comes back with its credentials, not with a refresh token. */
export const answer = (context: Context, request: TokenRequest): Promise<TokenResponse> =>
  transact<TokenResponse>(context, (refused, besides) => issue(context, request, { refused, besides }))
