import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { connect, type TokenResponse } from './connect.js'

let demo: TestDemo
let alice: TokenResponse
let aliceAlpha: TokenResponse
let aliceReads: TokenResponse
let bob: TokenResponse
let carol: TokenResponse
let forMcp: TokenResponse

const everything = 'project:read project:write project:admin'

beforeAll(async () => {
  demo = await startTestDemo()
  const api = (person: string, projects: readonly string[], scope?: string) =>
    connect(demo, { person, projects, ...(scope !== undefined && { scope }) })
  alice = await api('alice', ['alpha', 'beta'], everything)
  aliceAlpha = await api('alice', ['alpha'], everything)
  aliceReads = await api('alice', ['alpha'], 'project:read')
  bob = await api('bob', ['gamma'], everything)
  carol = await api('carol', ['alpha'], everything)
  forMcp = await connect(demo, { person: 'alice', projects: ['alpha'], to: 'mcp' })
})
afterAll(() => demo.stop())

const call = (path: string, token: TokenResponse | null, init: RequestInit = {}) =>
  fetch(`${demo.issuer}/api${path}`, {
    ...init,
    headers: { ...init.headers, ...(token && { authorization: `Bearer ${token.access_token}` }) },
  })

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const challengeOf = (response: Response) => response.headers.get('www-authenticate') ?? ''

describe('consent', () => {
  it('narrows what is granted to what the person may do', () => {
    expect(alice.scope.split(' ').toSorted()).toEqual(['project:admin', 'project:read', 'project:write'])
    expect(bob.scope.split(' ').toSorted()).toEqual(['project:read', 'project:write'])
    expect(carol.scope).toBe('project:read')
  })
})

describe('GET /api/me', () => {
  it('says who acts, through what, with what, where', async () => {
    const response = await call('/me', alice)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      user: 'alice',
      client: expect.stringMatching(/^client_/),
      scope: alice.scope,
      projects: ['alpha', 'beta'],
      account: 'acme',
    })
  })

  it('shows the account of the chosen projects', async () => {
    expect(await (await call('/me', bob)).json()).toMatchObject({ user: 'bob', projects: ['gamma'], account: 'globex' })
  })

  it('answers 401 without a token and says where to get one', async () => {
    const response = await call('/me', null)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain(
      `resource_metadata="${demo.issuer}/.well-known/oauth-protected-resource/api"`,
    )
    expect(challengeOf(response)).not.toContain('error=')
  })

  it('answers 401 to a token for the other resource', async () => {
    const response = await call('/me', forMcp)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toContain('error="invalid_token"')
  })

  it('has nothing but GET', async () => {
    const response = await call('/me', alice, { method: 'PUT' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('items', () => {
  it('are listed, added and deleted by whoever may', async () => {
    const before = (await (await call('/projects/alpha/items', alice)).json()).items
    expect(before.map((item: { name: string }) => item.name)).toContain('Orders 2025')

    const created = await call('/projects/alpha/items', alice, post({ name: '  New item ' }))
    const item = await created.json()
    expect(created.status).toBe(201)
    expect(item).toEqual({
      id: expect.any(String),
      name: 'New item',
      created_by: 'alice',
      created_at: expect.any(String),
    })
    expect(created.headers.get('location')).toBe(`/api/projects/alpha/items/${item.id}`)
    expect((await (await call('/projects/alpha/items', carol)).json()).items).toEqual([...before, item])

    const deleted = await call(`/projects/alpha/items/${item.id}`, alice, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    expect((await (await call('/projects/alpha/items', alice)).json()).items).toEqual(before)
  })

  const holders = () => ({ alice, aliceAlpha, aliceReads, bob, carol, nobody: null })
  type Holder = keyof ReturnType<typeof holders>

  it.each<[Holder, string, number, number, number]>([
    ['alice', 'alpha', 200, 201, 404],
    ['alice', 'beta', 200, 201, 404],
    ['alice', 'gamma', 403, 403, 403],
    ['alice', 'unknown', 403, 403, 403],
    ['aliceAlpha', 'alpha', 200, 201, 404],
    ['aliceAlpha', 'beta', 403, 403, 403],
    ['aliceReads', 'alpha', 200, 403, 403],
    ['bob', 'gamma', 200, 201, 403],
    ['bob', 'alpha', 403, 403, 403],
    ['carol', 'alpha', 200, 403, 403],
    ['carol', 'beta', 403, 403, 403],
    ['nobody', 'alpha', 401, 401, 401],
  ])('%s in %s: list %i, add %i, delete what is not there %i', async (holder, project, list, add, remove) => {
    const token = holders()[holder]
    expect((await call(`/projects/${project}/items`, token)).status).toBe(list)
    expect((await call(`/projects/${project}/items`, token, post({ name: 'x' }))).status).toBe(add)
    expect((await call(`/projects/${project}/items/none`, token, { method: 'DELETE' })).status).toBe(remove)
  })

  it('names the scope that is needed', async () => {
    const response = await call('/projects/alpha/items/none', carol, { method: 'DELETE' })
    expect(challengeOf(response)).toContain('error="insufficient_scope"')
    expect(challengeOf(response)).toContain('scope="project:admin"')
  })

  it('of one project are not found in another', async () => {
    const { id } = await (await call('/projects/alpha/items', alice, post({ name: 'mine' }))).json()
    expect((await call(`/projects/beta/items/${id}`, alice, { method: 'DELETE' })).status).toBe(404)
    expect((await call(`/projects/alpha/items/${id}`, alice, { method: 'DELETE' })).status).toBe(204)
  })

  it.each([
    ['no name', {}],
    ['an empty name', { name: ' ' }],
    ['a name that is no text', { name: 7 }],
    ['a name that is too long', { name: 'x'.repeat(201) }],
    ['a list', []],
    ['what is no JSON', '{"name":'],
  ])('GEN-12 are refused in JSON with %s', async (_, body) => {
    const response = await call('/projects/alpha/items', alice, post(body))
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'invalid_request', error_description: expect.any(String) })
  })

  it('GEN-12 are refused in JSON when there is too much of them', async () => {
    const response = await call('/projects/alpha/items', alice, post({ name: 'x'.repeat(70_000) }))
    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toContain('application/json')
  })

  it('may be asked for by scripts of any origin, errors included', async () => {
    const origin = 'https://spa.example'
    const preflight = await call('/projects/alpha/items', null, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization')
    for (const token of [carol, null]) {
      const response = await call('/projects/alpha/items', token, { headers: { origin } })
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
    }
  })
})

describe('below /api', () => {
  it.each(['/nothing', '/projects/alpha', '/projects/alpha/items/x/y'])('GEN-12 %s is a 404 in JSON', async (path) => {
    const response = await call(path, alice)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: 'not_found' })
  })

  it('/api itself is guarded, so that a client can begin with the name of the resource', async () => {
    expect((await call('', null)).status).toBe(401)
    expect((await call('', carol)).status).toBe(200)
  })
})
