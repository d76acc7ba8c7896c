import type { Context } from '../context.js'
import type { Pages } from '../views.js'
import type { HttpRequest, HttpResponse } from './message.js'

/** What the HTTP layer needs beyond what the handlers do. */
export interface Site {
  readonly context: Context
  /** Null in a host that draws every page itself. */
  readonly pages: Pages | null
  /** Where a person decides about an interaction. */
  readonly interactionUrl: (id: string) => string
}

/** One request on its way to the handler of its route. */
export interface Call {
  readonly site: Site
  readonly request: HttpRequest
  /** The host framework's own request object. */
  readonly host: unknown
  readonly path: string
  readonly query: string
  /** Shown on error pages and in the host's log. */
  readonly requestId: string
}

export type Handler = (call: Call) => Promise<HttpResponse>

/**
 * - `machine`: for programs. JSON errors, CORS, no cookies.
 * - `page`: for people. HTML errors, no CORS.
 */
export interface Route {
  readonly kind: 'machine' | 'page'
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Handler>>>
}

export type Routes = ReadonlyMap<string, Route>
