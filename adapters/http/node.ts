import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import type { Access, GuardOptions, HttpRequest, HttpResponse, Provider } from 'grantor'
import type { NodeRequest } from './node-body.js'
import { NodeHttpRequest } from './node-request.js'

export { type DocumentFetcherOptions, documentFetcher, type HostAddress } from './document-fetcher.js'
export type { NodeRequest } from './node-body.js'

/**
 * A Node request in the shape the provider reads. Nothing is read from the stream before `text()` is called; a body that a parser
 * has read already is taken from `req.body`. `text()` rejects with `BodyTooLarge` beyond `limits.bodyBytes`.
 *
 * @param url what was asked for, as sent: where a framework strips a mount point from `req.url`, its `originalUrl`.
 *
 * @example
 * ```ts
 * const response = await provider.handle(toHttpRequest(req), req)
 * ```
 */
export const toHttpRequest = (request: NodeRequest, url?: string): HttpRequest => new NodeHttpRequest(request, url)

/**
 * Answers a Node request. Cookies and `Vary` are added to those already set on `response`; other headers replace theirs. Does
 * nothing when somebody else has answered or the client is gone.
 *
 * @example
 * ```ts
 * const answer = await provider.handle(toHttpRequest(req), req)
 * if (answer !== null) sendHttpResponse(res, answer)
 * ```
 */
export function sendHttpResponse(response: ServerResponse, { status, headers, body, rest }: HttpResponse): void {
  if (response.headersSent || response.destroyed) return
  if (body !== '' && isOrdinary(headers)) {
    // All at once takes half the time of one by one. Node counts the bytes only of a body whose headers are still open.
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
    return void response.end(body)
  }
  response.statusCode = status
  setHeaders(response, headers)
  if (!rest) return void response.end(body)
  // A client that leaves in the middle, or a source that fails, ends the answer short: the status has been sent.
  pipeline(Readable.from(rest), response, () => {})
}

const isOrdinary = (headers: HttpResponse['headers']) => !('set-cookie' in headers || 'vary' in headers)

/** Cookies and `Vary` are added to those already set; other headers replace theirs. */
export function setHeaders(response: ServerResponse, headers: HttpResponse['headers']): void {
  for (const name in headers) {
    const value = headers[name]!
    if (name === 'set-cookie' || name === 'vary') response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
}

/**
 * A request listener for `node:http`. What is not a path of the provider goes to `fallback`; without one it is answered 404.
 *
 * @example
 * ```ts
 * createServer(listener(provider, (req, res) => res.end('the rest of the app'))).listen(3000)
 * ```
 */
export function listener<Host extends IncomingMessage>(
  provider: Pick<Provider<Host>, 'handle'>,
  fallback: (request: Host, response: ServerResponse) => unknown = notFound,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const answer = provider.handle(toHttpRequest(request), request as Host)
      if (answer === null) await fallback(request as Host, response)
      else sendHttpResponse(response, await answer)
    } catch (fault) {
      // Nobody else would catch it, and Node ends a process for that.
      console.error(fault)
      if (response.headersSent) response.destroy()
      else sendHttpResponse(response, { status: 500, headers: jsonHeaders, body: '{"error":"server_error"}' })
    }
  }
}

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' }

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  sendHttpResponse(response, { status: 404, headers: jsonHeaders, body: '{"error":"not_found"}' })
}

/**
 * Guards a `node:http` request. Resolves to what the token allows, or to null when the request has been answered: with a challenge
 * (RFC 6750 §3, RFC 9728 §5.1), or as the CORS preflight that it is.
 *
 * @example
 * ```ts
 * const readItems = requireAccess(provider, { scope: 'items:read' })
 *
 * createServer(listener(provider, async (req, res) => {
 *   const access = await readItems(req, res)
 *   if (access !== null) res.end(JSON.stringify(itemsOf(access.subject)))
 * }))
 * ```
 */
export function requireAccess<Host extends IncomingMessage, ScopeName extends string>(
  provider: Pick<Provider<Host, ScopeName>, 'guard'>,
  options: GuardOptions<Host, NoInfer<ScopeName>> = {},
): (request: Host, response: ServerResponse) => Promise<Access<ScopeName> | null> {
  const guard = provider.guard(options)
  return async (request, response) => {
    const result = await guard(toHttpRequest(request), request)
    if (!result.ok) {
      sendHttpResponse(response, result.response)
      return null
    }
    setHeaders(response, result.headers)
    return result.access
  }
}
