import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningDemo, runDemo, visitor } from './support/demo.js'
import {
  bodyError,
  challengeOf,
  type IndependentClient,
  independentClient,
  loopback,
  metadata,
  methods,
  type Registered,
  webRedirectUri,
} from './support/independent-client.js'

describe('oauth4webapi against the demo', () => {
  let demo: RunningDemo
  let client: IndependentClient

  beforeAll(async () => {
    demo = await runDemo()
    client = await independentClient(demo)
  })

  afterAll(() => demo?.close())

  it('MD-01 discovers the server by RFC 8414', () => {
    expect(client.server).toMatchObject({
      issuer: demo.origin,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
    expect(client.server.token_endpoint_auth_methods_supported).toEqual(expect.arrayContaining(methods))
  })

  it('PRM-01 finds the server from the API and from the MCP server by RFC 9728', async () => {
    for (const resource of [demo.api, demo.mcp]) {
      const response = await oauth.resourceDiscoveryRequest(new URL(resource), loopback)
      const document = await oauth.processResourceDiscoveryResponse(new URL(resource), response)
      expect(document.authorization_servers).toEqual([demo.origin])
      expect(document.bearer_methods_supported).toEqual(['header'])
    }
  })

  it('MR-02 MR-03 finds the protected resource from the challenge of a 401', async () => {
    const challenge = await challengeOf(client.call('nothing-we-issued'))
    expect(challenge).toMatchObject({ status: 401, scheme: 'bearer', scope: 'project:read', error: 'invalid_token' })
    const document: oauth.ResourceServer = await (await fetch(String(challenge.resource_metadata))).json()
    expect(document.resource).toBe(demo.api)
  })

  describe.each(methods)('as a client with %s', (method) => {
    let registered: Registered

    beforeAll(async () => {
      registered = await client.register(method)
    })

    it('DCR-03 registers', () => {
      expect(registered.client.token_endpoint_auth_method).toBe(method)
      expect(typeof registered.client.client_secret).toBe(method === 'none' ? 'undefined' : 'string')
      expect(registered.client).toMatchObject(metadata)
    })

    it('COD-01 RI-04 authorizes with PKCE, state, iss and resource, and reads what it may', async () => {
      const tokens = await client.connect(registered)
      expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'project:read project:write', expires_in: 3600 })
      const items = await (await client.call(tokens.access_token)).json()
      expect(items.items.map(({ name }: { readonly name: string }) => name)).toEqual(['Orders 2024', 'Orders 2025'])
      const me = await (await client.call(tokens.access_token, '/me')).json()
      expect(me).toEqual({
        user: 'alice',
        client: registered.client.client_id,
        scope: 'project:read project:write',
        projects: ['alpha'],
        account: 'acme',
      })
    })

    it('REF-01 REF-05 refreshes, and narrows', async () => {
      const first = await client.connect(registered)
      const second = await client.refresh(registered, first.refresh_token)
      expect(second.refresh_token).not.toBe(first.refresh_token)
      expect(second.scope).toBe('project:read project:write')
      const third = await client.refresh(registered, second.refresh_token, {
        scope: 'project:read',
        resource: demo.api,
      })
      expect(third.scope).toBe('project:read')
      expect((await client.call(third.access_token)).status).toBe(200)
      const refused = await challengeOf(client.call(third.access_token, '/projects/alpha/items', 'not by this token'))
      expect(refused).toMatchObject({ status: 403, error: 'insufficient_scope', scope: 'project:write' })
    })

    it('REV-01 REV-06 revokes the refresh token, and everything with it', async () => {
      const tokens = await client.connect(registered)
      const response = await oauth.revocationRequest(
        client.server,
        registered.client,
        registered.authentication,
        String(tokens.refresh_token),
        loopback,
      )
      expect(await oauth.processRevocationResponse(response)).toBeUndefined()
      const refused = await challengeOf(client.call(tokens.access_token))
      expect(refused).toMatchObject({ status: 401, error: 'invalid_token' })
      expect(await bodyError(client.refresh(registered, tokens.refresh_token))).toEqual([400, 'invalid_grant'])
    })

    it('COD-03 is told invalid_grant for a wrong verifier, and can still use the right one', async () => {
      const { parameters, verifier } = await client.authorize(registered)
      const another = oauth.generateRandomCodeVerifier()
      expect(await bodyError(client.exchange(registered, parameters, another))).toEqual([400, 'invalid_grant'])
      const tokens = await client.exchange(registered, parameters, verifier)
      expect((await client.call(tokens.access_token)).status).toBe(200)
    })
  })

  it('TRU-01 TRU-02 asks again, unless the client can prove who it is, wants no more, and is not on a loopback address', async () => {
    const alice = visitor(demo, 'alice')
    const again = async (registered: Registered, parameters: Readonly<Record<string, string>>) => {
      const { url, state } = await client.start(registered, parameters)
      const page = await alice.arrive(url)
      if (page.status === null)
        return oauth.validateAuthResponse(client.server, registered.client, new URL(page.url), state).has('code')
      return page.forms.some(({ fields }) => fields.some(({ value }) => value === 'approve')) ? 'asked' : 'lost'
    }
    const [open, proven] = [await client.register('none'), await client.register('client_secret_basic')]
    const scope = 'project:read'
    await client.connect(open, { parameters: { scope } })
    await client.connect(proven, { parameters: { scope } })
    const web = { redirect_uri: webRedirectUri }
    expect(await again(open, { scope, ...web })).toBe('asked')
    expect(await again(proven, { scope })).toBe('asked')
    expect(await again(proven, { scope: 'project:write', ...web })).toBe('asked')
    expect(await again(proven, { scope, prompt: 'consent', ...web })).toBe('asked')
    expect(await again(proven, { scope, ...web })).toBe(true)
  })
})
