import type { Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type Browser, signIn } from '../support/browser.js'
import { approve, authorize, connect, exchange, type Params, type RegisteredClient, tokensOf } from '../support/flow.js'
import { type ScopeName, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const options = { acrValues: ['pwd', 'mfa', 'phr'] }

/** A route that wants people to have signed in like this. */
function routeOf(box: TestProvider, authentication: { acr?: readonly string[]; maxAge?: number }, scope?: ScopeName) {
  const guard = box.provider.guard({ authentication, ...(scope && { scope }) })
  return async (token: string) => {
    const request = new Request(`${box.api}/payments`, { headers: { authorization: `Bearer ${token}` } })
    const result = await guard(request, request)
    if (result.ok) return { status: 200, challenge: '', access: result.access }
    const challenge = String(result.response.headers['www-authenticate'])
    return { status: result.response.status, challenge, access: null, body: JSON.parse(result.response.body) }
  }
}

const metadata = 'https://app.example/.well-known/oauth-protected-resource/api'

async function connected(given: TestOptions = options) {
  const box = testProvider(given)
  return { box, ...(await connect(box)) }
}

describe('a route that wants people to have signed in lately, or in a certain way', () => {
  it('SU-01 tells a client that comes with too old a sign-in what it needs, and lets it in when it has that', async () => {
    const { box, tokens } = await connected()
    const route = routeOf(box, { maxAge: 300 }, 'project:write')
    expect((await route(tokens.access_token)).status).toBe(200)
    box.clock.advance(300)
    expect((await route(tokens.access_token)).status).toBe(200)
    box.clock.advance(1)
    const { status, challenge, body } = await route(tokens.access_token)
    expect(status).toBe(401)
    expect(challenge).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="the user has to sign in again, or in another way, for this", max_age="300", ' +
        `scope="project:write", resource_metadata="${metadata}"`,
    )
    expect(body).toMatchObject({ error: 'insufficient_user_authentication', scope: 'project:write' })
  })

  it('SU-01 names every authentication context that will do', async () => {
    const { box, tokens } = await connected()
    const { status, challenge } = await routeOf(box, { acr: ['mfa', 'phr'], maxAge: 60 })(tokens.access_token)
    expect(status).toBe(401)
    expect(challenge).toContain('acr_values="mfa phr", max_age="60"')
  })

  it('both at once: what is needed of the sign-in comes first, with every scope that is needed', async () => {
    const { box, tokens } = await connected()
    const { status, challenge } = await routeOf(box, { acr: ['mfa'] }, 'project:admin')(tokens.access_token)
    expect(status).toBe(401)
    expect(challenge).toContain('scope="project:admin"')
  })

  it('a dead token is told so, and no more', async () => {
    const { box, tokens } = await connected()
    await box.provider.grants.revokeAll({ subject: 'alice' as Subject })
    const { status, challenge } = await routeOf(box, { acr: ['mfa'] })(tokens.access_token)
    expect(status).toBe(401)
    expect(challenge).toContain('error="invalid_token"')
    expect(challenge).not.toContain('acr_values')
  })

  it.each([
    ['of a host that says nothing of sign-ins', {}],
    ['of a host that says when, and not how', { authenticatedAt: 1_795_132_800 }],
  ])('is closed to a token %s', async (_, told) => {
    const session: TestOptions['session'] = ({ headers }) =>
      headers.get('cookie')?.includes('user=') ? { subject: 'alice', name: 'a', ...told } : null
    const { box, tokens } = await connected({ ...options, session })
    expect((await routeOf(box, { acr: ['mfa'] })(tokens.access_token)).status).toBe(401)
    const recent = await routeOf(box, { maxAge: 60 })(tokens.access_token)
    expect(recent.status).toBe('authenticatedAt' in told ? 200 : 401)
  })

  it('is closed to a client that acts for itself: there is nobody to sign in', async () => {
    const box = testProvider(options)
    const { client, secret } = await box.provider.clients.register(
      { client_name: 'Robot', grant_types: ['client_credentials'], scope: 'project:read' },
      { policy: { scope: ['project:read'] } },
    )
    const basic = Buffer.from(`${client.id}:${secret}`).toString('base64')
    const answer = await box.fetch(
      new Request(`${box.origin}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: box.api }),
      }),
    )
    const { access_token } = (await answer.json()) as { access_token: string }
    expect((await routeOf(box, {})(access_token)).status).toBe(200)
    expect((await routeOf(box, { maxAge: 60 })(access_token)).status).toBe(401)
  })

  it.each([
    ['an authentication context that there is not', { acr: ['fido'] }, /fido is not among acrValues/],
    ['no authentication context at all', { acr: [] }, /acr is empty/],
    ['no time', { maxAge: 0 }, /maxAge/],
    ['part of a second', { maxAge: 1.5 }, /maxAge/],
  ])('does not start with %s', (_, authentication, message) => {
    expect(() => testProvider(options).provider.guard({ authentication })).toThrow(message)
  })
})

describe('stepping up', () => {
  /** What a client makes of a challenge (RFC 9470 section 4). */
  const wanted = (challenge: string): Params => {
    const member = (name: string) => new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1]
    return { acr_values: member('acr_values'), max_age: member('max_age'), scope: member('scope') }
  }

  async function stepUp(box: TestProvider, browser: Browser, client: RegisteredClient, challenge: string) {
    const { page: login, ...attempt } = await authorize(browser, client, wanted(challenge))
    browser.cookies.set('acr', 'mfa')
    const page = await signIn(browser, 'alice', login)
    return tokensOf(await exchange(box, await approve(browser, { ...attempt, page })))
  }

  it('SU-02 a client that follows the challenge gets in, and what it had before goes on as it was', async () => {
    const { box, browser, client, tokens } = await connected()
    const route = routeOf(box, { acr: ['mfa', 'phr'], maxAge: 300 }, 'project:write')
    box.clock.advance(1_000)
    const { challenge } = await route(tokens.access_token)
    const stronger = await stepUp(box, browser, client, challenge)
    const { status, access } = await route(stronger.access_token)
    expect(status).toBe(200)
    expect(access).toMatchObject({ acr: 'mfa', authenticatedAt: box.clock.now() })
    expect((await route(tokens.access_token)).status).toBe(401)
    expect((await routeOf(box, {})(tokens.access_token)).status).toBe(200)
  })
})
