import { decodeFormComponent } from './form.js'
import { limits } from './limits.js'
import { hasDotSegments, isLoopbackHost, parseUri, refuseWebUri, type UriParts } from './uri.js'

/** Which redirect URIs a client may register besides `https`, and `http` on loopback, which are always allowed. */
export interface RedirectUriPolicy {
  /** Whole URIs (`cursor://anysphere.cursor-mcp/oauth/callback`), or scheme names ending in `:` (`com.example.app:`). */
  readonly privateUseSchemes: readonly string[]
  /** Any scheme with a dot in it, the reverse domain names of RFC 8252 section 7.1. */
  readonly reverseDomainSchemes?: boolean
  /** Allows {@link outOfBand}. */
  readonly oob?: boolean
}

export type RedirectUriMatch =
  | { readonly ok: true; readonly uri: string }
  | { readonly ok: false; readonly problem: string }

/** The code is shown to the person, who copies it into an application that cannot be redirected to. */
export const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'

/** Schemes that run code, read files or start other programs. No policy can allow them. */
const dangerous =
  /^(?:javascript|livescript|mocha|vbscript|data|file|blob|about|filesystem|view-source|wss?|s?ftps?|mailto|tel|sms|smsto|mms|intent|android-app|jar|mhtml|feed|resource|res|ldaps?|ssh|telnet|vnc|rdp|smb|(?:chrome|edge|opera|brave|safari|webkit|moz|ms|search-ms|microsoft)(?:-.*)?)$/

/** Whether opening the URI would do something else than hand an answer to an application. */
export function schemeIsDangerous(uri: string): boolean {
  const scheme = /^[\s\p{Cc}]*([A-Za-z][A-Za-z0-9+.-]*):/u.exec(uri)?.[1]?.toLowerCase()
  return scheme !== undefined && dangerous.test(scheme)
}

/** What an authorization response appends; a second one in the registered query would confuse the client. */
const responseParameters: ReadonlySet<string> = new Set([
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'response',
])

/**
 * Checks one redirect URI against RFC 6749 section 3.1.2, RFC 8252 and RFC 9700 section 4.1. The same check runs at
 * registration and again at use, so that a rule added later also holds for what was stored before.
 *
 * @returns null when the URI may be registered, else the reason in words for the person who registers it.
 * @example
 * refuseRedirectUri('http://app.example/cb', { privateUseSchemes: [] })
 * // 'it must use https; http is for localhost, 127.0.0.1 and [::1] only'
 */
export function refuseRedirectUri(uri: string, policy: RedirectUriPolicy): string | null {
  if (uri === outOfBand) return policy.oob === true ? null : 'it is not allowed here; register a URI that can be opened'
  if (uri.length > limits.metadataUriLength) return `it must not be longer than ${limits.metadataUriLength} characters`
  if (uri.includes('#')) return 'it must not contain a fragment (#)'
  if (uri.includes('*')) return 'it must not contain a wildcard (*); register every URI in full'
  const parts = parseUri(uri)
  if (parts === null) return 'it must be an absolute URI without spaces, backslashes, quotes or non-ASCII characters'
  if (repeatsResponse(parts)) return 'its query must not contain a parameter of the authorization response'
  if (parts.scheme === 'https' || parts.scheme === 'http') return refuseWebRedirect(uri, parts)
  return refusePrivateUse(uri, parts, policy)
}

function refuseWebRedirect(uri: string, parts: UriParts): string | null {
  if (parts.authority === undefined) return 'it must have a host after //'
  if (parts.scheme === 'http' && !isLoopbackHost(parts.host)) {
    return 'it must use https; http is for localhost, 127.0.0.1 and [::1] only'
  }
  const problem = refuseWebUri(uri, parts)
  return problem === null ? null : `it ${problem}`
}

function refusePrivateUse(uri: string, parts: UriParts, policy: RedirectUriPolicy): string | null {
  const allowed =
    policy.privateUseSchemes.includes(uri) ||
    policy.privateUseSchemes.includes(`${parts.scheme}:`) ||
    (policy.reverseDomainSchemes === true && parts.scheme.includes('.'))
  if (!allowed || dangerous.test(parts.scheme)) return `the scheme ${parts.scheme}: is not allowed here`
  if (parts.userinfo !== undefined) return 'it must not contain a user name or password'
  return hasDotSegments(parts.path) ? 'it must not contain . or .. in its path' : null
}

function repeatsResponse({ query }: UriParts): boolean {
  const names = query
    .slice(1)
    .split('&')
    .map((pair) => decodeFormComponent(pair.split('=', 1)[0] ?? ''))
  return names.some((name) => name !== null && responseParameters.has(name))
}

interface LoopbackParts {
  readonly host: string
  readonly port: string | undefined
  /** Path and query as written; an empty path reads as `/`. */
  readonly target: string
}

function loopbackParts(uri: string): LoopbackParts | null {
  const parts = parseUri(uri)
  if (parts === null || !uri.startsWith('http://') || !isLoopbackHost(parts.host)) return null
  if (parts.userinfo !== undefined || uri.includes('#') || parts.port === '' || Number(parts.port ?? 0) > 65_535)
    return null
  return { host: parts.host, port: parts.port, target: `${parts.path === '' ? '/' : parts.path}${parts.query}` }
}

/** Whether the URI leads to a program on the person's own machine: `http` on `localhost`, `127.0.0.1` or `[::1]`. */
export function isLoopback(uri: string): boolean {
  return loopbackParts(uri) !== null
}

/** Whether the URI has a scheme of its own, which any program on the person's machine may claim (RFC 8252 section 7.1). */
export function isPrivateUse(uri: string): boolean {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase()
  return scheme !== undefined && scheme !== 'https' && scheme !== 'http' && uri !== outOfBand
}

/** Any port of the same loopback host (RFC 8252 section 7.3), because a native app listens on whichever is free. */
function matchesAnyPort(registered: string, requested: LoopbackParts): boolean {
  const parts = loopbackParts(registered)
  return parts !== null && parts.host === requested.host && parts.target === requested.target
}

/**
 * Finds the redirect URI of an authorization request among the registered ones: the very same string, or on loopback the
 * same host, path and query with any port. The stored URI is checked against the policy again.
 *
 * @returns the URI to redirect to, or the problem in words for a page; never redirect when there is one.
 */
export function matchRedirectUri(
  registered: readonly string[],
  requested: string | undefined,
  policy: RedirectUriPolicy,
): RedirectUriMatch {
  if (requested === undefined) return onlyRedirectUri(registered, policy)
  const loopback = loopbackParts(requested)
  const known =
    registered.includes(requested) || (loopback !== null && registered.some((uri) => matchesAnyPort(uri, loopback)))
  if (!known) return { ok: false, problem: mismatch(registered, loopback) }
  // The requested URI is the stored one but for a loopback port, so what holds for it holds for both.
  const refusal = refuseRedirectUri(requested, policy)
  if (refusal !== null) return { ok: false, problem: `The redirect URI can no longer be used: ${refusal}.` }
  return { ok: true, uri: requested }
}

function onlyRedirectUri(registered: readonly string[], policy: RedirectUriPolicy): RedirectUriMatch {
  const [only, ...others] = registered
  if (only === undefined) return { ok: false, problem: 'The application has no redirect URI.' }
  if (others.length > 0) {
    return { ok: false, problem: 'The application has several redirect URIs and did not say which one to use.' }
  }
  const loopback = loopbackParts(only)
  if (loopback !== null && loopback.port === undefined) {
    return { ok: false, problem: 'The redirect URI has no port, so the application must send the one it listens on.' }
  }
  const refusal = refuseRedirectUri(only, policy)
  return refusal === null
    ? { ok: true, uri: only }
    : { ok: false, problem: `The redirect URI can no longer be used: ${refusal}.` }
}

function mismatch(registered: readonly string[], requested: LoopbackParts | null): string {
  const twin = registered
    .map(loopbackParts)
    .find((parts) => parts !== null && parts.target === requested?.target && parts.host !== requested.host)
  return twin && requested
    ? `The application registered ${twin.host} but asked for ${requested.host}: these are different redirect URIs.`
    : 'The redirect URI is not one that the application registered.'
}

/** What to show people as the destination: the host, or the scheme of a private-use URI (`cursor:`). */
export function redirectHost(uri: string): string {
  if (uri === outOfBand) return 'a code shown to you'
  if (isPrivateUse(uri)) return uri.slice(0, uri.indexOf(':') + 1)
  if (!URL.canParse(uri)) return uri
  const { host, hostname } = new URL(uri)
  return isLoopback(uri) ? hostname : host
}
