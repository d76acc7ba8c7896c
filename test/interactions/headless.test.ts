import { describe, expect, it } from 'vitest'
import { type Browser, openBrowser, signIn } from '../support/browser.js'
import { type Attempt, authorize, call, exchange, register, responseOf, tokensOf } from '../support/flow.js'
import { registerManually, type TestProvider, testProvider } from '../support/provider.js'

/** A host that draws the consent page itself: no pages, and a URL of its own. */
async function headless(person = 'alice') {
  const box = testProvider({ pages: null, interaction: (id) => `/connect?request=${id}` })
  const browser = openBrowser(box)
  await signIn(browser, person)
  const attempt = await authorize(browser, await register(box))
  const id = new URL(attempt.page.url).searchParams.get('request') ?? ''
  return { box, browser, attempt, id }
}

const requestOf = (box: TestProvider, { cookies }: Browser) =>
  new Request(`${box.origin}/connect`, { headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } })

const redeemed = (box: TestProvider, attempt: Attempt, redirectTo: string) =>
  exchange(box, { ...attempt, url: redirectTo, response: responseOf(redirectTo) })

describe('a host that draws its own consent page', () => {
  it('is sent to the URL it named', async () => {
    const { attempt, id } = await headless()
    expect(new URL(attempt.page.url).pathname).toBe('/connect')
    expect(id).toMatch(/^grantor_in_/)
  })

  it('reads the same view as the shipped page', async () => {
    const { box, browser, id, attempt } = await headless()
    const request = requestOf(box, browser)
    expect(await box.provider.interactions.read(request, request, id)).toEqual({
      id,
      csrf: expect.stringMatching(/^[\w-]{43}$/),
      client: {
        id: attempt.client.client_id,
        name: 'Reporter',
        verified: false,
        registration: 'dynamic',
        logo: null,
        website: null,
      },
      redirectHost: '127.0.0.1',
      loopback: true,
      byHand: false,
      warnings: [],
      switchAccount: null,
      person: { subject: 'alice', name: 'alice@acme.example' },
      resources: ['Acme API'],
      scopes: [
        expect.objectContaining({ name: 'project:read', requested: true, held: true, sensitive: false }),
        expect.objectContaining({ name: 'project:write', implies: ['project:read'], required: false }),
      ],
      projects: {
        label: 'workspace',
        choose: 'many',
        options: [
          { id: 'alpha', name: 'Alpha', scope: ['project:read', 'project:write'] },
          { id: 'beta', name: 'Beta', scope: ['project:read', 'project:write'] },
        ],
        chosen: [],
        list: { search: '', page: 1, pages: 1, found: 2, total: 2, kept: [] },
      },
      readOnly: false,
      keepAlive: true,
      problem: null,
      last: null,
    })
  })

  it.each([
    ['of a client that was approved before', { token_endpoint_auth_method: 'client_secret_basic' }, {}],
    ['of a client that it trusts', { token_endpoint_auth_method: 'client_secret_basic' }, { trusted: true }],
  ])('is not asked about a request %s', async (_, differences, policy) => {
    const box = testProvider({ pages: null, interaction: (id) => `/connect?request=${id}` })
    const metadata = { redirect_uris: ['https://a.example/callback'], client_name: 'A', ...differences }
    const client = await registerManually(box, metadata, { policy })
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const first = await authorize(browser, client)
    if (!('trusted' in policy)) {
      const id = new URL(first.page.url).searchParams.get('request') ?? ''
      const request = requestOf(box, browser)
      const { csrf } = await box.provider.interactions.read(request, request, id)
      const approval = { scope: ['project:read', 'project:write'], projects: ['alpha'], keepAlive: true, csrf }
      const decided = await box.provider.interactions.approve(request, request, id, approval)
      if (!('redirectTo' in decided)) throw new Error('not approved')
      await redeemed(box, first, decided.redirectTo)
    }
    const again = await authorize(browser, client)
    expect(again.page.url).toMatch(/^https:\/\/a\.example\/callback\?code=/)
  })

  it('approves with the value it has read', async () => {
    const { box, browser, attempt, id } = await headless()
    const request = requestOf(box, browser)
    const { csrf } = await box.provider.interactions.read(request, request, id)
    const approval = { scope: ['project:read'], projects: ['beta'], keepAlive: false, csrf }
    const decided = await box.provider.interactions.approve(request, request, id, approval)
    if (!('redirectTo' in decided)) throw new Error('not approved')
    const tokens = tokensOf(await redeemed(box, attempt, decided.redirectTo))
    expect([tokens.scope, tokens.refresh_token]).toEqual(['project:read', undefined])
    expect((await call(box, tokens.access_token, '/api/projects/beta/items')).status).toBe(200)
  })

  it('hears what is missing', async () => {
    const { box, browser, id } = await headless()
    const request = requestOf(box, browser)
    const { csrf } = await box.provider.interactions.read(request, request, id)
    const approve = (scope: readonly string[], projects: readonly string[] | 'all') =>
      box.provider.interactions.approve(request, request, id, { scope, projects, keepAlive: true, csrf })
    expect(await approve(['project:read'], [])).toEqual({ problem: 'project_missing' })
    expect(await approve(['project:read'], 'all')).toEqual({ problem: 'project_missing' })
    expect(await approve([], ['alpha'])).toEqual({ problem: 'scope_missing' })
    expect(await approve(['project:admin'], ['alpha'])).toEqual({ problem: 'scope_missing' })
  })

  it('denies', async () => {
    const { box, browser, id } = await headless()
    const request = requestOf(box, browser)
    const { csrf } = await box.provider.interactions.read(request, request, id)
    const denied = await box.provider.interactions.deny(request, request, id, { csrf })
    if (!('redirectTo' in denied)) throw new Error('not redirected')
    expect(responseOf(denied.redirectTo).get('error')).toBe('access_denied')
  })

  it('CON-02 S-030 S-034 S-036 cannot decide without the value, in another browser, or for somebody else', async () => {
    const { box, browser, id } = await headless()
    const request = requestOf(box, browser)
    const { csrf } = await box.provider.interactions.read(request, request, id)
    const approval = { scope: ['project:read'], projects: ['alpha'], keepAlive: true }
    const { interactions } = box.provider
    await expect(interactions.approve(request, request, id, { ...approval, csrf: 'x' })).rejects.toMatchObject({
      reason: 'csrf.mismatch',
    })
    await expect(interactions.deny(request, request, id, { csrf: 'x' })).rejects.toMatchObject({
      reason: 'csrf.mismatch',
    })
    const stranger = requestOf(box, { ...browser, cookies: new Map([['user', 'alice']]) })
    await expect(interactions.read(stranger, stranger, id)).rejects.toMatchObject({
      reason: 'interaction.other_browser',
    })
    const switched = requestOf(box, { ...browser, cookies: new Map([...browser.cookies, ['user', 'bob']]) })
    await expect(interactions.approve(switched, switched, id, { ...approval, csrf })).rejects.toMatchObject({
      reason: 'interaction.other_subject',
    })
    const nobody = requestOf(box, { ...browser, cookies: new Map([...browser.cookies, ['user', '']]) })
    await expect(interactions.read(nobody, nobody, id)).rejects.toMatchObject({
      status: 401,
      reason: 'session.missing',
    })
  })

  it('has no pages of ours in the way', async () => {
    const { box, browser } = await headless()
    expect((await browser.open('/settings/connected-apps')).status).toBe(404)
    const error = await browser.open('/oauth/authorize?client_id=unknown')
    expect(error.headers.get('content-type')).toBe('application/json')
    expect(box.provider.paths).not.toContain('/settings/connected-apps')
  })
})
