import type { Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  approve,
  authorize,
  basic,
  call,
  connect,
  exchange,
  openAttempt,
  post,
  type RegisteredClient,
  refresh,
  register,
  send,
  tokensOf,
} from '../support/flow.js'
import { editClient, registerManually, testProvider } from '../support/provider.js'

/** What real clients send, as their public issue threads and sources show it. */

const box = testProvider()
const both = ['authorization_code', 'refresh_token']

describe('requests as they were recorded', () => {
  it('19.12-1 Claude, hosted: client_secret_post, resource with a slash, two refreshes at once', async () => {
    const client = await register(box, {
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: both,
      response_types: ['code'],
      client_name: 'Claude',
    })
    const { tokens } = await connect(box, { client, params: { resource: `${box.mcp}/`, scope: undefined } })
    expect((await call(box, tokens.access_token, '/mcp')).status).toBe(200)
    const [one, two] = await Promise.all([
      refresh(box, client, tokens.refresh_token, { resource: `${box.mcp}/` }),
      refresh(box, client, tokens.refresh_token, { resource: `${box.mcp}/` }),
    ])
    expect(tokensOf(one).refresh_token).toBe(tokensOf(two).refresh_token)
  })

  it('19.12-2 Claude Code: port-less loopback registered, a random port used, refresh without scope', async () => {
    const client = await register(box, {
      client_name: 'Claude Code (acme)',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: both,
    })
    const { tokens } = await connect(box, {
      client,
      params: { redirect_uri: 'http://localhost:53124/callback', resource: box.mcp },
    })
    expect(tokensOf(await refresh(box, client, tokens.refresh_token)).scope).toBe('project:read project:write')
  })

  it('19.12-3 Cursor: three redirect URIs at once, and its own scheme', async () => {
    const client = await register(box, {
      client_name: 'Cursor',
      redirect_uris: [
        'cursor://anysphere.cursor-mcp/oauth/callback',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'http://localhost:8787/callback',
      ],
      token_endpoint_auth_method: 'none',
      grant_types: both,
      response_types: ['code'],
    })
    const { callback, tokens } = await connect(box, { client, params: { resource: box.mcp } })
    expect(callback.url).toMatch(/^cursor:\/\/anysphere\.cursor-mcp\/oauth\/callback\?/)
    expect(tokens.refresh_token).not.toBe('')
  })

  it('19.12-4 VS Code: four redirect URIs, the device grant in its list, another port', async () => {
    const client = await register(box, {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      grant_types: [...both, 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    })
    const { tokens } = await connect(box, { client, params: { redirect_uri: 'http://127.0.0.1:40211/' } })
    expect(tokens.refresh_token).not.toBe('')
  })

  it('19.12-5 ChatGPT: offline_access without prompt, ui_locales', async () => {
    const client = await register(box, {
      redirect_uris: ['https://chatgpt.com/connector/oauth/abc'],
      grant_types: both,
      token_endpoint_auth_method: 'none',
    })
    const params = { scope: 'project:read offline_access', ui_locales: 'de-DE', resource: box.mcp }
    const { callback, tokens } = await connect(box, { client, params })
    expect(callback.response.get('iss')).toBe(box.issuer)
    expect([tokens.scope, tokens.refresh_token === '']).toEqual(['project:read', false])
  })

  it('19.12-6 Codex: a suffix on the loopback path, resource twice, and none at all', async () => {
    const codex = {
      redirect_uris: ['http://127.0.0.1:1455/callback/epMNJ6P1xGQ9'],
      grant_types: both,
      token_endpoint_auth_method: 'none',
    }
    const { tokens } = await connect(box, {
      metadata: codex,
      params: { resource: [box.mcp, box.mcp], scope: 'openid profile email offline_access' },
    })
    expect((await call(box, tokens.access_token, '/mcp')).status).toBe(200)
    const only = testProvider({ resources: { 'https://app.example/mcp': { name: 'Acme MCP' } } })
    expect((await connect(only, { metadata: codex, params: { resource: undefined } })).tokens.scope).not.toBe('')
    const defaulting = testProvider({ defaultResource: ['https://app.example/mcp'] })
    expect((await connect(defaulting, { metadata: codex, params: { resource: undefined } })).tokens.scope).not.toBe('')
  })

  it('19.12-7 Gemini: an empty scope at registration; resource, scope and audience on refresh', async () => {
    const client = await register(box, {
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      grant_types: both,
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: '',
    })
    const { tokens } = await connect(box, { client, params: { resource: box.mcp, scope: '' } })
    const more = { scope: 'project:read', resource: box.mcp, audience: box.mcp }
    expect(tokensOf(await refresh(box, client, tokens.refresh_token, more)).scope).toBe('project:read')
  })

  it('19.12-8 Inspector: preflights with mcp-protocol-version for everything it fetches', async () => {
    const headers = {
      origin: 'http://localhost:6274',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'mcp-protocol-version',
    }
    for (const path of box.provider.paths.filter(
      (path) => path.startsWith('/.well-known') || path.includes('/register'),
    )) {
      const preflight = await send(box, path, { method: 'OPTIONS', headers })
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    }
  })

  it('19.12-9 mcp-remote: an old registration with a new port, and the scopes of OpenID', async () => {
    const client = await register(box, {
      redirect_uris: ['http://localhost:3334/oauth/callback'],
      token_endpoint_auth_method: 'none',
      grant_types: both,
    })
    const params = { redirect_uri: 'http://localhost:49201/oauth/callback', scope: 'openid email profile' }
    const { tokens } = await connect(box, { client, params })
    expect(tokens.scope).toBe('project:read project:write')
  })

  it('19.12-10 TypeScript SDK: Basic without form-encoding; a deleted client hears invalid_client', async () => {
    const client = await register(box, {
      redirect_uris: ['http://localhost:8090/callback'],
      grant_types: both,
      token_endpoint_auth_method: 'client_secret_basic',
    })
    const raw = `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}`
    const { callback } = await connect(box, { client })
    const ask = () =>
      post(box, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x' }, { authorization: raw })
    expect(callback.response.has('code')).toBe(true)
    expect((await ask()).body.error).toBe('invalid_grant')
    await editClient(box, client, () => ({ revokedAt: 1 as Timestamp }))
    expect([(await ask()).status, (await ask()).body.error]).toEqual([401, 'invalid_client'])
  })

  it('19.12-11 Python SDK: client_id in the body beside Basic', async () => {
    const client = await register(box, {
      redirect_uris: ['http://localhost:3030/callback'],
      grant_types: both,
      token_endpoint_auth_method: 'client_secret_basic',
    })
    const attempt = await openAttempt(box, client)
    const { response, verifier, redirectUri } = await approve(attempt.browser, attempt)
    const body = {
      grant_type: 'authorization_code',
      code: response.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: redirectUri,
      client_id: client.client_id,
    }
    const headers = { authorization: basic(client.client_id, client.client_secret ?? '') }
    expect((await post(box, '/oauth/token', body, headers)).status).toBe(200)
  })

  it('19.12-12 Copilot Studio: a confidential client of the host, https, Basic', async () => {
    const client: RegisteredClient = await registerManually(box, {
      client_name: 'Copilot Studio',
      redirect_uris: ['https://global.consent.azure-apim.net/redirect/acme'],
      grant_types: both,
      token_endpoint_auth_method: 'client_secret_basic',
    })
    const { tokens } = await connect(box, { client, params: { resource: box.mcp } })
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('19.12-13 Grok: a redirect URI with a slash at its end, and a challenge without error', async () => {
    const uri = 'https://grok.com/connectors-oauth-exchange-code/'
    const client = await register(box, { redirect_uris: [uri], grant_types: both, token_endpoint_auth_method: 'none' })
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const without = await authorize(browser, client, { redirect_uri: uri.slice(0, -1) })
    expect(without.page.status).toBe(400)
    const callback = await approve(browser, await authorize(browser, client, { resource: box.mcp }))
    expect(callback.url.startsWith(`${uri}?code=`)).toBe(true)
    expect((await exchange(box, callback)).status).toBe(200)
    const challenge = (await call(box, undefined, '/mcp')).headers.get('www-authenticate')
    expect(challenge).toBe(
      'Bearer resource_metadata="https://app.example/.well-known/oauth-protected-resource/mcp", scope="project:read"',
    )
  })

  it('19.3 a page is asked for twice in parallel, and the first form still works', async () => {
    const attempt = await openAttempt(box, await register(box))
    await Promise.all([attempt.browser.open(attempt.page.url), attempt.browser.open(attempt.page.url)])
    expect((await approve(attempt.browser, attempt)).response.has('code')).toBe(true)
  })
})
