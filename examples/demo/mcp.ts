import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import express, { type Request, type RequestHandler, type Router } from 'express'
import { requireAccess } from 'grantor/express'
import * as z from 'zod'
import type { DemoProvider } from './app.js'
import type { Data } from './data.js'
import { jsonFailures, jsonNotFound } from './http.js'
import { createToolServer, scopeOfTool } from './mcp-tools.js'
import type { ScopeName } from './people.js'

const toolCall = z.object({
  method: z.literal('tools/call'),
  params: z.object({ name: z.string(), arguments: z.object({ project: z.string() }).optional().catch(undefined) }),
})

/** The tool calls in a body: one, or those of a batch. */
const callsIn = (body: unknown) =>
  (Array.isArray(body) ? body : [body]).flatMap((message) => toolCall.safeParse(message).data?.params ?? [])

/** What a message needs is in its body, not in its path: every scope that one of its tools needs. */
function neededScope({ body }: Request): readonly ScopeName[] {
  const needed = new Set(callsIn(body).map(({ name }) => scopeOfTool(name)))
  return needed.size === 0 ? ['project:read'] : [...needed]
}

/** The one project that is named. A batch may name several: the tools look at each for themselves, as they do when none is named. */
function namedProject({ body }: Request): string | null {
  const named = new Set(callsIn(body).flatMap((call) => call.arguments?.project ?? []))
  const [only] = named
  return named.size === 1 && only !== undefined ? only : null
}

/** Malformed JSON is kept as undefined: without a token the answer is 401, whatever the body says. */
const readMessage: readonly RequestHandler[] = [
  express.text({ type: () => true, limit: '64kb' }),
  (req, _res, next) => {
    req.body = parse(req.body)
    next()
  },
]

function parse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

const rpcError = (code: number, message: string) => ({ jsonrpc: '2.0', id: null, error: { code, message } })

const requirePost: RequestHandler = (req, res, next) => {
  if (req.method === 'POST') next()
  else res.status(405).set('Allow', 'POST, OPTIONS').json(rpcError(-32000, 'this server keeps no session: use POST'))
}

const requireMessage: RequestHandler = (req, res, next) => {
  if (req.body !== undefined) next()
  else res.status(400).json(rpcError(-32700, 'the body is not JSON'))
}

/** The MCP server: streamable HTTP without sessions, so that every request stands for itself, with its own token. */
export function mcp(provider: DemoProvider, data: Data): Router {
  const guard = requireAccess(provider, {
    resource: `${provider.issuer}/mcp`,
    origins: '*',
    scope: neededScope,
    project: namedProject,
  })
  const answer: RequestHandler = async (req, res) => {
    if (req.access === undefined) throw new Error('this route has no guard in front of it')
    const server = createToolServer(req.access, data)
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    res.on('close', () => void server.close())
    await server.connect(transport as Transport)
    await transport.handleRequest(req, res, req.body)
  }
  return express
    .Router()
    .all('/', ...readMessage, guard, requirePost, requireMessage, answer)
    .use(jsonNotFound, jsonFailures)
}
