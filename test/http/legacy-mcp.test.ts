import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { authorizationUrl, call, publicClient, type RegisteredClient } from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const send = (box: TestProvider, path: string, init?: RequestInit) => box.fetch(new Request(box.origin + path, init))

const registration = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(publicClient),
}

describe('WK-08 clients of MCP 2025-03-26', () => {
  it('register, authorize and get tokens at the root of the origin, where the host lets them', async () => {
    const box = testProvider({ legacyMcpDefaults: true, defaultResource: ['https://app.example/api'] })
    const registered = await send(box, '/register', registration)
    expect(registered.status).toBe(201)
    const client = (await registered.json()) as RegisteredClient
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const verifier = 'v'.repeat(43)
    const url = authorizationUrl(client, verifier).replace('/oauth/authorize', '/authorize')
    const page = await browser.open(url)
    const done = await browser.submit(page, { decision: 'approve', project: 'alpha' })
    const form = {
      grant_type: 'authorization_code',
      code: new URL(done.url).searchParams.get('code') ?? '',
      code_verifier: verifier,
      client_id: client.client_id,
      redirect_uri: client.redirect_uris[0] ?? '',
    }
    const answer = await send(box, '/token', { method: 'POST', body: new URLSearchParams(form) })
    expect(answer.status).toBe(200)
    const { access_token } = (await answer.json()) as { access_token: string }
    expect((await call(box, access_token)).status).toBe(200)
  })

  it('find the document of an issuer with a path at the root', async () => {
    const box = testProvider({ issuer: 'https://app.example/auth', legacyMcpDefaults: true })
    const document = await send(box, '/.well-known/oauth-authorization-server')
    expect(await document.json()).toMatchObject({ issuer: 'https://app.example/auth' })
  })

  it('find nothing there otherwise: those paths are the host’s', async () => {
    const box = testProvider()
    for (const path of ['/authorize', '/token', '/register']) expect(box.provider.paths).not.toContain(path)
    expect((await send(box, '/register', registration)).status).toBe(404)
  })
})
