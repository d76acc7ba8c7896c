import { type Audit, auditOf } from './audit/log.js'
import type { Context } from './context.js'
import { grantTypes } from './endpoints/token.js'
import { type Clients, clientsOf } from './headless/clients.js'
import { type Devices, devicesOf } from './headless/device.js'
import { type Grants, grantsOf, type Interactions, interactionsOf } from './headless.js'
import { pathsOf, type Site } from './http/call.js'
import { dispatch } from './http/dispatch.js'
import { guardOf } from './http/guard.js'
import type { GuardOptions } from './http/guard-options.js'
import type { Guard } from './http/guarding.js'
import { type HttpRequest, type HttpResponse, toResponse } from './http/message.js'
import { basePath, paths } from './http/paths.js'
import { errorJson } from './http/respond.js'
import { routesOf } from './http/routes.js'
import { lazily } from './lazily.js'
import { type ProviderOptions, readOptions } from './options.js'
import { OAuthError } from './protocol/errors.js'
import type { Purged } from './storage.js'
import type { UsageReader } from './usage.js'

/** An OAuth 2.1 provider inside a host's app. */
export interface Provider<HostRequest = Request, ScopeName extends string = string> {
  readonly issuer: string
  /** Every path the provider answers, those at the root of the origin included. */
  readonly paths: readonly string[]
  /**
   * Answer a request.
   *
   * @param host the request object of the host's own framework, as `session` expects it
   * @returns null when the path is none of the provider's, so that the host answers: at once, because the rest of the app waits for it
   */
  readonly handle: (request: HttpRequest, host: HostRequest) => Promise<HttpResponse> | null
  /** The same for everything that speaks Fetch; 404 where {@link Provider.handle} gives null. */
  readonly fetch: (request: Request, host?: HostRequest) => Promise<Response>
  /** Protect a route: {@link GuardOptions} say what it needs. */
  readonly guard: (options?: GuardOptions<HostRequest, ScopeName>) => Guard<HostRequest, ScopeName>
  readonly interactions: Interactions<HostRequest>
  readonly device: Devices<HostRequest>
  readonly clients: Clients
  readonly grants: Grants
  readonly audit: Audit
  readonly usage: UsageReader
  /**
   * Delete what is over and has been kept long enough, at most about `limit` records; what went. Call it from a cron job, a queue
   * or an edge trigger, on one node or on many.
   */
  readonly purge: (limit?: number) => Promise<Purged>
  /** Write what is still buffered. Call it when the process is asked to stop. */
  readonly close: () => Promise<void>
}

const purge = lazily(() => import('./purge.js'))((it) => it.purge)

function usageReader(context: Context): UsageReader {
  const part = lazily(async () => (await import('./usage.js')).usageOf(context))
  return { read: part((it) => it.read), lastUsed: part((it) => it.lastUsed) }
}

const notFound = () => errorJson(new OAuthError('invalid_request', 'no such path', 'path.unknown', { status: 404 }))

function siteOf<HostRequest, ScopeName extends string>(
  context: Context,
  options: ProviderOptions<HostRequest, ScopeName>,
): Site {
  const path = `${basePath(context.issuer)}${paths.interaction}`
  const own = (id: string) => `${path}?id=${encodeURIComponent(id)}`
  const { pages = null, interaction } = options
  return { context, pages, interactionUrl: interaction ?? own, drawsConsent: interaction !== undefined }
}

/**
 * Turn an app into an OAuth 2.1 provider.
 *
 * @example
 * const provider = createProvider({
 *   issuer: 'https://app.example',
 *   storage: memoryStorage(),
 *   scopes: { 'notes:read': 'Read your notes' },
 *   resources: { 'https://app.example/api': { name: 'Notes API' } },
 *   session: (request: Request) => currentUser(request),
 *   login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
 *   entitlements: () => ['notes:read'],
 *   pages: pages({ name: 'Notes' }),
 * })
 *
 * @throws TypeError for options that could not work, named in the message
 */
export function createProvider<HostRequest = Request, const ScopeName extends string = string>(
  options: ProviderOptions<HostRequest, ScopeName>,
): Provider<HostRequest, ScopeName> {
  const context = readOptions(
    options,
    grantTypes.map(({ name }) => name),
  )
  const site = siteOf(context, options)
  const routes = routesOf(site)
  const handle: Provider<HostRequest>['handle'] = (request, host) => dispatch(site, routes, request, host)
  return {
    issuer: context.issuer,
    paths: pathsOf(routes),
    handle,
    // Without an adapter in between, the Fetch request is the host's request.
    fetch: async (request, host = request as HostRequest) => toResponse((await handle(request, host)) ?? notFound()),
    guard: (wanted = {}) => guardOf(site, wanted),
    interactions: interactionsOf(context),
    device: devicesOf(context),
    clients: clientsOf(context),
    grants: grantsOf(context),
    audit: auditOf(context),
    usage: usageReader(context),
    purge: (limit = 10_000) => purge(context, limit),
    close: async () => {
      await context.failures.flush()
      await context.activity.flush()
    },
  }
}
