import type { ClientId, GrantId, GuardOptions, HttpRequest } from 'grantor'
import { remoteGuard } from 'grantor/resource'
import { describe, expect, it } from 'vitest'
import { connect, postAs, revoke, tokensOf } from '../support/flow.js'
import { type ScopeName, scopes } from '../support/host.js'
import { registerManually, testProvider } from '../support/provider.js'
import { apart, introspections, projectOf, request, told } from './support.js'

type Options = GuardOptions<Request, ScopeName>

const items = '/api/projects/alpha/items'
const reading: Options = { scope: 'project:read', project: projectOf }

describe('a guard away from its provider', () => {
  it('lets in what the provider lets in, and says the same of it', async () => {
    const { box, remote } = await apart()
    const { tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
    const call = request(tokens.access_token)
    const here = await box.provider.guard(reading)(call, call)
    const there = await remote.guard(reading)(call, call)
    if (!here.ok || !there.ok) throw new Error('refused')
    expect(JSON.parse(JSON.stringify(there.access))).toEqual(JSON.parse(JSON.stringify(here.access)))
    expect(there.headers).toEqual(here.headers)
    const questions = [
      ['project:read'],
      ['project:write', 'beta'],
      ['project:admin', 'alpha'],
      ['project:read', 'gamma'],
    ] as const
    for (const [scope, project] of questions)
      expect(there.access.allows(scope, project)).toBe(here.access.allows(scope, project))
  })

  it.each<readonly [string, (token: string) => string | null, Options, string]>([
    ['RS-01 no token', () => null, reading, items],
    ['RS-02 another scheme', () => null, { scope: ['project:read', 'project:write'] }, items],
    ['RS-04 nonsense', () => 'nonsense', reading, items],
    ['RS-06 too weak', (token) => token, { scope: 'project:admin', project: projectOf }, items],
    ['another project', (token) => token, reading, '/api/projects/gamma/items'],
    ['RS-07 S-160 another resource', (token) => token, { ...reading, resource: 'https://app.example/mcp' }, items],
  ])('RS-14 challenges like the provider: %s', async (_name, token, options, path) => {
    const { box, remote } = await apart({ resource: ['https://app.example/api', 'https://app.example/mcp'] })
    const { tokens } = await connect(box)
    const call = request(token(tokens.access_token), path)
    const here = await box.provider.guard(options)(call, call)
    const there = await remote.guard(options)(call, call)
    if (here.ok || there.ok) throw new Error('let in')
    expect(told(there.response)).toEqual(told(here.response))
    expect(there.response.headers).toEqual(here.response.headers)
  })

  it('RS-03 S-168 refuses two tokens without asking anybody', async () => {
    const { line, remote } = await apart()
    const call: HttpRequest = { ...headersOf('Bearer a, Bearer b'), method: 'GET', url: '/api', text: async () => '' }
    const result = await remote.guard({ scope: 'project:read' })(call, request(null))
    expect(result.ok ? null : result.response.status).toBe(400)
    expect(line.asked).toEqual([])
  })

  it('knows a client that acts for itself', async () => {
    const { box, remote } = await apart()
    const service = await registerManually(
      box,
      { client_name: 'Import', grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
      { policy: { scope: ['project:read'], projects: ['alpha'] } },
    )
    const params = { grant_type: 'client_credentials', resource: box.api }
    const { access_token } = tokensOf(await postAs(box, '/oauth/token', service, params))
    const result = await remote.guard(reading)(request(access_token), request(null))
    expect(result.ok && [result.access.subject, result.access.clientId]).toEqual([null, service.client_id])
  })

  it('knows where less is held', async () => {
    const { box, remote } = await apart()
    box.host.entitle('alice', 'beta', ['project:read'])
    const { tokens } = await connect(box, { changes: { project: ['alpha', 'beta'] } })
    const status = async (project: string) => {
      const call = request(tokens.access_token, `/api/projects/${project}/items`)
      const result = await remote.guard({ scope: 'project:write', project: projectOf })(call, call)
      return result.ok ? 200 : result.response.status
    }
    expect([await status('alpha'), await status('beta')]).toEqual([200, 403])
  })

  it('asks about each project by name where a grant is for all', async () => {
    const { host } = testProvider()
    const box = testProvider({
      projects: { label: 'workspace', choose: 'all', list: host.projects },
      entitlements: host.entitlements,
    })
    const { remote, line } = await apart({}, { box })
    const { tokens } = await connect(box, { changes: { projects: 'all', project: [] } })
    host.entitle('alice', 'beta', ['project:read'])
    const result = async (project: string, scope: ScopeName) => {
      const call = request(tokens.access_token, `/api/projects/${project}/items`)
      const here = await box.provider.guard({ scope, project: projectOf })(call, call)
      const there = await remote.guard({ scope, project: projectOf })(call, call)
      expect(there.ok ? there.access.projects : told(there.response)).toEqual(
        here.ok ? here.access.projects : told(here.response),
      )
      return there.ok
    }
    expect([
      await result('alpha', 'project:write'),
      await result('beta', 'project:write'),
      await result('beta', 'project:read'),
      await result('gamma', 'project:read'),
    ]).toEqual([true, false, true, false])
    expect(introspections(line)).toBe(3)
  })

  it('live asks anew every time what the person holds', async () => {
    const { box, remote } = await apart()
    const { tokens } = await connect(box)
    const guard = remote.guard({ scope: 'project:write', project: projectOf, live: true })
    const status = async () => {
      const result = await guard(request(tokens.access_token), request(tokens.access_token))
      return result.ok ? 200 : result.response.status
    }
    expect(await status()).toBe(200)
    box.host.entitle('alice', 'alpha', ['project:read'])
    expect(await status()).toBe(403)
    box.host.entitle('alice', 'alpha', ['project:write'])
    expect(await status()).toBe(200)
  })

  it('answers preflights, and puts CORS on refusals', async () => {
    const { remote } = await apart()
    const guard = remote.guard({ scope: 'project:read', origins: ['https://spa.example'] })
    const origin = { origin: 'https://spa.example' }
    const preflight = await guard(request(null, '/api', { method: 'OPTIONS', headers: origin }), request(null))
    expect(preflight.ok ? null : preflight.response.status).toBe(204)
    const refused = await guard(request(null, '/api', { headers: origin }), request(null))
    expect(refused.ok ? null : refused.response.headers['access-control-allow-origin']).toBe('https://spa.example')
  })

  it('has no audit log to write to, and says so', async () => {
    const { box, remote } = await apart()
    const { tokens } = await connect(box)
    const result = await remote.guard()(request(tokens.access_token), request(null))
    if (!result.ok) throw new Error('refused')
    await expect(result.access.audit('job.created')).rejects.toThrow(/where the provider is/)
  })
})

const headersOf = (authorization: string) => ({
  headers: { get: (name: string) => (name === 'authorization' ? authorization : null) },
})

describe('the cache', () => {
  const passes = async (remote: Awaited<ReturnType<typeof apart>>['remote'], token: string) =>
    (await remote.guard(reading)(request(token), request(token))).ok

  it('INT-10 S-175 lets a revoked token live on for as long as it was told to, and not longer', async () => {
    const { box, remote } = await apart({ cache: { seconds: 30 } })
    const { client, tokens } = await connect(box)
    expect(await passes(remote, tokens.access_token)).toBe(true)
    await revoke(box, client, tokens.access_token)
    box.clock.advance(29)
    expect(await passes(remote, tokens.access_token)).toBe(true)
    box.clock.advance(1)
    expect(await passes(remote, tokens.access_token)).toBe(false)
  })

  it('INT-10 counts the time that an answer was on its way', async () => {
    const { box, line, remote } = await apart({ cache: { seconds: 10 } })
    const { client, tokens } = await connect(box)
    line.instead = async (request) => {
      const answer = await box.fetch(request)
      if (request.url.endsWith('/introspect')) box.clock.advance(4)
      return answer
    }
    expect(await passes(remote, tokens.access_token)).toBe(true)
    await revoke(box, client, tokens.access_token)
    box.clock.advance(5)
    expect(await passes(remote, tokens.access_token)).toBe(true)
    box.clock.advance(1)
    expect(await passes(remote, tokens.access_token)).toBe(false)
  })

  it('INT-10 nobody waits for an answer that would be too old when it came', async () => {
    const { box, line, remote } = await apart({ cache: { seconds: 2 } })
    const { client, tokens } = await connect(box)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const asked = new Promise<void>((resolve) => {
      line.instead = async (request) => {
        const answer = await box.fetch(request)
        if (!request.url.endsWith('/introspect')) return answer
        resolve()
        await held
        return answer
      }
    })
    const early = passes(remote, tokens.access_token)
    await asked
    line.instead = null
    await revoke(box, client, tokens.access_token)
    box.clock.advance(2)
    expect(await passes(remote, tokens.access_token)).toBe(false)
    letGo()
    expect(await early).toBe(true)
    expect(await passes(remote, tokens.access_token)).toBe(false)
  })

  it('INT-10 never lets a token live on beyond its own time', async () => {
    const box = testProvider({ lifetimes: { accessToken: 20 } })
    const { remote } = await apart({ cache: { seconds: 60 } }, { box })
    const { tokens } = await connect(box)
    box.clock.advance(15)
    expect(await passes(remote, tokens.access_token)).toBe(true)
    box.clock.advance(5)
    expect(await passes(remote, tokens.access_token)).toBe(false)
  })

  it('INT-10 forgets after two seconds that a token was no good', async () => {
    const { box, line, remote } = await apart({ cache: { seconds: 60 } })
    for (let n = 0; n < 3; n += 1) expect(await passes(remote, 'nonsense')).toBe(false)
    expect(introspections(line)).toBe(1)
    box.clock.advance(2)
    await passes(remote, 'nonsense')
    expect(introspections(line)).toBe(2)
  })

  it('asks once for all who ask at the same time, metadata included', async () => {
    const { box, line, remote } = await apart()
    const { tokens } = await connect(box)
    const all = await Promise.all(Array.from({ length: 20 }, () => passes(remote, tokens.access_token)))
    expect(all.every(Boolean)).toBe(true)
    expect(line.asked).toEqual(['/.well-known/oauth-authorization-server', '/oauth/introspect'])
  })

  it('can be left out: then a revoked token is dead at once', async () => {
    const { box, line, remote } = await apart({ cache: { seconds: 0 } })
    const { client, tokens } = await connect(box)
    expect(await passes(remote, tokens.access_token)).toBe(true)
    await revoke(box, client, tokens.access_token)
    expect(await passes(remote, tokens.access_token)).toBe(false)
    expect(introspections(line)).toBe(2)
  })

  it('keeps no more than it was told to', async () => {
    const { box, line, remote } = await apart({ cache: { most: 2, seconds: 60 } })
    const tokens = []
    for (let n = 0; n < 3; n += 1) tokens.push((await connect(box)).tokens.access_token)
    for (const token of tokens) await passes(remote, token)
    await passes(remote, tokens[2] ?? '')
    await passes(remote, tokens[1] ?? '')
    expect(introspections(line)).toBe(3)
    await passes(remote, tokens[0] ?? '')
    expect(introspections(line)).toBe(4)
  })

  it('does not keep that the provider was away', async () => {
    const { box, line, remote } = await apart()
    const { tokens } = await connect(box)
    line.instead = () => new Response('', { status: 502 })
    expect(await passes(remote, tokens.access_token)).toBe(false)
    line.instead = null
    expect(await passes(remote, tokens.access_token)).toBe(true)
  })
})

describe('a provider that does not answer', () => {
  const json =
    (body: unknown, status = 200) =>
    () =>
      Response.json(body, { status })
  const introspectsAs = (body: unknown, status?: number) => (issuer: string) => (request: Request) =>
    request.method === 'POST'
      ? json(body, status)()
      : json({ issuer, introspection_endpoint: `${issuer}/oauth/introspect` })()

  it.each<readonly [string, (issuer: string) => (request: Request) => Promise<Response> | Response]>([
    ['is not there', () => () => Promise.reject(new TypeError('fetch failed'))],
    ['has an error', introspectsAs({ error: 'server_error' }, 500)],
    ['is busy', introspectsAs({ error: 'temporarily_unavailable' }, 429)],
    ["refuses this server's credentials", introspectsAs({ error: 'invalid_client' }, 401)],
    ['lets this server ask nothing', introspectsAs({ error: 'unauthorized_client' }, 403)],
    [
      'sends a redirect',
      () => () => new Response(null, { status: 307, headers: { location: 'https://evil.example' } }),
    ],
    ['answers with a page', () => () => new Response('<!doctype html>')],
    ['answers with something else', introspectsAs({ active: 'yes' })],
    ['leaves out what matters', introspectsAs({ active: true, client_id: 'x', exp: 9e9 })],
    [
      'is another issuer',
      () => json({ issuer: 'https://evil.example', introspection_endpoint: 'https://evil.example/i' }),
    ],
    ['has no such endpoint', (issuer) => json({ issuer })],
    [
      'would have the credentials sent in the clear',
      (issuer) => json({ issuer, introspection_endpoint: 'http://app.example/i' }),
    ],
  ])('S-174 INT-10 RS-11 that %s makes it 503, never 401, and is told of', async (_name, instead) => {
    const { box, line, remote, errors, refusals } = await apart()
    const { tokens } = await connect(box)
    line.instead = instead(box.issuer)
    const result = await remote.guard(reading)(request(tokens.access_token), request(null))
    if (result.ok) throw new Error('let in')
    expect([result.response.status, JSON.parse(result.response.body)]).toMatchObject([
      503,
      { error: 'temporarily_unavailable' },
    ])
    expect(Number(result.response.headers['retry-after'])).toBeGreaterThan(0)
    expect(result.response.headers['www-authenticate']).toBeUndefined()
    expect([errors.length, refusals]).toEqual([1, []])
    expect(JSON.stringify(errors, Object.getOwnPropertyNames(Error.prototype))).not.toContain(tokens.access_token)
  })

  it('S-174 is waited for only so long', async () => {
    const { box, line, remote } = await apart({ timeout: 20 })
    const { tokens } = await connect(box)
    line.instead = () => new Promise(() => {})
    const result = await remote.guard(reading)(request(tokens.access_token), request(null))
    expect(result.ok ? null : result.response.status).toBe(503)
  })

  it.each<readonly [string, Record<string, unknown>, string]>([
    ['for another resource', { aud: ['https://app.example/mcp'] }, 'access_token.audience'],
    [
      'S-162 for one that looks like it',
      { aud: ['https://app.example/ap', 'https://app.example/api.evil'] },
      'access_token.audience',
    ],
    ['S-161 for none', { aud: [] }, 'access_token.audience'],
    ['of another issuer', { iss: 'https://evil.example' }, 'access_token.issuer'],
    ['that is over', { exp: 1 }, 'access_token.expired'],
  ])('RS-07 RS-08 is not believed when it calls a token good %s', async (_name, changed, reason) => {
    const { box, line, remote, refusals } = await apart()
    const { tokens } = await connect(box)
    line.instead = async (asked) => {
      const answer = await box.fetch(asked)
      return asked.method === 'POST' ? Response.json({ ...((await answer.json()) as object), ...changed }) : answer
    }
    const result = await remote.guard(reading)(request(tokens.access_token), request(null))
    expect([result.ok ? 200 : result.response.status, refusals]).toEqual([401, [reason]])
  })
})

describe('a mistake of the host', () => {
  it('in a hook refuses with 500', async () => {
    const { box, remote, errors } = await apart()
    const { tokens } = await connect(box)
    const result = await remote.guard({ project: () => undefined })(request(tokens.access_token), request(null))
    expect([result.ok ? 200 : result.response.status, errors.length]).toEqual([500, 1])
  })

  const valid = {
    issuer: 'https://app.example',
    client: { id: 'c', secret: 's' },
    resource: 'https://app.example/api',
    scopes,
  }
  it.each<readonly [object, RegExp]>([
    [{ issuer: 'http://app.example' }, /issuer: must use https/],
    [{ client: { id: '', secret: 's' } }, /client: needs an id/],
    [{ resource: [] }, /resource: name at least one/],
    [{ resource: 'https://app.example/api#x' }, /resource: .* fragment/],
    [{ cache: { seconds: 61 } }, /cache.seconds: must be from 0 to 60/],
    [{ cache: { most: 0 } }, /cache.most/],
    [{ scopes: { a: { description: 'A', implies: ['b'] } } }, /implies 'b'/],
  ])('in %j is told at boot', (wrong, words) => {
    expect(() => remoteGuard({ ...valid, ...wrong } as never)).toThrow(words)
  })

  it('in a route is told at boot', () => {
    const remote = remoteGuard(valid)
    expect(() => remote.guard({ scope: 'project:raed' as ScopeName })).toThrow(/project:raed is not configured/)
    expect(() => remote.guard({ resource: 'https://app.example/mcp' })).toThrow(/not configured/)
  })
})

it('a grant that ended is dead here too, as soon as nobody remembers it', async () => {
  const { box, remote } = await apart()
  const { client, tokens } = await connect(box)
  const guard = remote.guard(reading)
  expect((await guard(request(tokens.access_token), request(null))).ok).toBe(true)
  const [listed] = (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items
  await box.provider.grants.revoke(listed?.grant.id as GrantId)
  box.clock.advance(10)
  expect((await guard(request(tokens.access_token), request(null))).ok).toBe(false)
})
