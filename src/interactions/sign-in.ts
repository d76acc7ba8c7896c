import type { Context } from '../context.js'
import type { LoginHints, Session } from '../hooks.js'
import { authenticationOf, suffices } from '../policy/authentication.js'
import type { AuthorizationRequest } from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import { limits } from '../protocol/limits.js'
import type { Parameters } from '../protocol/parameters.js'

/** Whether the person who is signed in has signed in as a request wants it, and what their login is told if not. */

const words = (parameters: Parameters, name: string): readonly string[] => [
  ...new Set((parameters.get(name)?.[0] ?? '').split(' ').filter((word) => word !== '')),
]

/** Those of some authentication contexts that this host can bring about. */
const within = ({ acrValues }: Pick<Context, 'acrValues'>, wanted: readonly string[]): readonly string[] =>
  wanted.filter((acr) => acrValues.includes(acr))

/** A host that tells none cannot be held to any. */
function wantedAcr(context: Pick<Context, 'acrValues'>, acr_values: string | undefined): readonly string[] {
  return context.acrValues.length === 0 ? [] : (acr_values ?? '').split(' ').filter((acr) => acr !== '')
}

/**
 * What a request tells the login, before anybody knows whether it is a good request: what makes no sense is left out here, and
 * refused where the request is read.
 */
export function loginHints(context: Pick<Context, 'acrValues'>, parameters: Parameters): LoginHints {
  const [hint = ''] = parameters.get('login_hint') ?? []
  const [maxAge = ''] = parameters.get('max_age') ?? []
  const prompt = words(parameters, 'prompt')
  return {
    prompt: (['login', 'select_account'] as const).filter((one) => prompt.includes(one)),
    loginHint: hint !== '' && hint.length <= limits.metadataTextLength ? hint : null,
    maxAge: /^\d{1,10}$/.test(maxAge) ? Number(maxAge) : null,
    acrValues: within(context, words(parameters, 'acr_values')),
    uiLocales: words(parameters, 'ui_locales').slice(0, limits.languageVariants),
  }
}

/** Whoever is sent to the login for more than to be somebody has to be known again when they come back. */
export const isDemanding = ({ prompt, maxAge, acrValues }: LoginHints): boolean =>
  prompt.length > 0 || maxAge !== null || acrValues.length > 0

type Request = Pick<AuthorizationRequest, 'prompt' | 'max_age' | 'acr_values'>

/** For how many seconds a host's clock may be behind ours. */
const leeway = 10

/** Signed in since this browser was sent to do so; or lately enough, where that is all that is wanted. */
function isRecent({ prompt, max_age }: Request, session: Session, sentAt: number | null, now: number): boolean {
  const { auth_time } = authenticationOf(session)
  if (sentAt !== null && auth_time !== null && auth_time >= sentAt - leeway) return true
  if (prompt.includes('login') || max_age === 0) return false
  return suffices(authenticationOf(session), max_age === undefined ? {} : { maxAge: max_age }, now)
}

/**
 * Whether somebody has signed in by one of the authentication contexts a request wants.
 *
 * @throws OAuthError `unmet_authentication_requirements` when nobody can, here
 */
export function hasWantedAcr(context: Context, { acr_values }: Request, session: Session): boolean {
  const wanted = wantedAcr(context, acr_values)
  if (wanted.length === 0) return true
  const possible = within(context, wanted)
  if (possible.length === 0) throw unmet()
  return suffices(authenticationOf(session), { acr: possible }, context.now())
}

const unmet = () =>
  new OAuthError(
    'unmet_authentication_requirements',
    'the user has not signed in by any of acr_values',
    'session.acr_unmet',
  )

/**
 * Whether somebody has to sign in, though they are signed in, before a request is answered (OpenID Connect Core section 3.1.2.1,
 * RFC 9470 section 5). Nobody is sent to the login twice for one request: who comes back without what was wanted brings an error.
 *
 * @param sentAt when this browser was sent to the login for this request; null: it was not
 * @throws OAuthError `login_required`, `unmet_authentication_requirements`
 */
export function mustSignIn(context: Context, request: Request, session: Session, sentAt: number | null): boolean {
  const recent = isRecent(request, session, sentAt, context.now())
  const strong = hasWantedAcr(context, request, session)
  const asWhom = sentAt !== null || !request.prompt.includes('select_account')
  if (recent && strong && asWhom) return false
  const silent = request.prompt.includes('none')
  if (sentAt === null && !silent) return true
  if (recent && !silent) throw unmet()
  const { auth_time } = authenticationOf(session)
  const reason = auth_time === null ? 'session.authenticated_at_unknown' : 'session.not_fresh'
  throw new OAuthError('login_required', 'the user has not signed in as this request wants it', reason)
}
