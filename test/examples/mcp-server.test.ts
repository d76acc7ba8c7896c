import { createServer, type RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { afterEach, describe, expect, it } from 'vitest'
import { createApp as before } from '../../examples/mcp-server/before.js'
import { createApp as sdk1 } from '../../examples/mcp-server/sdk-1.js'
import { createApp as server2 } from '../../examples/mcp-server/server-2.js'
import { inMemory } from '../flows/support/mcp-client.js'
import { openBrowser, siteAt } from '../support/browser.js'

const running: { readonly stop: () => void }[] = []
afterEach(() => {
  for (const { stop } of running.splice(0)) stop()
})

async function start(listener: (issuer: string) => RequestListener): Promise<string> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  server.on('request', listener(issuer))
  running.push({
    stop() {
      server.closeAllConnections()
      server.close()
    },
  })
  return issuer
}

type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]
type Discovery = Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]
type Information = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]

/** A client of `@modelcontextprotocol/client` that goes the whole way, with somebody who says yes where anybody is asked. */
async function connected(issuer: string, changes: Record<string, string[]> = {}) {
  const { kept, provider } = inMemory<Information, Tokens, Discovery>({})
  const open = () => new StreamableHTTPClientTransport(new URL(`${issuer}/mcp`), { authProvider: provider })
  const first = open()
  const refused = await new Client({ name: 'test', version: '1' }).connect(first).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(UnauthorizedError)
  const browser = openBrowser(siteAt(issuer))
  const page = await browser.open(String(kept.sentTo.at(-1)))
  const asked = page.status !== null
  const back = asked ? await browser.submit(page, { decision: 'approve', ...changes }) : page
  await first.finishAuth(new URL(back.url).searchParams)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(open())
  const text = async (name: string, given: Record<string, unknown>) => {
    const { content } = await client.callTool({ name, arguments: given })
    return (content as readonly { readonly text: string }[])[0]?.text
  }
  return { client, text, asked, kept }
}

describe.each([
  ['SDK 1.x on Express', (issuer: string): RequestListener => sdk1(issuer)],
  ['server 2.x on Hono', (issuer: string): RequestListener => getRequestListener(server2(issuer).fetch)],
])('the example MCP server: %s', (_, listener) => {
  it('asks somebody first, and lets tools see who calls and for which notebook', async () => {
    const { text, asked, client } = await connected(await start(listener), { project: ['work'] })
    expect(asked).toBe(true)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['list_notes', 'add_note'])
    expect(await text('list_notes', { notebook: 'work' })).toBe('[]')
    expect(await text('list_notes', { notebook: 'home' })).toContain('may not')
    await client.close()
  })

  it('MR-06 asks for more only when a tool needs more', async () => {
    const issuer = await start(listener)
    const { client } = await connected(issuer, { project: ['work'], scope: ['notes:read'] })
    const refused = await client
      .callTool({ name: 'add_note', arguments: { notebook: 'work', text: 'milk' } })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Error)
    await client.close()
  })
})

/** Ten exchanges of one code at once; how many got tokens. */
async function exchangesOfOneCode(issuer: string): Promise<number> {
  const redirect_uri = 'http://127.0.0.1/cb'
  const registration = await fetch(`${issuer}/.well-known/oauth-authorization-server`).then((answer) => answer.json())
  const { authorization_endpoint, token_endpoint, registration_endpoint } = registration as Record<string, string>
  const registered = await fetch(String(registration_endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' }),
  })
  const { client_id } = (await registered.json()) as { client_id: string }
  const url = new URL(String(authorization_endpoint))
  const request = {
    client_id,
    redirect_uri,
    response_type: 'code',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    scope: 'notes:read',
    resource: `${issuer}/mcp`,
  }
  for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value)
  const browser = openBrowser(siteAt(issuer))
  const page = await browser.open(url.href)
  const back = page.status === null ? page : await browser.submit(page, { decision: 'approve', project: ['work'] })
  const code = new URL(back.url).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, client_id, redirect_uri, resource: `${issuer}/mcp` }
  const body = new URLSearchParams({ ...form, code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => fetch(String(token_endpoint), { method: 'POST', body })),
  )
  return answers.filter(({ status }) => status === 200).length
}

describe('from mcpAuthRouter to Grantor', () => {
  it('before: nobody is asked, and one code buys tokens for all who present it at once', async () => {
    // Time enough for a second one to come, on any machine.
    const issuer = await start((origin) => before(origin, 1_000))
    const { text, asked, client } = await connected(issuer)
    expect(asked).toBe(false)
    expect(await text('list_notes', { notebook: 'work' })).toBe('[]')
    await client.close()
    expect(await exchangesOfOneCode(issuer)).toBeGreaterThan(1)
  })

  it('after: the same client connects, somebody was asked, and one code buys one set of tokens', async () => {
    const issuer = await start(sdk1)
    const { text, asked, client } = await connected(issuer, { project: ['work'] })
    expect(asked).toBe(true)
    expect(await text('list_notes', { notebook: 'work' })).toBe('[]')
    await client.close()
    expect(await exchangesOfOneCode(issuer)).toBe(1)
  })
})
