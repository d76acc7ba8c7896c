import type { Context } from '../context.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import type { Token } from '../records.js'
import { slowedDigest } from '../tokens/device.js'
import { commit } from '../transact.js'

/**
 * How often a device asks (RFC 8628 section 3.5). None of this is written where the decision is: when it last asked is told like any
 * other use, and each time that it asked too soon is a record of its own, so that a poll can never undo an approval. Whatever gets
 * lost here lets a device ask sooner, and no more.
 */

/** From so many times on, nothing more is remembered. */
const mostTimes = Math.ceil((limits.deviceIntervalAtMost - limits.deviceInterval) / limits.deviceSlowDown)

const wasSlowed = async ({ storage }: Context, { digest }: Token, times: number): Promise<boolean> =>
  (await storage.findToken(slowedDigest(digest, times))) !== null

/** How often a device was told to slow down. An honest one never was, which costs one look. */
async function timesSlowed(context: Context, deviceCode: Token): Promise<number> {
  let times = 0
  while (times < mostTimes && (await wasSlowed(context, deviceCode, times + 1))) times += 1
  return times
}

const intervalAfter = (times: number): number =>
  Math.min(limits.deviceInterval + times * limits.deviceSlowDown, limits.deviceIntervalAtMost)

/** How many seconds this device has to wait between two polls. */
export const intervalOf = async (context: Context, deviceCode: Token): Promise<number> =>
  intervalAfter(await timesSlowed(context, deviceCode))

/** Of several polls at once one leaves the mark. */
async function slowDown(context: Context, deviceCode: Token, times: number): Promise<void> {
  if (times > mostTimes) return
  const at = context.now()
  const mark: Token = { ...deviceCode, digest: slowedDigest(deviceCode.digest, times), data: {}, createdAt: at }
  await commit(context, { tokens: [mark] }, [])
}

/** Nobody has decided yet: what a device is told, which is to ask less often when it did so too soon. */
export async function stillPending(context: Context, deviceCode: Token): Promise<OAuthError> {
  const at = context.now()
  const { address, agent } = context.origin
  const [[last], times] = await Promise.all([
    context.storage.lastUses([deviceCode.digest]),
    timesSlowed(context, deviceCode),
  ])
  await context.storage.touch({ uses: [{ id: deviceCode.digest, at, address, agent }], usage: [] })
  if (!last || at >= last.at + intervalAfter(times))
    return new OAuthError('authorization_pending', 'the user has not decided yet', 'device_code.pending')
  await slowDown(context, deviceCode, times + 1)
  return new OAuthError(
    'slow_down',
    `wait ${intervalAfter(times + 1)} seconds between requests`,
    'device_code.too_fast',
  )
}
