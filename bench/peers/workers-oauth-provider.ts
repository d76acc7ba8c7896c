import type { Contestant } from '../contestant.js'
import { entrants } from './shared/entrants.js'
import { guardedPath, ownConsent } from './shared/host.js'

/**
 * `@cloudflare/workers-oauth-provider`, which is made for another runtime: Node runs it here, with the Fetch bridge of
 * `@hono/node-server` and a key-value store over a map, so its figures say what its own code costs and nothing of Workers. It has
 * neither client credentials nor introspection. The consent page is the host's, through its consent helpers. The refresh token before
 * the last stays good until the new one is used, as it comes.
 */
export const contestants: readonly Contestant[] = [
  {
    id: 'workers-oauth-provider',
    title: '@cloudflare/workers-oauth-provider (on Node, KV in memory)',
    packages: ['@cloudflare/workers-oauth-provider', '@hono/node-server'],
    floor: 'floor-hono',
    workloads: entrants({
      endpoints: {
        token: '/oauth/token',
        registration: '/oauth/register',
        guarded: guardedPath,
        approval: ownConsent('/authorize'),
      },
      workloads: ['code', 'refresh', 'guard', 'registration', 'flow'],
      start: async () => {
        const { provideWorkers } = await import('./workers-oauth-provider/runtime.js')
        provideWorkers()
        return (await import('./workers-oauth-provider/server.js')).start()
      },
    }),
  },
]
