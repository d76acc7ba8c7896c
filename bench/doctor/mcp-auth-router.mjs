/** `mcpAuthRouter` of `@modelcontextprotocol/sdk` 1.x in front of a provider that knows no code and no token. */
import { randomUUID } from 'node:crypto'
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'

const port = Number(process.env.PORT ?? 4002)
const issuer = `http://127.0.0.1:${port}`
const clients = new Map()
const provider = {
  clientsStore: {
    getClient: (id) => clients.get(id),
    registerClient: (client) => clients.set(client.client_id, client).get(client.client_id),
  },
  async authorize(_client, { redirectUri, state }, res) {
    const url = new URL(redirectUri)
    url.searchParams.set('code', randomUUID())
    if (state) url.searchParams.set('state', state)
    res.redirect(url.href)
  },
  async challengeForAuthorizationCode() {
    throw new InvalidGrantError('unknown code')
  },
  async exchangeAuthorizationCode() {
    throw new InvalidGrantError('unknown code')
  },
  async exchangeRefreshToken() {
    throw new InvalidGrantError('unknown refresh token')
  },
  async verifyAccessToken() {
    throw new InvalidTokenError('unknown token')
  },
}
const app = express()
app.use(mcpAuthRouter({ provider, issuerUrl: new URL(issuer), resourceServerUrl: new URL(`${issuer}/mcp`) }))
const resourceMetadataUrl = `${issuer}/.well-known/oauth-protected-resource/mcp`
app.post('/mcp', requireBearerAuth({ verifier: provider, resourceMetadataUrl }), (_req, res) => res.json({}))
app.listen(port, '127.0.0.1', () => console.log(issuer))
