import type { Context } from '../context.js'
import { lazily } from '../lazily.js'
import { isConfidential } from '../policy/client.js'
import { type Proof, proofOf } from '../policy/proof.js'
import type { PresentedClient } from '../protocol/client-authentication.js'
import type { AuthMethod } from '../protocol/client-metadata.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId, Timestamp, TokenDigest } from '../records.js'
import type { FoundToken, UsedId } from '../storage.js'
import { digest } from '../tokens/format.js'
import type { Share } from '../tokens/issue.js'
import { leaveClient } from '../trail.js'
import type { Besides } from '../transact.js'

const verifyAssertion = lazily(() => import('./assertion.js'))((it) => it.verifyAssertion)

/** Compared against when there is no such client, so that its absence takes as long as a wrong secret. */
const nobody = digest('client_secret', 'nobody')

/** One text for every cause: who asks must not learn which part was wrong. The operator sees the reason. */
function refusal(presented: PresentedClient, reason: string): OAuthError {
  return new OAuthError('invalid_client', 'unknown client or bad credentials', reason, {
    headers: presented.method === 'client_secret_basic' ? { 'www-authenticate': 'Basic realm="oauth"' } : {},
  })
}

function digestsOf({ secret, rawSecret }: PresentedClient): readonly TokenDigest[] {
  const digests: TokenDigest[] = []
  for (const text of [secret, rawSecret]) if (text !== null) digests.push(digest('client_secret', text))
  return digests
}

/** What a client shows for its secret, digested, and when. */
interface Shown {
  readonly digests: readonly TokenDigest[]
  readonly now: Timestamp
}

function knowsSecret(client: Client | null, { digests, now }: Shown): boolean {
  const expected: TokenDigest[] = []
  for (const { digest, expiresAt } of client?.secrets ?? [])
    if (expiresAt === null || expiresAt > now) expected.push(digest)
  const hasOne = expected.length > 0
  if (!hasOne) expected.push(nobody)
  let knows = false
  for (const one of digests) for (const other of expected) knows = equal(one, other) || knows
  return hasOne && knows
}

const isSecret = (method: AuthMethod) => method === 'client_secret_basic' || method === 'client_secret_post'

/** Basic and post carry the same secret, and self-registered clients pick between them by rules of their own. */
const acceptsMethod = ({ registration }: Client, { methods }: Proof, method: AuthMethod): boolean =>
  methods.includes(method) || (registration === 'dynamic' && isSecret(method) && methods.some(isSecret))

/** Some clients that have no secret still send a Basic header, with an empty password. */
const methodOf = ({ method, secret }: PresentedClient): AuthMethod => (secret === '' ? 'none' : method)

/**
 * The client, once it has proved who it is (RFC 6749 section 3.2.1). A public client proves nothing; it is only known. A signature is
 * verified by {@link authenticateBeside}.
 *
 * @throws OAuthError `invalid_client`
 */
function authenticate(client: Client | null, proof: Proof, presented: PresentedClient, shown: Shown): Client {
  const knows = presented.secret === null || knowsSecret(client, shown)
  if (!client || client.revokedAt !== null) throw refusal(presented, 'client.unknown')
  const method = methodOf(presented)
  if (isSecret(method) && proof.methods.every((one) => one === 'none'))
    throw refusal(presented, 'client.unexpected_secret')
  if (!acceptsMethod(client, proof, method)) throw refusal(presented, 'client.authentication_method')
  if (isSecret(method) && !knows) throw refusal(presented, 'client.secret')
  return client
}

/** Remember which of its secrets a client uses, and that it is used at all. Of a public client anybody could say so. */
function noteUse({ activity, origin }: Context, client: Client, { digests, now }: Shown): void {
  if (!isConfidential(client)) return
  const used: UsedId[] = [client.id]
  for (const { digest } of client.secrets) if (digests.includes(digest)) used.push(digest)
  activity.used(used, now, origin)
}

const anything: Proof = { methods: ['none'] }

/** What was settled when the token was issued goes before what the client says of itself now. */
const proofBeside = (found: FoundToken | null, client: Client | null): Proof =>
  found && found.token.clientId === client?.id
    ? ((found.token.data as Partial<Share>).proof ?? proofOf(client))
    : client
      ? proofOf(client)
      : anything

/**
 * The client that presents itself beside a token. When the token is its own, it came with the token and costs no read. An assertion is
 * good once, whatever becomes of the request that it came with.
 *
 * @throws OAuthError `invalid_client`
 */
export async function authenticateBeside(
  context: Context,
  found: FoundToken | null,
  presented: PresentedClient,
  besides: Besides,
): Promise<Client> {
  const id = presented.clientId as ClientId
  const client = found?.client?.id === id ? found.client : await context.storage.findClient(id)
  if (client) leaveClient(context, client, presented.method)
  const proof = proofBeside(found, client)
  const shown = { digests: digestsOf(presented), now: context.now() }
  const authenticated = authenticate(client, proof, presented, shown)
  if (presented.assertion !== undefined) {
    const verified = await verifyAssertion(context, authenticated, proof, presented.assertion)
    if (!verified.ok) throw refusal(presented, verified.reason)
    besides(verified.used, refusal(presented, 'client.assertion_replayed'))
  }
  noteUse(context, authenticated, shown)
  return authenticated
}
