import * as z from 'zod/mini'
import type { Context, Lifetimes, ResourceOption, Retention, ScopeOption } from './context.js'
import type { Awaitable, Entitlements, Hooks, Projects, Session } from './hooks.js'
import { eventIds } from './ids.js'
import { present } from './protocol/present.js'
import { mcpClientRedirects } from './protocol/redirect-uri.js'
import { refuseResource, sameResource } from './protocol/resource.js'
import { implications } from './protocol/scope.js'
import { refuseIssuer } from './protocol/server-metadata.js'
import type { AuditEvent, Timestamp } from './records.js'
import type { Storage } from './storage.js'
import { marked } from './unavailable.js'
import type { Pages } from './views.js'

/** A scope: what people read on the consent page, and what it brings along. */
export interface ScopeDefinition<ScopeName extends string> {
  readonly description: string
  readonly implies?: readonly ScopeName[]
  /** Marked on the consent page, left out of metadata and of the default scope: granted only when asked for by name. */
  readonly sensitive?: boolean
}

export interface ResourceDefinition<ScopeName extends string> {
  /** Shown on the consent page. */
  readonly name: string
  /** The scopes it understands; all of them when left out. */
  readonly scope?: readonly ScopeName[]
  /** This provider answers for it although it is on another host. */
  readonly elsewhere?: boolean
}

/** What a host tells its provider. Durations are in seconds. */
export interface ProviderOptions<HostRequest, ScopeName extends string> {
  /** The URL this provider is known by, written exactly so everywhere (RFC 8414 section 2). */
  readonly issuer: string
  readonly storage: Storage
  readonly scopes: Readonly<Record<ScopeName, string | ScopeDefinition<NoInfer<ScopeName>>>>
  /** The APIs that tokens are for (RFC 8707), by identifier. */
  readonly resources: Readonly<Record<string, ResourceDefinition<NoInfer<ScopeName>>>>
  /** Who is signed in, by the request of the host's own framework. */
  readonly session: (host: HostRequest) => Awaitable<Session | null>
  readonly login: Hooks['login']
  readonly projects?: Projects
  readonly entitlements: Entitlements
  /** May this person still let apps act for them? Asked whenever tokens are issued. Left out: yes. */
  readonly active?: Hooks['active']
  /** The shipped pages, or the host's own in the same shape. */
  readonly pages?: Pages
  /** Where people decide, in a host that draws the consent page itself: the URL of it for an interaction. */
  readonly interaction?: (id: string) => string
  /** Granted when a client asks for nothing. Left out: everything that is not sensitive. */
  readonly defaultScope?: readonly NoInfer<ScopeName>[]
  /** What a client that names no resource is asking for. Left out: the only one there is, or else it must name one. */
  readonly defaultResource?: readonly string[]
  readonly lifetimes?: Partial<Lifetimes>
  /** What a refresh token that comes again too late does to its grant. */
  readonly onReuse?: 'revoke' | 'refuse'
  /** Who gets a refresh token: every client registered for them, or only one that asks for `offline_access`. */
  readonly refreshTokens?: 'grant_type' | 'offline_access'
  readonly registration?: {
    /** May clients register themselves (RFC 7591)? */
    readonly dynamic?: boolean
    /** Redirect URIs of apps on people's devices: whole ones, or schemes ending in a colon. */
    readonly privateUseSchemes?: readonly string[]
  }
  /** What every secret begins with, so that scanners recognise a leaked one. */
  readonly secretPrefix?: string
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
  /** The time in seconds since 1970, fractions allowed; for tests. */
  readonly now?: () => number
}

const day = 86_400

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

export const defaultLifetimes: Lifetimes = {
  authorizationCode: 60,
  accessToken: 3_600,
  refreshToken: 30 * day,
  grant: 365 * day,
  retryWindow: 30,
  interaction: 1_800,
}

export const defaultRetention: Retention = { expired: day, unusedClients: 30 * day, events: null }

const aFunction = z.custom((value) => typeof value === 'function', { error: 'must be a function' })
const lifetime = z.int().check(z.gte(1))
const text = z.string().check(z.minLength(1))
const names = z.array(text)

const schema = z.strictObject({
  issuer: text,
  storage: z.custom((value) => typeof (value as Storage | null)?.commit === 'function', { error: 'must be a storage' }),
  scopes: z.record(
    z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)),
    z.union([
      text,
      z.strictObject({ description: text, implies: z.optional(names), sensitive: z.optional(z.boolean()) }),
    ]),
  ),
  resources: z.record(
    text,
    z.strictObject({ name: text, scope: z.optional(names), elsewhere: z.optional(z.boolean()) }),
  ),
  session: aFunction,
  login: aFunction,
  projects: z.optional(z.strictObject({ label: text, choose: z.enum(['one', 'many', 'all']), list: aFunction })),
  entitlements: aFunction,
  active: z.optional(aFunction),
  pages: z.optional(z.looseObject({ consent: aFunction, error: aFunction, connectedApps: aFunction })),
  interaction: z.optional(aFunction),
  defaultScope: z.optional(names),
  defaultResource: z.optional(names),
  lifetimes: z.optional(
    z.strictObject({
      authorizationCode: z.optional(z.int().check(z.gte(1), z.lte(600))),
      accessToken: z.optional(lifetime),
      refreshToken: z.optional(lifetime),
      grant: z.optional(lifetime),
      retryWindow: z.optional(z.int().check(z.gte(0), z.lte(300))),
      interaction: z.optional(lifetime),
    }),
  ),
  onReuse: z.optional(z.enum(['revoke', 'refuse'])),
  refreshTokens: z.optional(z.enum(['grant_type', 'offline_access'])),
  registration: z.optional(
    z.strictObject({
      dynamic: z.optional(z.boolean()),
      privateUseSchemes: z.optional(names),
    }),
  ),
  secretPrefix: z.optional(z.string().check(z.regex(/^[A-Za-z0-9]{1,16}$/))),
  pepper: z.optional(
    z.array(
      z.custom((value) => value instanceof Uint8Array && value.length >= 32, { error: 'must be 32 bytes or more' }),
    ),
  ),
  retention: z.optional(
    z.strictObject({
      expired: z.optional(z.int().check(z.gte(0))),
      unusedClients: z.optional(z.nullable(lifetime)),
      events: z.optional(z.nullable(lifetime)),
    }),
  ),
  onEvent: z.optional(aFunction),
  onRefusal: z.optional(aFunction),
  onError: z.optional(aFunction),
  now: z.optional(aFunction),
})

const refuse = (problem: string): never => {
  throw new TypeError(`createProvider: ${problem}`)
}

function checkShape(options: unknown): void {
  const result = schema.safeParse(options, {
    error: (issue) => (issue.code === 'invalid_type' ? `must be ${issue.expected}` : undefined),
  })
  if (result.success) return
  const [issue] = result.error.issues
  if (issue?.code === 'unrecognized_keys') refuse(`unknown option ${[...issue.path, issue.keys[0]].join('.')}`)
  refuse(`${issue?.path.join('.')}: ${issue?.message}`)
}

function readScopes(
  scopes: Readonly<Record<string, string | ScopeDefinition<string>>>,
): ReadonlyMap<string, ScopeOption> {
  return new Map(
    Object.entries(scopes).map(([name, option]) => {
      const definition = typeof option === 'string' ? { description: option } : option
      return [name, { implies: [], sensitive: false, ...definition }]
    }),
  )
}

/** A resource on the issuer's own host, or on one below it. */
function isOwn(resource: string, issuer: string): boolean {
  const [theirs, ours] = [new URL(resource), new URL(issuer)]
  return theirs.host === ours.host || theirs.hostname.endsWith(`.${ours.hostname}`)
}

function readResources(
  resources: Readonly<Record<string, ResourceDefinition<string>>>,
  scopes: ReadonlyMap<string, ScopeOption>,
  issuer: string,
): ReadonlyMap<string, ResourceOption> {
  const entries = Object.entries(resources)
  if (entries.length === 0) refuse('resources: name at least one, so that every token is for something')
  const twin = entries.find(([one], at) => entries.some(([other], before) => before < at && sameResource(one, other)))
  if (twin) refuse(`resources: ${twin[0]} is there in another spelling`)
  return new Map(
    entries.map(([resource, { name, scope, elsewhere = false }]) => {
      const problem = refuseResource(resource)
      if (problem !== null) refuse(`resources: ${resource}: ${problem}`)
      if (!elsewhere && !isOwn(resource, issuer))
        refuse(
          `resources: ${resource} is outside the issuer's host; say elsewhere: true if this provider answers for it`,
        )
      requireKnown(`resources: ${resource}`, scope ?? [], scopes)
      return [resource, { name, scope: scope ?? [...scopes.keys()] }]
    }),
  )
}

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

/** Nobody is nobody, however a host says so; and an id that is no string would be another one after it was stored. */
function checkSession(session: Session | null | undefined): Session | null {
  if (!session) return null
  if (typeof session.subject === 'string' && session.subject !== '') return session
  throw new TypeError('session: subject must be a string that is not empty')
}

/** A header takes visible ASCII only, and whoever is sent nowhere is stuck. */
function checkLocation(location: string): string {
  if (typeof location === 'string' && /^[\x21-\x7e]+$/.test(location)) return location
  throw new TypeError('login: must give a URL or a path, percent-encoded')
}

function readHooks<HostRequest, ScopeName extends string>(options: ProviderOptions<HostRequest, ScopeName>): Hooks {
  return {
    session: async (host) => checkSession(await options.session(host as HostRequest)),
    login: (returnTo) => checkLocation(options.login(returnTo)),
    projects: options.projects ?? null,
    entitlements: options.entitlements,
    active: options.active ?? (() => true),
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
  const { issuer, registration = {} } = options
  const problem = refuseIssuer(issuer)
  if (problem !== null) refuse(`issuer: ${problem}`)
  if (!options.pages && !options.interaction) refuse('pages or interaction: people need a place to decide')

  const seconds = options.now ?? (() => Date.now() / 1000)
  const scopes = readScopes(options.scopes)
  if (scopes.size === 0) refuse('scopes: name at least one, so that there is something to grant')
  const implied = implications(Object.fromEntries(scopes))
  const defaultScope = options.defaultScope ?? [...scopes.keys()].filter((name) => !scopes.get(name)?.sensitive)
  requireKnown('defaultScope', defaultScope, scopes)
  const resources = readResources(options.resources, scopes, issuer)
  const defaultResource = options.defaultResource ?? (resources.size === 1 ? [...resources.keys()] : [])
  const stranger = defaultResource.find((resource) => !resources.has(resource))
  if (stranger !== undefined) refuse(`defaultResource: ${stranger} is not among the resources`)
  return {
    issuer,
    storage: marked(options.storage),
    now: () => Math.floor(seconds()) as Timestamp,
    random,
    newEventId: eventIds(() => Math.floor(seconds() * 1000), random),
    hooks: readHooks(options),
    lifetimes: { ...defaultLifetimes, ...present(options.lifetimes ?? {}) },
    retention: { ...defaultRetention, ...present(options.retention ?? {}) },
    scopes,
    implied,
    defaultScope,
    resources,
    defaultResource,
    onReuse: options.onReuse ?? 'revoke',
    refreshTokens: options.refreshTokens ?? 'grant_type',
    secretPrefix: options.secretPrefix ?? 'grantor',
    peppers: options.pepper ?? [],
    registration: {
      dynamic: registration.dynamic ?? true,
      privateUseSchemes: registration.privateUseSchemes ?? mcpClientRedirects,
    },
    grantTypes,
  }
}
