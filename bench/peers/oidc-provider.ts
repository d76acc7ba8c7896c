import type { Contestant } from '../contestant.js'
import { again, steps } from './oidc-provider/steps.js'
import { entrants } from './shared/entrants.js'
import { guardedPath } from './shared/host.js'

/**
 * `oidc-provider` as an OAuth provider for an API: resource indicators with one default resource, opaque tokens for it, and no
 * `openid` scope, so nothing is signed. PKCE is required and refresh tokens rotate every time (it rotates those of a confidential
 * client near their end only, unless told so). Grants do not end with its own session, as connections of apps should not.
 */
export const contestants: readonly Contestant[] = [
  {
    id: 'oidc-provider',
    title: 'oidc-provider',
    packages: ['oidc-provider'],
    floor: 'floor-node',
    workloads: entrants({
      endpoints: {
        token: '/token',
        introspection: '/token/introspection',
        registration: '/reg',
        guarded: guardedPath,
        approval: steps,
        again,
      },
      workloads: ['client-credentials', 'code', 'refresh', 'guard', 'introspection', 'registration', 'flow'],
      start: async () => (await import('./oidc-provider/server.js')).start(),
    }),
  },
]
