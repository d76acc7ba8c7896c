import type { GuardOptions } from 'grantor'
import { describe, expect, it } from 'vitest'
import { connect } from '../support/flow.js'
import { type ScopeName, type TestOptions, testProvider } from '../support/provider.js'

const origin = 'https://app.example'

type Options = GuardOptions<Request, ScopeName>

/** How a guard meets a token for one resource at a path. */
async function met(resources: TestOptions['resources'], held: string, path: string, options: Options = {}) {
  const box = testProvider({ resources: resources ?? {} })
  const { tokens } = await connect(box, { params: { resource: held } })
  const request = new Request(`${origin}/`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const result = await box.provider.guard(options)({ ...requestParts(request), url: path }, request)
  return result.ok ? 200 : result.response.status
}

/** The URL as it was sent: a Request would have normalised it. */
const requestParts = (request: Request) => ({
  method: request.method,
  headers: request.headers,
  text: () => request.text(),
})

describe('which resource a path belongs to', () => {
  const nested = { [`${origin}/api`]: { name: 'API' }, [`${origin}/api/admin`]: { name: 'Admin API' } }

  it('S-160 is the one with the longest path, however long its host is', async () => {
    const hosts = { [`${origin}/api`]: { name: 'API' }, 'https://a-very-long-name.app.example': { name: 'MCP' } }
    expect(await met(hosts, `${origin}/api`, '/api/x')).toBe(200)
    expect(await met(hosts, 'https://a-very-long-name.app.example', '/api/x')).toBe(401)
  })

  it('S-160 is not told by a disguised path: a token for the outer one does not get in', async () => {
    expect(await met(nested, `${origin}/api`, '/api/x')).toBe(200)
    expect(await met(nested, `${origin}/api`, '/api/admin/x')).toBe(401)
    expect(await met(nested, `${origin}/api`, '/api/%61dmin/x')).toBe(400)
    expect(await met(nested, `${origin}/api`, '/API/ADMIN/x')).toBe(401)
    expect(await met(nested, `${origin}/api`, '/api/%zz')).toBe(400)
  })

  it('has to be said where two resources share a path', () => {
    const box = testProvider({
      resources: { [`${origin}/api`]: { name: 'API' }, 'https://eu.app.example/api': { name: 'European API' } },
    })
    expect(() => box.provider.guard()).toThrow(/several resources share a path/)
    expect(() => box.provider.guard({ resource: `${origin}/api` })).not.toThrow()
  })

  it('may not be configured twice in two spellings', () => {
    const twice = { [`${origin}/api`]: { name: 'API' }, 'https://APP.example/api': { name: 'API' } }
    expect(() => testProvider({ resources: twice })).toThrow(/another spelling/)
  })
})

describe('which project a request acts on', () => {
  const call = async (project: Options['project']) => {
    const box = testProvider()
    const { tokens } = await connect(box, { changes: { project: 'alpha' } })
    const request = new Request(`${box.api}/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const result = await box.provider.guard(project ? { project } : {})(request, request)
    return { status: result.ok ? 200 : result.response.status, errors: box.errors }
  }

  it('a hook that finds nothing refuses, and tells the host', async () => {
    const { status, errors } = await call(() => undefined)
    expect(status).toBe(500)
    expect(String(errors[0])).toMatch(/say null/)
  })

  it('null says that it is none in particular', async () => {
    expect((await call(() => null)).status).toBe(200)
  })

  it('names of built-in members are names like any other', async () => {
    const box = testProvider()
    box.host.entitle('alice', 'constructor', ['project:read'])
    const { tokens } = await connect(box, {
      params: { scope: 'project:read' },
      changes: { project: ['alpha', 'constructor'] },
    })
    const request = new Request(`${box.api}/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const guard = box.provider.guard({ scope: 'project:read', project: () => 'constructor' })
    expect((await guard(request, request)).ok).toBe(true)
  })

  it('a grant for all projects is no key to projects the person does not belong to', async () => {
    const box = testProvider({
      projects: { label: 'workspace', choose: 'all', list: (who) => box.host.projects(who) },
      entitlements: () => ['project:read'],
    })
    const { tokens } = await connect(box, {
      params: { scope: 'project:read' },
      changes: { projects: 'all', project: null },
    })
    const at = async (project: string) => {
      const request = new Request(`${box.api}/x`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
      return (await box.provider.guard({ scope: 'project:read', project: () => project })(request, request)).ok
    }
    expect([await at('alpha'), await at('gamma')]).toEqual([true, false])
  })
})
