import type { Whence } from '../activity.js'
import type { Context } from '../context.js'
import { limits } from '../protocol/limits.js'
import type { Pages } from '../views.js'
import type { HttpRequest, HttpResponse } from './message.js'

/** What the HTTP layer needs beyond what the handlers do. */
export interface Site {
  readonly context: Context
  /** Null in a host that draws every page itself. */
  readonly pages: Pages | null
  /** Where a person decides about an interaction. */
  readonly interactionUrl: (id: string) => string
  /** The host draws that page itself. */
  readonly drawsConsent: boolean
}

/** One request on its way to the handler of its route. */
export interface Call {
  readonly site: Site
  readonly request: HttpRequest
  /** The host framework's own request object. */
  readonly host: unknown
  readonly path: string
  readonly query: string
  /** What stands in the path in the place of an id, decoded; empty where the route has none. */
  readonly id: string
  /** Shown on error pages and in the host's log. */
  readonly requestId: string
}

export type Handler = (call: Call) => Promise<HttpResponse>

/**
 * - `machine`: for programs. JSON errors, CORS, no cookies.
 * - `script`: for scripts of this origin, and programs with an access token. JSON errors, no CORS.
 * - `page`: for people. HTML errors, no CORS.
 */
export interface Route {
  readonly kind: 'machine' | 'script' | 'page'
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>>
}

/** A path with an id in it: one segment between what stands before it, slash included, and what comes after. */
export interface Pattern {
  readonly before: string
  readonly after: string
  readonly route: Route
}

export interface Routes {
  /** Looked at first, so that an id somewhere else costs these nothing. */
  readonly exact: ReadonlyMap<string, Route>
  readonly patterns: readonly Pattern[]
}

/** Every path, with `:id` where there is one. */
export const pathsOf = ({ exact, patterns }: Routes): readonly string[] => [
  ...exact.keys(),
  ...patterns.map(({ before, after }) => `${before}:id${after}`),
]

/** Where a request came from, as far as the host says, and with which `User-Agent`. */
export const whenceOf = ({ hooks }: Context, { headers }: HttpRequest, host: unknown): Whence => ({
  address: hooks.address(host),
  agent: headers.get('user-agent')?.slice(0, limits.agentLength) ?? null,
})
