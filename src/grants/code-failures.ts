import type { Context } from '../context.js'
import type { Token } from '../records.js'
import { change } from '../storage.js'
import { digest } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'

/** How often a code may be presented with a wrong verifier before it is used up. */
const mostFailures = 5
const burntNote = 'burnt'

export const burnt = (token: Token): boolean => token.redemption?.note === burntNote

/**
 * Remember that a code was presented with a wrong verifier; the last failure allowed uses it up. A record is never edited, so
 * each failure is a record of its own, under a key that only one of several concurrent failures can take.
 */
export async function countFailure(context: Context, code: Secret, token: Token): Promise<void> {
  const at = context.now()
  for (let failure = 1; failure <= mostFailures; failure += 1) {
    const mark: Token = {
      ...token,
      digest: digest('authorization_code', `${code.reveal()}:${failure}`),
      data: {},
      createdAt: at,
    }
    const redeem = failure === mostFailures ? [{ digest: token.digest, at, note: burntNote }] : []
    if (await context.storage.commit(change({ tokens: [mark], redeem }))) return
  }
}
