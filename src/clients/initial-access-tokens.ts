import type { Context } from '../context.js'
import { checkPolicy } from '../policy/check.js'
import type { ClientPolicy } from '../policy/client.js'
import { bearerChallenge, readBearer } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import { intersectScope } from '../protocol/scope.js'
import type { AccountId, ClientId, JsonObject, Timestamp, Token, TokenDigest } from '../records.js'
import type { Redeem } from '../storage.js'
import { digest, newSecret, readSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'
import type { By } from './change.js'
import type { Terms } from './terms.js'

const kind = 'initial_access_token'
const week = 604_800

/** What a token lets whoever has it register. */
export interface InitialAccess {
  /** How many clients. Left out: one. */
  readonly uses?: number
  /** Seconds. Left out: a week. */
  readonly expiresIn?: number
  /** The most that these clients can ever be granted. */
  readonly scope?: readonly string[]
  /** The only account whose people may use them. */
  readonly accountId?: AccountId
  readonly policy?: Partial<ClientPolicy>
}

type InitialAccessData = {
  readonly uses: number
  readonly accountId: AccountId | null
  readonly policy: JsonObject
}

/** A token that belongs to no client, because there is none yet. */
const nobody = '' as ClientId

const record = (digest: TokenDigest, data: InitialAccessData, at: Timestamp, expiresAt: Timestamp): Token => ({
  digest,
  kind,
  clientId: nobody,
  grantId: null,
  data,
  createdAt: at,
  expiresAt,
  redemption: null,
})

function policyOf(context: Context, { scope, policy = {} }: InitialAccess): Partial<ClientPolicy> {
  const ceiling = scope && policy.scope ? intersectScope(scope, policy.scope, context.implied) : scope
  return checkPolicy(context, { ...policy, ...(ceiling && { scope: ceiling }) }, 'dynamic')
}

/**
 * Make a token that lets somebody register clients where not everybody may (RFC 7591 section 3).
 *
 * @returns the token, shown this once, and when it ends
 * @throws OAuthError `invalid_client_metadata` for a policy that is none; `invalid_request` for numbers out of bounds
 */
export async function issueInitialAccessToken(
  context: Context,
  wanted: InitialAccess,
  { actor }: By,
): Promise<{ readonly token: Secret; readonly expiresAt: Timestamp }> {
  const { uses = 1, expiresIn = week, accountId = null } = wanted
  if (!Number.isInteger(uses) || uses < 1 || uses > limits.initialAccessTokenUses)
    throw new OAuthError(
      'invalid_request',
      `uses is 1 to ${limits.initialAccessTokenUses}`,
      'initial_access_token.uses',
    )
  if (!Number.isInteger(expiresIn) || expiresIn < 1)
    throw new OAuthError('invalid_request', 'expiresIn is a number of seconds', 'initial_access_token.expiry')
  const token = newSecret(context, kind)
  const at = context.now()
  const expiresAt = (at + expiresIn) as Timestamp
  const data = { uses, accountId, policy: policyOf(context, wanted) as JsonObject }
  const event = {
    type: 'initial_access_token.issued',
    actor,
    accountId,
    data: { uses, expires_at: expiresAt },
  } as const
  return transact(context, async () => ({
    change: { tokens: [record(digest(kind, token), data, at, expiresAt)], events: [event] },
    outcome: { token, expiresAt },
  }))
}

/** What a presented token allows, and how its use is written. */
export interface Admission {
  readonly terms: Terms
  /**
   * What to commit beside the client, so that no use is counted twice.
   *
   * @throws OAuthError 401 when another request was quicker
   */
  readonly use: () => Promise<{ readonly redeem: readonly Redeem[]; readonly tokens: readonly Token[] }>
}

function refuse(description: string, reason: string, error?: string): OAuthError {
  const challenge = bearerChallenge({ ...(error !== undefined && { error, error_description: description }) })
  return new OAuthError('invalid_token', description, reason, { headers: { 'www-authenticate': challenge } })
}

const invalid = (reason: string) =>
  refuse('this initial access token is unknown, expired or used up', reason, 'invalid_token')

/** Uses are counted in places, each a record that only one of several requests can insert. */
const placeOf = (secret: Secret, place: number) => digest(kind, `${secret.reveal()}:${place}`)

/** A free place, looked for from one that chance picks: requests that come at once mostly find different ones. */
async function freePlace(context: Context, secret: Secret, uses: number): Promise<TokenDigest | null> {
  const from = (context.random(1)[0] ?? 0) % uses
  for (let step = 0; step < uses; step += 1) {
    const place = placeOf(secret, (from + step) % uses)
    if (!(await context.storage.findToken(place))) return place
  }
  return null
}

async function findLive(context: Context, secret: Secret): Promise<Token> {
  const found = await context.storage.findToken(digest(kind, secret))
  if (!found) throw invalid('initial_access_token.unknown')
  if (found.token.redemption !== null) throw invalid('initial_access_token.used')
  if (found.token.expiresAt <= context.now()) throw invalid('initial_access_token.expired')
  return found.token
}

async function useOf(context: Context, secret: Secret) {
  const token = await findLive(context, secret)
  const data = token.data as InitialAccessData
  const end = { redeem: [{ digest: token.digest, at: context.now(), note: 'used' }], tokens: [] }
  if (data.uses === 1) return end
  const place = await freePlace(context, secret, data.uses)
  if (place) return { redeem: [], tokens: [record(place, { ...data, uses: 0 }, context.now(), token.expiresAt)] }
  // From now on one look is enough.
  await transact<undefined>(context, async (refused) => ({
    change: refused > 0 ? null : { redeem: end.redeem },
    outcome: undefined,
  }))
  throw invalid('initial_access_token.used')
}

/**
 * What whoever registers may register, by the token in the `Authorization` header. Null: anybody may, and they showed none.
 *
 * @throws OAuthError `invalid_token`, 401 with a challenge (RFC 6750 section 3)
 */
export async function readInitialAccess(context: Context, authorization: string | null): Promise<Admission | null> {
  const mode = context.registration.dynamic?.initialAccessToken ?? null
  if (mode === null) return null
  const bearer = readBearer(authorization)
  if (bearer.kind === 'none' && mode === 'optional') return null
  if (bearer.kind === 'none') throw refuse('an initial access token is needed', 'initial_access_token.missing')
  const secret = readSecret(context, kind, bearer.token)
  if (!secret) throw invalid('initial_access_token.malformed')
  const { accountId, policy } = (await findLive(context, secret)).data as InitialAccessData
  return { terms: { policy: policy as Partial<ClientPolicy>, accountId }, use: () => useOf(context, secret) }
}
