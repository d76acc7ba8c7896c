import type { HttpRequest, HttpResponse } from './message.js'
import { jsonHeaders } from './respond.js'

/** What a client may read of an answer besides its body. */
export const exposedHeaders = 'WWW-Authenticate, DPoP-Nonce, Retry-After'

/** Machine endpoints carry no cookies, so that any origin may call them. */
const anyOrigin = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposedHeaders,
}

/** Put together once: for each answer anew it takes a microsecond. */
const openJsonHeaders = Object.freeze({ ...jsonHeaders, ...anyOrigin })

/** With CORS headers, errors included: without them a browser client sees nothing but "failed to fetch". */
export function withCors(response: HttpResponse): HttpResponse {
  const headers = response.headers === jsonHeaders ? openJsonHeaders : { ...response.headers, ...anyOrigin }
  return { ...response, headers }
}

export function preflight(methods: readonly string[]): HttpResponse {
  return {
    status: 204,
    headers: {
      ...anyOrigin,
      'access-control-allow-methods': [...methods, 'OPTIONS'].join(', '),
      'access-control-allow-headers': 'Authorization, Content-Type, DPoP, MCP-Protocol-Version',
      'access-control-max-age': '86400',
    },
    body: '',
  }
}

/** Origins whose scripts may call a protected resource. */
export type Origins = '*' | readonly string[]

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** What a guarded answer carries for a browser; null when this origin may not call at all. */
export function resourceCors(request: HttpRequest, origins: Origins): Readonly<Record<string, string>> | null {
  const origin = request.headers.get('origin')
  if (origin === null) return origins === '*' ? {} : { vary: 'Origin' }
  if (origins !== '*' && !origins.includes(origin)) return null
  return {
    'access-control-allow-origin': origins === '*' ? '*' : origin,
    'access-control-expose-headers': `${exposedHeaders}, Mcp-Session-Id`,
    ...(origins !== '*' && { vary: 'Origin' }),
  }
}

/** Headers that MCP clients invent are open-ended, and `*` does not cover `Authorization`: what is asked for is allowed. */
export function resourcePreflight(request: HttpRequest, cors: Readonly<Record<string, string>>): HttpResponse {
  const asked = (request.headers.get('access-control-request-headers') ?? '').split(',').map((name) => name.trim())
  return {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': asked.filter((name) => headerName.test(name)).join(', '),
      'access-control-max-age': '86400',
    },
    body: '',
  }
}
