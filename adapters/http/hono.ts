import { type Access, type GuardOptions, type HttpRequest, type HttpResponse, type Provider, toResponse } from 'grantor'
import type { Context, MiddlewareHandler } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'

/**
 * The provider's endpoints and pages as Hono middleware, on any runtime. Everything that is not a path of the provider goes on to
 * `next()`. Put it at the root of the app, so that it also sees the origin's `/.well-known/` paths.
 *
 * @example
 * ```ts
 * const app = new Hono()
 * app.use(oauth(provider))
 * ```
 */
export function oauth<Host extends Context>(provider: Pick<Provider<Host>, 'handle'>): MiddlewareHandler {
  return (c, next) => {
    const answered = provider.handle(toHttpRequest(c), c as Host)
    return answered === null ? next() : answered.then((response) => answer(c, response))
  }
}

/** What `requireAccess` adds to a context: `c.get('access')`. */
export interface AccessEnv<ScopeName extends string = string> {
  Variables: { access: Access<ScopeName> }
}

/**
 * Guards what comes after it: without a live access token that is strong enough the request is answered with a challenge
 * (RFC 6750 §3, RFC 9728 §5.1); with one, `c.get('access')` says what it allows.
 *
 * @example
 * ```ts
 * const read = requireAccess(provider, { scope: 'items:read', project: (c) => c.req.param('project') })
 *
 * app.get('/api/projects/:project/items', read, (c) => c.json(itemsOf(c.get('access').subject)))
 * ```
 */
export function requireAccess<Host extends Context, ScopeName extends string>(
  provider: Pick<Provider<Host, ScopeName>, 'guard'>,
  options: GuardOptions<Host, NoInfer<ScopeName>> = {},
): MiddlewareHandler<AccessEnv<ScopeName>> {
  const guard = provider.guard(options)
  return async (c, next) => {
    const result = await guard(toHttpRequest(c), c as Context as Host)
    if (!result.ok) return answer(c, result.response)
    c.set('access', result.access)
    const headers = Object.entries(result.headers)
    for (const [name, value] of headers) c.header(name, value, { append: name === 'vary' })
    await next()
    // What was set ahead is lost on a `Response` that the host makes itself. What the host chose stays.
    for (const [name, value] of headers) {
      const sent = c.res.headers.get(name)
      if (sent === null || (name === 'vary' && !sent.includes(value))) c.header(name, value, { append: true })
    }
    return undefined
  }
}

/**
 * Fetch lets a body be read once. When middleware has done so, Hono remembers what it made of it. On Node the stream is left alone when
 * the body has announced its length, which Node holds it to: to make a stream of it takes longer than all else.
 */
function toHttpRequest(c: Context): HttpRequest {
  const { raw, bodyCache } = c.req
  const { method, url, headers } = raw
  const text = 'formData' in bodyCache ? () => formOf(c) : () => c.req.text()
  if (Object.keys(bodyCache).length > 0 || (isNode(c) && headers.has('content-length')))
    return { method, url, headers, text }
  return raw
}

/** `@hono/node-server` puts Node's own request beside each. */
const isNode = ({ env }: Context): boolean => typeof env === 'object' && env !== null && 'incoming' in env

async function formOf(c: Context): Promise<string> {
  const form = new URLSearchParams()
  for (const [name, value] of await c.req.formData()) if (typeof value === 'string') form.append(name, value)
  return form.toString()
}

/** Through the context, which keeps cookies that earlier middleware has set. */
function answer(c: Context, response: HttpResponse): Response {
  const { status, headers } = response
  const own: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    const values = typeof value === 'string' ? [value] : value
    if (name !== 'set-cookie' && name !== 'vary') own[name] = typeof value === 'string' ? value : [...value]
    else for (const one of values) c.header(name, one, { append: true })
  }
  return c.newResponse(response.rest ? toResponse(response).body : response.body || null, status as StatusCode, own)
}
