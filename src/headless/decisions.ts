import type { Context } from '../context.js'
import type { Interactions } from '../headless.js'
import { readBrowserCookie } from '../http/cookies.js'
import type { HttpRequest } from '../http/message.js'
import { approve, deny } from '../interactions/decide.js'
import { csrfToken, findInteraction, requireBrowser, requireCsrf, type Visitor } from '../interactions/interaction.js'
import { consentView } from '../interactions/view.js'
import { OAuthError } from '../protocol/errors.js'

export async function visitorOf(context: Context, request: HttpRequest, host: unknown): Promise<Visitor> {
  const session = await context.hooks.session(host)
  if (!session) throw new OAuthError('access_denied', 'nobody is signed in', 'session.missing', { status: 401 })
  return { session, browser: readBrowserCookie(context, request) }
}

/** What a person decides at a consent page. */
export function decisions(context: Context): Interactions<unknown> {
  return {
    async read(request, host, id, look = {}) {
      const visitor = await visitorOf(context, request, host)
      const interaction = await findInteraction(context, id, visitor)
      if (interaction.token.redemption)
        throw new OAuthError('invalid_request', 'this request has been completed', 'interaction.finished')
      const csrf = csrfToken(requireBrowser(context, visitor), id)
      return consentView(context, interaction, { session: visitor.session, csrf, look })
    },
    async approve(request, host, id, { csrf, ...approval }) {
      const visitor = await visitorOf(context, request, host)
      requireCsrf(context, visitor, id, csrf)
      return approve(context, id, visitor, approval)
    },
    async deny(request, host, id, { csrf }) {
      const visitor = await visitorOf(context, request, host)
      requireCsrf(context, visitor, id, csrf)
      return deny(context, id, visitor)
    },
  }
}
