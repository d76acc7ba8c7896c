import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { connect, type TokenResponse } from './connect.js'

let demo: TestDemo
let alice: TokenResponse
let bob: TokenResponse
let carol: TokenResponse
let forApi: TokenResponse

beforeAll(async () => {
  demo = await startTestDemo()
  const scope = 'project:admin'
  alice = await connect(demo, { person: 'alice', projects: ['alpha', 'beta'], scope, to: 'mcp' })
  bob = await connect(demo, { person: 'bob', projects: ['gamma'], scope, to: 'mcp' })
  carol = await connect(demo, { person: 'carol', projects: ['alpha'], scope, to: 'mcp' })
  forApi = await connect(demo, { person: 'carol', projects: ['alpha'] })
})
afterAll(() => demo.stop())

const send = (body: unknown, token: TokenResponse | null, init: RequestInit = {}) =>
  fetch(`${demo.issuer}/mcp`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token && { authorization: `Bearer ${token.access_token}` }),
      ...init.headers,
    },
  })

const message = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params })
const toolCall = (name: string, args?: object) => message('tools/call', { name, ...(args && { arguments: args }) })

/** The outcome of a tool: what it gave back, or the words it failed with. */
async function use(token: TokenResponse, name: string, args?: object) {
  const response = await send(toolCall(name, args), token)
  expect(response.status).toBe(200)
  const { result, error } = await response.json()
  if (error) return { failed: `MCP error ${error.code}` }
  return result.isError === true ? { failed: result.content[0].text } : result.structuredContent
}

const initialize = message('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'script', version: '1' },
})

const challengeOf = (response: Response) => response.headers.get('www-authenticate') ?? ''

describe('at the door', () => {
  it.each(['GET', 'POST', 'DELETE', 'PUT', 'HEAD'])(
    'MR-15 %s without a token is a 401 that says where to go',
    async (method) => {
      const init = method === 'POST' ? { method, body: JSON.stringify(initialize) } : { method }
      const response = await fetch(`${demo.issuer}/mcp`, init)
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toContain(
        `resource_metadata="${demo.issuer}/.well-known/oauth-protected-resource/mcp"`,
      )
      expect(challengeOf(response)).toContain('scope="project:read"')
    },
  )

  it.each(['GET', 'DELETE'])('MR-15 %s with a token is a 405, as there is no session', async (method) => {
    const response = await fetch(`${demo.issuer}/mcp`, {
      method,
      headers: { authorization: `Bearer ${carol.access_token}` },
    })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toContain('POST')
  })

  it('MR-17 asks for a token before it looks at the body', async () => {
    expect((await send('{', null)).status).toBe(401)
    const response = await send('{', carol)
    expect([response.status, (await response.json()).error.code]).toEqual([400, -32_700])
  })

  it('MR-15 answers a preflight without a token', async () => {
    const headers = {
      origin: 'https://spa.example',
      'access-control-request-headers': 'authorization, mcp-protocol-version',
    }
    const response = await fetch(`${demo.issuer}/mcp`, { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, mcp-protocol-version')
  })

  it('refuses a token for the API', async () => {
    const response = await send(initialize, forApi)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="invalid_token"')
  })

  it('answers in JSON below itself, too', async () => {
    const response = await fetch(`${demo.issuer}/mcp/nothing`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/json')
  })
})

describe('MR-12 what a call needs', () => {
  it.each([
    ['list_items', 200],
    ['add_item', 403],
    ['delete_item', 403],
  ])('%s by somebody who may only read: %i', async (tool, status) => {
    const response = await send(toolCall(tool, { project: 'alpha', name: 'x', id: 'x' }), carol)
    expect(response.status).toBe(status)
  })

  it('is named in the challenge', async () => {
    const added = challengeOf(await send(toolCall('add_item', { name: 'x' }), carol))
    expect(added).toContain('error="insufficient_scope"')
    expect(added).toContain('scope="project:write"')
    expect(challengeOf(await send(toolCall('delete_item', { id: 'x' }), bob))).toContain('scope="project:admin"')
  })

  it('includes the project that the call names', async () => {
    expect((await send(toolCall('list_items', { project: 'beta' }), carol)).status).toBe(403)
    expect((await send(toolCall('list_items', { project: 'gamma' }), alice)).status).toBe(403)
    expect((await send(toolCall('list_items', { project: '' }), alice)).status).toBe(403)
  })

  it('is for a batch what all of its calls need together', async () => {
    const batch = [toolCall('list_items', { project: 'alpha' }), { ...toolCall('delete_item', { id: 'x' }), id: 2 }]
    const response = await send(batch, carol)
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toMatch(/scope="project:read project:admin"/)
  })

  it('is looked at again for each call of a batch that names several projects', async () => {
    const calls = [
      toolCall('list_items', { project: 'alpha' }),
      { ...toolCall('list_items', { project: 'gamma' }), id: 2 },
    ]
    const response = await send(calls, alice)
    const text = await response.text()
    expect(text).toContain('Orders 2025')
    expect(text).not.toContain('Shipments')
    expect(text).toContain('does not have project:read in gamma')
  })

  it.each(['constructor', '__proto__', 'no_such_tool'])(
    'of the tool %s is no more than to learn that it is not there',
    async (tool) => {
      expect(await use(carol, tool)).toEqual({ failed: expect.stringContaining('MCP error -32602') })
    },
  )

  it.each([7, null, ['gamma'], { toString: 'gamma' }])(
    'cannot be dodged by a project that is no text: %j',
    async (project) => {
      expect(await use(alice, 'list_items', { project })).toEqual({ failed: expect.any(String) })
    },
  )
})

describe('the tools', () => {
  it('list, add and delete items of the API', async () => {
    const { item, project } = await use(bob, 'add_item', { name: 'By tool' })
    expect(project).toBe('gamma')
    expect(item).toMatchObject({ name: 'By tool', created_by: 'bob' })
    expect((await use(bob, 'list_items')).items).toContainEqual(item)

    const added = await use(alice, 'add_item', { project: 'beta', name: 'Mine' })
    expect(await use(alice, 'delete_item', { project: 'beta', id: added.item.id })).toEqual({
      project: 'beta',
      deleted: added.item.id,
    })
    expect(await use(alice, 'delete_item', { project: 'beta', id: added.item.id })).toEqual({
      failed: expect.stringContaining('no item'),
    })
  })

  it('ask for the project when the token holds several', async () => {
    expect(await use(alice, 'list_items')).toEqual({ failed: expect.stringContaining('alpha, beta') })
    expect(await use(alice, 'list_items', { project: 'beta' })).toMatchObject({ project: 'beta' })
  })

  it('refuse a name that the API would refuse', async () => {
    expect(await use(bob, 'add_item', { name: ' ' })).toEqual({ failed: expect.any(String) })
  })

  it('are there for a real MCP client', async () => {
    const client = new Client({ name: 'test', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(`${demo.issuer}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${carol.access_token}` } },
    })
    await client.connect(transport as Transport)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['list_items', 'add_item', 'delete_item'])
    expect(tools.every(({ inputSchema }) => !inputSchema.required?.includes('project'))).toBe(true)
    const { structuredContent } = await client.callTool({ name: 'list_items', arguments: {} })
    expect(structuredContent).toMatchObject({ project: 'alpha' })
    await client.close()
  })
})
