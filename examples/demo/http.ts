import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Message } from './pages/message.js'

/** For pages: nothing is loaded from elsewhere, nothing runs, nobody frames them. */
export const pageHeaders: RequestHandler = (_req, res, next) => {
  // No `form-action`: browsers apply it to the whole chain of redirects that a login or a Connect button starts.
  res.set('Content-Security-Policy', "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'")
  res.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin', 'Cache-Control': 'no-store' })
  next()
}

export function sendPage(res: Response, page: VNode, status = 200): void {
  res
    .status(status)
    .type('html')
    .send(`<!doctype html>${renderToString(page)}`)
}

/** Refuses forms that another site has sent in this browser. Programs send neither header and are let through. */
export const sameOrigin: RequestHandler = (req, res, next) => {
  const site = req.get('sec-fetch-site')
  const origin = req.get('origin')
  const own =
    site === undefined ? origin === undefined || hostOf(origin) === req.get('host') : /^(same-origin|none)$/.test(site)
  if (own) next()
  else
    sendPage(res, Message({ title: 'Sent from another site', text: 'This form was not sent from our own page.' }), 403)
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : null)

/** Errors as the guard words them: a stable name for programs, a sentence for people. */
export function sendError(res: Response, status: number, error: string, description: string): void {
  res.status(status).json({ error, error_description: description })
}

/** The status and the words of an error that the framework has raised about the request, such as malformed JSON. */
function refusalOf(error: unknown): { readonly status: number; readonly message: string } | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null
  return error.status < 500 ? { status: error.status, message: error.message } : null
}

/** A request that cannot be read is told so; for anything else that goes wrong nobody outside learns more than that it did. */
const readFailure = (error: unknown) => {
  const refusal = refusalOf(error)
  if (!refusal) console.error('demo:', error)
  return refusal ?? { status: 500, message: 'something went wrong here' }
}

export const jsonFailures: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const { status, message } = readFailure(error)
  sendError(res, status, status < 500 ? 'invalid_request' : 'server_error', message)
}

export const pageFailures: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const { status, message } = readFailure(error)
  sendPage(
    res,
    Message({ title: status < 500 ? 'This request makes no sense' : 'That did not work', text: message }),
    status,
  )
}

export const jsonNotFound: RequestHandler = (_req, res) => sendError(res, 404, 'not_found', 'there is nothing here')

export const pageNotFound: RequestHandler = (_req, res) =>
  sendPage(res, Message({ title: 'Nothing here', text: 'There is no page at this address.' }), 404)

/** The answer to a method that a path does not have. */
export const onlyMethods =
  (...methods: readonly string[]): RequestHandler =>
  (_req, res) => {
    res.set('Allow', methods.join(', '))
    sendError(res, 405, 'method_not_allowed', `use ${methods.join(', ')}`)
  }
