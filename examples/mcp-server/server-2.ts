import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import type { Access } from 'grantor'
import { oauth, requireAccess } from 'grantor/hono'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { createNotesProvider, type NotesScope, neededScope, scopeOf } from './provider.js'

/** `@modelcontextprotocol/server` 2.x behind Grantor, on any runtime with Fetch. */

const notes = new Map<string, string[]>()

/** The tools as one token sees them. */
function toolsFor(access: Access<NotesScope>): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  const notebook = z.string().describe('Which notebook: work or home')
  const need = (tool: string, name: string) => {
    if (!access.allows(scopeOf(tool), name)) throw new Error(`This connection may not ${tool} in ${name}.`)
  }
  server.registerTool('list_notes', { inputSchema: z.object({ notebook }) }, ({ notebook: name }) => {
    need('list_notes', name)
    return { content: [{ type: 'text', text: JSON.stringify(notes.get(name) ?? []) }] }
  })
  server.registerTool(
    'add_note',
    { inputSchema: z.object({ notebook, text: z.string() }) },
    ({ notebook: name, text }) => {
      need('add_note', name)
      notes.set(name, [...(notes.get(name) ?? []), `${text} (${access.subject})`])
      return { content: [{ type: 'text', text: 'added' }] }
    },
  )
  return server
}

type Variables = { access: Access<NotesScope>; message: unknown }

export function createApp(issuer: string): Hono<{ Variables: Variables }> {
  const provider = createNotesProvider<Context>(issuer)
  const app = new Hono<{ Variables: Variables }>()
  app.use(oauth(provider))
  app.use('/mcp', async (c, next) => {
    c.set(
      'message',
      await c.req.raw
        .clone()
        .json()
        .catch(() => undefined),
    )
    await next()
  })
  app.use(
    '/mcp',
    requireAccess(provider, { origins: '*', scope: (c) => neededScope(c.get('message')), project: () => null }),
  )
  app.all('/mcp', (c) => createMcpHandler(() => toolsFor(c.get('access'))).fetch(c.req.raw))
  return app
}
