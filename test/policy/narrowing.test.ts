import { describe, expect, it } from 'vitest'
import {
  approve,
  authorize,
  type Connection,
  call,
  connect,
  exchange,
  openAttempt,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { type ScopeName, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const everything = { scope: 'project:admin' }
const invalidGrant = [400, 'invalid_grant']

const again = async (box: TestProvider, connection: Connection, token: string | undefined) =>
  tokensOf(await refresh(box, connection.client, token))

/** What a token may do: `alpha:GET` and so on. */
async function reach(
  box: TestProvider,
  token: string,
  projects = ['alpha', 'beta', 'gamma'],
): Promise<readonly string[]> {
  const wanted = projects.flatMap((project) => ['GET', 'POST', 'DELETE'].map((method) => [project, method] as const))
  const allowed = await Promise.all(
    wanted.map(
      async ([project, method]) => (await call(box, token, `/api/projects/${project}/items`, { method })).status,
    ),
  )
  return wanted.filter((_, at) => allowed[at] === 200).map((one) => one.join(':'))
}

const all = ['alpha:GET', 'alpha:POST', 'alpha:DELETE', 'beta:GET', 'beta:POST', 'beta:DELETE']

describe('a grant is worth what its person still holds', () => {
  it('reaches the projects it was given for, and no other', async () => {
    const box = testProvider()
    const { tokens } = await connect(box, { params: everything, changes: { project: 'beta' } })
    expect(await reach(box, tokens.access_token)).toEqual(['beta:GET', 'beta:POST', 'beta:DELETE'])
  })

  it('a scope lost in one project is lost in that one alone', async () => {
    const box = testProvider()
    box.host.entitle('alice', 'beta', ['project:read'])
    const { tokens } = await connect(box, { params: everything, changes: { project: ['alpha', 'beta'] } })
    expect(tokens.scope).toBe('project:read project:write project:admin')
    expect(await reach(box, tokens.access_token)).toEqual(['alpha:GET', 'alpha:POST', 'alpha:DELETE', 'beta:GET'])
  })

  it('shrinks at the next refresh, says so, and heals when the person gets it back', async () => {
    const box = testProvider()
    const connection = await connect(box, { params: everything, changes: { project: ['alpha', 'beta'] } })
    expect(await reach(box, connection.tokens.access_token)).toEqual(all)

    box.host.entitle('alice', 'alpha', ['project:read'])
    box.host.entitle('alice', 'beta', [])
    const narrow = await again(box, connection, connection.tokens.refresh_token)
    expect(narrow.scope).toBe('project:read')
    expect(await reach(box, narrow.access_token)).toEqual(['alpha:GET'])

    box.host.entitle('alice', 'alpha', ['project:admin'])
    box.host.entitle('alice', 'beta', ['project:admin'])
    const healed = await again(box, connection, narrow.refresh_token)
    expect(healed.scope).toBe('project:read project:write project:admin')
    expect(await reach(box, healed.access_token)).toEqual(all)
  })

  it('never grows past what was approved, whatever the person gets', async () => {
    const box = testProvider()
    const connection = await connect(box, { person: 'carol', params: everything })
    expect(connection.tokens.scope).toBe('project:read')
    box.host.entitle('carol', 'alpha', ['project:admin'])
    box.host.entitle('carol', 'beta', ['project:admin'])
    const next = await again(box, connection, connection.tokens.refresh_token)
    expect(next.scope).toBe('project:read')
    expect(await reach(box, next.access_token)).toEqual(['alpha:GET'])
  })

  it('S-120 with nothing left is invalid_grant; nothing is used up, so that it heals', async () => {
    const box = testProvider()
    const connection = await connect(box)
    box.host.entitle('alice', 'alpha', [])
    box.host.entitle('alice', 'beta', [])
    box.storage.reset()
    const refused = await refresh(box, connection.client, connection.tokens.refresh_token)
    expect([refused.status, refused.body.error]).toEqual(invalidGrant)
    expect(box.storage.commits()).toEqual([])
    box.host.entitle('alice', 'alpha', ['project:read'])
    expect((await again(box, connection, connection.tokens.refresh_token)).scope).toBe('project:read')
  })

  it('S-120 REF-15 of somebody disabled is invalid_grant, and heals as well', async () => {
    const box = testProvider()
    const connection = await connect(box)
    box.host.disable('alice')
    const refused = await refresh(box, connection.client, connection.tokens.refresh_token)
    expect([refused.status, refused.body.error]).toEqual(invalidGrant)
    box.host.enable('alice')
    expect((await again(box, connection, connection.tokens.refresh_token)).scope).toBe('project:read project:write')
  })

  it('a retry within the window is judged anew: what was lost in between is not handed out again', async () => {
    const box = testProvider()
    const connection = await connect(box, { params: everything })
    const first = await again(box, connection, connection.tokens.refresh_token)
    box.host.entitle('alice', 'alpha', ['project:read'])
    const other = tokensOf(
      await refresh(box, connection.client, connection.tokens.refresh_token, { scope: 'project:write project:read' }),
    )
    expect([other.scope, other.refresh_token]).toEqual(['project:read', first.refresh_token])
  })

  it('RI-06 scopes that one resource does not understand stay out of its tokens', async () => {
    const resources = {
      'https://app.example/api': { name: 'Acme API' },
      'https://app.example/mcp': { name: 'Acme MCP', scope: ['project:read'] as const },
    }
    const box = testProvider({ resources })
    const params = { resource: Object.keys(resources) }
    const connection = await connect(box, { params })
    expect(connection.tokens.scope).toBe('project:read project:write')
    const mcp = tokensOf(
      await refresh(box, connection.client, connection.tokens.refresh_token, { resource: 'https://app.example/mcp' }),
    )
    expect(mcp.scope).toBe('project:read')
    const next = tokensOf(await refresh(box, connection.client, mcp.refresh_token))
    expect(next.scope).toBe('project:read project:write')
  })
})

describe('a guard that asks the host each time', () => {
  const live = (options: TestOptions = {}) => {
    const box = testProvider(options)
    const guard = box.provider.guard({ scope: 'project:write', resource: box.api, project: () => 'alpha', live: true })
    return {
      box,
      passes: async (token: string) => {
        const request = new Request(box.api, { headers: { authorization: `Bearer ${token}` } })
        return (await guard(request, request)).ok
      },
    }
  }

  it('turns a token away the moment its person loses the scope, and lets it in again', async () => {
    const { box, passes } = live()
    const { tokens } = await connect(box)
    const seen: boolean[] = []
    for (const held of [['project:admin'], ['project:read'], [], ['project:write']] as ScopeName[][]) {
      box.host.entitle('alice', 'alpha', held)
      seen.push(await passes(tokens.access_token))
    }
    expect(seen).toEqual([true, false, false, true])
  })

  it('does not take the host’s word for more than was granted', async () => {
    const { box, passes } = live()
    const { tokens } = await connect(box, { params: { scope: 'project:read' } })
    expect(await passes(tokens.access_token)).toBe(false)
  })

  it('costs nothing where it is not asked for', async () => {
    let asked = 0
    const box = testProvider()
    const counting = testProvider({
      storage: box.storage,
      entitlements: (where) => {
        asked += 1
        return box.host.entitlements(where)
      },
    })
    const { tokens } = await connect(counting)
    asked = 0
    await call(counting, tokens.access_token)
    expect(asked).toBe(0)
  })
})

describe('a grant for all projects, current and future', () => {
  const choosingAll = async (person = 'alice', scope = 'project:admin') => {
    const box = testProvider({
      projects: { label: 'workspace', choose: 'all', list: (who) => box.host.projects(who) },
    })
    const connection = await connect(box, { person, params: { scope }, changes: { projects: 'all', project: null } })
    return { box, connection }
  }

  it('reaches each project as far as its person does at that moment', async () => {
    const { box, connection } = await choosingAll()
    const token = connection.tokens.access_token
    expect(await reach(box, token)).toEqual(all)
    box.host.entitle('alice', 'gamma', ['project:write'])
    box.host.entitle('alice', 'beta', ['project:read'])
    box.host.entitle('alice', 'alpha', [])
    expect(await reach(box, token)).toEqual(['beta:GET', 'gamma:GET', 'gamma:POST'])
  })

  it('is one only where the host offers it, and only when it is chosen', async () => {
    const box = testProvider()
    const { client, browser } = await connect(box)
    const attempt = await authorize(browser, client)
    const page = await browser.submit(attempt.page, { decision: 'approve', projects: 'all', project: null })
    expect(page.status).toBe(200)
  })

  it('survives a refresh as what it is', async () => {
    const { box, connection } = await choosingAll('bob', 'project:write')
    box.host.entitle('bob', 'beta', ['project:write'])
    const next = await again(box, connection, connection.tokens.refresh_token)
    expect(await reach(box, next.access_token)).toEqual(['beta:GET', 'beta:POST', 'gamma:GET', 'gamma:POST'])
  })
})

describe('how many projects may be chosen', () => {
  const approveFor = async (choose: 'one' | 'many' | 'all', project: readonly string[]) => {
    const box = testProvider({ projects: { label: 'workspace', choose, list: (who) => box.host.projects(who) } })
    const attempt = await openAttempt(box, await register(box))
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project })
    return page.status === null
  }

  it.each([
    ['one', ['alpha'], true],
    ['one', ['alpha', 'beta'], false],
    ['one', [], false],
    ['many', ['alpha', 'beta'], true],
    ['many', [], false],
    ['all', ['alpha', 'beta'], true],
    ['all', [], false],
  ] as const)('%s: %j is taken: %s', async (choose, project, taken) => {
    expect(await approveFor(choose, project)).toBe(taken)
  })
})

describe('a host without projects', () => {
  it('grants scopes alone, cut down to what is held', async () => {
    const box = testProvider({ projects: null, entitlements: () => ['project:read'] })
    const attempt = await openAttempt(box, await register(box))
    const tokens = tokensOf(await exchange(box, await approve(attempt.browser, attempt, { project: null })))
    expect(tokens.scope).toBe('project:read')
    const guard = box.provider.guard({ scope: 'project:read', resource: box.api })
    const request = new Request(box.api, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    expect((await guard(request, request)).ok).toBe(true)
  })
})
