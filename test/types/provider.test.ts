import { type Access, createProvider, type GuardOptions, type HttpRequest, type Provider } from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, expectTypeOf, it } from 'vitest'

/** The request of some framework, with a member that Fetch's has not. */
interface HostRequest {
  readonly user: { readonly id: string; readonly email: string } | null
  readonly params: { readonly project: string }
}

const provider = createProvider({
  issuer: 'https://app.example',
  storage: memoryStorage(),
  scopes: {
    'project:read': 'Read',
    'project:write': { description: 'Write', implies: ['project:read'] },
  },
  resources: { 'https://app.example/api': { name: 'API', scope: ['project:read'] } },
  session: (req: HostRequest) => {
    expectTypeOf(req).toEqualTypeOf<HostRequest>()
    return req.user && { subject: req.user.id, name: req.user.email }
  },
  login: (returnTo) => `/login?next=${encodeURIComponent(returnTo)}`,
  entitlements: () => ['project:read'],
  pages: pages({ name: 'Acme' }),
})

type ScopeName = 'project:read' | 'project:write'

describe('createProvider', () => {
  it('knows the scopes by name and the host’s request by type', () => {
    expectTypeOf(provider).toEqualTypeOf<Provider<HostRequest, ScopeName>>()
    expectTypeOf(provider.guard).parameter(0).toEqualTypeOf<GuardOptions<HostRequest, ScopeName> | undefined>()
    expect(provider.issuer).toBe('https://app.example')
  })

  it('lets a misspelt scope not compile in a guard', () => {
    // @ts-expect-error project:raed is no scope
    expect(() => provider.guard({ scope: 'project:raed' })).toThrow(TypeError)
    // @ts-expect-error project:raed is no scope
    expect(() => provider.guard({ scope: ['project:read', 'project:raed'] })).toThrow(TypeError)
    // @ts-expect-error project:raed is no scope
    expect(provider.guard({ scope: () => 'project:raed' })).toBeTypeOf('function')
    expect(provider.guard({ scope: ['project:read', 'project:write'] })).toBeTypeOf('function')
  })

  it('hands the host’s request to scope and project', () => {
    const guard = provider.guard({
      scope: (req) => {
        expectTypeOf(req).toEqualTypeOf<HostRequest>()
        return req.user ? 'project:write' : 'project:read'
      },
      project: (req) => {
        expectTypeOf(req).toEqualTypeOf<HostRequest>()
        return req.params.project
      },
    })
    expectTypeOf(guard).parameters.toEqualTypeOf<[HttpRequest, HostRequest]>()
    // @ts-expect-error there is no such member
    expect(provider.guard({ project: (req) => req.query.project })).toBeTypeOf('function')
  })

  it('lets misspelt scopes not compile in the options', () => {
    const options = {
      issuer: 'https://app.example',
      storage: memoryStorage(),
      resources: { 'https://app.example/api': { name: 'API' } },
      session: () => null,
      login: () => '/login',
      entitlements: () => [],
      pages: pages({ name: 'Acme' }),
    }
    const scopes = { read: 'Read' } as const
    // @ts-expect-error raed is no scope
    expect(() => createProvider({ ...options, scopes, defaultScope: ['raed'] })).toThrow(TypeError)
    const misled = { ...options.resources, 'https://app.example/mcp': { name: 'MCP', scope: ['raed'] } } as const
    // @ts-expect-error raed is no scope
    expect(() => createProvider({ ...options, scopes, resources: misled })).toThrow(TypeError)
    // @ts-expect-error raed is no scope
    expect(() => createProvider({ ...options, scopes: { read: { description: 'R', implies: ['raed'] } } })).toThrow(
      TypeError,
    )
  })

  it('a Fetch Request is an HttpRequest as it is, and Access speaks of these scopes', () => {
    expectTypeOf<Request>().toExtend<HttpRequest>()
    expectTypeOf<Access<ScopeName>['scope']>().toEqualTypeOf<readonly ScopeName[]>()
    expectTypeOf<Access<ScopeName>['allows']>().parameter(0).toEqualTypeOf<ScopeName | readonly ScopeName[]>()
  })
})
