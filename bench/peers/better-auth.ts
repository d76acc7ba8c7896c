import type { Contestant } from '../contestant.js'
import type { Setup } from './better-auth/server.js'
import { again, resource, steps } from './better-auth/steps.js'
import { entrants, type Peer } from './shared/entrants.js'
import { guardedPath } from './shared/host.js'

/**
 * Better Auth with its OAuth provider plugin, under node:http by its own handler. It brings users and sessions with it, so requests
 * that need a person read both from its storage. Tokens are opaque, as they are where no `resource` is asked for, and the JWT plugin
 * is left out, as documented for that; it gives a refresh token for `offline_access` only, and rotates it every time. A call of the
 * API is guarded by its introspection, in the same process. Secrets and tokens are stored as digests, as it comes.
 *
 * Its documented guard is for JWTs, and sees no revocation: that is a contestant of its own, with nothing else to compare.
 *
 * In memory it has an adapter of the benchmark's, made with its adapter factory over maps with indexes: its own memory adapter looks
 * at every row there is. In PostgreSQL it makes its own tables and reaches them through `pg` and Kysely, which are its own choice too.
 */
const asked = { scope: 'project:read project:write offline_access' }

const peer = (setup: Setup, workloads: Peer['workloads']): Peer => ({
  endpoints: {
    token: '/api/auth/oauth2/token',
    introspection: '/api/auth/oauth2/introspect',
    registration: '/api/auth/oauth2/register',
    guarded: guardedPath,
    asked: setup.tokens === 'jwt' ? { ...asked, resource } : asked,
    approval: steps,
    again,
  },
  workloads,
  start: async () => (await import('./better-auth/server.js')).start(setup),
})

export const contestants: readonly Contestant[] = [
  {
    id: 'better-auth',
    title: 'Better Auth, OAuth provider plugin',
    packages: ['better-auth', '@better-auth/oauth-provider'],
    floor: 'floor-node',
    workloads: entrants(
      peer({ storage: 'memory', tokens: 'opaque' }, [
        'client-credentials',
        'code',
        'refresh',
        'guard',
        'introspection',
        'registration',
        'flow',
      ]),
    ),
  },
  {
    id: 'better-auth-jwt',
    title: 'Better Auth, OAuth provider plugin, JWT (sees no revocation)',
    packages: ['better-auth', '@better-auth/oauth-provider'],
    floor: 'floor-node',
    workloads: entrants(peer({ storage: 'memory', tokens: 'jwt' }, ['guard'])),
  },
  {
    id: 'better-auth-postgres',
    title: 'Better Auth, OAuth provider plugin, PostgreSQL',
    packages: ['better-auth', '@better-auth/oauth-provider', 'pg', 'kysely'],
    floor: 'floor-postgres',
    workloads: entrants(peer({ storage: 'postgres', tokens: 'opaque' }, ['code', 'refresh'])),
  },
]
