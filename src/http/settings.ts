import { disconnect, narrowConnectedApp, showConnectedApp, showConnectedApps } from '../endpoints/connected-apps.js'
import type { Session } from '../hooks.js'
import { requireBrowser } from '../interactions/interaction.js'
import { parseForm, required, single } from '../protocol/parameters.js'
import type { Secret } from '../tokens/secret.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { browserCookie, readBrowserCookie } from './cookies.js'
import { requireSameOrigin } from './front-channel.js'
import { toLogin } from './login.js'
import type { HttpResponse } from './message.js'
import { drawPage } from './page.js'
import { redirect } from './respond.js'

/** Pages on which people look after what they have connected. */

export interface Owner {
  readonly session: Session
  readonly browser: Secret
}

/** A page for whoever is signed in. Everybody else goes to the login first, and comes back. */
export const personal =
  (answer: (call: Call, owner: Owner) => Promise<HttpResponse>): Handler =>
  async (call) => {
    const { site, request, host, query } = call
    const session = await site.context.hooks.session(host)
    if (!session) return toLogin(call, query)
    const { browser, cookie } = browserCookie(site.context, request)
    const response = await answer(call, { session, browser })
    return cookie === null ? response : { ...response, headers: { ...response.headers, 'set-cookie': cookie } }
  }

export const getConnectedApps = personal((call, owner) =>
  drawPage(call, async (pages, setting) => {
    const after = single(parseForm(call.query), 'after')
    return pages.connectedApps(await showConnectedApps(call.site.context, owner, after), setting)
  }),
)

export const getConnectedApp = personal((call, owner) =>
  drawPage(call, async (pages, setting) => {
    const id = required(parseForm(call.query), 'grant')
    return pages.connectedApp(await showConnectedApp(call.site.context, id, owner), setting)
  }),
)

export const postConnectedApps: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host, path } = call
  const form = await readForm(request)
  const session = await site.context.hooks.session(host)
  if (!session) return toLogin(call, '')
  await disconnect(site.context, form, { session, browser: readBrowserCookie(site.context, request) })
  return redirect(path)
}

/** Back to the list, where the stylesheet marks what was changed. */
const listed = (path: string, id: string) => `${path.replace(/\/change\/?$/, '')}#${encodeURIComponent(id)}`

export const postConnectedApp: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host, path } = call
  const { context } = site
  const form = await readForm(request)
  const id = required(form, 'grant')
  const session = await context.hooks.session(host)
  if (!session) return toLogin(call, new URLSearchParams({ grant: id }).toString())
  const sender = { session, browser: readBrowserCookie(context, request) }
  const attempt = await narrowConnectedApp(context, form, sender)
  if (attempt === null) return redirect(listed(path, id))
  return drawPage(call, async (pages, setting) => {
    const owner = { session, browser: requireBrowser(context, sender) }
    return pages.connectedApp(await showConnectedApp(context, id, owner, attempt), setting)
  })
}
