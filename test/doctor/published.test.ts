import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../../doctor/examine.js'
import { createApp } from '../../examples/mcp-server/before.js'

describe('a published provider under examination: mcpAuthRouter of SDK 1.x', () => {
  const server = createServer()
  let issuer = ''
  beforeAll(async () => {
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done)
    })
    const address = server.address()
    issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    server.on('request', createApp(issuer))
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('has the faults that are found, each seen again by a request of its own', async () => {
    const ids = (await examine(issuer, { resource: `${issuer}/mcp` })).map(({ id }) => id)
    const expected = ['metadata.issuer', 'token.unknown_client', 'resource.error_without_token', 'metadata.openid_path']
    expect(ids).toEqual(expect.arrayContaining(expected))

    const document = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
    expect(await document.json()).toMatchObject({ issuer: `${issuer}/` })
    const form = { grant_type: 'authorization_code', client_id: 'nobody', code: 'x', code_verifier: 'y' }
    const unknown = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })
    expect(unknown.status).toBe(400)
    const bare = await fetch(`${issuer}/mcp`, { method: 'POST' })
    expect(bare.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect((await fetch(`${issuer}/.well-known/openid-configuration`)).status).toBe(404)
  })
})
