import type { Contestant } from '../contestant.js'
import { entrants } from './shared/entrants.js'
import { guardedPath, ownConsent } from './shared/host.js'

/**
 * `mcpAuthRouter` and `requireBearerAuth` of `@modelcontextprotocol/sdk`, on Express, which it is made of. It parses, authenticates
 * the client and checks PKCE; codes, tokens and consent are the provider's, a minimal one over maps that rotates refresh tokens. It
 * has no client credentials and no introspection.
 */
export const contestants: readonly Contestant[] = [
  {
    id: 'mcp-sdk',
    title: 'MCP SDK, mcpAuthRouter (minimal provider)',
    packages: ['@modelcontextprotocol/sdk', 'express'],
    floor: 'floor-express',
    workloads: entrants({
      endpoints: {
        token: '/token',
        registration: '/register',
        guarded: guardedPath,
        approval: ownConsent('/authorize'),
      },
      workloads: ['code', 'refresh', 'guard', 'registration', 'flow'],
      start: async () => (await import('./mcp-sdk/server.js')).start(),
    }),
  },
]
