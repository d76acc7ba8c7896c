import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'
import { listen } from '../../listening.js'
import { registration, scope } from '../../terms.js'
import type { Started } from '../shared/entrants.js'
import { consentPath, newSecret } from '../shared/host.js'
import { MapProvider } from './provider.js'

export async function start(): Promise<Started> {
  const listening = await listen()
  const provider = new MapProvider()
  const client = { client_id: 'reporter', client_secret: newSecret() }
  provider.clientsStore.registerClient({
    ...client,
    ...registration,
    redirect_uris: [...registration.redirect_uris],
    grant_types: [...registration.grant_types],
    response_types: [...registration.response_types],
  })
  const unlimited = { rateLimit: false } as const
  const app = express()
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl: new URL(listening.origin),
      scopesSupported: scope.split(' '),
      authorizationOptions: unlimited,
      tokenOptions: unlimited,
      revocationOptions: unlimited,
      clientRegistrationOptions: unlimited,
    }),
  )
  app.post(consentPath, express.urlencoded({ extended: false }), (request, response) =>
    provider.decide(request, response),
  )
  app.get(
    '/api/projects/:project',
    requireBearerAuth({ verifier: provider, requiredScopes: ['project:read'] }),
    (request, response) => {
      response.json({ project: 'alpha', subject: request.auth?.extra?.subject, scope: request.auth?.scopes.join(' ') })
    },
  )
  listening.answer(app)
  return { port: listening.port, client, close: listening.close }
}
