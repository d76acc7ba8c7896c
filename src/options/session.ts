import type { LoginHints, Session } from '../hooks.js'

/** Beyond this, a time is not in seconds: it would be the year 5138. */
const latest = 100_000_000_000

function checkAuthentication({ authenticatedAt, acr }: Session): void {
  const isTime = authenticatedAt === undefined || (Number.isFinite(authenticatedAt) && authenticatedAt <= latest)
  if (!isTime)
    throw new TypeError('session: authenticatedAt must be seconds since 1970, not milliseconds and not a Date')
  if (acr !== undefined && typeof acr !== 'string') throw new TypeError('session: acr must be a string')
}

/** Nobody is nobody, however a host says so; and an id that is no string would be another one after it was stored. */
export function checkSession(session: Session | null | undefined): Session | null {
  if (!session) return null
  if (typeof session.subject !== 'string' || session.subject === '')
    throw new TypeError('session: subject must be a string that is not empty')
  checkAuthentication(session)
  return session
}

/** Of a page that wants no more than that somebody is signed in. */
export const noLoginHints: LoginHints = { prompt: [], loginHint: null, maxAge: null, acrValues: [], uiLocales: [] }
