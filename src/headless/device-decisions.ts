import type { Context } from '../context.js'
import { approveCode, denyCode, enterCode, showDevice } from '../endpoints/device.js'
import { whenceOf } from '../http/call.js'
import { browserCookie } from '../http/cookies.js'
import type { HttpRequest } from '../http/message.js'
import { newId } from '../ids.js'
import { visitorOf } from './decisions.js'
import type { Devices } from './device.js'

/** As the handlers of the shipped pages get it: codes are counted by where they come from. */
const contextOf = (context: Context, request: HttpRequest, host: unknown): Context => ({
  ...context,
  origin: { ...whenceOf(context, request, host), requestId: newId() },
})

/** What a person decides about a device. */
export const deviceDecisions = (context: Context): Devices<unknown> => ({
  async read(request, host, code, look) {
    const { session } = await visitorOf(context, request, host)
    const { browser, cookie } = browserCookie(context, request)
    const returnTo = `${context.device?.page ?? ''}?${new URLSearchParams({ user_code: code })}`
    const visit = { visitor: { session, browser: browser.reveal() }, returnTo }
    return { ...(await showDevice(contextOf(context, request, host), code, visit, look ? { look } : {})), cookie }
  },
  claim: async (request, host, code, proof) =>
    enterCode(contextOf(context, request, host), code, proof, await visitorOf(context, request, host)),
  approve: async (request, host, code, approval) =>
    approveCode(contextOf(context, request, host), code, approval, await visitorOf(context, request, host)),
  deny: async (request, host, code, proof) =>
    denyCode(contextOf(context, request, host), code, proof, await visitorOf(context, request, host)),
})
