import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Message, type ToolCall, toolMessage } from '../flows/support/messages.js'
import type { RevisionName } from '../flows/support/recorded-client.js'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { connect, type TokenResponse } from './connect.js'

const revisions: readonly RevisionName[] = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']
const latest = '2026-07-28'

let demo: TestDemo
let alice: TokenResponse
let carol: TokenResponse

beforeAll(async () => {
  demo = await startTestDemo()
  alice = await connect(demo, { person: 'alice', projects: ['alpha'], scope: 'project:admin', to: 'mcp' })
  carol = await connect(demo, { person: 'carol', projects: ['alpha'], scope: 'project:read', to: 'mcp' })
})
afterAll(() => demo?.stop())

function post({ headers, body }: Message, token: TokenResponse | null, { issuer } = demo): Promise<Response> {
  return fetch(`${issuer}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token && { authorization: `Bearer ${token.access_token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  })
}

const call = (name: string, given: ToolCall['arguments'], token: TokenResponse, revision: RevisionName) =>
  post(toolMessage(revision, { name, arguments: given }), token)

describe.each(revisions)('13.5 the MCP server of the demo, in %s', (revision) => {
  it('answers the call of a tool', async () => {
    const response = await call('list_items', { project: 'alpha' }, carol, revision)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    const answer = await response.json()
    const { result } = Array.isArray(answer) ? answer[0] : answer
    expect(result.structuredContent).toMatchObject({ project: 'alpha' })
  })

  it('MR-06 MR-07 tells what the call of a tool needs, and takes a token that has more', async () => {
    const refused = await call('delete_item', { id: 'x' }, carol, revision)
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="project:admin"/)
    expect((await call('add_item', { name: revision }, alice, revision)).status).toBe(200)
  })

  it('MR-10 MR-11 MR-18 S-171 takes no session for a token, and nobody’s session into account', async () => {
    const message = toolMessage(revision, { name: 'delete_item', arguments: { id: 'x' } })
    const stolen = { ...message, headers: { ...message.headers, 'mcp-session-id': 'the-one-of-alice' } }
    expect((await post(stolen, carol)).status).toBe(403)
    expect((await post(stolen, null)).status).toBe(401)
  })
})

describe('a request that says one thing in its headers and another in its body', () => {
  const message = toolMessage(latest, { name: 'list_items', arguments: {} })

  it.each([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['another tool', { 'mcp-name': 'delete_item' }],
    ['a tool that is written in base64', { 'mcp-name': `=?base64?${btoa('delete_item')}?=` }],
    ['another version', { 'mcp-protocol-version': '2025-11-25' }],
  ])('S-172 MR-12 is refused: %s', async (_, headers) => {
    const response = await post({ ...message, headers: { ...message.headers, ...headers } }, carol)
    expect([response.status, (await response.json()).error.code]).toEqual([400, -32_020])
  })

  it('S-172 MR-12 is judged by its body: a harmless header opens nothing', async () => {
    const deleting = toolMessage(latest, { name: 'delete_item', arguments: { id: 'x' } })
    const dressed = { ...deleting, headers: { ...message.headers } }
    expect((await post(dressed, carol)).status).toBe(403)
  })
})

describe('a stream that stays open', () => {
  const lifetime = 6
  let brief: TestDemo

  beforeAll(async () => {
    brief = await startTestDemo({ lifetimes: { accessToken: lifetime } })
  })
  afterAll(() => brief?.stop())

  it('S-180 MR-19 ends when the token does that it was opened with', async () => {
    const before = Date.now()
    const token = await connect(brief, { person: 'carol', projects: ['alpha'], scope: 'project:read', to: 'mcp' })
    const response = await post(
      {
        headers: { 'mcp-protocol-version': latest, 'mcp-method': 'subscriptions/listen' },
        body: {
          jsonrpc: '2.0',
          id: 1,
          method: 'subscriptions/listen',
          params: {
            notifications: { toolsListChanged: true },
            _meta: {
              'io.modelcontextprotocol/protocolVersion': latest,
              'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
              'io.modelcontextprotocol/clientCapabilities': {},
            },
          },
        },
      },
      token,
      brief,
    )
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    expect(await response.text()).toContain('notifications/subscriptions/acknowledged')
    // Tokens end at a whole second.
    expect(Date.now() - before).toBeGreaterThanOrEqual((lifetime - 1) * 1000)
  }, 60_000)
})
