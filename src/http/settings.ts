import { disconnect, showConnectedApps } from '../endpoints/connected-apps.js'
import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import { parseForm, single } from '../protocol/parameters.js'
import { readForm } from './body.js'
import type { Handler } from './call.js'
import { browserCookie, readBrowserCookie } from './cookies.js'
import { requireSameOrigin } from './front-channel.js'
import { page, redirect } from './respond.js'

/** Pages on which people look after what they have connected. */

export const getConnectedApps: Handler = async ({ site, request, host, path, query }) => {
  const { context, pages } = site
  if (!pages)
    throw new OAuthError('invalid_request', 'this page is drawn by the host', 'page.headless', { status: 404 })
  const session = await context.hooks.session(host)
  if (!session) return redirect(context.hooks.login(path))
  const { browser, cookie } = browserCookie(context, request)
  const view = await showConnectedApps(context, { session, browser, after: single(parseForm(query), 'after') })
  const nonce = newId(context)
  const languages = request.headers.get('accept-language') ?? ''
  const response = page(200, pages.connectedApps(view, { action: path, nonce, languages }), nonce)
  return cookie === null ? response : { ...response, headers: { ...response.headers, 'set-cookie': cookie } }
}

export const postConnectedApps: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host, path } = call
  const form = await readForm(request)
  const session = await site.context.hooks.session(host)
  if (!session) return redirect(site.context.hooks.login(path))
  await disconnect(site.context, form, { session, browser: readBrowserCookie(site.context, request) })
  return redirect(path)
}
