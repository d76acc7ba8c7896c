import type { GuardOptions } from '../http/guard-options.js'
import type { Guard } from '../http/guarding.js'
import { placesOf } from '../http/resource-paths.js'
import type { ScopeDefinition } from '../options/scopes.js'
import { refuseIssuer } from '../protocol/issuer.js'
import { refuseConfiguredResource } from '../protocol/resource.js'
import { implications } from '../protocol/scope.js'
import { type CacheOptions, cached, longestKept } from './cache.js'
import { type Post, remoteGuardOf } from './guard.js'
import { introspector } from './introspector.js'

/** What an API is told that is not in the same process, and has not the same database, as its provider. */
export interface RemoteGuardOptions<ScopeName extends string> {
  /** The provider's, written exactly so. */
  readonly issuer: string
  /** A client of the provider with a secret, whose policy has these resources in `introspect`. */
  readonly client: { readonly id: string; readonly secret: string }
  /** What this API is called (RFC 8707), or each of several; with `{project}` in it where the provider has it. */
  readonly resource: string | readonly string[]
  /** The provider's: which scope brings which along. */
  readonly scopes: Readonly<Record<ScopeName, string | ScopeDefinition<NoInfer<ScopeName>>>>
  /** The provider's, where a route wants to know how its person has signed in. */
  readonly acrValues?: readonly string[]
  readonly cache?: CacheOptions
  /** For how many milliseconds the provider's answer is waited for. Default 5000. */
  readonly timeout?: number
  /** Told why a request was refused. */
  readonly onRefusal?: Post['onRefusal']
  /** Told when the provider did not answer, or refused this server's own credentials. Default: `console.error`. */
  readonly onError?: Post['onError']
  /** Left out: the global one. */
  readonly fetch?: typeof fetch
  /** The time in seconds since 1970; for tests. */
  readonly now?: () => number
}

/** Takes the place of a provider wherever a route is guarded: `requireAccess(remote, …)`. */
export interface RemoteGuard<ScopeName extends string = string> {
  /** Protect a route: {@link GuardOptions} say what it needs. */
  readonly guard: <HostRequest = Request>(
    options?: GuardOptions<HostRequest, ScopeName>,
  ) => Guard<HostRequest, ScopeName>
}

const refuse = (problem: string): never => {
  throw new TypeError(`remoteGuard: ${problem}`)
}

function checkOptions({ issuer, client, cache = {} }: RemoteGuardOptions<string>, resources: readonly string[]): void {
  const problem = refuseIssuer(issuer)
  if (problem !== null) refuse(`issuer: ${problem}`)
  if (!client.id || !client.secret) refuse('client: needs an id and a secret')
  if (resources.length === 0) refuse('resource: name at least one')
  for (const resource of resources) {
    const wrong = refuseConfiguredResource(resource)
    if (wrong !== null) refuse(`resource: ${resource}: ${wrong}`)
  }
  const { most = 1, seconds = 0 } = cache
  if (!(Number.isInteger(most) && most >= 1)) refuse('cache.most: must be a whole number, at least 1')
  if (!(seconds >= 0 && seconds <= longestKept)) refuse(`cache.seconds: must be from 0 to ${longestKept}`)
}

/**
 * The guard of an API or an MCP server that is away from its provider: it asks the provider what each token is worth (RFC 7662), and
 * keeps the answer for a moment. Challenges are the same as those of the provider's own guard. While the provider does not answer,
 * requests are answered 503 and no token is called bad.
 *
 * @throws TypeError for options that could not work, named in the message
 *
 * @example
 * const remote = remoteGuard({
 *   issuer: 'https://app.example',
 *   client: { id: process.env.CLIENT_ID ?? '', secret: process.env.CLIENT_SECRET ?? '' },
 *   resource: 'https://mcp.app.example',
 *   scopes: { 'notes:read': 'Read your notes' },
 * })
 * const guard = remote.guard({ scope: 'notes:read' })
 */
export function remoteGuard<const ScopeName extends string>(
  options: RemoteGuardOptions<ScopeName>,
): RemoteGuard<ScopeName> {
  const resources = typeof options.resource === 'string' ? [options.resource] : options.resource
  checkOptions(options, resources)
  const { issuer, client, timeout = 5_000, now = () => Date.now() / 1_000 } = options
  // Looked up at every call, so that whoever wraps the global one later sees these calls too.
  const fetcher: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  const definitions = Object.entries<string | ScopeDefinition<ScopeName>>(options.scopes)
  const implied = implications(
    Object.fromEntries(definitions.map(([name, one]) => [name, typeof one === 'string' ? {} : one])),
  )
  const post: Post = {
    issuer,
    guarded: { resources, places: placesOf(resources), scopes: implied, acrValues: options.acrValues ?? [] },
    implied,
    inspect: cached(introspector({ issuer, client, timeout, fetch: fetcher, now }), now, options.cache ?? {}),
    now,
    onRefusal: options.onRefusal ?? (() => {}),
    onError: options.onError ?? ((error, requestId) => console.error(`grantor ${requestId}:`, error)),
  }
  return { guard: (wanted = {}) => remoteGuardOf(post, wanted) }
}
