import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { authorizationUrl, authorize, connect, post, register, send } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const page = 'https://inspector.example'

const machines = [
  ['/oauth/token', 'POST'],
  ['/oauth/revoke', 'POST'],
  ['/oauth/register', 'POST'],
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/.well-known/openid-configuration', 'GET'],
  ['/.well-known/oauth-protected-resource/mcp', 'GET'],
] as const

const corsHeaders = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))

describe('CORS of machine endpoints', () => {
  it.each(machines)('CORS-01 answers a preflight to %s', async (path, method) => {
    const answer = await send(box, path, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,mcp-protocol-version',
      },
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(
      expect.arrayContaining([method, 'OPTIONS']),
    )
    expect(answer.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'dpop', 'mcp-protocol-version']),
    )
    expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0)
  })

  it.each(machines)('CORS-02 CORS-03 CORS-05 %s has its headers on success and on errors', async (path, method) => {
    const attempts = [{ method }, { method: 'PUT' }, { method: 'POST', body: '{' }]
    for (const init of attempts) {
      const { headers } = await send(box, path, { ...init, headers: { origin: page } })
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toMatch(/WWW-Authenticate/)
      expect(headers.get('access-control-expose-headers')).toMatch(/DPoP-Nonce/)
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('CORS-02 an outage is readable for a script, too', async () => {
    const { client_id } = await register(box)
    box.storage.inject({ method: 'findClient', how: 'throw' })
    const answer = await post(box, '/oauth/revoke', { client_id, token: 'x' }, { origin: page })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([503, '*'])
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Retry-After/)
  })

  it('CORS-02 an unknown well-known document is readable for a script', async () => {
    const answer = await send(box, '/.well-known/oauth-protected-resource/unknown', { headers: { origin: page } })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, '*'])
  })
})

describe('CORS of pages', () => {
  it('CORS-04 S-046 authorization, consent and connected apps have no CORS headers at all', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const consent = await authorize(browser, client)
    const headers = { origin: page, 'x-user': 'alice', cookie: '' }
    const answers = await Promise.all([
      send(box, authorizationUrl(client, 'v'.repeat(43)), { headers }),
      send(box, '/oauth/authorize', { headers }),
      send(box, '/oauth/authorize', { method: 'OPTIONS', headers }),
      send(box, '/oauth/interaction?id=x', { headers }),
      send(box, '/settings/connected-apps', { headers }),
      send(box, '/settings/connected-apps', { method: 'OPTIONS', headers }),
    ])
    for (const one of answers) expect(corsHeaders(one.headers)).toEqual([])
    expect(corsHeaders(consent.page.headers)).toEqual([])
  })
})

describe('CORS of a guarded API', () => {
  const guardFor = (origins: '*' | readonly string[]) => {
    const guard = box.provider.guard({ scope: 'project:read', resource: box.mcp, origins })
    return (init: RequestInit = {}) => {
      const request = new Request(`${box.origin}/mcp`, init)
      return guard(request, request)
    }
  }
  const response = async (result: ReturnType<ReturnType<typeof guardFor>>) => {
    const outcome = await result
    if (outcome.ok) throw new Error('it passed')
    return outcome.response
  }

  it('CORS-06 lets allowed origins in, and says so on the answer and on the challenge', async () => {
    const { tokens } = await connect(box, { params: { resource: box.mcp } })
    const ask = guardFor([page])
    const challenge = await response(ask({ headers: { origin: page } }))
    expect(challenge).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': page, vary: 'Origin' } })
    expect(challenge.headers['access-control-expose-headers']).toMatch(/WWW-Authenticate.*Mcp-Session-Id/)
    const passed = await ask({ headers: { origin: page, authorization: `Bearer ${tokens.access_token}` } })
    expect(passed).toMatchObject({ ok: true, headers: { 'access-control-allow-origin': page } })
  })

  it('CORS-06 S-176 refuses a foreign origin with 403 and no challenge, even with a good token', async () => {
    const { tokens } = await connect(box, { params: { resource: box.mcp } })
    const headers = { origin: 'http://evil', authorization: `Bearer ${tokens.access_token}` }
    const refused = await response(guardFor([page])({ headers }))
    expect(refused.status).toBe(403)
    expect(refused.headers['www-authenticate']).toBeUndefined()
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('CORS-06 a request without Origin is not a script’s', async () => {
    expect((await response(guardFor([page])())).status).toBe(401)
  })

  it('CORS-06 a preflight is answered without a token, with the headers that were asked for', async () => {
    const headers = {
      origin: page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, mcp-param-region, x bad, mcp-session-id',
    }
    const answer = await response(guardFor([page])({ method: 'OPTIONS', headers }))
    expect(answer.status).toBe(204)
    expect(answer.headers['access-control-allow-headers']).toBe('authorization, mcp-param-region, mcp-session-id')
    expect((await response(guardFor([page])({ method: 'OPTIONS', headers: { origin: 'http://evil' } }))).status).toBe(
      403,
    )
  })

  it('CORS-05 a star stands alone, without credentials', async () => {
    const { headers } = await response(guardFor('*')({ headers: { origin: page } }))
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers['access-control-allow-credentials']).toBeUndefined()
  })
})
