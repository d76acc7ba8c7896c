import { authorize } from '../endpoints/authorize.js'
import type { Session } from '../hooks.js'
import { lazily } from '../lazily.js'
import { OAuthError } from '../protocol/errors.js'
import { limits, type Parameters, parseForm } from '../protocol/parameters.js'
import type { Secret } from '../tokens/secret.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { browserCookie } from './cookies.js'
import { asOAuthError, errorPage } from './failures.js'
import { inLanguages, requireNavigation } from './front-channel.js'
import { markedQuery, sentToLoginAt, toLogin } from './login.js'
import type { HttpResponse } from './message.js'
import { redirect } from './respond.js'

/** Where browsers come to with an authorization request. */

const passUnasked = lazily(() => import('../endpoints/interaction.js'))((it) => it.passUnasked)

async function arrive(call: Call, query: string): Promise<HttpResponse> {
  const parameters = parseForm(query)
  requireNavigation(call, parameters.get('prompt')?.[0] === 'none')
  const languages = parameters.get('ui_locales')?.[0] ?? ''
  return inLanguages(
    call,
    () => languages,
    () => answerArrival(call, { query, parameters, languages }),
  )
}

/** Where a person decides; or on, where nobody has to, and the page that would find that out is not ours. */
async function interactionUrl({ site, host }: Call, id: string, browser: Secret): Promise<string> {
  const session = site.drawsConsent ? await site.context.hooks.session(host) : null
  const passed = session && (await passUnasked(site.context, id, { session, browser: browser.reveal() }))
  return passed ?? site.interactionUrl(id)
}

async function answerArrival(
  call: Call,
  {
    query,
    parameters,
    languages,
  }: { readonly query: string; readonly parameters: Parameters; readonly languages: string },
): Promise<HttpResponse> {
  const { site, request, host } = call
  const { context } = site
  const { browser, cookie } = browserCookie(context, request)
  let asked: Promise<Session | null> | undefined
  const outcome = await authorize(context, {
    parameters,
    returnTo: `${call.path}?${query}`,
    session: () => (asked ??= Promise.resolve(context.hooks.session(host))),
    sentAt: sentToLoginAt(context, call, parameters),
    browser: () => browser,
    fault: (error) => asOAuthError(error, call),
  })
  const kept = cookie === null ? {} : { 'set-cookie': cookie }
  switch (outcome.kind) {
    case 'redirect':
      return redirect(outcome.location)
    case 'login': {
      const { hints, marked } = outcome
      if (!marked) return toLogin(call, query, hints)
      return toLogin(call, markedQuery(query, browser, parameters, context.now()), hints, kept)
    }
    case 'interaction':
      return redirect(await interactionUrl(call, outcome.id.reveal(), browser), kept)
    case 'error':
      return errorPage(call, outcome.error, { onward: outcome.onward, languages })
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
