import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import express, { type Express, type Request } from 'express'
import type { Access } from 'grantor'
import { oauth, requireAccess } from 'grantor/express'
import * as z from 'zod'
import { createNotesProvider, type NotesScope, neededScope, scopeOf } from './provider.js'

/** `@modelcontextprotocol/sdk` 1.x behind Grantor, on Express. */

const notes = new Map<string, string[]>()

/** The tools as one token sees them. */
function toolsFor(access: Access<NotesScope>): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  const notebook = z.string().describe('Which notebook: work or home')
  const need = (tool: string, name: string) => {
    if (!access.allows(scopeOf(tool), name)) throw new Error(`This connection may not ${tool} in ${name}.`)
  }
  server.registerTool('list_notes', { inputSchema: { notebook } }, ({ notebook: name }) => {
    need('list_notes', name)
    return { content: [{ type: 'text', text: JSON.stringify(notes.get(name) ?? []) }] }
  })
  server.registerTool('add_note', { inputSchema: { notebook, text: z.string() } }, ({ notebook: name, text }) => {
    need('add_note', name)
    notes.set(name, [...(notes.get(name) ?? []), `${text} (${access.subject})`])
    return { content: [{ type: 'text', text: 'added' }] }
  })
  return server
}

export function createApp(issuer: string): Express {
  const provider = createNotesProvider<Request>(issuer)
  const app = express()
  app.use(oauth(provider))
  app.use(
    '/mcp',
    express.json(),
    requireAccess(provider, { origins: '*', scope: ({ body }) => neededScope(body), project: () => null }),
  )
  app.post('/mcp', async (req, res) => {
    if (!req.access) throw new Error('this route has no guard in front of it')
    const server = toolsFor(req.access as Access<NotesScope>)
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    res.on('close', () => void server.close())
    await server.connect(transport as Transport)
    await transport.handleRequest(req, res, req.body)
  })
  return app
}
