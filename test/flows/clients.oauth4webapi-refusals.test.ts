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
  thrownBy,
} from './support/independent-client.js'

describe('what oauth4webapi understands when the demo refuses', () => {
  let demo: RunningDemo
  let client: IndependentClient

  beforeAll(async () => {
    demo = await runDemo()
    client = await independentClient(demo)
  })

  afterAll(() => demo?.close())

  it('AZ-07 a response of another issuer, or with a state that was not sent, is refused by the client', async () => {
    const registered = await client.register('none')
    const { callback, state } = await client.authorize(registered)
    const validate = (url: URL, expected: string) =>
      oauth.validateAuthResponse(client.server, registered.client, url, expected)
    expect(validate(callback, state).has('code')).toBe(true)
    expect(callback.searchParams.get('iss')).toBe(demo.origin)
    expect(() => validate(callback, 'another')).toThrow(/"state"/)
    callback.searchParams.delete('iss')
    expect(() => validate(callback, state)).toThrow(/"iss"/)
  })

  it('AZ-19 the person said no', async () => {
    const registered = await client.register('none')
    const { url, state } = await client.start(registered)
    const alice = visitor(demo, 'alice')
    const callback = await alice.decide(await alice.arrive(url), 'deny')
    const refused = await thrownBy(
      (async () => oauth.validateAuthResponse(client.server, registered.client, callback, state))(),
    )
    expect(refused).toBeInstanceOf(oauth.AuthorizationResponseError)
    expect(refused).toMatchObject({ error: 'access_denied' })
  })

  it('CA-05 CA-06 a wrong secret, with a challenge where it came in a header', async () => {
    const { client: registered } = await client.register('client_secret_basic')
    const inHeader = { client: registered, authentication: oauth.ClientSecretBasic('wrong') }
    expect(await challengeOf(client.refresh(inHeader, 'anything'))).toMatchObject({ status: 401, scheme: 'basic' })
    const inBody = { client: registered, authentication: oauth.ClientSecretPost('wrong') }
    expect(await bodyError(client.refresh(inBody, 'anything'))).toEqual([401, 'invalid_client'])
  })

  it('CA-05 a client that is not registered', async () => {
    const stranger = { client: { client_id: 'gone' }, authentication: oauth.None() }
    expect(await bodyError(client.refresh(stranger, 'anything'))).toEqual([401, 'invalid_client'])
  })

  it('MR-04 a token for the API at the MCP server', async () => {
    const tokens = await client.connect(await client.register('none'))
    const request = oauth.protectedResourceRequest(
      tokens.access_token,
      'POST',
      new URL(demo.mcp),
      new Headers({ 'content-type': 'application/json' }),
      '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      loopback,
    )
    const resource_metadata = `${demo.origin}/.well-known/oauth-protected-resource/mcp`
    expect(await challengeOf(request)).toMatchObject({ status: 401, error: 'invalid_token', resource_metadata })
  })

  it('REF-06 a resource that was not granted, without using the token up', async () => {
    const registered = await client.register('none')
    const { refresh_token } = await client.connect(registered)
    const elsewhere = client.refresh(registered, refresh_token, { resource: demo.mcp })
    expect(await bodyError(elsewhere)).toEqual([400, 'invalid_target'])
    const tokens = await client.refresh(registered, refresh_token)
    expect((await client.call(tokens.access_token)).status).toBe(200)
  })

  it('REF-05 more scope than was granted, without using the token up', async () => {
    const registered = await client.register('none')
    const { refresh_token } = await client.connect(registered, { parameters: { scope: 'project:read' } })
    const more = client.refresh(registered, refresh_token, { scope: 'project:write' })
    expect(await bodyError(more)).toEqual([400, 'invalid_scope'])
    const tokens = await client.refresh(registered, refresh_token)
    expect(tokens.scope).toBe('project:read')
  })

  it('DCR-05 a redirect URI that anybody on the way could read', async () => {
    const wanted = { ...metadata, redirect_uris: ['http://app.example/callback'] }
    const response = await oauth.dynamicClientRegistrationRequest(client.server, wanted, loopback)
    const refused = bodyError(oauth.processDynamicClientRegistrationResponse(response))
    expect(await refused).toEqual([400, 'invalid_redirect_uri'])
  })

  it('MR-05 MR-06 beta, with a token for alpha', async () => {
    const tokens = await client.connect(await client.register('none'), { project: 'alpha' })
    expect((await client.call(tokens.access_token, '/projects/alpha/items')).status).toBe(200)
    const refused = await challengeOf(client.call(tokens.access_token, '/projects/beta/items'))
    expect(refused).toMatchObject({ status: 403, error: 'insufficient_scope', scope: 'project:read' })
  })

  const everything = ['project:read', 'project:write', 'project:admin']

  it.each([
    ['asks for everything', {}],
    ['posts scopes that are not hers', { scope: everything }],
    ['posts projects that are not hers', { scope: everything, project: ['alpha', 'beta', 'gamma'] }],
  ])('CON-03 carol grants no more than project:read in alpha when she %s', async (_, changes) => {
    const registered = await client.register('none')
    const parameters = { scope: everything.join(' ') }
    const tokens = await client.connect(registered, { person: 'carol', parameters, changes })
    expect(tokens.scope).toBe('project:read')
    const renewed = await client.refresh(registered, tokens.refresh_token)
    for (const { access_token } of [tokens, renewed]) {
      const me = await (await client.call(access_token, '/me')).json()
      expect(me).toMatchObject({ user: 'carol', scope: 'project:read', projects: ['alpha'] })
      expect((await client.call(access_token)).status).toBe(200)
      expect((await challengeOf(client.call(access_token, '/projects/alpha/items', 'hers'))).status).toBe(403)
      expect((await challengeOf(client.call(access_token, '/projects/beta/items'))).status).toBe(403)
    }
  })

  it.each([
    ['every project', { projects: 'all', project: null }],
    ['only one that is not hers', { project: ['beta'] }],
    ['none', { project: null }],
  ])('CON-03 carol is asked again when she posts %s', async (_, changes) => {
    const { url } = await client.start(await client.register('none'))
    const carol = visitor(demo, 'carol')
    const decision = ['decision', 'approve'] as const
    const posted = { decision: 'approve', scope: everything, ...changes }
    const asked = await carol.browser.submit(await carol.arrive(url), posted, decision)
    expect(asked.status).toBe(200)
    expect(asked.forms.flatMap(({ fields }) => fields.map(({ name, value }) => `${name}=${value}`))).toContain(
      'decision=approve',
    )
  })
})
