import type { OAuthError } from '../protocol/errors.js'
import type { HttpResponse } from './message.js'

type Headers = HttpResponse['headers']

const noStore = { 'cache-control': 'no-store' }

/** What nearly every answer to a program is sent with: nobody may keep it. */
export const jsonHeaders: Headers = Object.freeze({
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
  ...noStore,
  pragma: 'no-cache',
})

export function json(status: number, body: unknown, headers?: Headers): HttpResponse {
  return { status, headers: headers ? { ...jsonHeaders, ...headers } : jsonHeaders, body: JSON.stringify(body) }
}

/** Done, and there is nothing to say about it. */
export const nothing = (): HttpResponse => ({ status: 204, headers: { ...noStore, pragma: 'no-cache' }, body: '' })

export const errorJson = (error: OAuthError): HttpResponse => json(error.status, error, error.headers)

/** 303, so that a browser that posted a form goes on with GET and sends nothing along (RFC 9700 section 4.12). */
export function redirect(location: string, headers: Headers = {}): HttpResponse {
  return { status: 303, headers: { location, ...noStore, 'referrer-policy': 'no-referrer', ...headers }, body: '' }
}

/**
 * A page for a person. No `form-action` in its policy: browsers apply it to the whole chain of redirects that a form post starts, and
 * that chain ends at the client.
 */
export function page(status: number, html: string, nonce: string): HttpResponse {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "img-src 'self' https: data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...noStore,
    },
    body: html,
  }
}
