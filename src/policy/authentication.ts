import type { Session } from '../hooks.js'
import type { Grant, Token } from '../records.js'

/** How and when somebody had signed in who approved something, as the host's session told. Null: it did not. */
export type Authentication = {
  /** Unix seconds. */
  readonly auth_time: number | null
  readonly acr: string | null
}

/** What a resource, or a request to it, wants of how its person has signed in (RFC 9470). */
export interface AuthenticationNeed {
  /** One of these authentication contexts. Left out: any. */
  readonly acr?: readonly string[]
  /** At most so many seconds ago. Left out: ever. */
  readonly maxAge?: number
}

const unknown: Authentication = { auth_time: null, acr: null }

export const authenticationOf = ({ authenticatedAt, acr }: Session): Authentication => ({
  auth_time: authenticatedAt === undefined ? null : Math.floor(authenticatedAt),
  acr: acr ?? null,
})

/** What is written down of a sign-in; nothing where the host tells nothing. */
export function rememberedSignIn(session: Session): { readonly authentication?: Authentication } {
  const authentication = authenticationOf(session)
  return authentication.auth_time === null && authentication.acr === null ? {} : { authentication }
}

/**
 * How the person of a token had signed in: when its own chain began, or else when its grant did. A refresh never makes that newer
 * (RFC 9470 section 6.1).
 */
export function authenticationBehind(
  { data }: Pick<Token, 'data'>,
  { details }: Pick<Grant, 'details'>,
): Authentication {
  return ((data.authentication ?? details.authentication) as Authentication | undefined) ?? unknown
}

/** Whoever is not known to have signed in like that has not. */
export function suffices({ auth_time, acr }: Authentication, need: AuthenticationNeed, now: number): boolean {
  const isRecent = need.maxAge === undefined || (auth_time !== null && now - auth_time <= need.maxAge)
  return isRecent && (need.acr === undefined || (acr !== null && need.acr.includes(acr)))
}
