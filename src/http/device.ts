import { type DeviceStep, showDevice, submitDevice } from '../endpoints/device.js'
import { parseForm, single } from '../protocol/parameters.js'
import { readForm } from './body.js'
import type { Call, Handler } from './call.js'
import { readBrowserCookie } from './cookies.js'
import { requireNavigation, requireSameOrigin } from './front-channel.js'
import { toLogin } from './login.js'
import type { HttpResponse } from './message.js'
import { drawPage } from './page.js'
import { redirect } from './respond.js'
import { personal } from './settings.js'

/** The page where people let a device in. */

const draw = (call: Call, page: DeviceStep, status = 200): Promise<HttpResponse> =>
  drawPage(
    call,
    (pages, setting) => {
      switch (page.step) {
        case 'code':
          return pages.deviceCode(page.view, setting)
        case 'decision':
          return pages.device(page.view, setting)
        case 'done':
          return pages.done(page.view, setting)
      }
    },
    { status },
  )

const pathTo = ({ path }: Call, code: string): string =>
  code === '' ? path : `${path}?${new URLSearchParams({ user_code: code })}`

export const getDevice = personal(async (call, { session, browser }) => {
  requireNavigation(call)
  const typed = single(parseForm(call.query), 'user_code') ?? ''
  const visitor = { session, browser: browser.reveal() }
  return draw(call, await showDevice(call.site.context, typed, { visitor, returnTo: pathTo(call, typed) }))
})

export const postDevice: Handler = async (call) => {
  requireSameOrigin(call)
  const { site, request, host } = call
  const form = await readForm(request)
  const returnTo = pathTo(call, single(form, 'user_code') ?? '')
  const session = await site.context.hooks.session(host)
  if (!session) return toLogin(call, new URL(returnTo, site.context.issuer).search.slice(1))
  const visitor = { session, browser: readBrowserCookie(site.context, request) }
  const outcome = await submitDevice(site.context, form, { visitor, returnTo })
  return outcome.kind === 'go' ? redirect(pathTo(call, outcome.code)) : draw(call, outcome.page, outcome.status)
}
