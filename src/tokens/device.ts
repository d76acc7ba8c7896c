import type { Context, Origin } from '../context.js'
import type { Grantable } from '../policy/grantable.js'
import { boundProofOf, type Proof } from '../policy/proof.js'
import { limits } from '../protocol/limits.js'
import { userCodeFrom } from '../protocol/user-code.js'
import type { Client, ClientId, GrantId, Timestamp, Token, TokenDigest } from '../records.js'
import { derive, digest, newSecret } from './format.js'
import type { Share } from './issue.js'
import { Secret } from './secret.js'

/**
 * A device that waits to be let in (RFC 8628), in records that are each written once:
 *
 * - its device code, with which it polls;
 * - its user code, which a person redeems by claiming it: from then on nobody else can decide;
 * - the verdict, under a key that follows from the device code, so that there can be only one. Whoever comes first writes it: the
 *   person who decides, or the poll that finds the time run out. An approval is redeemed by the device, once;
 * - a mark for each time it polled too soon.
 */
export type DeviceRequest = Grantable & {
  /** Its device code. */
  readonly device: TokenDigest
  readonly from: Pick<Origin, 'address' | 'agent'>
}

/** The record outlives the code: an approval in the last second has to find it. */
export type DeviceCodeData = {
  readonly expires_at: Timestamp
  /** How the client has to prove itself at every poll, where its record may change by itself. */
  readonly proof?: Proof
}

export type UserCodeData = {
  readonly request: DeviceRequest
  /** How the client has to prove itself afterwards, where its record may change by itself. */
  readonly proof?: Proof
}

/** How it ended for a device. What was approved says how much of the grant it brings. */
export type VerdictData = { readonly verdict: 'denied' | 'expired' } | (Share & { readonly verdict: 'approved' })

/**
 * What storage may know a user code by, newest first. It is short enough to be tried out by whoever has the database; with a pepper
 * that takes the server's key as well.
 */
export function userCodeDigests({ peppers }: Pick<Context, 'peppers'>, code: string): readonly TokenDigest[] {
  const keyed = (pepper?: Uint8Array) => digest('user_code', derive(new Secret(code), 'user_code', pepper))
  return peppers.length === 0 ? [keyed()] : peppers.map(keyed)
}

/** The slowest device asks so much later whether it was let in. */
export const keptUntil = (expiresAt: Timestamp): Timestamp => (expiresAt + 2 * limits.deviceIntervalAtMost) as Timestamp

function newUserCode(context: Pick<Context, 'random'>): string {
  for (;;) {
    const code = userCodeFrom(context.random(16))
    if (code !== null) return code
  }
}

/** The codes for a device, and their records. A user code that is taken makes the commit fail: draw another one then. */
export function newDeviceCodes(context: Context, client: Client, asked: Grantable) {
  const deviceCode = newSecret(context, 'device_code')
  const userCode = newUserCode(context)
  const device = digest('device_code', deviceCode)
  const at = context.now()
  const proof = boundProofOf(client)
  const bound = proof ? { proof } : {}
  const { address, agent } = context.origin
  const request: DeviceRequest = { ...asked, device, from: { address, agent } }
  const expiresAt = (at + context.lifetimes.deviceCode) as Timestamp
  const life = { clientId: client.id, grantId: null, createdAt: at, expiresAt, redemption: null }
  const data: DeviceCodeData = { expires_at: expiresAt, ...bound }
  const tokens: readonly Token[] = [
    { ...life, kind: 'device_code', digest: device, data, expiresAt: keptUntil(expiresAt) },
    { ...life, kind: 'user_code', digest: userCodeDigests(context, userCode)[0]!, data: { request, ...bound } },
  ]
  return { deviceCode, userCode, tokens }
}

/** Not even a device code can be written so that it reads like one of these. */
export const verdictDigest = (device: TokenDigest): TokenDigest => digest('device_code', `${device}:verdict`)
export const slowedDigest = (device: TokenDigest, times: number): TokenDigest =>
  digest('device_code', `${device}:slowed:${times}`)

/** The end of it. */
export function verdictOn(
  context: Context,
  waited: { readonly device: TokenDigest; readonly clientId: ClientId; readonly expiresAt: Timestamp },
  data: VerdictData,
  grantId: GrantId | null = null,
): Token {
  return {
    digest: verdictDigest(waited.device),
    kind: 'device_code',
    clientId: waited.clientId,
    grantId,
    data,
    createdAt: context.now(),
    expiresAt: keptUntil(waited.expiresAt),
    redemption: null,
  }
}
