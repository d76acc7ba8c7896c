import type { Request, RequestHandler } from 'express'
import type { Access, GuardOptions, Provider } from 'grantor'
import { sendHttpResponse, setHeaders, toHttpRequest } from './node.js'

declare global {
  namespace Express {
    interface Request {
      /** What the request's access token allows; set by `requireAccess`. */
      access?: Access
    }
  }
}

/**
 * The provider's endpoints and pages as Express middleware. Everything that is not a path of the provider goes on to `next()`. Put it
 * at the root of the app, so that it also sees the origin's `/.well-known/` paths; inside a router it answers what reaches it. Best
 * placed before body parsers, whose own errors are HTML that clients cannot read; behind them it works as well.
 *
 * @example
 * ```ts
 * const app = express()
 * app.use(oauth(provider))
 * ```
 */
export function oauth<Host extends Request>(provider: Pick<Provider<Host>, 'handle'>): RequestHandler {
  return (req, res, next) => {
    const answer = provider.handle(toHttpRequest(req), req as Host)
    return answer === null ? next() : answer.then((response) => sendHttpResponse(res, response))
  }
}

export interface RequireAccessOptions<Host, ScopeName extends string>
  extends Omit<GuardOptions<Host, ScopeName>, 'project'> {
  /** The project a request acts on, such as `req.params.project`; null: none in particular, undefined is refused. */
  readonly project?: (req: Host) => string | readonly string[] | null | undefined
}

/**
 * Guards what comes after it: without a live access token that is strong enough the request is answered with a challenge
 * (RFC 6750 §3, RFC 9728 §5.1); with one, `req.access` says what it allows.
 *
 * @example
 * ```ts
 * const read = requireAccess(provider, { scope: 'items:read', project: (req) => req.params.project })
 *
 * app.get('/api/projects/:project/items', read, (req, res) => {
 *   res.json(itemsOf(req.params.project, req.access?.subject))
 * })
 * ```
 */
export function requireAccess<Host extends Request, ScopeName extends string>(
  provider: Pick<Provider<Host, ScopeName>, 'guard'>,
  { project, ...options }: RequireAccessOptions<Host, NoInfer<ScopeName>> = {},
): RequestHandler {
  const guard = provider.guard(project === undefined ? options : { ...options, project: (req) => one(project(req)) })
  return async (req, res, next) => {
    const result = await guard(toHttpRequest(req), req as Host)
    if (!result.ok) return sendHttpResponse(res, result.response)
    setHeaders(res, result.headers)
    req.access = result.access
    next()
  }
}

/** A wildcard parameter is a list. Joined it names no project and is refused, where leaving it out would ask for none. */
const one = (project: string | readonly string[] | null | undefined) =>
  typeof project === 'object' && project !== null ? project.join('/') : project
