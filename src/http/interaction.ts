import { decideInteraction, type InteractionOutcome, languagesOf, showInteraction } from '../endpoints/interaction.js'
import { limits, parseForm, required } from '../protocol/parameters.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { readBrowserCookie } from './cookies.js'
import { inLanguages, requireNavigation, requireSameOrigin } from './front-channel.js'
import { toLogin } from './login.js'
import type { HttpResponse } from './message.js'
import { drawPage } from './page.js'
import { redirect } from './respond.js'

/** Where a person decides. */

/** A code that is shown, and the end of a request that nobody can be sent on from, take the place of a redirect. */
async function answerInteraction(call: Call, id: string, outcome: InteractionOutcome): Promise<HttpResponse> {
  if (outcome.kind === 'page')
    return drawPage(call, (pages, setting) => pages.consent(outcome.view, setting), { languages: outcome.languages })
  const { answer } = outcome
  if ('redirectTo' in answer) return redirect(answer.redirectTo)
  const languages = await languagesOf(call.site.context, id)
  return drawPage(
    call,
    (pages, setting) => ('code' in answer ? pages.code(answer.code, setting) : pages.done(answer.done, setting)),
    { languages },
  )
}

export const getInteraction: Handler = async (call) => {
  requireNavigation(call)
  const { site, request, host, query } = call
  const { context } = site
  const session = await context.hooks.session(host)
  if (!session) return toLogin(call, query)
  const visitor = { session, browser: readBrowserCookie(context, request) }
  const id = required(parseForm(query), 'id')
  return inLanguages(
    call,
    () => languagesOf(context, id),
    async () => answerInteraction(call, id, await showInteraction(context, id, visitor)),
  )
}

export const postInteraction: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host } = call
  const { context } = site
  const form = await readForm(request, limits.formParameters)
  const id = required(form, 'id')
  const session = await context.hooks.session(host)
  if (!session) return toLogin(call, new URLSearchParams({ id }).toString())
  const visitor = { session, browser: readBrowserCookie(context, request) }
  return inLanguages(
    call,
    () => languagesOf(context, id),
    async () => answerInteraction(call, id, await decideInteraction(context, form, visitor)),
  )
}
