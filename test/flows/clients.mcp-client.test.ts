import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningDemo, runDemo, visitor } from './support/demo.js'
import { mcpCases } from './support/mcp-cases.js'
import { approveLast, askedScope, connectAs, failureOf, inMemory, type NewClient } from './support/mcp-client.js'

type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]
type Discovery = Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]
type Information = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]

type Mode = 'legacy' | { readonly pin: '2026-07-28' }

/** The client of `@modelcontextprotocol/client`, the second generation, which validates `iss` by itself. */
const clientIn =
  (mode: Mode): NewClient =>
  (url, options = {}) => {
    const { kept, provider, state } = inMemory<Information, Tokens, Discovery>(options)
    return {
      kept,
      state,
      needsPerson: (error) => error instanceof UnauthorizedError,
      open() {
        const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })
        const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
        return {
          ready: client.connect(transport),
          connection: {
            tools: async () => (await client.listTools()).tools.map(({ name }) => name),
            call: async (tool, given = {}) =>
              (await client.callTool({ name: tool, arguments: given })).structuredContent,
            finish: (parameters) => transport.finishAuth(parameters),
            close: () => client.close(),
          },
        }
      },
    }
  }

mcpCases('@modelcontextprotocol/client', clientIn('legacy'))
mcpCases('@modelcontextprotocol/client in 2026-07-28', clientIn({ pin: '2026-07-28' }))

describe.each<readonly [revision: string, mode: Mode]>([
  ['2025-11-25', 'legacy'],
  ['2026-07-28', { pin: '2026-07-28' }],
])('step-up with @modelcontextprotocol/client in %s', (_, mode) => {
  const newClient = clientIn(mode)
  let demo: RunningDemo

  beforeAll(async () => {
    demo = await runDemo()
  })
  afterAll(() => demo?.close())

  it('MR-06 MCL-05 follows the 403 for delete_item to the consent page, for the union of the scopes, and passes', async () => {
    const client = newClient(demo.mcp)
    const alice = visitor(demo, 'alice')
    const connection = await connectAs(client, alice, 'alpha')
    const { items } = (await connection.call('list_items')) as { readonly items: readonly { readonly id: string }[] }
    const [first] = items

    expect(client.needsPerson(await failureOf(connection.call('delete_item', { id: first?.id })))).toBe(true)
    expect(client.kept.sentTo).toHaveLength(2)
    expect(askedScope(client)).toEqual(['project:admin', 'project:read'])
    await connection.finish(await approveLast(client, alice, 'alpha'))
    expect(await connection.call('delete_item', { id: first?.id })).toEqual({ project: 'alpha', deleted: first?.id })
    expect(await connection.call('list_items')).toEqual({ project: 'alpha', items: items.slice(1) })
    await connection.close()
  })

  it('AZ-07 MCL-06 refuses to go on when what came back names another issuer', async () => {
    const client = newClient(demo.mcp)
    const { connection, ready } = client.open()
    expect(client.needsPerson(await failureOf(ready))).toBe(true)
    const parameters = await approveLast(client, visitor(demo, 'alice'), 'alpha')
    for (const iss of [null, 'https://other.example']) {
      const tampered = new URLSearchParams(parameters)
      if (iss === null) tampered.delete('iss')
      else tampered.set('iss', iss)
      expect(String(await failureOf(connection.finish(tampered)))).toMatch(/issuer|iss/i)
    }
    await connection.finish(parameters)
    expect(client.kept.tokens?.scope).toBe('project:read')
    await connection.close()
  })
})
