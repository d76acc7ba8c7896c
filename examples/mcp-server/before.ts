import { randomBytes } from 'node:crypto'
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import type { OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { OAuthClientInformationFull } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import express, { type Express } from 'express'
import * as z from 'zod'

/**
 * What docs/from-mcp-auth-router.md starts from: a server on `mcpAuthRouter` of SDK 1.x, with the provider in memory that such servers
 * have. Nobody is asked, every client gets everything, and a code is spent in two steps.
 */
function inMemoryProvider(databaseMs: number): OAuthServerProvider {
  const clients = new Map<string, OAuthClientInformationFull>()
  const codes = new Map<
    string,
    { readonly client: string; readonly challenge: string; readonly scopes: readonly string[] }
  >()
  const tokens = new Map<
    string,
    { readonly client: string; readonly scopes: readonly string[]; readonly expiresAt: number }
  >()
  const random = () => randomBytes(32).toString('base64url')
  const issue = (client: string, scopes: readonly string[]) => {
    const [access_token, refresh_token] = [random(), random()]
    for (const token of [access_token, refresh_token])
      tokens.set(token, { client, scopes, expiresAt: Math.floor(Date.now() / 1000) + 3600 })
    return { access_token, refresh_token, token_type: 'bearer', expires_in: 3600, scope: scopes.join(' ') }
  }
  return {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient(client) {
        const whole = { ...client, client_id: random(), client_id_issued_at: Math.floor(Date.now() / 1000) }
        clients.set(whole.client_id, whole)
        return whole
      },
    },
    async authorize(client, { codeChallenge, redirectUri, state, scopes = [] }, res) {
      const code = random()
      codes.set(code, { client: client.client_id, challenge: codeChallenge, scopes })
      const url = new URL(redirectUri)
      url.searchParams.set('code', code)
      if (state !== undefined) url.searchParams.set('state', state)
      res.redirect(url.href)
    },
    async challengeForAuthorizationCode(_, code) {
      const found = codes.get(code)
      if (!found) throw new InvalidGrantError('unknown code')
      return found.challenge
    },
    async exchangeAuthorizationCode(client, code) {
      const found = codes.get(code)
      if (found?.client !== client.client_id) throw new InvalidGrantError('unknown code')
      // Stands for a database: whatever comes meanwhile finds the code as well.
      await new Promise((resolve) => setTimeout(resolve, databaseMs))
      codes.delete(code)
      return issue(client.client_id, found.scopes)
    },
    async exchangeRefreshToken(client, token) {
      const found = tokens.get(token)
      if (found?.client !== client.client_id) throw new InvalidGrantError('unknown refresh token')
      return issue(client.client_id, found.scopes)
    },
    async verifyAccessToken(token) {
      const found = tokens.get(token)
      if (!found) throw new InvalidTokenError('unknown token')
      return { token, clientId: found.client, scopes: [...found.scopes], expiresAt: found.expiresAt }
    },
  }
}

/** @param databaseMs how long the database takes that is stood for */
export function createApp(issuer: string, databaseMs = 5): Express {
  const provider = inMemoryProvider(databaseMs)
  const notes: string[] = []
  const app = express()
  const [issuerUrl, resourceServerUrl] = [new URL(issuer), new URL(`${issuer}/mcp`)]
  const scopesSupported = ['notes:read', 'notes:write']
  app.use(mcpAuthRouter({ provider, issuerUrl, resourceServerUrl, scopesSupported, resourceName: 'Notes' }))
  const resourceMetadataUrl = `${issuer}/.well-known/oauth-protected-resource/mcp`
  app.post('/mcp', requireBearerAuth({ verifier: provider, resourceMetadataUrl }), express.json(), async (req, res) => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' })
    server.registerTool('list_notes', { inputSchema: { notebook: z.string() } }, () => ({
      content: [{ type: 'text', text: JSON.stringify(notes) }],
    }))
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    res.on('close', () => void server.close())
    await server.connect(transport as Transport)
    await transport.handleRequest(req, res, req.body)
  })
  return app
}
