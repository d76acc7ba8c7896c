import type { Context } from '../context.js'
import type { LoginHints } from '../hooks.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import type { Parameters } from '../protocol/parameters.js'
import { derive, readSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import type { Call } from './call.js'
import { readBrowserCookie } from './cookies.js'
import type { HttpResponse } from './message.js'
import { redirect } from './respond.js'

/** The way to the host's login and back. */

/** Says when a browser was sent to the login. It is ours: no client sends it. */
const parameter = 'grantor_login'

export const toLogin = (
  { site, path }: Call,
  parameters: string,
  hints?: LoginHints,
  headers: HttpResponse['headers'] = {},
): HttpResponse =>
  redirect(site.context.hooks.login(parameters === '' ? path : `${path}?${parameters}`, hints), headers)

/** What tells a request from every other of its client, and does not change when a host writes its URL in another way. */
const requestOf = (parameters: Parameters): string =>
  JSON.stringify(['client_id', 'code_challenge', 'request_uri'].map((name) => parameters.get(name) ?? []))

const proofOf = (browser: Secret, parameters: Parameters, sentAt: number): string =>
  derive(browser, `login:${sentAt}:${requestOf(parameters)}`)

/** The query of a request that is sent to the login, with the mark of this browser and this moment. */
export function markedQuery(query: string, browser: Secret, parameters: Parameters, now: number): string {
  const rest = query.split('&').filter((pair) => !pair.startsWith(`${parameter}=`))
  return [...rest, `${parameter}=${now}.${proofOf(browser, parameters, now)}`].join('&')
}

/**
 * When this browser was sent to the login for this request, by the mark it brings back; null when it was not, or too long ago. The
 * mark says no more than that: whether somebody has signed in since is the session's to tell.
 *
 * @throws OAuthError for a browser that does not keep our cookie, which would go back and forth for ever
 */
export function sentToLoginAt(
  context: Context,
  { request }: Pick<Call, 'request'>,
  parameters: Parameters,
): number | null {
  const [mark] = parameters.get(parameter) ?? []
  if (mark === undefined) return null
  const browser = readSecret(context, 'browser', readBrowserCookie(context, request) ?? '')
  if (!browser)
    throw new OAuthError('invalid_request', 'this request was opened in another browser', 'interaction.other_browser')
  const [, seconds = '', proof = ''] = /^(\d{1,12})\.([\w-]+)$/.exec(mark) ?? []
  const sentAt = Number(seconds)
  const isOurs = seconds !== '' && equal(proofOf(browser, parameters, sentAt), proof)
  return isOurs && context.now() < sentAt + context.lifetimes.interaction ? sentAt : null
}
