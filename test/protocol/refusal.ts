import { OAuthError } from 'grantor/protocol'

/** The OAuthError that a call ends in. Anything else, success too, fails the test. */
export function refusal(call: () => unknown): OAuthError {
  try {
    call()
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** Whether a call returns or refuses as it should; any other exception is rethrown, so that a property fails. */
export function orRefusal<T>(call: () => T): T | OAuthError {
  try {
    return call()
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
}
