import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import type { Provider } from 'grantor'
import { oauth, requireAccess } from 'grantor/express'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { access, fakeProvider, type Scope } from './fake-provider.js'
import { serve } from './serve.js'

const provider = () => fakeProvider((req: express.Request) => String(req.get('x-person')))

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json; charset=utf-8' }
const echoed = async (url: string, init: RequestInit) => {
  const response = await fetch(`${url}/t1/oauth/echo`, { method: 'POST', ...init })
  return (await response.json()).body
}

describe('behind body parsers', () => {
  const parsers: Record<string, readonly RequestHandler[]> = {
    none: [],
    'json and urlencoded': [express.json(), express.urlencoded()],
    'json and extended urlencoded': [express.json(), express.urlencoded({ extended: true })],
    raw: [express.raw({ type: '*/*' })],
    text: [express.text({ type: '*/*' })],
    'a parser that leaves an empty object': [
      (req, _res, next) => {
        req.body = {}
        next()
      },
    ],
  }

  describe.each(Object.entries(parsers))('%s', (_name, before) => {
    let url: string
    beforeAll(async () => {
      url = await serve(express().use(...(before.length > 0 ? before : [oauth(provider())]), oauth(provider())))
    })

    it.each([
      'a=1&b=2',
      'a=1&a=2&b=',
      'scope=x+y&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb%3Fa%3D1%26b%3D2',
      'n=%C3%A9%F0%9F%94%91',
    ])('reads the form %s', async (body) => {
      const seen = await echoed(url, { body, headers: form })
      expect([...new URLSearchParams(seen)]).toEqual([...new URLSearchParams(body)])
    })

    it('GEN-03 lets a repeated parameter be seen, however often it was sent', async () => {
      const body = Array.from({ length: 90 }, () => 'client_id=a').join('&')
      const seen = new URLSearchParams(await echoed(url, { body, headers: form }))
      expect([...seen.values()]).toHaveLength(90)
    })

    it('DCR-02 reads JSON', async () => {
      const metadata = { redirect_uris: ['https://a.example/cb'], client_name: 'Zoë', nested: { list: [1, null] } }
      expect(JSON.parse(await echoed(url, { body: JSON.stringify(metadata), headers: json }))).toEqual(metadata)
    })

    it('reads nothing where nothing was sent', async () => {
      expect(await echoed(url, {})).toBe('')
      expect(await echoed(url, { body: '', headers: form })).toBe('')
    })

    it('GEN-07 refuses more than it would have read itself', async () => {
      const init = { method: 'POST', body: `a=${'x'.repeat(70_000)}`, headers: form }
      expect((await fetch(`${url}/t1/oauth/echo`, init)).status).toBe(413)
    })
  })

  it('shows brackets as they were sent when a parser has nested them', async () => {
    const url = await serve(express().use(express.urlencoded({ extended: true }), oauth(provider())))
    const seen = await echoed(url, { body: 'a[b]=1&a[c][d]=2', headers: form })
    expect([...new URLSearchParams(seen)]).toEqual([
      ['a[b]', '1'],
      ['a[c][d]', '2'],
    ])
  })
})

describe('mounting', () => {
  it('WK-15 answers the same paths at the root and below a mount point', async () => {
    const url = await serve(express().use('/t1/oauth', express.Router().use(oauth(provider()))))
    const response = await fetch(`${url}/t1/oauth/echo?x=1`)
    expect(await response.json()).toMatchObject({ url: '/t1/oauth/echo?x=1' })
    expect((await fetch(`${url}/t1/oauth/other`)).status).toBe(404)
  })

  it('hands what the provider throws to the error handler of the app', async () => {
    const broken: Pick<Provider<express.Request>, 'handle'> = { handle: () => Promise.reject(new Error('broken')) }
    const onError: ErrorRequestHandler = (error, _req, res, _next) => void res.status(500).json({ seen: String(error) })
    const url = await serve(express().use(oauth(broken), onError))
    expect(await (await fetch(url)).json()).toEqual({ seen: 'Error: broken' })
  })
})

describe('requireAccess', () => {
  it('sets req.access, typed', async () => {
    const app = express()
    app.get('/me', requireAccess(provider()), (req, res) => {
      expectTypeOf(req.access).toEqualTypeOf<import('grantor').Access | undefined>()
      res.json([req.access?.clientId, req.access?.allows('items:read'), req.access?.allows('items:write')])
    })
    const url = await serve(app)
    const response = await fetch(`${url}/me`, { headers: { authorization: 'Bearer good' } })
    expect(await response.json()).toEqual([access.clientId, true, false])
  })

  it('does not compile with a scope that is not the provider’s', () => {
    const scoped: Pick<Provider<express.Request, Scope>, 'guard'> = provider()
    // @ts-expect-error `items:raed` is no scope of this provider.
    expect(requireAccess(scoped, { scope: 'items:raed' })).toBeTypeOf('function')
  })

  it('lets no wildcard parameter pass for a project', async () => {
    const app = express()
    const guard = requireAccess(provider(), { project: (req) => req.params.rest })
    app.get('/files/*rest', guard, (_req, res) => void res.send('in'))
    const url = await serve(app)
    const headers = { authorization: 'Bearer good' }
    expect((await fetch(`${url}/files/alpha`, { headers })).status).toBe(200)
    expect((await fetch(`${url}/files/alpha/beta`, { headers })).status).toBe(403)
  })

  it('leaves the body to the handler behind it', async () => {
    const app = express()
    app.post('/items', requireAccess(provider()), express.json(), (req, res) => void res.json(req.body))
    const url = await serve(app)
    const init = { method: 'POST', body: '{"a":1}', headers: { ...json, authorization: 'Bearer good' } }
    expect(await (await fetch(`${url}/items`, init)).json()).toEqual({ a: 1 })
  })
})
