import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { Provider } from 'grantor'
import { oauth, requireAccess } from 'grantor/hono'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { setCookie } from 'hono/cookie'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { access, fakeProvider, type Scope } from './fake-provider.js'
import { serve } from './serve.js'

const provider = () => fakeProvider((c: Context) => String(c.req.header('x-person')))
const onNode = (app: Hono) => serve(createAdaptorServer(app) as Server)
const good = { headers: { authorization: 'Bearer good' } }

describe('oauth', () => {
  const readers: Record<string, (c: Context) => Promise<unknown>> = {
    parseBody: (c) => c.req.parseBody(),
    text: (c) => c.req.text(),
    arrayBuffer: (c) => c.req.arrayBuffer(),
    formData: (c) => c.req.formData(),
  }

  it.each(Object.entries(readers))('reads a form after other middleware has, with %s', async (_name, read) => {
    const before: MiddlewareHandler = async (c, next) => {
      await read(c)
      await next()
    }
    const url = await onNode(new Hono().use(before, oauth(provider())))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(`${url}/t1/oauth/echo`, { method: 'POST', body: 'a=1&a=2&b=%26', headers })
    expect((await response.json()).body).toBe('a=1&a=2&b=%26')
  })

  it('DCR-02 reads JSON after other middleware has', async () => {
    const before: MiddlewareHandler = async (c, next) => {
      await c.req.json()
      await next()
    }
    const url = await onNode(new Hono().use(before, oauth(provider())))
    const response = await fetch(`${url}/t1/oauth/echo`, { method: 'POST', body: '{"a":[1]}' })
    expect((await response.json()).body).toBe('{"a":[1]}')
  })

  it('keeps cookies that earlier middleware has set', async () => {
    const before: MiddlewareHandler = async (c, next) => {
      setCookie(c, 'session', '1')
      await next()
    }
    const url = await onNode(new Hono().use(before, oauth(provider())))
    const { headers } = await fetch(`${url}/t1/oauth/headers`)
    expect(headers.getSetCookie()).toEqual(['session=1; Path=/', 'a=1; Path=/', 'b=2; Path=/'])
  })

  it('WK-15 answers the same paths inside a mounted app', async () => {
    const inner = new Hono().use(oauth(provider()))
    const url = await onNode(new Hono().route('/t1', inner))
    expect((await fetch(`${url}/t1/oauth/echo`)).status).toBe(200)
    expect((await fetch(`${url}/t1/other`)).status).toBe(404)
  })

  it('hears a request as earlier middleware has made it', async () => {
    const before: MiddlewareHandler = async (c, next) => {
      const headers = new Headers(c.req.raw.headers)
      headers.set('authorization', 'Bearer good')
      c.req.raw = new Request(c.req.raw, { headers })
      await next()
    }
    const app = new Hono().get('/me', before, requireAccess(provider()), (c) => c.json(c.get('access').clientId))
    const response = await fetch(`${await onNode(app)}/me`, { headers: { authorization: 'Bearer bad' } })
    expect(await response.json()).toBe(access.clientId)
  })

  it('runs without a server, on Fetch alone', async () => {
    const app = new Hono().use(oauth(provider()))
    const response = await app.request('https://app.example/t1/oauth/echo', { method: 'POST', body: 'a=1' })
    expect(await response.json()).toMatchObject({ body: 'a=1', url: 'https://app.example/t1/oauth/echo' })
  })
})

describe('requireAccess', () => {
  it('sets access, typed with the scopes of the provider', async () => {
    const app = new Hono().get('/me', requireAccess(provider()), (c) => {
      expectTypeOf(c.get('access').scope).toEqualTypeOf<readonly Scope[]>()
      return c.json([c.get('access').clientId, c.get('access').allows('items:write')])
    })
    expect(await (await app.request('/me', good)).json()).toEqual([access.clientId, false])
  })

  it('does not compile with a scope that is not the provider’s', () => {
    const scoped: Pick<Provider<Context, Scope>, 'guard'> = provider()
    // @ts-expect-error `items:raed` is no scope of this provider.
    expect(requireAccess(scoped, { scope: 'items:raed' })).toBeTypeOf('function')
  })

  it('adds its headers to a response that cannot be changed, and leaves the choices of the app', async () => {
    const upstream = await serve((_req, res) => res.setHeader('cache-control', 'private').end('from upstream'))
    const app = new Hono().get('/proxy', requireAccess(provider()), () => fetch(upstream))
    const response = await app.request('/proxy', good)
    expect([response.status, await response.text()]).toEqual([200, 'from upstream'])
    expect([response.headers.get('vary'), response.headers.get('cache-control')]).toEqual(['Origin', 'private'])
  })

  it('CORS-02 adds its headers to the answer of a handler that failed', async () => {
    const app = new Hono().get('/fail', requireAccess(provider()), () => Promise.reject(new Error('broken')))
    app.onError((_error, c) => c.text('sorry', 500))
    const response = await app.request('/fail', good)
    expect([response.status, response.headers.get('vary')]).toEqual([500, 'Origin'])
  })
})
