import type { RevisionName } from './recorded-client.js'

/** A message to an MCP server, with the headers that go with it. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export const listTools: Message = { headers: {}, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }

const request = (method: string, params: object) => ({ jsonrpc: '2.0', id: 1, method, params })

const client = { name: 'recorded', version: '1' }

/** 2026-07-28 knows of no session: every message says all there is to know. */
const meta = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': client,
    'io.modelcontextprotocol/clientCapabilities': {},
  },
}

/** What a client says first. */
export function openingMessage(revision: RevisionName): Message {
  if (revision !== '2026-07-28')
    return {
      headers: {},
      body: request('initialize', { protocolVersion: revision, capabilities: {}, clientInfo: client }),
    }
  return {
    headers: { 'mcp-protocol-version': revision, 'mcp-method': 'server/discover' },
    body: request('server/discover', meta),
  }
}

/** The call of a tool: in the first revision there were batches, and no header said which revision it is. */
export function toolMessage(revision: RevisionName, tool: ToolCall): Message {
  const body = request('tools/call', tool)
  if (revision === '2025-03-26') return { headers: { 'mcp-session-id': '5f2d' }, body: [body] }
  if (revision !== '2026-07-28')
    return { headers: { 'mcp-session-id': '5f2d', 'mcp-protocol-version': revision }, body }
  return {
    headers: { 'mcp-protocol-version': revision, 'mcp-method': 'tools/call', 'mcp-name': tool.name },
    body: request('tools/call', { ...tool, ...meta }),
  }
}
