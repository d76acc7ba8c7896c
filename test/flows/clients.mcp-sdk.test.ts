import { type OAuthDiscoveryState, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningDemo, runDemo, visitor } from './support/demo.js'
import { mcpCases } from './support/mcp-cases.js'
import {
  approveLast,
  askedScope,
  connectAs,
  failureOf,
  inMemory,
  type NewClient,
  reconnect,
} from './support/mcp-client.js'

/** The client of `@modelcontextprotocol/sdk`, the first generation. */
const newClient: NewClient = (url, options = {}) => {
  const { kept, provider, state } = inMemory<OAuthClientInformationMixed, OAuthTokens, OAuthDiscoveryState>(options)
  return {
    kept,
    state,
    needsPerson: (error) => error instanceof UnauthorizedError,
    open() {
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })
      const client = new Client({ name: 'test', version: '1' })
      return {
        ready: client.connect(transport as Transport),
        connection: {
          tools: async () => (await client.listTools()).tools.map(({ name }) => name),
          call: async (tool, given = {}) => (await client.callTool({ name: tool, arguments: given })).structuredContent,
          finish: (parameters) => transport.finishAuth(parameters.get('code') ?? ''),
          close: () => client.close(),
        },
      }
    },
  }
}

mcpCases('@modelcontextprotocol/sdk', newClient)

describe('step-up with @modelcontextprotocol/sdk', () => {
  let demo: RunningDemo

  beforeAll(async () => {
    demo = await runDemo()
  })
  afterAll(() => demo?.close())

  it('MR-06 gets a 403 for delete_item, which a refresh does not change, and passes once a person has approved', async () => {
    const client = newClient(demo.mcp)
    const alice = visitor(demo, 'alice')
    const reading = await connectAs(client, alice, 'alpha')
    const { items } = (await reading.call('list_items')) as { readonly items: readonly { readonly id: string }[] }
    const [first] = items

    const before = client.kept.tokens?.refresh_token
    const failure = await failureOf(reading.call('delete_item', { id: first?.id }))
    // This generation answers the challenge with a refresh, which can give no more than was granted, and then gives up.
    expect(failure).toMatchObject({ code: 403 })
    expect(client.kept.tokens?.refresh_token).not.toBe(before)
    expect(await reading.call('list_items')).toEqual({ project: 'alpha', items })

    // Without tokens it follows the challenge of the tool call instead.
    client.kept.tokens = undefined
    expect(client.needsPerson(await failureOf(reading.call('delete_item', { id: first?.id })))).toBe(true)
    expect(askedScope(client)).toEqual(['project:admin'])
    await reading.finish(await approveLast(client, alice, 'alpha'))
    await reading.close()
    const deleting = await reconnect(client)
    expect(await deleting.call('delete_item', { id: first?.id })).toEqual({ project: 'alpha', deleted: first?.id })
    expect(await deleting.call('list_items')).toEqual({ project: 'alpha', items: items.slice(1) })
    await deleting.close()
  })
})
