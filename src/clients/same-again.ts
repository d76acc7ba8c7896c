import type { Context } from '../context.js'
import type { ClientMetadata } from '../protocol/client-metadata.js'
import type { Client, JsonObject, Timestamp, Token, TokenDigest } from '../records.js'
import type { Redeem } from '../storage.js'
import { digest } from '../tokens/format.js'
import { keyOf } from './key.js'
import type { Terms } from './terms.js'

const kind = 'registration'

/** What a registration is known by for a short while. Only public clients are: a secret cannot be told twice. */
export interface Recent {
  /** Of this span of time, and of the one before it. */
  readonly keys: readonly [TokenDigest, TokenDigest]
  readonly expiresAt: Timestamp
}

type RecentData = {
  /** The token that manages the client, as storage knows it. */
  readonly management: TokenDigest | null
}

/**
 * Some programs register twice within seconds, and some whenever somebody signs in. Null where that would be no help: the client has
 * a secret, or nobody knows where the request comes from.
 */
export function recentOf(context: Context, metadata: ClientMetadata, { policy, accountId }: Terms): Recent | null {
  const { address } = context.origin
  const seconds = context.registration.dynamic?.reuseWithin ?? 0
  if (metadata.token_endpoint_auth_method !== 'none' || address === null || seconds === 0) return null
  const span = Math.floor(context.now() / seconds)
  const key = (at: number) => digest(kind, keyOf(metadata, policy as JsonObject, accountId, address, at))
  return { keys: [key(span), key(span - 1)], expiresAt: (context.now() + seconds) as Timestamp }
}

/** A client that was registered just now, with the same words and from the same place. */
export interface SameAgain {
  readonly client: Client
  /** Two hold it now, so that neither may change it any more. */
  readonly redeem: readonly Redeem[]
}

async function endManagement(context: Context, { management }: RecentData): Promise<readonly Redeem[]> {
  const found = management && (await context.storage.findToken(management))
  return found && found.token.redemption === null ? [{ digest: management, at: context.now(), note: 'shared' }] : []
}

/** The same client again; null when there is none, or it has been changed since. */
export async function findSameAgain(
  context: Context,
  { keys }: Recent,
): Promise<{ readonly same: SameAgain | null; readonly isTaken: boolean }> {
  const [current, before] = await Promise.all(keys.map((key) => context.storage.findToken(key)))
  const found = [current, before].find((one) => one && one.token.expiresAt > context.now())
  const client = found?.client
  const isTaken = current !== null
  if (!found || !client || client.version !== 1 || client.revokedAt !== null) return { same: null, isTaken }
  return { same: { client, redeem: await endManagement(context, found.token.data as RecentData) }, isTaken }
}

/** Remember a registration for a while. */
export const recentToken = (
  context: Context,
  { keys: [key], expiresAt }: Recent,
  client: Client,
  management: Token | null,
): Token => ({
  digest: key,
  kind,
  clientId: client.id,
  grantId: null,
  data: { management: management?.digest ?? null },
  createdAt: context.now(),
  expiresAt,
  redemption: null,
})
