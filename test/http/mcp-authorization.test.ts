import { describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.js'
import {
  authorizationUrl,
  authorize,
  call,
  confidentialClient,
  connect,
  openAttempt,
  publicClient,
  refresh,
  register,
  registration,
  responseOf,
  send,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

/** What MCP asks of a provider and of a resource (the tables of 13.1 and 13.2), each as one look from outside. */

const box = testProvider()
const oauth = '/.well-known/oauth-authorization-server'
const oidc = '/.well-known/openid-configuration'
const prm = '/.well-known/oauth-protected-resource/mcp'

describe('13.1 the provider', () => {
  it.each([
    ['public', publicClient],
    ['confidential', confidentialClient],
  ])('MA-01 MA-10 a %s client gets tokens, and another refresh token each time', async (_, metadata) => {
    const { client, tokens } = await connect(box, { metadata })
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect([undefined, tokens.refresh_token]).not.toContain(next.refresh_token)
  })

  it.each([
    ['https://app.example', [oauth, oidc]],
    ['https://app.example/t1', [`${oauth}/t1`, `${oidc}/t1`, `/t1${oidc}`]],
  ])('MA-02 MA-03 MA-04 MA-05 %s says the same of itself wherever it is looked up', async (issuer, places) => {
    const site = testProvider({ issuer })
    expect((await send(site, prm)).body.authorization_servers).toEqual([issuer])
    for (const place of places)
      expect((await send(site, place)).body).toMatchObject({
        issuer,
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      })
  })

  it('MA-05 MCL-06 names itself in what it answers, and in what it refuses', async () => {
    const client = await register(box)
    const { page } = await openAttempt(box, client, { scope: 'project:read', prompt: 'none' })
    const refused = responseOf(page.url)
    expect([refused.get('error'), refused.get('iss')]).toEqual(['consent_required', box.issuer])
    const { callback } = await connect(box, { client })
    expect(callback.response.getAll('iss')).toEqual([box.issuer])
  })

  it('MA-08 is on https, and so is wherever it redirects to, but for this machine', async () => {
    const { body } = await send(box, oauth)
    const endpoints = Object.entries(body).filter(([name]) => /_(?:endpoint|uri)$/.test(name))
    expect(endpoints.length).toBeGreaterThan(4)
    for (const [, url] of endpoints) expect(url).toMatch(/^https:\/\//)
    expect(() => testProvider({ issuer: 'http://app.example' })).toThrow(/https/)
    const status = async (uri: string) => (await registration(box, { ...publicClient, redirect_uris: [uri] })).status
    expect(await status('http://reporter.example/cb')).toBe(400)
    expect(await status('http://localhost:1/cb')).toBe(201)
    expect(await status('https://reporter.example/cb')).toBe(201)
  })

  it('MA-09 MA-12 redirects exactly where a client has registered, and a stranger nowhere', async () => {
    const client = await register(box, { ...publicClient, redirect_uris: ['https://reporter.example/cb'] })
    for (const redirect_uri of [
      'https://reporter.example/cb/',
      'https://reporter.example/cb?x',
      'https://reporter.example/CB',
    ]) {
      const { page } = await openAttempt(box, client, { redirect_uri })
      expect(page.status).toBe(400)
    }
    const stranger = openBrowser(box)
    const { page } = await authorize(stranger, client, { scope: 'bogus', response_type: 'token' })
    expect([page.status, new URL(page.url).origin]).toEqual([400, box.origin])
  })

  it('MA-11 lets access tokens live for an hour', async () => {
    const { tokens } = await connect(box)
    expect(tokens.expires_in).toBe(3600)
    box.clock.advance(3600)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('MA-15 MR-09 MR-16 offers offline_access and refresh tokens itself; the resource asks for neither, nor for what is sensitive', async () => {
    const { body } = await send(box, oauth)
    expect(body.scopes_supported).toContain('offline_access')
    expect(body.grant_types_supported).toContain('refresh_token')
    const resource = (await send(box, prm)).body.scopes_supported
    expect(resource).toEqual(['project:read', 'project:write'])
    const challenge = (await send(box, '/mcp')).headers.get('www-authenticate')
    expect(challenge).toContain('scope="project:read"')
  })

  it('MA-14 RI-12 takes parameters that it knows nothing of', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.mcp, audience: box.mcp, mcp_version: 'x' })
    expect((await browser.open(url)).url).toContain('/login')
  })
})

describe('13.2 the resource', () => {
  it('MR-01 names its provider where a client looks, and where the challenge says', async () => {
    const challenge = (await send(box, '/mcp')).headers.get('www-authenticate') ?? ''
    const document = /resource_metadata="([^"]*)"/.exec(challenge)?.[1] ?? ''
    expect(document).toBe(`${box.origin}${prm}`)
    const { body } = await send(box, document)
    expect(body).toMatchObject({ resource: box.mcp, authorization_servers: [box.issuer] })
  })

  it('MR-10 hears tokens in the header alone, and each request for itself', async () => {
    const { tokens, browser } = await connect(box, { params: { resource: box.mcp } })
    expect((await call(box, tokens.access_token, '/mcp/projects/alpha')).status).toBe(200)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    for (const path of ['/mcp/projects/alpha', `/mcp/projects/alpha?access_token=${tokens.access_token}`])
      expect((await send(box, path, { headers: { cookie } })).status).toBe(401)
  })

  it('MR-13 GEN-12 refuses in JSON', async () => {
    const { tokens } = await connect(box, { params: { resource: box.mcp, scope: 'project:read' } })
    const answers = [
      await send(box, '/mcp'),
      await call(box, 'nonsense', '/mcp'),
      await call(box, tokens.access_token, '/mcp/projects/alpha', { method: 'POST' }),
    ]
    expect(answers.map(({ status, headers, body }) => [status, headers.get('content-type'), body.error])).toEqual([
      [401, 'application/json', 'unauthorized'],
      [401, 'application/json', 'invalid_token'],
      [403, 'application/json', 'insufficient_scope'],
    ])
  })

  it('MR-16 a client that gets more than it had is in the audit log, with the request that it was', async () => {
    const site = testProvider()
    const { client } = await connect(site, { params: { scope: 'project:read' } })
    await connect(site, { client, params: { scope: 'project:read project:write' } })
    const approvals = site.events.filter(({ type }) => type === 'grant.created')
    expect(approvals).toHaveLength(2)
    for (const { requestId } of approvals) expect(requestId).toMatch(/./)
    expect(new Set(approvals.map(({ requestId }) => requestId)).size).toBe(2)
  })
})
