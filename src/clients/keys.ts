import type { Context } from '../context.js'
import { type DocumentCache, documentCache } from '../documents/cache.js'
import type { Load } from '../documents/load.js'
import { DocumentUnavailable } from '../documents/unavailable.js'
import type { Proof } from '../policy/proof.js'
import { type PublicKey, readPublicKeys } from '../protocol/client-keys.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'

/** How long a set of keys is kept: a key that its owner has taken back must not be good for much longer. */
const bounds = { shortest: 300, longest: 3_600 }

/** How long a set is left alone that has just been fetched in search of a key, in seconds. */
const renewEvery = 60

/** The sets of keys that clients publish (RFC 7517 section 5). */
export const keySets = (load: Load): DocumentCache<readonly PublicKey[]> =>
  documentCache(load, { maxBytes: limits.keySetBytes, bounds, read: readPublicKeys })

/** An algorithm and the kind of key it takes. */
const kinds: Readonly<Record<string, string>> = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' }

/** More than that of a kind, none of them named, is no honest set. */
const mostTried = 5

interface Wanted {
  readonly kid: unknown
  readonly alg: string
}

const matching = (keys: readonly PublicKey[], { kid, alg }: Wanted): readonly PublicKey[] =>
  keys
    .filter((key) => key.kty === kinds[alg] && (key.alg === undefined || key.alg === alg))
    .filter((key) => kid === undefined || key.kid === kid)
    .slice(0, mostTried)

/**
 * The keys that a signature may have been made with: those of its `kid`, or all of its kind. A set that has no such key is fetched
 * again, once in a while, because its owner may have changed it.
 *
 * @throws OAuthError `invalid_client` when the keys cannot be had
 */
export async function findKeys(
  context: Context,
  { jwks, jwks_uri }: Proof,
  wanted: Wanted,
): Promise<readonly PublicKey[]> {
  if (jwks_uri === undefined) return matching(jwks?.keys ?? [], wanted)
  const sets = (await context.documents?.())?.keys
  if (!sets) throw unavailable('keys are not fetched here any more')
  try {
    const found = matching((await sets.find(context, jwks_uri, null)).value, wanted)
    if (found.length > 0) return found
    return matching((await sets.renew(context, jwks_uri, renewEvery))?.value ?? [], wanted)
  } catch (cause) {
    const known = cause instanceof DocumentUnavailable || (cause instanceof OAuthError && cause.status < 429)
    throw known ? unavailable(cause) : cause
  }
}

const unavailable = (cause: unknown) =>
  new OAuthError('invalid_client', 'unknown client or bad credentials', 'client.keys_unavailable', { cause })
