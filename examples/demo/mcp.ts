import { pipeline } from 'node:stream/promises'
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import express, {
  type Request as ExpressRequest,
  type Response as ExpressResponse,
  type RequestHandler,
  type Router,
} from 'express'
import type { Access } from 'grantor'
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
function neededScope({ body }: ExpressRequest): readonly ScopeName[] {
  const needed = new Set(callsIn(body).map(({ name }) => scopeOfTool(name)))
  return needed.size === 0 ? ['project:read'] : [...needed]
}

/** The one project that is named. A batch may name several: the tools look at each for themselves, as they do when none is named. */
function namedProject({ body }: ExpressRequest): string | null {
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

/** What timers can count, in milliseconds: about 24 days. */
const longestTimer = 2 ** 31 - 1

/** The message as Fetch has it. Streams that it opens end with whoever listens, or with the token that it came with. */
function fetchRequest({ headers }: ExpressRequest, res: ExpressResponse, { expiresAt }: Access): Request {
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  const lasts = Math.max(0, expiresAt * 1000 - Date.now())
  return new Request('http://quarry/mcp', {
    method: 'POST',
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
    signal: AbortSignal.any([gone.signal, AbortSignal.timeout(Math.min(lasts, longestTimer))]),
  })
}

/** MCP 2026-07-28, or what came before it: every revision is served, and none has a session here. */
async function respond(access: Access, request: Request, parsedBody: unknown, data: Data): Promise<Response> {
  const tools = () => createToolServer(access, data)
  if (!(await isLegacyRequest(request, parsedBody)))
    return createMcpHandler(tools, { legacy: 'reject' }).fetch(request, { parsedBody })
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await tools().connect(transport)
  return transport.handleRequest(request, { parsedBody })
}

async function send(res: ExpressResponse, { status, headers, body }: Response): Promise<void> {
  res.status(status).setHeaders(headers)
  if (!body) res.end()
  // Whoever listens to a stream may go at any time.
  else await pipeline(body, res).catch(() => res.destroy())
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
    await send(res, await respond(req.access, fetchRequest(req, res, req.access), req.body, data))
  }
  return express
    .Router()
    .all('/', ...readMessage, guard, requirePost, requireMessage, answer)
    .use(jsonNotFound, jsonFailures)
}
