import { describe, expect, it } from 'vitest'
import {
  approve,
  authorize,
  call,
  exchange,
  openAttempt,
  type RegisteredClient,
  responseOf,
  send,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'
import { fakeWeb } from '../support/web.js'

const parameterOf = (challenge: string | null, name: string) =>
  new RegExp(`${name}="([^"]*)"`).exec(challenge ?? '')?.[1] ?? ''

const below = (issuer: string, request: Request) =>
  new Request(request.url.replace(`${new URL(issuer).origin}/oauth/`, `${issuer}/oauth/`), request)

describe('13.4 the exchange that MCP works through', () => {
  it('MA-03 MA-13 MA-14 MR-01 MR-03 MR-04 MR-06 goes from a bare call to more than was asked for at first', async () => {
    const web = fakeWeb()
    const [id, redirectUri] = ['https://client.example/c.json', 'http://localhost:51004/callback'] as const
    const metadata = {
      client_name: 'Files client',
      redirect_uris: ['http://localhost/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    }
    web.publish(id, { client_id: id, ...metadata })
    const issuer = 'https://app.example/t1'
    const box = testProvider({ issuer, registration: { metadataDocuments: { fetch: web.fetch } } })
    const path = '/mcp/projects/alpha'

    const bare = await send(box, path)
    const challenge = bare.headers.get('www-authenticate')
    const document = `${box.origin}/.well-known/oauth-protected-resource/mcp`
    expect([bare.status, challenge]).toEqual([401, `Bearer resource_metadata="${document}", scope="project:read"`])

    const resource = await send(box, parameterOf(challenge, 'resource_metadata'))
    expect(resource.body).toMatchObject({
      resource: box.mcp,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    })
    expect(resource.body.scopes_supported).toContain('project:read')

    const server = await send(box, `${box.origin}/.well-known/oauth-authorization-server/t1`)
    expect(server.body).toMatchObject({ issuer, authorization_endpoint: `${issuer}/oauth/authorize` })

    const client: RegisteredClient = { client_id: id, ...metadata }
    const params = { redirect_uri: redirectUri, resource: box.mcp, scope: parameterOf(challenge, 'scope') }
    // The endpoints are where the document has them.
    const site = { ...box, fetch: (request: Request) => box.fetch(below(issuer, request)) }
    const attempt = await openAttempt(site, client, params)
    const callback = await approve(attempt.browser, attempt)
    expect(callback.url.startsWith(`${redirectUri}?`)).toBe(true)
    expect(Object.fromEntries(callback.response)).toEqual({
      code: expect.any(String),
      state: attempt.state,
      iss: issuer,
    })

    const first = await exchange(site, callback, { resource: box.mcp })
    const { access_token, refresh_token } = tokensOf(first)
    expect(refresh_token).toMatch(/./)
    expect([first.body.scope, first.headers.get('cache-control')]).toEqual(['project:read', 'no-store'])
    const read = await call(box, access_token, path)
    expect([read.status, read.body.resource]).toEqual([200, [box.mcp]])

    const weak = await call(box, access_token, path, { method: 'POST' })
    const needed = weak.headers.get('www-authenticate')
    expect([weak.status, parameterOf(needed, 'error')]).toEqual([403, 'insufficient_scope'])
    expect(parameterOf(needed, 'resource_metadata')).toBe(document)

    const union = `${params.scope} ${parameterOf(needed, 'scope')}`
    const again = await authorize(attempt.browser, client, { ...params, scope: union })
    const more = await approve(attempt.browser, again)
    expect(responseOf(more.url).get('iss')).toBe(issuer)
    const second = tokensOf(await exchange(site, more, { resource: box.mcp }))
    expect((await call(box, second.access_token, path, { method: 'POST' })).status).toBe(200)

    const elsewhere = await call(box, access_token)
    expect([elsewhere.status, elsewhere.body.error]).toEqual([401, 'invalid_token'])
  })
})
