import { activityLog } from './activity.js'
import { failureLog } from './audit/failures.js'
import { type Context, type Lifetimes, noOrigin, type Retention, type ScopeOption } from './context.js'
import type { Awaitable, Entitlements, Hooks, LoginHints, Projects, Session } from './hooks.js'
import { endpointUrl, paths } from './http/paths.js'
import { eventIds } from './ids.js'
import { lazily } from './lazily.js'
import { type AdminOptions, readAdmin } from './options/admin.js'
import { type DeviceFlowOptions, readDeviceFlow } from './options/device.js'
import { readDocuments } from './options/documents.js'
import { type RegistrationOptions, readRegistration } from './options/registration.js'
import { type ResourceDefinition, readAliases, readResources } from './options/resources.js'
import { falselyReadOnly, readScopes, type ScopeDefinition } from './options/scopes.js'
import { checkSession, noLoginHints } from './options/session.js'
import { checkShape, refuse } from './options/shape.js'
import { deviceGrantType } from './policy/device.js'
import { refuseIssuer } from './protocol/issuer.js'
import { limits } from './protocol/limits.js'
import { present } from './protocol/present.js'
import { isForProjects, selectResources } from './protocol/resource.js'
import { implications } from './protocol/scope.js'
import { randomBytes } from './random.js'
import type { AuditEvent, Timestamp } from './records.js'
import type { Storage } from './storage.js'
import type { TelemetryOptions } from './telemetry/api.js'
import { countedHooks, observedStorage, telemetryOf } from './telemetry.js'
import { memoryThrottle } from './throttle/memory.js'
import { type Throttle, unthrottled } from './throttle.js'
import { bounded } from './unavailable.js'
import type { Pages } from './views.js'

/** What a host tells its provider. Durations are in seconds. */
export interface ProviderOptions<HostRequest, ScopeName extends string> {
  /** The URL this provider is known by, written exactly so everywhere (RFC 8414 section 2). */
  readonly issuer: string
  readonly storage: Storage
  /**
   * How many calls of this process may wait for the storage. While so many do, requests are answered 503 with `Retry-After` before
   * anything is done for them, so that those let in are answered soon. Left out: 1000.
   */
  readonly storageCallsAtOnce?: number
  readonly scopes: Readonly<Record<ScopeName, string | ScopeDefinition<NoInfer<ScopeName>>>>
  /** The APIs that tokens are for (RFC 8707), by identifier. */
  readonly resources: Readonly<Record<string, ResourceDefinition<NoInfer<ScopeName>>>>
  /** Who is signed in, by the request of the host's own framework. */
  readonly session: (host: HostRequest) => Awaitable<Session | null>
  /** Where somebody goes who has to sign in, and what the request would like of that. `returnTo` is a path that brings them back. */
  readonly login: (returnTo: string, hints: LoginHints) => string
  /** Where somebody goes who wants to approve as somebody else. Left out: the pages do not offer it. */
  readonly switchAccount?: NonNullable<Hooks['switchAccount']>
  /** The address a request came from, for the audit log, Connected Apps and limits. Left out: nobody knows. */
  readonly address?: (host: HostRequest) => string | null | undefined
  readonly projects?: Projects
  readonly entitlements: Entitlements
  /** May this person still let apps act for them? Asked whenever tokens are issued. Left out: yes. */
  readonly active?: Hooks['active']
  /** Should people be warned of this client? Asked of those the host has not registered itself. Left out: no. */
  readonly suspicious?: Hooks['suspicious']
  /** The shipped pages, or the host's own in the same shape. */
  readonly pages?: Pages
  /** Where people decide, in a host that draws the consent page itself: the URL of it for an interaction. */
  readonly interaction?: (id: string) => string
  /** Granted when a client asks for nothing. Left out: everything that is not sensitive. */
  readonly defaultScope?: readonly NoInfer<ScopeName>[]
  /** What a client that names no resource is asking for. Left out: the only one there is, or else it must name one. */
  readonly defaultResource?: readonly string[]
  /**
   * The authentication contexts (`acr`) that `session` tells, so that clients and APIs may ask for one (RFC 9470). Left out: none is
   * told, and nobody is held to `acr_values`.
   */
  readonly acrValues?: readonly string[]
  readonly lifetimes?: Partial<Lifetimes>
  /** What a refresh token that comes again too late does to its grant. */
  readonly onReuse?: 'revoke' | 'refuse'
  /** Who gets a refresh token: every client registered for them, or only one that asks for `offline_access`. */
  readonly refreshTokens?: 'grant_type' | 'offline_access'
  /** How clients come to be, besides those the host registers. */
  readonly registration?: RegistrationOptions<ScopeName>
  /** Access tokens that may look after clients and grants at `/oauth/manage`. Left out: only people who are signed in may. */
  readonly admin?: AdminOptions<ScopeName>
  /**
   * How devices without a browser are let in (RFC 8628), if at all. Left out: as in {@link DeviceFlowOptions}, where there are pages.
   */
  readonly deviceFlow?: boolean | DeviceFlowOptions<ScopeName>
  /** What every secret begins with, so that scanners recognise a leaked one. */
  readonly secretPrefix?: string
  /**
   * Also answer where MCP clients of 2025-03-26 look without asking: `/authorize`, `/token` and `/register` at the root of the origin,
   * and the metadata there for an issuer with a path. Left out: no. Only for a host that has nothing of its own at these paths.
   */
  readonly legacyMcpDefaults?: boolean
  /**
   * Server keys of at least 32 bytes, newest first, mixed into the derivation of successors. To change them, add the new one at the
   * end on every server, then move it to the front, then drop the old one.
   */
  readonly pepper?: readonly Uint8Array[]
  /** What `purge` leaves in place, in seconds. */
  readonly retention?: Partial<Retention>
  readonly onEvent?: (event: AuditEvent) => void
  /** Told why a request was refused; for the host's own log. */
  readonly onRefusal?: Hooks['onRefusal']
  readonly onError?: Hooks['onError']
  /** OpenTelemetry: spans of requests, guard decisions and calls to the storage, with counters and durations. Left out: none. */
  readonly telemetry?: TelemetryOptions
  /**
   * Where what could be abused is counted; `throttleLimits` has the numbers. Left out: in this process. False: nowhere, for tests and
   * for hosts with limits of their own in front.
   */
  readonly throttle?: Throttle | false
  /** The time in seconds since 1970, fractions allowed; for tests. */
  readonly now?: () => number
}

const day = 86_400

export const defaultLifetimes: Lifetimes = {
  authorizationCode: 60,
  accessToken: 3_600,
  refreshToken: 30 * day,
  grant: 365 * day,
  retryWindow: 30,
  interaction: 1_800,
  deviceCode: 600,
}

export const defaultRetention: Retention = { expired: day, unusedClients: 30 * day, events: null }

function requireKnown(where: string, scope: readonly string[], scopes: ReadonlyMap<string, ScopeOption>): void {
  const unknown = scope.find((name) => !scopes.has(name))
  if (unknown !== undefined) refuse(`${where}: unknown scope ${unknown}`)
}

/** What a listener throws, now or later, is its own concern: the change it was told of is durable. */
const quietly =
  <Arguments extends unknown[]>(hook: (...args: Arguments) => unknown) =>
  (...args: Arguments): void => {
    new Promise((resolve) => {
      resolve(hook(...args))
    }).catch(() => {})
  }

/** A header takes visible ASCII only, and whoever is sent nowhere is stuck. */
function checkLocation(location: string, option: 'login' | 'switchAccount'): string {
  if (typeof location === 'string' && /^[\x21-\x7e]+$/.test(location)) return location
  throw new TypeError(`${option}: must give a URL or a path, percent-encoded`)
}

function readHooks<HostRequest, ScopeName extends string>(options: ProviderOptions<HostRequest, ScopeName>): Hooks {
  const { switchAccount } = options
  return {
    session: async (host) => checkSession(await options.session(host as HostRequest)),
    address: (host) => options.address?.(host as HostRequest) ?? null,
    login: (returnTo, hints = noLoginHints) => checkLocation(options.login(returnTo, hints), 'login'),
    switchAccount: switchAccount ? (returnTo) => checkLocation(switchAccount(returnTo), 'switchAccount') : null,
    projects: options.projects ?? null,
    entitlements: options.entitlements,
    active: options.active ?? (() => true),
    suspicious: options.suspicious ?? (() => false),
    onEvent: quietly(options.onEvent ?? (() => {})),
    onRefusal: quietly(options.onRefusal ?? (() => {})),
    onError: quietly(options.onError ?? ((error, requestId) => console.error(`grantor ${requestId}:`, error))),
  }
}

/**
 * Check everything a host has said, before the first request does.
 *
 * @throws TypeError that names the option and what is wrong with it
 */
export function readOptions<HostRequest, ScopeName extends string>(
  options: ProviderOptions<HostRequest, ScopeName>,
  grantTypes: readonly string[],
): Context {
  checkShape(options)
  const { issuer } = options
  const problem = refuseIssuer(issuer)
  if (problem !== null) refuse(`issuer: ${problem}`)
  if (!options.pages && !options.interaction) refuse('pages or interaction: people need a place to decide')

  const seconds = options.now ?? (() => Date.now() / 1000)
  const { telemetry } = options
  const observed = telemetry ? observedStorage(options.storage, telemetry) : options.storage
  const storage = bounded(observed, options.storageCallsAtOnce ?? limits.storageCallsAtOnce)
  const now = () => Math.floor(seconds()) as Timestamp
  const hooks = telemetry ? countedHooks(readHooks(options), telemetry) : readHooks(options)
  const newEventId = eventIds(() => Math.floor(seconds() * 1000))
  const scopes = readScopes(options.scopes)
  if (scopes.size === 0) refuse('scopes: name at least one, so that there is something to grant')
  const implied = implications(Object.fromEntries(scopes))
  const [readOnly, other] = falselyReadOnly(scopes) ?? []
  if (readOnly !== undefined) refuse(`scopes: ${readOnly} is read-only, but implies ${other}, which is not`)
  const defaultScope = options.defaultScope ?? [...scopes.keys()].filter((name) => !scopes.get(name)?.sensitive)
  requireKnown('defaultScope', defaultScope, scopes)
  const requireScopes = (where: string, scope: readonly string[]) => requireKnown(where, scope, scopes)
  const resources = readResources(options.resources, [...scopes.keys()], issuer, { requireScopes, refuse })
  const defaultResource = options.defaultResource ?? selectResources([], [...resources.keys()])
  if (!options.projects && [...resources.keys()].some(isForProjects))
    refuse('resources: one with {project} in it needs `projects`')
  const stranger = defaultResource.find((resource) => !resources.has(resource) || isForProjects(resource))
  if (stranger !== undefined) refuse(`defaultResource: ${stranger} is not among the resources`)
  const registration = readRegistration(options.registration ?? {}, requireScopes)
  const device = readDeviceFlow(options, { requireScopes, refuse })
  const retention = { ...defaultRetention, ...present(options.retention ?? {}) }
  const unused = lazily(async () =>
    (await import('./clients/unused.js')).unusedClients({ storage, now, registration, retention }),
  )
  return {
    issuer,
    tokenEndpoint: endpointUrl(issuer, paths.token),
    registrationEndpoint: endpointUrl(issuer, paths.registration),
    storage,
    now,
    random: randomBytes,
    newEventId,
    origin: noOrigin,
    trail: null,
    hooks,
    activity: activityLog({ storage, hooks }),
    failures: failureLog({ storage, now, hooks, newEventId }),
    telemetry: telemetry ? telemetryOf(telemetry) : null,
    throttle: options.throttle === false ? unthrottled : (options.throttle ?? memoryThrottle()),
    lifetimes: { ...defaultLifetimes, ...present(options.lifetimes ?? {}) },
    retention,
    scopes,
    implied,
    defaultScope,
    resources,
    resourceAliases: readAliases(options.resources, { refuse }),
    defaultResource,
    acrValues: options.acrValues ?? [],
    onReuse: options.onReuse ?? 'revoke',
    refreshTokens: options.refreshTokens ?? 'grant_type',
    secretPrefix: options.secretPrefix ?? 'grantor',
    legacyMcpDefaults: options.legacyMcpDefaults ?? false,
    peppers: options.pepper ?? [],
    registration,
    admin: options.admin ? readAdmin(options.admin, scopes, resources, { requireScopes, refuse }) : null,
    unusedClients: { take: unused((it) => it.take) },
    documents: readDocuments(issuer, options.registration?.metadataDocuments),
    device,
    grantTypes: grantTypes.filter((name) => device !== null || name !== deviceGrantType),
  }
}
