import { createServer } from 'node:http'
import { serve } from '@hono/node-server'
import express from 'express'
import * as byExpress from 'grantor/express'
import * as byHono from 'grantor/hono'
import { withAccess } from 'grantor/next'
import * as byNode from 'grantor/node'
import { type RemoteGuard, remoteGuard } from 'grantor/resource'
import { memoryStorage } from 'grantor/storage/memory'
import { Hono } from 'hono'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../support/flow.js'
import { type ScopeName, scopes } from '../support/host.js'
import { type App, listen, startApp } from './support/app.js'
import { loopback } from './support/independent-client.js'

/** An API that is away from its provider, over HTTP, and clients of introspection written by somebody else. */

let app: App
let server: { readonly id: string; readonly secret: string }
let remote: RemoteGuard<ScopeName>
const closing: (() => unknown)[] = []

beforeAll(async () => {
  app = await startApp({ storage: memoryStorage() })
  const { client, secret } = await app.provider.clients.register(
    { client_name: 'API', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
    { policy: { introspect: [`${app.origin}/api`] } },
  )
  server = { id: client.id, secret: secret ?? '' }
  remote = remoteGuard({
    issuer: app.origin,
    client: server,
    resource: `${app.origin}/api`,
    scopes,
    cache: { seconds: 0 },
  })
})
afterAll(async () => {
  for (const close of closing) await close()
  await app.close()
})

const call = (origin: string, token: string | null, project = 'alpha') =>
  fetch(`${origin}/api/projects/${project}`, token === null ? {} : { headers: { authorization: `Bearer ${token}` } })

const hosts: Readonly<Record<string, () => Promise<string>>> = {
  async express() {
    const api = express()
    const guard = byExpress.requireAccess(remote, { scope: 'project:read', project: (req) => req.params.project })
    api.get('/api/projects/:project', guard, (req, res) => void res.json(req.access))
    const http = createServer(api)
    closing.push(() => http.close())
    return listen(http)
  },
  async hono() {
    const api = new Hono()
    const guard = byHono.requireAccess(remote, { scope: 'project:read', project: (c) => c.req.param('project') })
    api.get('/api/projects/:project', guard, (c) => c.json(c.get('access')))
    const http = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' })
    await new Promise((resolve) => http.once('listening', resolve))
    closing.push(() => http.close())
    const address = http.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  },
  async node() {
    const guard = byNode.requireAccess(remote, {
      scope: 'project:read',
      project: ({ url }) => /\/projects\/([^/?]+)/.exec(url ?? '')?.[1] ?? null,
    })
    const http = createServer(async (req, res) => {
      const access = await guard(req, res)
      if (access) res.setHeader('content-type', 'application/json').end(JSON.stringify(access))
    })
    closing.push(() => http.close())
    return listen(http)
  },
}

describe.each(Object.entries(hosts))('an API elsewhere on %s', (_name, open) => {
  it('is guarded by the provider, and a revoked token is dead at once without a cache', async () => {
    const origin = await open()
    const { client: connected, tokens } = await connect(app)
    const answer = await call(origin, tokens.access_token)
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        subject: 'alice',
        clientId: connected.client_id,
        projects: ['alpha'],
        scope: ['project:read', 'project:write'],
      },
    ])
    expect((await call(origin, tokens.access_token, 'beta')).status).toBe(403)
    const challenge = (await call(origin, null)).headers.get('www-authenticate')
    expect(challenge).toContain(`${app.origin}/.well-known/oauth-protected-resource/api`)
    await app.provider.grants.revokeAll({ clientId: connected.client_id as never })
    expect((await call(origin, tokens.access_token)).status).toBe(401)
  })
})

it('guards a route of Next', async () => {
  const { tokens } = await connect(app)
  const route = withAccess(
    remote,
    { scope: 'project:read', project: (_request, params: { project: string }) => params.project },
    (_request, _context, access) => Response.json(access.projects),
  )
  const asked = new Request(`${app.origin}/api/projects/alpha`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  const answer = await route(asked as never, { params: Promise.resolve({ project: 'alpha' }) })
  expect([answer.status, await answer.json()]).toEqual([200, ['alpha']])
})

describe('introspection by clients of others', () => {
  it('INT-01 INT-04 oauth4webapi', async () => {
    const issuer = new URL(app.origin)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loopback })
    const as = await oauth.processDiscoveryResponse(issuer, found)
    const { tokens } = await connect(app)
    const self = { client_id: server.id }
    const ask = async (token: string) => {
      const answer = await oauth.introspectionRequest(as, self, oauth.ClientSecretBasic(server.secret), token, loopback)
      return oauth.processIntrospectionResponse(as, self, answer)
    }
    expect(await ask(tokens.access_token)).toMatchObject({ active: true, sub: 'alice', aud: [`${app.origin}/api`] })
    expect(await ask(tokens.refresh_token)).toEqual({ active: false })
  })

  it('INT-01 INT-03 openid-client', async () => {
    const configuration = await client.discovery(
      new URL(app.origin),
      server.id,
      server.secret,
      client.ClientSecretBasic(server.secret),
      { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
    )
    const { tokens } = await connect(app)
    expect(await client.tokenIntrospection(configuration, tokens.access_token)).toMatchObject({ active: true })
    expect(await client.tokenIntrospection(configuration, 'nonsense')).toEqual({ active: false })
  })
})
