/** An absolute URI taken apart as it was written (RFC 3986 appendix B), so that nothing is normalised behind our back. */
export interface UriParts {
  /** In lower case. */
  readonly scheme: string
  /** Everything between `//` and the path; undefined without `//`. */
  readonly authority: string | undefined
  readonly userinfo: string | undefined
  readonly host: string
  readonly port: string | undefined
  readonly path: string
  /** With its `?`; empty when there is none. */
  readonly query: string
  /** With its `#`; empty when there is none. */
  readonly fragment: string
}

const characters = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/
const components = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/
const authorityParts = /^(?:(.*)@)?(\[[0-9A-Fa-f:.]+\]|[^@:[\]]*)(?::(\d*))?$/

/** Null when the text is no absolute URI: a relative reference, a raw space, backslash, quote, non-ASCII letter or lone `%`. */
export function parseUri(text: string): UriParts | null {
  if (!characters.test(text)) return null
  const [, scheme, authority, path = '', query = '', fragment = ''] = components.exec(text) ?? []
  if (scheme === undefined) return null
  const [whole, userinfo, host = '', port] = authorityParts.exec(authority ?? '') ?? []
  if (whole === undefined) return null
  return { scheme: scheme.toLowerCase(), authority, userinfo, host, port, path, query, fragment }
}

/** Browsers resolve `.` and `..`, also percent-encoded, so that such a path leads elsewhere than it reads. */
export function hasDotSegments(path: string): boolean {
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
}

/**
 * Why a browser would not read these parts of an `http` or `https` URL the way they are written, in words that follow
 * "it …"; null when it would.
 */
export function refuseWebUri(text: string, parts: UriParts): string | null {
  if (parts.userinfo !== undefined) return 'must not contain a user name or password'
  if (!/^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(parts.host)) return 'needs a plain host name'
  if (parts.port === '') return 'must not end its host with a bare colon'
  if (hasDotSegments(parts.path)) return 'must not contain . or .. in its path'
  if (!URL.canParse(text)) return 'is not a valid URL'
  if (new URL(text).hostname !== parts.host.toLowerCase()) return 'must write its host in the usual form'
  return null
}

/** The names of this machine that `http` is allowed for. `127.1` and the like mean the same to a browser, and are not here. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
}

/** `https`, or `http` on the loopback interface: null when so, else why not, in words that follow "it …". */
export function refuseSecureUri(text: string): string | null {
  const parts = parseUri(text)
  if (parts === null || parts.authority === undefined) return 'must be an absolute URL'
  if (parts.scheme !== 'https' && !(parts.scheme === 'http' && isLoopbackHost(parts.host))) {
    return 'must use https; http is for localhost, 127.0.0.1 and [::1] only'
  }
  return refuseWebUri(text, parts)
}

/** Hosts that no public client can be reached at: address literals and names reserved for private networks. */
export function isSpecialUseHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (name.startsWith('[') || /^[0-9.]+$/.test(name) || !name.includes('.')) return true
  return /\.(?:localhost|local|internal|onion|arpa|test|invalid|home|lan)$/.test(name)
}
