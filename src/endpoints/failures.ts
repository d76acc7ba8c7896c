import type { Context } from '../context.js'
import type { PresentedClient } from '../protocol/client-authentication.js'
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.js'
import { refuseBusy, type Throttled, throttleKey } from '../throttle.js'

/** The errors that somebody who guesses gets, and what they are counted as. */
const guesses: Readonly<Partial<Record<OAuthErrorCode, Throttled>>> = {
  invalid_client: 'client_failure',
  invalid_grant: 'grant_failure',
}

/**
 * Answer a client, and count it when it fails. A client that goes on failing is told to wait.
 *
 * Only one that shows a secret is turned away before it is heard, because only a secret can be guessed at, and only where its address
 * is known: anybody can fail in a client's name, and must not lock it out. For the rest the answer alone changes, so that nobody waits
 * who would have been let in, such as the many people of one app behind one address.
 *
 * @throws OAuthError what `answer` throws, or `temporarily_unavailable`, 429 with `Retry-After`
 */
export async function countingFailures<T>(
  { throttle, origin }: Pick<Context, 'throttle' | 'origin'>,
  presented: PresentedClient,
  answer: () => Promise<T>,
): Promise<T> {
  const { clientId, secret } = presented
  const there = throttleKey(clientId, origin.address)
  if (there !== null && secret !== null) refuseBusy(await throttle.peek('client_failure', there))
  try {
    return await answer()
  } catch (error) {
    const what = error instanceof OAuthError ? guesses[error.code] : undefined
    const key = there ?? throttleKey(clientId)
    if (what !== undefined && key !== null) refuseBusy(await throttle.take(what, key), error)
    throw error
  }
}
