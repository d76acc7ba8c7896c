import type { IncomingMessage } from 'node:http'
import { verifyAccessTokenRequest } from 'better-auth/oauth2'
import type { Client } from '../../traffic.js'
import { bearerOf } from '../shared/host.js'
import type { Auth } from './auth.js'
import { resource } from './steps.js'

/** Who calls, with what scope; throws, or has no scope to tell of, where the token is no good. */
export type Guard = (request: IncomingMessage) => Promise<{ readonly sub?: unknown; readonly scope?: unknown }>

/** For opaque tokens: its introspection, without the way over HTTP. */
export const introspected =
  (auth: Auth, client: Client): Guard =>
  (request) => {
    const token = bearerOf(request.headers.authorization)
    return auth.api.oauth2Introspect({ body: { token, token_type_hint: 'access_token', ...client } })
  }

/** For JWTs: its documented guard, which looks at the signature and at no storage. */
export const verified =
  (origin: string): Guard =>
  (request) =>
    verifyAccessTokenRequest(
      {
        authorizationHeader: request.headers.authorization,
        method: request.method ?? 'GET',
        url: `${origin}${request.url}`,
      },
      {
        jwksUrl: `${origin}/api/auth/jwks`,
        verifyOptions: { issuer: `${origin}/api/auth`, audience: resource, typ: 'at+jwt', requiredClaims: ['azp'] },
        requiredScopes: ['project:read'],
      },
    )
