import { lifetimes, scope } from '../terms.js'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const headers = {
  'content-type': 'application/json',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, DPoP-Nonce, Retry-After',
}

/** With the headers of Grantor's own answers. */
export const json = (value: unknown, status = 200): Reply => ({ status, headers, body: JSON.stringify(value) })

export const refused = (): Reply => json({ error: 'invalid_request' }, 400)

export const tokens = (access: string, refresh?: string): Reply =>
  json({
    access_token: access,
    token_type: 'Bearer',
    expires_in: lifetimes.accessToken,
    scope,
    refresh_token: refresh,
  })

/** What the app behind the guard answers. */
export const itemsOf = (subject: string) => ({ project: 'alpha', subject, scope: scope.split(' ') })

export const items = (subject: string): Reply => ({
  status: 200,
  headers: { 'cache-control': 'private', 'content-type': 'application/json' },
  body: JSON.stringify(itemsOf(subject)),
})
