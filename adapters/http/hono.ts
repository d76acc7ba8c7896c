import type { Access, GuardOptions, HttpRequest, HttpResponse, Provider } from 'grantor'
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
  return async (c, next) => {
    const response = await provider.handle(toHttpRequest(c), c as Host)
    return response === null ? next() : answer(c, response)
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
    await next()
    // Afterwards, because headers set ahead are lost on a `Response` that the host makes itself. What the host chose stays.
    for (const [name, value] of Object.entries(result.headers)) {
      if (name === 'vary') c.header(name, value, { append: true })
      else if (!c.res.headers.has(name)) c.header(name, value)
    }
    return undefined
  }
}

/** Fetch lets a body be read once. When middleware has done so, Hono remembers what it made of it. */
function toHttpRequest(c: Context): HttpRequest {
  const { raw, bodyCache } = c.req
  if (Object.keys(bodyCache).length === 0) return raw
  const { method, url, headers } = raw
  return { method, url, headers, text: 'formData' in bodyCache ? () => formOf(c) : () => c.req.text() }
}

async function formOf(c: Context): Promise<string> {
  const form = new URLSearchParams()
  for (const [name, value] of await c.req.formData()) if (typeof value === 'string') form.append(name, value)
  return form.toString()
}

/** Through the context, which keeps cookies that earlier middleware has set. */
function answer(c: Context, { status, headers, body }: HttpResponse): Response {
  for (const [name, value] of Object.entries(headers)) {
    const shared = name === 'set-cookie' || name === 'vary'
    const values = typeof value === 'string' ? [value] : value
    for (const [index, one] of values.entries()) c.header(name, one, { append: shared || index > 0 })
  }
  return c.newResponse(body === '' ? null : body, status as StatusCode)
}
