import { setTimeout } from 'node:timers/promises'
import { documentFetcher } from 'grantor/node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DocumentServer, startDocumentServer } from '../../support/document-server.js'
import { type RunningDemo, runDemo, visitor } from './demo.js'
import {
  approveLast,
  askedScope,
  type Connection,
  connectAs,
  failureOf,
  type McpClient,
  type NewClient,
  reconnect,
  redirectUrl,
} from './mcp-client.js'

const names = (answer: unknown) =>
  (answer as { readonly items: readonly { readonly name: string }[] }).items.map(({ name }) => name)

/** What every MCP client must be able to do with the demo, whichever library it is made with. */
export function mcpCases(library: string, newClient: NewClient): void {
  describe(`${library} against the demo`, () => {
    let demo: RunningDemo
    let client: McpClient
    const open: Connection[] = []
    const keep = (connection: Connection) => {
      open.push(connection)
      return connection
    }
    const connect = async (...parameters: Parameters<typeof connectAs>) => keep(await connectAs(...parameters))

    beforeAll(async () => {
      demo = await runDemo()
    })
    beforeEach(() => {
      client = newClient(demo.mcp)
    })
    afterEach(async () => {
      await Promise.all(open.splice(0).map((connection) => connection.close()))
    })
    afterAll(() => demo?.close())

    /** What the MCP endpoint answers to a bare call with the token that the client has. */
    async function bare(tool: string, given: Readonly<Record<string, unknown>>) {
      const response = await fetch(demo.mcp, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${client.kept.tokens?.access_token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: given } }),
      })
      return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '' }
    }

    it('MA-02 MA-07 MA-14 finds its own way from a bare 401 to the consent page', async () => {
      const { connection, ready } = client.open()
      keep(connection)
      expect(client.needsPerson(await failureOf(ready))).toBe(true)
      expect(client.kept.information?.client_id).toMatch(/./)
      expect(client.kept.sentTo).toHaveLength(1)
      const { origin, pathname, searchParams } = client.kept.sentTo[0]!
      expect(`${origin}${pathname}`).toBe(`${demo.origin}/oauth/authorize`)
      expect(Object.fromEntries(searchParams)).toMatchObject({
        response_type: 'code',
        client_id: client.kept.information?.client_id,
        redirect_uri: redirectUrl,
        resource: demo.mcp,
        code_challenge_method: 'S256',
      })
      expect(askedScope(client)).toEqual(['project:read'])
    })

    it.each(['none', 'client_secret_basic', 'client_secret_post'] as const)(
      'COD-01 with %s reaches the tools and the data of the chosen project',
      async (method) => {
        client = newClient(demo.mcp, { authMethod: method })
        const connection = await connect(client, visitor(demo, 'alice'), 'alpha')
        expect(typeof client.kept.information?.client_secret).toBe(method === 'none' ? 'undefined' : 'string')
        expect(await connection.tools()).toEqual(['list_items', 'add_item', 'delete_item'])
        const listed = await connection.call('list_items')
        expect(listed).toMatchObject({ project: 'alpha' })
        expect(names(listed)).toEqual(expect.arrayContaining(['Orders 2024', 'Orders 2025']))
        expect(names(await connection.call('list_items', { project: 'alpha' }))).toEqual(names(listed))
      },
    )

    it('reaches another project when that one is chosen', async () => {
      const connection = await connect(client, visitor(demo, 'alice'), 'beta')
      const listed = await connection.call('list_items')
      expect(listed).toMatchObject({ project: 'beta' })
      expect(names(listed)).toEqual(['Price list'])
    })

    it('MR-05 gets a 403 for beta with a token for alpha', async () => {
      const connection = await connect(client, visitor(demo, 'alice'), 'alpha')
      const refused = await bare('list_items', { project: 'beta' })
      expect(refused.status).toBe(403)
      expect(refused.challenge).toMatch(/^Bearer .*error="insufficient_scope"/)
      const failure = await failureOf(connection.call('list_items', { project: 'beta' }))
      expect(String(failure)).toMatch(/403/)
      expect(names(await connection.call('list_items', { project: 'alpha' }))).toContain('Orders 2024')
    })

    it('CON-03 MR-06 carol gets project:read in alpha and no more, whatever her form says', async () => {
      const everything = {
        scope: ['project:read', 'project:write', 'project:admin'],
        project: ['alpha', 'beta', 'gamma'],
      }
      const connection = await connect(client, visitor(demo, 'carol'), 'alpha', everything)
      expect(client.kept.tokens?.scope).toBe('project:read')
      expect(names(await connection.call('list_items'))).toContain('Orders 2024')
      for (const [tool, given, needed] of [
        ['add_item', { name: 'hers' }, 'project:write'],
        ['delete_item', { id: '1' }, 'project:admin'],
      ] as const) {
        const refused = await bare(tool, given)
        expect(refused.status).toBe(403)
        expect(refused.challenge).toContain(`scope="${needed}"`)
      }
      for (const project of ['beta', 'gamma']) expect((await bare('list_items', { project })).status).toBe(403)
    })

    it('CON-03 carol asks for more, approves all of it, and still may only read', async () => {
      const person = visitor(demo, 'carol')
      await connect(client, person, 'alpha')
      client.kept.tokens = undefined
      const { connection, ready } = client.open()
      keep(connection)
      expect(client.needsPerson(await failureOf(ready))).toBe(true)
      client.kept.sentTo.at(-1)?.searchParams.set('scope', 'project:read project:write project:admin')
      await connection.finish(await approveLast(client, person, 'alpha', { scope: 'project:admin' }))
      expect(client.kept.tokens).toMatchObject({ scope: 'project:read' })
      expect((await bare('add_item', { name: 'hers' })).status).toBe(403)
    })

    it('CA-05 registers again by itself when the server no longer knows it', async () => {
      const person = visitor(demo, 'alice')
      await connect(client, person, 'alpha')
      const { information, tokens } = client.kept
      client.kept.information = { ...information!, client_id: 'purged' }
      client.kept.tokens = { ...tokens!, access_token: 'expired' }
      const { connection, ready } = client.open()
      keep(connection)
      expect(client.needsPerson(await failureOf(ready))).toBe(true)
      expect(client.kept.information?.client_id).not.toBe('purged')
      await connection.finish(await approveLast(client, person, 'alpha'))
      expect(names(await keep(await reconnect(client)).call('list_items'))).toContain('Orders 2024')
    })

    it('REF-07 asks the person again, as the same client, when its refresh token is no good any more', async () => {
      const person = visitor(demo, 'alice')
      await connect(client, person, 'alpha')
      const { information, tokens } = client.kept
      client.kept.tokens = { ...tokens!, access_token: 'expired', refresh_token: 'forgotten' }
      const { connection, ready } = client.open()
      keep(connection)
      expect(client.needsPerson(await failureOf(ready))).toBe(true)
      expect(client.kept.information?.client_id).toBe(information?.client_id)
      expect(client.kept.tokens).toBeUndefined()
      await connection.finish(await approveLast(client, person, 'alpha'))
      expect(names(await keep(await reconnect(client)).call('list_items'))).toContain('Orders 2024')
    })
  })

  describe(`${library} against the demo, by a document of its own`, () => {
    let demo: RunningDemo
    let web: DocumentServer

    beforeAll(async () => {
      web = await startDocumentServer()
      demo = await runDemo({}, { fetchDocument: documentFetcher({ allowLoopback: true, ca: web.ca }) })
    })
    afterAll(async () => {
      await demo?.close()
      await web?.close()
    })

    it('MA-06 MA-13 MCL-04 CIM-13 connects without registering, as what its document says', async () => {
      const document = web.publish('/oauth/client.json', (client_id) => ({
        client_id,
        client_name: 'MCP test client',
        redirect_uris: ['http://127.0.0.1/callback'],
        token_endpoint_auth_method: 'none',
      }))
      const client = newClient(demo.mcp, { document })
      const person = visitor(demo, 'alice')
      const { connection, ready } = client.open()
      expect(client.needsPerson(await failureOf(ready))).toBe(true)
      expect(client.kept.information).toMatchObject({ client_id: document })
      const page = await person.arrive(client.kept.sentTo[0]!)
      expect(page.html).toContain(`described by ${new URL(web.origin).host}`)
      const { searchParams } = await person.decide(page, 'approve', { project: 'alpha' })
      await connection.finish(searchParams)
      await connection.close()
      const connected = await reconnect(client)
      expect(names(await connected.call('list_items'))).toContain('Orders 2024')
      await connected.close()
      expect(web.requests).toEqual(['/oauth/client.json'])
    })

    it('MA-07 still registers when it has no document', async () => {
      const client = newClient(demo.mcp)
      const connection = await connectAs(client, visitor(demo, 'alice'), 'alpha')
      expect(client.kept.information?.client_id).toMatch(/^client_/)
      expect(names(await connection.call('list_items'))).toContain('Orders 2024')
      await connection.close()
    })
  })

  describe(`${library} against the demo with access tokens of four seconds`, () => {
    let demo: RunningDemo

    beforeAll(async () => {
      demo = await runDemo({ accessToken: 4 })
    })
    afterAll(() => demo?.close())

    it('REF-01 goes on by itself when its access token has expired, again and again', async () => {
      const client = newClient(demo.mcp)
      const connection = await connectAs(client, visitor(demo, 'alice'), 'alpha')
      for (let round = 0; round < 2; round += 1) {
        const { access_token, refresh_token } = client.kept.tokens!
        expect(names(await connection.call('list_items'))).toContain('Orders 2024')
        await setTimeout(4_100)
        expect(names(await connection.call('list_items'))).toContain('Orders 2024')
        expect(client.kept.tokens?.access_token).not.toBe(access_token)
        expect(client.kept.tokens?.refresh_token).not.toBe(refresh_token)
      }
      expect(client.kept.sentTo).toHaveLength(1)
      expect(client.kept.invalidated).toEqual([])
      await connection.close()
    })
  })
}
