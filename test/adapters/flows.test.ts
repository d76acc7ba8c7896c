import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { createProvider, type Provider, type Session, toResponse } from 'grantor'
import { requireAccess as expressAccess, oauth as expressOauth } from 'grantor/express'
import { requireAccess as honoAccess, oauth as honoOauth } from 'grantor/hono'
import { listener, requireAccess as nodeAccess } from 'grantor/node'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { describe, expect, it } from 'vitest'
import { browser } from './browser.js'
import { authorize, connect, refresh, revoke } from './flow.js'
import { serve } from './serve.js'

type Scope = 'items:read' | 'items:write'

const person = (name: string | undefined): Session | null =>
  name === 'alice' ? { subject: 'u1', name: 'Alice' } : null

const providerAt = <Host>(issuer: string, session: (host: Host) => Session | null): Provider<Host, Scope> =>
  createProvider({
    issuer,
    storage: memoryStorage(),
    scopes: { 'items:read': 'Read items', 'items:write': { description: 'Change items', implies: ['items:read'] } },
    resources: { [`${issuer}/api`]: { name: 'Items' } },
    session,
    login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
    projects: {
      label: 'workspace',
      choose: 'one',
      list: () => [
        { id: 'alpha', name: 'Alpha' },
        { id: 'beta', name: 'Beta' },
      ],
    },
    entitlements: () => ['items:read', 'items:write'],
    pages: pages({ name: 'Acme' }),
  })

/** Signs in whoever comes by, as a login page does after the password. */
const signedIn = (url: string | undefined) => ({
  'set-cookie': 'person=alice; Path=/',
  location: new URL(url ?? '', 'http://h').searchParams.get('next') ?? '/',
})

const items = '/api/projects/:project/items'

const hosts: Readonly<Record<string, (issuer: string) => RequestListener>> = {
  'node:http': (issuer) => {
    const cookie = (req: IncomingMessage) => /(?:^|; )person=([^;]*)/.exec(req.headers.cookie ?? '')?.[1]
    const provider = providerAt(issuer, (req: IncomingMessage) => person(cookie(req)))
    const project = (req: IncomingMessage) => /^\/api\/projects\/([^/]+)\/items$/.exec(req.url ?? '')?.[1]
    const read = nodeAccess(provider, { scope: 'items:read', project })
    return listener(provider, async (req, res) => {
      if (req.url?.startsWith('/login')) return res.writeHead(303, signedIn(req.url)).end()
      const access = await read(req, res)
      return access && res.end(JSON.stringify(access))
    })
  },

  'express behind body parsers': (issuer) => {
    const cookie = (req: express.Request) => /(?:^|; )person=([^;]*)/.exec(req.get('cookie') ?? '')?.[1]
    const provider = providerAt(issuer, (req: express.Request) => person(cookie(req)))
    const app = express().use(express.json(), express.urlencoded(), expressOauth(provider))
    app.get('/login', (req, res) => void res.writeHead(303, signedIn(req.url)).end())
    const read = expressAccess(provider, { scope: 'items:read', project: (req) => req.params.project })
    return app.get(items, read, (req, res) => void res.json(req.access))
  },

  hono: (issuer) => {
    const provider = providerAt(issuer, (c: Context) => person(getCookie(c, 'person')))
    const app = new Hono().use(honoOauth(provider))
    app.get('/login', (c) => c.body(null, 303, signedIn(c.req.url)))
    const read = honoAccess(provider, { scope: 'items:read', project: (c) => c.req.param('project') })
    app.get(items, read, (c) => c.json(c.get('access')))
    return getRequestListener(app.fetch)
  },

  'Fetch, without an adapter': (issuer) => {
    const cookie = (request: Request) => /(?:^|; )person=([^;]*)/.exec(request.headers.get('cookie') ?? '')?.[1]
    const provider = providerAt(issuer, (request: Request) => person(cookie(request)))
    const read = provider.guard({ scope: 'items:read', project: ({ url }) => new URL(url).pathname.split('/')[3] })
    return getRequestListener(async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/login') return new Response(null, { status: 303, headers: signedIn(request.url) })
      if (!pathname.startsWith('/api/')) return provider.fetch(request)
      const result = await read(request, request)
      return result.ok ? Response.json(result.access, { headers: result.headers }) : toResponse(result.response)
    })
  },
}

describe.each(Object.entries(hosts))('%s', (_name, start) => {
  it('takes a client from a challenge to data, through consent, refresh and revocation', async () => {
    let app: RequestListener = () => undefined
    const origin = await serve((req, res) => app(req, res))
    app = start(origin)
    const call = (project: string, token: string) =>
      fetch(`${origin}/api/projects/${project}/items`, { headers: { authorization: `Bearer ${token}` } })

    const connection = await connect(`${origin}/api/projects/alpha/items`)
    const first = await authorize(
      connection,
      { resource: `${origin}/api`, scope: 'items:write' },
      {
        browser: browser(origin),
        signIn: ({ open }, url) => open(url),
        fields: { project: 'alpha', decision: 'approve' },
      },
    )
    expect(first.scope.split(' ')).toContain('items:write')

    const answer = await call('alpha', first.access)
    expect([answer.status, await answer.json()]).toMatchObject([200, { subject: 'u1', projects: ['alpha'] }])
    expect(answer.headers.get('cache-control')).toBe('private')
    expect((await call('beta', first.access)).status).toBe(403)

    const second = await refresh(connection, first)
    expect(second.access).not.toBe(first.access)
    expect((await call('alpha', second.access)).status).toBe(200)

    await revoke(connection, second)
    expect((await call('alpha', second.access)).status).toBe(401)
  })
})
