import { describe, expect, it } from 'vitest'
import { apart, request } from '../remote/support.js'
import { formOf } from '../support/browser.js'
import {
  approve,
  connect,
  exchange,
  openAttempt,
  type Params,
  post,
  postAs,
  publicClient,
  refresh,
  register,
  responseOf,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const origin = 'https://app.example'
const pattern = `${origin}/p/{project}/mcp`
const resourceOf = (project: string) => `${origin}/p/${project}/mcp`

/** One MCP server for each project, beside an API for all. */
const box = (options: TestOptions = {}) => {
  const { host } = testProvider()
  const made = testProvider({
    resources: { [pattern]: { name: 'Acme MCP' }, [`${origin}/api`]: { name: 'Acme API' } },
    projects: { label: 'workspace', choose: 'many', list: host.projects },
    entitlements: host.entitlements,
    ...options,
  })
  return { ...made, host }
}

const at = async ({ provider }: TestProvider, token: string | null, path: string, options = {}) => {
  const asked = request(token, path)
  const result = await provider.guard({ scope: 'project:read', ...options })(asked, asked)
  return result.ok ? 200 : result.response.status
}

const projectsOn = async (site: TestProvider, params: Params) => {
  const attempt = await openAttempt(site, await register(site), params)
  const { fields } = formOf(attempt.page, ['decision', 'approve'])
  return fields.filter(({ name }) => name === 'project').map(({ value, checked }) => [value, checked])
}

describe('a resource that names a project', () => {
  it('has that project alone on the consent page, chosen already', async () => {
    expect(await projectsOn(box(), { resource: resourceOf('beta') })).toEqual([['beta', true]])
    expect(await projectsOn(box(), { resource: [resourceOf('alpha'), resourceOf('beta')] })).toEqual([
      ['alpha', true],
      ['beta', true],
    ])
  })

  it('RI-05 S-160 gives a token that is good there, and nowhere else', async () => {
    const site = box()
    const { tokens } = await connect(site, { params: { resource: resourceOf('beta') } })
    const statuses = await Promise.all(
      ['/p/beta/mcp', '/p/beta/mcp/tools', '/p/alpha/mcp', '/p/gamma/mcp', '/api/items'].map((path) =>
        at(site, tokens.access_token, path),
      ),
    )
    expect(statuses).toEqual([200, 200, 401, 401, 401])
  })

  it('a token of it does nothing in another project, whatever the route says', async () => {
    const site = box()
    const { tokens } = await connect(site, { params: { resource: resourceOf('beta') } })
    expect(await at(site, tokens.access_token, '/p/beta/mcp', { project: () => 'alpha' })).toBe(403)
    expect(await at(site, tokens.access_token, '/p/beta/mcp', { project: () => 'beta' })).toBe(200)
    expect(await at(site, tokens.access_token, '/p/beta/mcp', { project: () => null })).toBe(200)
  })

  it('its guard asks for the project without being told', async () => {
    const site = box()
    const { client, tokens } = await connect(site, { params: { resource: [resourceOf('alpha'), resourceOf('beta')] } })
    expect(await at(site, tokens.access_token, '/p/alpha/mcp')).toBe(200)
    const [listed] = (await site.provider.grants.list({ clientId: client.client_id as never })).items
    await site.provider.grants.narrow(listed?.grant.id as never, { projects: ['beta'] })
    expect([
      await at(site, tokens.access_token, '/p/alpha/mcp'),
      await at(site, tokens.access_token, '/p/beta/mcp'),
    ]).toEqual([403, 200])
  })

  it('RI-04 RI-06 one of several at the token endpoint narrows the token to its project', async () => {
    const site = box()
    const { client, tokens } = await connect(site, { params: { resource: [resourceOf('alpha'), resourceOf('beta')] } })
    const answer = await refresh(site, client, tokens.refresh_token, { resource: resourceOf('beta') })
    const { access_token } = tokensOf(answer)
    const passed = request(access_token, '/p/beta/mcp')
    const result = await site.provider.guard()(passed, passed)
    expect(result.ok && [result.access.projects, result.access.resource]).toEqual([['beta'], [resourceOf('beta')]])
    const other = await refresh(site, client, tokensOf(answer).refresh_token, { resource: resourceOf('gamma') })
    expect([other.status, other.body.error]).toEqual([400, 'invalid_target'])
  })

  it('RI-C2 RI-C4 RI-C5 is known in other spellings, and RI-10 always written in one', async () => {
    const site = box()
    const attempt = await openAttempt(site, await register(site), { resource: 'HTTPS://APP.example:443/p/beta/mcp/' })
    const callback = await approve(attempt.browser, attempt)
    const { access_token } = tokensOf(await exchange(site, callback, { resource: resourceOf('beta') }))
    expect(await at(site, access_token, '/p/beta/mcp')).toBe(200)
  })

  it('RI-03 of nobody’s project is nothing to choose; a malformed one is unknown', async () => {
    const site = box()
    const { page } = await openAttempt(site, await register(site), { resource: resourceOf('gamma') })
    expect(() => formOf(page, ['decision', 'approve'])).toThrow(/no such form/)
    const other = await openAttempt(site, await register(site), { resource: `${origin}/p/a%2Fb/mcp` })
    expect(responseOf(other.page.url).get('error')).toBe('invalid_target')
  })

  it('contradicting details are refused', async () => {
    const site = box()
    const details = JSON.stringify([{ type: 'project', identifier: 'alpha' }])
    const params = { resource: resourceOf('beta'), authorization_details: details }
    const { page } = await openAttempt(site, await register(site), params)
    expect(responseOf(page.url).get('error')).toBe('invalid_authorization_details')
  })

  it('RI-08 is not meant by a request that names none', async () => {
    const site = box({ resources: { [pattern]: { name: 'Acme MCP' } } })
    const { page } = await openAttempt(site, await register(site), { resource: undefined })
    expect(responseOf(page.url).get('error')).toBe('invalid_target')
  })

  it('a client that acts for itself has those of its own projects', async () => {
    const site = box()
    const client = await registerManually(
      site,
      { client_name: 'Import', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
      { policy: { scope: ['project:read'], projects: ['alpha', 'beta'] } },
    )
    const ask = (project: string) =>
      postAs(site, '/oauth/token', client, { grant_type: 'client_credentials', resource: resourceOf(project) })
    const { access_token } = tokensOf(await ask('beta'))
    expect([await at(site, access_token, '/p/beta/mcp'), await at(site, access_token, '/p/alpha/mcp')]).toEqual([
      200, 401,
    ])
    expect((await ask('gamma')).body.error).toBe('invalid_target')
  })

  it.each([
    ['/p/%2e%2e/mcp', 400],
    ['/p/a%2Fb/mcp', 400],
    ['/p/b%65ta/mcp', 400],
    ['/P/beta/MCP', 200],
    ['/p/beta/mcp2', 500],
  ])('S-178 its guard takes %s for %i', async (path, status) => {
    const errors: unknown[] = []
    const site = box({ resources: { [pattern]: { name: 'Acme MCP' } }, onError: (error) => errors.push(error) })
    const { tokens } = await connect(site, { params: { resource: resourceOf('beta') } })
    const asked = { method: 'GET', url: path, headers: request(tokens.access_token).headers, text: async () => '' }
    const result = await site.provider.guard({ scope: 'project:read' })(asked, request(null))
    expect(result.ok ? 200 : result.response.status).toBe(status)
  })
})

describe('what is said of it', () => {
  it('PRM-01 PRM-02 its metadata is where RFC 9728 has it, for each project', async () => {
    const site = box()
    const document = await send(site, '/.well-known/oauth-protected-resource/p/beta/mcp')
    expect([document.status, document.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(document.body).toMatchObject({ resource: resourceOf('beta'), authorization_servers: [origin] })
    expect(document.headers.get('access-control-allow-origin')).toBe('*')
    const etag = document.headers.get('etag') ?? ''
    const again = await send(site, '/.well-known/oauth-protected-resource/p/beta/mcp', {
      headers: { 'if-none-match': etag },
    })
    expect(again.status).toBe(304)
  })

  it('PRM-10 its challenge leads there', async () => {
    const site = box()
    const asked = request(null, '/p/beta/mcp')
    const result = await site.provider.guard({ scope: 'project:read' })(asked, asked)
    const challenge = result.ok ? '' : String(result.response.headers['www-authenticate'])
    expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource/p/beta/mcp"`)
  })

  it.each(['p/%2e%2e/mcp', 'p//mcp', 'p/a%2Fb/mcp', 'p/b%65ta/mcp', 'p/a/b/mcp', 'p/mcp'])(
    'PRM-14 S-178 there is none at %s',
    async (path) => {
      const url = `/.well-known/oauth-protected-resource/${path}`
      const asked = { method: 'GET', url, headers: new Headers(), text: async () => '' }
      const answer = await box().provider.handle(asked, new Request(origin))
      expect([answer?.status, answer?.headers['content-type']]).toEqual([404, 'application/json'])
    },
  )

  it('INT-03 INT-04 is told to the server that runs all of its kind', async () => {
    const site = box()
    const { remote } = await apart({ resource: pattern }, { box: site, introspect: [pattern] })
    const { tokens } = await connect(site, { params: { resource: resourceOf('beta') } })
    const guard = remote.guard({ scope: 'project:read' })
    const status = async (path: string) => {
      const asked = request(tokens.access_token, path)
      const result = await guard(asked, asked)
      return result.ok ? [200, result.access.resource] : result.response.status
    }
    expect(await status('/p/beta/mcp')).toEqual([200, [resourceOf('beta')]])
    expect(await status('/p/alpha/mcp')).toBe(401)
  })
})

describe('an alias', () => {
  const aliased = () =>
    testProvider({
      resources: { [`${origin}/mcp`]: { name: 'MCP', aliases: [origin] }, [`${origin}/api`]: { name: 'API' } },
    })

  it('RI-C7 RI-10 lets a client send the origin alone, and the token says what it is for', async () => {
    const site = aliased()
    const { client, tokens } = await connect(site, { params: { resource: `${origin}/` } })
    const asked = request(tokens.access_token, '/mcp')
    const result = await site.provider.guard()(asked, asked)
    expect(result.ok && result.access.resource).toEqual([`${origin}/mcp`])
    expect((await refresh(site, client, tokens.refresh_token, { resource: origin })).status).toBe(200)
  })

  it('RI-C7 without one the origin is unknown', async () => {
    const site = testProvider()
    const { page } = await openAttempt(site, await register(site, publicClient), { resource: origin })
    expect(responseOf(page.url).get('error')).toBe('invalid_target')
    expect((await post(site, '/oauth/token', {})).status).toBe(401)
  })
})

describe('a host that', () => {
  const made =
    (resources: TestOptions['resources'], options: TestOptions = {}) =>
    () =>
      testProvider({ ...(resources && { resources }), ...options })
  const one = { name: 'MCP' }
  it.each<readonly [string, () => unknown, RegExp]>([
    ['has no projects', made({ [pattern]: one }, { projects: null }), /needs `projects`/],
    ['writes another placeholder', made({ [`${origin}/{tenant}/mcp`]: one }), /\{project\} once/],
    [
      'writes it twice',
      made({ [pattern]: one, [`${origin}/p/{project}/mcp/`]: one, [`${origin}:443/p/{project}/mcp`]: one }),
      /another spelling/,
    ],
    ['means one of them by default', made({ [pattern]: one }, { defaultResource: [pattern] }), /defaultResource/],
    ['gives one of them an alias', made({ [pattern]: { ...one, aliases: [origin] } }), /says nothing of the project/],
    [
      'gives two the same alias',
      made({ [`${origin}/a`]: { ...one, aliases: [origin] }, [`${origin}/b`]: { ...one, aliases: [`${origin}/`] } }),
      /also one of another/,
    ],
    [
      'gives one the name of another',
      made({ [`${origin}/a`]: { ...one, aliases: [`${origin}/b`] }, [`${origin}/b`]: one }),
      /is a resource itself/,
    ],
    ['gives one a name that is none', made({ [`${origin}/a`]: { ...one, aliases: ['a'] } }), /must be an absolute URL/],
  ])('%s is told at boot', (_name, make, words) => {
    expect(make).toThrow(words)
  })
})
