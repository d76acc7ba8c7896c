import { OAuthError } from '../protocol/errors.js'
import type { Call } from './call.js'
import { asOAuthError, errorPage } from './failures.js'
import type { HttpResponse } from './message.js'

/** What endpoints for people at a browser have in common. */

/**
 * A page in a frame, a script's fetch or a page fetched ahead is no navigation: nobody would see what is asked. Programs send no
 * such headers.
 *
 * @param silent nobody is to see anything: a frame will do
 */
export function requireNavigation({ request }: Call, silent = false): void {
  const destination = request.headers.get('sec-fetch-dest') ?? 'document'
  const ahead = request.headers.get('sec-purpose')?.includes('prefetch') === true
  if (!ahead && (destination === 'document' || (silent && destination === 'iframe'))) return
  throw new OAuthError('invalid_request', 'this page must be opened in a browser window', 'authorize.not_a_navigation')
}

/** A second wall behind the CSRF value: the post came from a page of this origin. */
export function requireSameOrigin({ request, site }: Call): void {
  const fetchSite = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  // Pages with `Referrer-Policy: no-referrer` post with the origin `null`.
  const foreign =
    fetchSite === null
      ? origin !== null && origin !== 'null' && origin !== new URL(site.context.issuer).origin
      : fetchSite !== 'same-origin' && fetchSite !== 'none'
  if (foreign)
    throw new OAuthError('access_denied', 'this form was sent from another site', 'csrf.cross_site', { status: 403 })
}

/** What goes wrong on the way to an answer is told in the languages that the request asks for. */
export async function inLanguages(
  call: Call,
  languages: () => string | Promise<string>,
  answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    return await answer()
  } catch (thrown) {
    const error = asOAuthError(thrown, call)
    // Whoever cannot be asked now has no say in how to put it.
    return errorPage(call, error, { languages: await Promise.resolve(languages()).catch(() => '') })
  }
}
