import type { Context, Origin } from '../context.js'
import { lazily } from '../lazily.js'
import { digest, readSecret } from '../tokens/format.js'
import { invalid, type Judgement, judgeWorth, type Need, presentedToken } from './judgement.js'
import { seenOf, worthOf } from './worth.js'

const auditAccess = lazily(() => import('../audit/host.js'))((it) => it.auditAccess)

/**
 * Judge one request by its `Authorization` header: one read of storage.
 *
 * A storage that does not answer throws: the request is refused, but its token is not called bad.
 */
export async function judge(
  context: Context,
  authorization: string | null,
  need: Need,
  origin: () => Origin,
): Promise<Judgement> {
  const presented = presentedToken(authorization, need)
  if ('refusal' in presented) return presented
  const secret = readSecret(context, 'access_token', presented.token)
  if (!secret) return invalid(need, 'access_token.malformed')
  const found = await context.storage.findToken(digest('access_token', secret))
  if (!found) return invalid(need, 'access_token.unknown')
  const now = context.now()
  // Nearly always it is known without asking the host, and to wait for what is there takes a turn of its own.
  const asked = worthOf(context, found, [need.resource], need, now)
  const worth = asked instanceof Promise ? await asked : asked
  const judgement =
    'worthless' in worth
      ? invalid(need, worth.worthless)
      : judgeWorth(worth, need, {
          implied: context.implied,
          now,
          // Written out before anything else, because it may be something else by the time it is stored.
          audit: async (access, type, data = {}) =>
            auditAccess({ ...context, origin: origin() }, access, type, JSON.stringify(data)),
        })
  const seen = seenOf(found, 'refusal' in judgement)
  if (seen) context.activity.seen(seen, now, origin)
  return judgement
}
