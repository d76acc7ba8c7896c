import type { Context } from '../context.js'
import { newSecret, readSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import type { HttpRequest } from './message.js'

/** Only a provider in development is not on https, and only there the cookie goes without what https alone allows. */
const isSecure = (context: Context) => context.issuer.startsWith('https:')

const cookieName = (context: Context) => (isSecure(context) ? '__Host-grantor' : 'grantor')

/** The secret that stands for this browser, as its cookie has it; null when it has none. */
export function readBrowserCookie(context: Context, request: HttpRequest): string | null {
  const start = `${cookieName(context)}=`
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) ?? null
}

/** The secret of this browser, made now if it has none, and the cookie to set then. */
export function browserCookie(
  context: Context,
  request: HttpRequest,
): { readonly browser: Secret; readonly cookie: string | null } {
  const known = readSecret(context, 'browser', readBrowserCookie(context, request) ?? '')
  if (known) return { browser: known, cookie: null }
  const browser = newSecret(context, 'browser')
  // Lax, because people arrive from the client's site by a top-level navigation.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure(context) ? '; Secure' : ''}`
  return { browser, cookie: `${cookieName(context)}=${browser.reveal()}; ${attributes}` }
}
