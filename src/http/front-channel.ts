import { authorize } from '../endpoints/authorize.js'
import { decideInteraction, type InteractionOutcome, showInteraction } from '../endpoints/interaction.js'
import type { Session } from '../hooks.js'
import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import { limits, type Parameters, parseForm, required } from '../protocol/parameters.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { browserCookie, readBrowserCookie } from './cookies.js'
import { asOAuthError, errorPage } from './failures.js'
import type { HttpResponse } from './message.js'
import { page, redirect } from './respond.js'

/** Endpoints for people at a browser. */

/**
 * A page in a frame, a script's fetch or a page fetched ahead is no navigation: nobody would see what is asked. Programs send no
 * such headers.
 */
function requireNavigation({ request }: Call): void {
  const destination = request.headers.get('sec-fetch-dest')
  const ahead = request.headers.get('sec-purpose')?.includes('prefetch') === true
  if (!ahead && (destination === null || destination === 'document')) return
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

const toLogin = ({ site, path }: Call, parameters: string): HttpResponse =>
  redirect(site.context.hooks.login(parameters === '' ? path : `${path}?${parameters}`))

async function arrive(call: Call, query: string): Promise<HttpResponse> {
  requireNavigation(call)
  const { site, request, host } = call
  const { context } = site
  const parameters = parseForm(query)
  const { browser, cookie } = browserCookie(context, request)
  let asked: Promise<Session | null> | undefined
  const outcome = await authorize(context, {
    parameters,
    session: () => (asked ??= Promise.resolve(context.hooks.session(host))),
    browser: () => browser,
    fault: (error) => asOAuthError(error, call),
  })
  switch (outcome.kind) {
    case 'redirect':
      return redirect(outcome.location)
    case 'login':
      return toLogin(call, query)
    case 'interaction':
      return redirect(site.interactionUrl(outcome.id.reveal()), cookie === null ? {} : { 'set-cookie': cookie })
    case 'error':
      return errorPage(call, outcome.error, outcome.onward)
  }
}

export const getAuthorize: Handler = async (call) => {
  if (call.query.length > limits.uriLength)
    throw new OAuthError('invalid_request', 'this request is too long', 'parameters.too_long', { status: 414 })
  return arrive(call, call.query)
}

/** What was posted comes back from the login as a GET of the same parameters. */
export const postAuthorize: Handler = async (call) => {
  const parameters = [...(await readForm(call.request))]
  return arrive(
    call,
    new URLSearchParams(parameters.flatMap(([name, values]) => values.map((value) => [name, value]))).toString(),
  )
}

function answerInteraction(call: Call, outcome: InteractionOutcome, languages: string): HttpResponse {
  if (outcome.kind === 'redirect') return redirect(outcome.location)
  const { site, path } = call
  if (!site.pages)
    throw new OAuthError('invalid_request', 'this page is drawn by the host', 'interaction.headless', { status: 404 })
  const nonce = newId(site.context)
  return page(200, site.pages.consent(outcome.view, { action: path, nonce, languages }), nonce)
}

const languagesOf = ({ request }: Call) => request.headers.get('accept-language') ?? ''

export const getInteraction: Handler = async (call) => {
  requireNavigation(call)
  const { site, request, host, query } = call
  const session = await site.context.hooks.session(host)
  if (!session) return toLogin(call, query)
  const visitor = { session, browser: readBrowserCookie(site.context, request) }
  return answerInteraction(
    call,
    await showInteraction(site.context, required(parseForm(query), 'id'), visitor),
    languagesOf(call),
  )
}

export const postInteraction: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host } = call
  const form: Parameters = await readForm(request)
  const session = await site.context.hooks.session(host)
  if (!session) return toLogin(call, new URLSearchParams({ id: required(form, 'id') }).toString())
  const visitor = { session, browser: readBrowserCookie(site.context, request) }
  return answerInteraction(call, await decideInteraction(site.context, form, visitor), languagesOf(call))
}
