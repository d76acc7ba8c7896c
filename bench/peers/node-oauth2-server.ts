import type { Contestant } from '../contestant.js'
import { entrants } from './shared/entrants.js'
import { guardedPath, ownConsent } from './shared/host.js'

/**
 * `@node-oauth/oauth2-server` under node:http, its own `Request` and `Response` in between, with a model over maps. Tokens are opaque
 * and stored as they are, and it always rotates refresh tokens, both as it comes. It has neither introspection (RFC 7662) nor
 * registration (RFC 7591). The consent page is the host's.
 */
export const contestants: readonly Contestant[] = [
  {
    id: 'node-oauth2-server',
    title: '@node-oauth/oauth2-server',
    packages: ['@node-oauth/oauth2-server'],
    floor: 'floor-node',
    workloads: entrants({
      endpoints: { token: '/token', guarded: guardedPath, approval: ownConsent('/authorize') },
      workloads: ['client-credentials', 'code', 'refresh', 'guard', 'flow'],
      start: async () => (await import('./node-oauth2-server/server.js')).start(),
    }),
  },
]
