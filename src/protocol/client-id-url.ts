import { limits } from './limits.js'
import { hasDotSegments, isLoopbackHost, isSpecialUseHost, parseUri } from './uri.js'

/** Which URLs may be client ids beyond those that the draft recommends. */
export interface ClientIdUrlPolicy {
  /** With a query, which the draft advises against. */
  readonly query: boolean
  /** With no path but `/`. */
  readonly root: boolean
  /** On loopback, for a provider that is there itself. */
  readonly loopback: boolean
}

/** Whether a `client_id` means to be a URL. No id that a provider makes up looks like one. */
export const isClientIdUrl = (clientId: string): boolean => /^https?:/i.test(clientId)

/** A letter, a digit, `-`, `.`, `_` or `~` that is percent-encoded without need, or a percent escape in lower case. */
const needlessEscape = /%(?:2[DE]|3\d|[46][1-9A-F]|[57][0-9A]|5F|7E|[0-9A-F]?[a-f])/

/**
 * Whether a client may be known by this URL, and its description be fetched from it (OAuth Client ID Metadata Document section 3).
 * A URL that could be written in two ways would be two clients, so that only one way is taken.
 *
 * @returns null when it may, else the reason in words that follow "it …".
 */
export function refuseClientIdUrl(clientId: string, policy: ClientIdUrlPolicy): string | null {
  if (clientId.length > limits.clientIdLength) return `must not be longer than ${limits.clientIdLength} characters`
  const parts = parseUri(clientId)
  if (parts === null || parts.scheme !== 'https' || !parts.authority) return 'must be an https URL'
  if (parts.userinfo !== undefined) return 'must not contain a user name or password'
  if (parts.fragment !== '') return 'must not contain a fragment'
  if (parts.query !== '' && !policy.query) return 'must not contain a query'
  if (hasDotSegments(parts.path)) return 'must not contain . or .. in its path'
  if (parts.path === '' || (parts.path === '/' && !policy.root)) return 'must have a path'
  if (parts.host.endsWith('.') || !isPlace(parts.host, policy)) return 'must have a public host name'
  return isCanonical(clientId) ? null : 'must be written in its canonical form'
}

const isPlace = (host: string, policy: ClientIdUrlPolicy): boolean =>
  !isSpecialUseHost(host) || (policy.loopback && isLoopbackHost(host))

const isCanonical = (text: string): boolean =>
  URL.canParse(text) && new URL(text).href === text && !needlessEscape.test(text)
