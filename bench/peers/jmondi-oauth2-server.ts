import type { Contestant } from '../contestant.js'
import { entrants } from './shared/entrants.js'
import { guardedPath, ownConsent } from './shared/host.js'

/**
 * `@jmondi/oauth2-server` under node:http, with repositories over maps. Access tokens are JWTs here, as it has no other: HS256 with
 * one secret, its documented constructor. Codes and refresh tokens are opaque, by its options; refresh tokens rotate, as it comes. It
 * has no registration (RFC 7591), and no guard for an API: verifying the JWT by its own `JwtService` and looking the token up, so that
 * a revoked one is refused, is what its documentation leaves to the host. The consent page is the host's.
 */
export const contestants: readonly Contestant[] = [
  {
    id: 'jmondi-oauth2-server',
    title: '@jmondi/oauth2-server (JWT access tokens)',
    packages: ['@jmondi/oauth2-server'],
    floor: 'floor-node',
    workloads: entrants({
      endpoints: {
        token: '/token',
        introspection: '/token/introspect',
        guarded: guardedPath,
        approval: ownConsent('/authorize'),
      },
      workloads: ['client-credentials', 'code', 'refresh', 'guard', 'introspection', 'flow'],
      start: async () => (await import('./jmondi-oauth2-server/server.js')).start(),
    }),
  },
]
