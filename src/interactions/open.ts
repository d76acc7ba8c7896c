import type { Context } from '../context.js'
import { policyOf } from '../policy/client.js'
import { understoodScope } from '../policy/resource.js'
import type { AuthorizationRequest } from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import { intersectScope } from '../protocol/scope.js'
import type { Client, Subject, Timestamp, Token } from '../records.js'
import { change } from '../storage.js'
import { digest, newSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import type { InteractionData } from './interaction.js'

/** Scopes of OpenID Connect that many clients ask for by habit. They name nothing here, so that they count as not asked for. */
const habitual: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access'])

/**
 * What of a request may be granted at all, whoever the person is: scopes that are known, that the client may have and that the
 * resources understand. Asking for nothing means the default (RFC 6749 section 3.3).
 *
 * @throws OAuthError `invalid_scope`
 */
export function grantableScope(context: Context, client: Client, request: AuthorizationRequest): readonly string[] {
  const named = request.scope.filter((name) => !habitual.has(name) || context.scopes.has(name))
  const wanted = named.length > 0 ? named.filter((name) => context.scopes.has(name)) : context.defaultScope
  const ceiling = policyOf(client).scope
  const allowed = ceiling ? intersectScope(wanted, ceiling, context.implied) : wanted
  const scope = understoodScope(context, allowed, request.resource)
  if (scope.length === 0)
    throw new OAuthError('invalid_scope', 'none of these scopes can be granted', 'scope.none_grantable')
  return scope
}

interface Opening {
  readonly client: Client
  readonly request: AuthorizationRequest
  readonly subject: Subject
  readonly browser: Secret
}

/** Keep a validated request until the person has decided. The id that is returned is a secret of this browser. */
export async function openInteraction(
  context: Context,
  { client, request, subject, browser }: Opening,
): Promise<Secret> {
  const secret = newSecret(context, 'interaction')
  const at = context.now()
  const data: InteractionData = {
    request: { ...request, scope: grantableScope(context, client, request) },
    offline_access: request.scope.includes('offline_access'),
    subject,
    browser: digest('browser', browser),
  }
  const token: Token = {
    digest: digest('interaction', secret),
    kind: 'interaction',
    clientId: client.id,
    grantId: null,
    data,
    createdAt: at,
    expiresAt: (at + context.lifetimes.interaction) as Timestamp,
    redemption: null,
  }
  await context.storage.commit(change({ tokens: [token] }))
  return secret
}
