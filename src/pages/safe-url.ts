import { refuseSecureUri } from '../protocol/uri.js'

/**
 * The one way from a URL that a client supplied into an attribute: `https`, or `http` on the loopback interface, written
 * the way a browser reads it. Everything else, `javascript:` and relative references among it, becomes null.
 *
 * @example
 * safeUrl('https://reporter.example/logo.png') // 'https://reporter.example/logo.png'
 * safeUrl('javascript:alert(1)') // null
 */
export function safeUrl(url: string | null | undefined): string | null {
  return typeof url === 'string' && refuseSecureUri(url) === null ? url : null
}

/** The host of a URL that passed `safeUrl`, port included; null when it did not. */
export function safeHost(url: string | null | undefined): string | null {
  const safe = safeUrl(url)
  return safe === null ? null : new URL(safe).host
}

const isPath = (text: string) => /^\/(?![/\\])[^\s\\]*$/.test(text)

/** The same for a URL that the host supplied, which may be a path on its own origin. */
export const hostUrl = (url: string | null | undefined): string | null =>
  typeof url === 'string' && isPath(url) ? url : safeUrl(url)
