import type { Provider } from 'grantor'
import { routeHandlers, wellKnownRewrites, withAccess } from 'grantor/next'
import { NextRequest } from 'next/server.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { fakeProvider, type Scope } from './fake-provider.js'

const provider = () => fakeProvider((request: NextRequest) => String(request.cookies.get('person')?.value))
const ask = (path: string, init?: ConstructorParameters<typeof NextRequest>[1]) =>
  new NextRequest(`https://app.example${path}`, init)

const good = { headers: { authorization: 'Bearer good' } }
const at = (project: string) => ({ params: Promise.resolve({ project }) })

describe('routeHandlers', () => {
  const handlers = routeHandlers(provider())

  it('GEN-04 has the provider answer every method, wrong ones included', async () => {
    for (const [method, handler] of Object.entries(handlers)) {
      const response = await handler(ask('/t1/oauth/echo', { method }))
      expect((await response.json()).method).toBe(method)
    }
  })

  it('hands Next’s own request to the host', async () => {
    const response = await handlers.POST(
      ask('/t1/oauth/echo', { method: 'POST', body: 'a=1', headers: { cookie: 'person=alice' } }),
    )
    expect(await response.json()).toMatchObject({ person: 'alice', body: 'a=1' })
  })

  it('puts the base path back that Next takes away, and leaves the root of the origin alone', async () => {
    const { POST, GET } = routeHandlers(provider(), { basePath: '/t1' })
    const request = ask('/oauth/echo?x=%2F', { method: 'POST', body: 'a=1', headers: { cookie: 'person=alice' } })
    const seen = await (await POST(request)).json()
    expect(seen).toMatchObject({ method: 'POST', body: 'a=1', person: 'alice' })
    expect(seen.url).toBe('https://app.example/t1/oauth/echo?x=%2F')
    const document = await GET(ask('/.well-known/oauth-authorization-server/t1'))
    expect(await document.json()).toEqual({ issuer: 'https://app.example/t1' })
  })

  it('WK-13 answers 404 with JSON below the catch-all', async () => {
    const response = await handlers.GET(ask('/t1/oauth/other'))
    expect([response.status, await response.json()]).toEqual([404, { error: 'not_found' }])
  })
})

describe('withAccess', () => {
  const guarded = withAccess(
    provider(),
    { scope: 'items:read', project: (_request, params: { project: string }) => params.project, origins: '*' },
    async (_request, context, access) => {
      expectTypeOf(access.scope).toEqualTypeOf<readonly Scope[]>()
      return Response.json([(await context.params).project, access.scope], { headers: { vary: 'Accept' } })
    },
  )

  it('calls the handler with what the token allows and adds its headers', async () => {
    const response = await guarded(ask('/api/alpha', good), at('alpha'))
    expect(await response.json()).toEqual(['alpha', ['items:read']])
    expect(response.headers.get('vary')).toBe('Accept, Origin')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('challenges without a token, in another project and on preflight', async () => {
    expect((await guarded(ask('/api/alpha'), at('alpha'))).status).toBe(401)
    expect((await guarded(ask('/api/beta', good), at('beta'))).status).toBe(403)
    expect((await guarded(ask('/api/alpha', { method: 'OPTIONS' }), at('alpha'))).status).toBe(204)
  })

  it('adds its headers to a response that cannot be changed, and leaves the choices of the app', async () => {
    const redirecting = withAccess(provider(), {}, () => Response.redirect('https://app.example/elsewhere', 303))
    const response = await redirecting(ask('/api', good), at('none'))
    expect([response.status, response.headers.get('location')]).toEqual([303, 'https://app.example/elsewhere'])
    expect(response.headers.get('cache-control')).toBe('no-store')
    const caching = withAccess(provider(), {}, () => new Response('', { headers: { 'cache-control': 'private' } }))
    expect((await caching(ask('/api', good), at('none'))).headers.get('cache-control')).toBe('private')
  })

  it('does not compile with a scope that is not the provider’s', () => {
    const scoped: Pick<Provider<NextRequest, Scope>, 'guard'> = provider()
    // @ts-expect-error `items:raed` is no scope of this provider.
    expect(withAccess(scoped, { scope: 'items:raed' }, () => new Response())).toBeTypeOf('function')
  })
})

describe('wellKnownRewrites', () => {
  it('leads the documents to the catch-all route', () => {
    expect(wellKnownRewrites('https://app.example')).toEqual([
      {
        source: '/.well-known/:document(oauth-authorization-server|openid-configuration)/:path*',
        destination: '/oauth/well-known',
      },
      { source: '/.well-known/oauth-protected-resource/:path*', destination: '/oauth/well-known' },
    ])
  })

  it('WK-06 adds the documents in front of which the issuer’s path is put', () => {
    const sources = wellKnownRewrites('https://app.example/t(1)/', '/auth/any').map(({ source }) => source)
    expect(sources).toContain('/t\\(1\\)/.well-known/:document(oauth-authorization-server|openid-configuration)')
  })
})
