import { compactVerify, errors, importJWK } from 'jose'
import type { Context } from '../context.js'
import { policyOf } from '../policy/client.js'
import type { Proof } from '../policy/proof.js'
import { type Assertion, checkAssertion, decodeAssertion, refuseAssertionType } from '../protocol/client-assertion.js'
import { isSigningAlgorithm, type PublicKey } from '../protocol/client-keys.js'
import type { Client, Timestamp, Token } from '../records.js'
import { digest } from '../tokens/format.js'
import { findKeys } from './keys.js'

/** Why an assertion proves nothing, in a stable dotted name; or the record that keeps it from being used twice. */
export type Verified = { readonly ok: true; readonly used: Token } | { readonly ok: false; readonly reason: string }

const no = (reason: string): Verified => ({ ok: false, reason })

/** The algorithm that the header names, if it is one that this client may use. */
function algorithmOf({ header }: Assertion, { token_endpoint_auth_signing_alg: own }: Proof): string | null {
  const { alg } = header
  return typeof alg === 'string' && isSigningAlgorithm(alg) && (own === undefined || own === alg) ? alg : null
}

/** Only the signature is asked: a header may point at keys of its own (`jwk`, `jku`, `x5u`), and nobody looks there. */
async function isSignedBy(assertion: string, key: PublicKey, alg: string): Promise<boolean> {
  try {
    await compactVerify(assertion, await importJWK(key, alg), { algorithms: [alg] })
    return true
  } catch (error) {
    // A key that cannot be read was published by the client, and is its own mistake.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) return false
    throw error
  }
}

async function isSignedByOne(assertion: string, keys: readonly PublicKey[], alg: string): Promise<boolean> {
  for (const key of keys) if (await isSignedBy(assertion, key, alg)) return true
  return false
}

const usedAssertion = (context: Context, { id }: Client, jti: string, expiresAt: number): Token => ({
  digest: digest('client_assertion', JSON.stringify([id, jti])),
  kind: 'client_assertion',
  clientId: id,
  grantId: null,
  data: {},
  createdAt: context.now(),
  expiresAt: expiresAt as Timestamp,
  redemption: null,
})

/**
 * Verifies the assertion of a client that signs (RFC 7523 section 3). What can be told without its keys is told first, so that keys are
 * not fetched for nothing.
 *
 * @throws OAuthError `invalid_client` when its keys cannot be had
 */
export async function verifyAssertion(
  context: Context,
  client: Client,
  proof: Proof,
  assertion: string,
): Promise<Verified> {
  const decoded = decodeAssertion(assertion)
  if (!decoded) return no('client.assertion_malformed')
  if (refuseAssertionType(decoded.header) !== null) return no('client.assertion_type')
  const alg = algorithmOf(decoded, proof)
  if (alg === null) return no('client.assertion_algorithm')
  const verdict = checkAssertion(decoded, {
    clientId: client.id,
    audience: context.issuer,
    tokenEndpoint: policyOf(client).allowTokenEndpointAudience ? context.tokenEndpoint : null,
    now: context.now(),
  })
  if (!verdict.ok) return verdict
  const keys = await findKeys(context, proof, { kid: decoded.header.kid, alg })
  if (keys.length === 0) return no('client.assertion_key')
  if (!(await isSignedByOne(assertion, keys, alg))) return no('client.assertion_signature')
  return { ok: true, used: usedAssertion(context, client, verdict.jti, verdict.expiresAt) }
}
