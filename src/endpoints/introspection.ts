import { authenticateBeside } from '../clients/authenticate.js'
import type { Context } from '../context.js'
import { isConfidential, policyOf } from '../policy/client.js'
import type { CurrentReach } from '../policy/reach.js'
import { understoodScope } from '../policy/resource.js'
import { detailsOf } from '../protocol/authorization-details.js'
import { readClient } from '../protocol/client-authentication.js'
import { OAuthError } from '../protocol/errors.js'
import type { Introspection } from '../protocol/introspection.js'
import { type Parameters, refuseRepeats, required, single } from '../protocol/parameters.js'
import { formatScope } from '../protocol/scope.js'
import type { Client } from '../records.js'
import type { Worth } from '../resource/judgement.js'
import { audienceOf, seenOf, worthOf } from '../resource/worth.js'
import type { FoundToken } from '../storage.js'
import { digest, readSecret } from '../tokens/format.js'
import { transact } from '../transact.js'
import { countingFailures } from './failures.js'
import type { FormRequest } from './token.js'

const inactive: Introspection = { active: false }

/** A refresh token or a code is none of a resource server's business, and not told apart from nonsense. */
async function findAccessToken(context: Context, parameters: Parameters): Promise<FoundToken | null> {
  const secret = readSecret(context, 'access_token', single(parameters, 'token') ?? '')
  return secret && context.storage.findToken(digest('access_token', secret))
}

/**
 * The resources a caller runs. Who may ask is what keeps strangers from trying tokens out (RFC 7662 section 4).
 *
 * @throws OAuthError `invalid_client` for one that proved nothing, `unauthorized_client`, 403, for one that runs none
 */
function requireResources(context: Context, caller: Client): readonly string[] {
  if (!isConfidential(caller))
    throw new OAuthError('invalid_client', 'introspection needs a client with credentials', 'introspection.public')
  const resources = policyOf(caller).introspect.filter((resource) => context.resources.has(resource))
  if (resources.length > 0 && caller.disabledAt === null) return resources
  throw new OAuthError('unauthorized_client', 'this client may not introspect', 'introspection.not_allowed', {
    status: 403,
  })
}

/** What is held in each project in which it is less than the whole, and in the one that was asked about. */
function heldInProjects({ scope, projects, limits }: CurrentReach, asked: string | undefined) {
  const isHeld = asked !== undefined && projects !== 'all' && projects.some((project) => project === asked)
  return isHeld ? { [asked]: scope, ...limits } : limits
}

interface Answered {
  readonly found: FoundToken
  readonly worth: Worth
  readonly resources: readonly string[]
  readonly project: string | undefined
}

/** What one resource server is told of a live token: its own part of it (RFC 7662 section 2.2). */
function describe(context: Context, { found, worth, resources, project }: Answered): Introspection {
  const { token } = found
  const { subject, clientId, grantId, accountId, projects, expiresAt, authenticatedAt, acr } = worth.access
  const aud = audienceOf(context, token, resources)
  const understood = (held: readonly string[]) => formatScope(understoodScope(context, held, aud))
  const scope = understood(worth.reach.scope)
  const reached = project === undefined ? worth.reach.projects : projects
  const held = Object.entries(heldInProjects(worth.reach, project))
  return {
    active: true,
    ...(scope !== '' && { scope }),
    client_id: clientId,
    token_type: 'Bearer',
    iss: context.issuer,
    aud,
    sub: subject ?? clientId,
    sub_type: subject === null ? 'client' : 'user',
    iat: token.createdAt,
    nbf: token.createdAt,
    exp: expiresAt,
    jti: token.digest,
    ...(authenticatedAt !== null && { auth_time: authenticatedAt }),
    ...(acr !== null && { acr }),
    grant_id: grantId,
    ...(accountId !== null && { account_id: accountId }),
    ...(reached !== 'all' && reached.length > 0 && { authorization_details: detailsOf(reached) }),
    projects: reached,
    project_scope: Object.fromEntries(held.map(([name, part]) => [name, understood(part)])),
  }
}

/** Whether a token is any good to a caller, and what for. */
async function inspect(
  context: Context,
  found: FoundToken,
  resources: readonly string[],
  parameters: Parameters,
): Promise<Introspection> {
  const project = single(parameters, 'project')
  const live = single(parameters, 'live') === 'true'
  const now = context.now()
  const worth = await worthOf(context, found, resources, { project, live }, now)
  const refused = 'worthless' in worth
  const seen = seenOf(found, refused)
  // Where the request came from, only the resource server knows.
  if (seen) context.activity.seen(seen, now, () => ({ address: null, agent: null }))
  return refused ? inactive : describe(context, { found, worth, resources, project })
}

/**
 * The introspection endpoint, RFC 7662. Two parameters of our own: `project`, which a request acts on, and `live=true`, which asks the
 * host what the person holds right now. Whatever is no live access token for the caller is `active: false`, and nothing else.
 *
 * @throws OAuthError
 */
export async function introspect(context: Context, { authorization, parameters }: FormRequest): Promise<Introspection> {
  refuseRepeats(parameters, [])
  const presented = readClient(authorization, parameters)
  return countingFailures(context, presented, () =>
    transact<Introspection>(context, async (_refused, besides) => {
      const [caller, found] = await Promise.all([
        authenticateBeside(context, null, presented, besides),
        findAccessToken(context, parameters),
      ])
      const resources = requireResources(context, caller)
      required(parameters, 'token')
      return { change: null, outcome: found ? await inspect(context, found, resources, parameters) : inactive }
    }),
  )
}
