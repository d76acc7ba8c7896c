import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  approve,
  authorizationUrl,
  authorize,
  confidentialClient,
  connect,
  openAttempt,
  publicClient,
  register,
  responseOf,
  send,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const web = { ...publicClient, redirect_uris: ['https://web.example/cb'] }

describe('somebody who is not signed in', () => {
  it('is sent to the login with the request itself, and nothing is written', async () => {
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api, state: 'a b&c' })
    box.storage.reset()
    const answer = await send(box, url)
    const location = new URL(answer.headers.get('location') ?? '', box.origin)
    expect(answer.status).toBe(303)
    expect(location.pathname).toBe('/login')
    expect(location.searchParams.get('next')).toBe(url)
    expect(box.storage.commits()).toEqual([])
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('comes to the consent page after the login', async () => {
    const browser = openBrowser(box)
    const { page } = await authorize(browser, await register(box))
    expect(new URL(page.url).pathname).toBe('/login')
    const consent = await signIn(browser, 'alice', page)
    expect(new URL(consent.url).pathname).toBe('/oauth/interaction')
  })

  it('AZ-31 S-022 the way back is a path of ours, whatever the request says', async () => {
    const client = await register(box)
    for (const evil of ['//evil.example', '/\\evil.example', 'https:evil.example', '\\\\evil.example']) {
      const extra = { resource: box.api, return_to: evil, next: evil }
      const answer = await send(box, authorizationUrl(client, 'v'.repeat(43), extra))
      const next = new URL(answer.headers.get('location') ?? '', box.origin).searchParams.get('next') ?? ''
      expect(next).toMatch(/^\/oauth\/authorize\?/)
    }
  })

  it('a post comes back from the login as a GET', async () => {
    const client = await register(box)
    const [, query] = authorizationUrl(client, 'v'.repeat(43), { resource: box.api }).split('?')
    const browser = openBrowser(box)
    const page = await browser.post('/oauth/authorize', new URLSearchParams(query))
    const consent = await signIn(browser, 'alice', page)
    expect(new URL(consent.url).pathname).toBe('/oauth/interaction')
  })

  it('AZ-30 S-018 is not thrown at a site that registered itself, but told where the link leads', async () => {
    const client = await register(box, web)
    const { page, state } = await authorize(openBrowser(box), client, { scope: 'bogus' })
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(page.html).toContain('web.example')
    const onward = /href="(https:\/\/web\.example[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(Object.fromEntries(responseOf(onward))).toMatchObject({ error: 'invalid_scope', state, iss: box.issuer })
  })

  it('AZ-30 is redirected for loopback targets and for clients of the host', async () => {
    const loopback = await authorize(openBrowser(box), await register(box), { scope: 'bogus' })
    expect(responseOf(loopback.page.url).get('error')).toBe('invalid_scope')
    const { client } = await box.provider.clients.register(web)
    const manual = { client_id: client.id, redirect_uris: web.redirect_uris, token_endpoint_auth_method: 'none' }
    const trusted = await authorize(openBrowser(box), manual, { scope: 'bogus' })
    expect(trusted.page.url).toMatch(/^https:\/\/web\.example\/cb\?error=invalid_scope/)
  })

  it('AZ-30 somebody signed in is redirected', async () => {
    const { page } = await openAttempt(box, await register(box, web), { scope: 'bogus' })
    expect(page.url).toMatch(/^https:\/\/web\.example\/cb\?error=invalid_scope/)
  })
})

describe('prompt=none', () => {
  it('AZ-25 without a session is login_required, told to clients that cannot abuse it', async () => {
    const { page } = await authorize(openBrowser(box), await register(box), { prompt: 'none' })
    expect(responseOf(page.url).get('error')).toBe('login_required')
  })

  it('AZ-25 S-019 without a session, for a site that registered itself, is a page', async () => {
    const { page } = await authorize(openBrowser(box), await register(box, web), { prompt: 'none' })
    expect(page.status).toBe(400)
  })

  it('AZ-25 before any consent is consent_required, and nothing is written', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    box.storage.reset()
    const { page } = await authorize(browser, client, { prompt: 'none' })
    expect(responseOf(page.url).get('error')).toBe('consent_required')
    expect(box.storage.commits()).toEqual([])
  })

  it('AZ-30 S-019 for a site that registered itself is a page also for somebody who is signed in', async () => {
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { page } = await authorize(browser, await register(box, web), { prompt: 'none' })
    expect(page.status).toBe(400)
  })

  it('AZ-25 after consent is a code, for a client that can prove who it is', async () => {
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const { page } = await authorize(browser, client, { prompt: 'none' })
    expect(responseOf(page.url).get('code')).toMatch(/^grantor_ac_/)
  })

  it('AZ-25 S-019 after consent is consent_required for a public client, which anybody can claim to be', async () => {
    const { browser, client } = await connect(box)
    const { page } = await authorize(browser, client, { prompt: 'none' })
    expect(responseOf(page.url).get('error')).toBe('consent_required')
  })
})

describe('what is no navigation', () => {
  it.each([
    ['a fetch', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
    ['an iframe', { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    ['an image', { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
  ])('AZ-21 S-046 %s is refused', async (_name, headers) => {
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    box.storage.reset()
    const answer = await send(box, url, { headers: { ...headers, 'x-user': 'alice' } })
    expect(answer.status).toBe(400)
    expect(box.storage.trips()).toEqual([])
  })

  it.each([
    ['HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }],
    ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }],
  ])('CON-14 GEN-04 %s of the authorization endpoint writes nothing', async (_name, method, headers) => {
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    box.storage.reset()
    await send(box, url, { method, headers: { ...headers, 'x-user': 'alice' } })
    expect(box.storage.commits()).toEqual([])
  })

  it.each([
    ['HEAD', 'HEAD', {}],
    ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }],
  ])('CON-14 %s of an interaction that needs no decision issues no code', async (_name, method, headers) => {
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const opened = await send(box, url, { headers: { cookie } })
    box.storage.reset()
    await send(box, opened.headers.get('location') ?? '', { method, headers: { ...headers, cookie } })
    expect(box.storage.commits()).toEqual([])
    const answered = await send(box, opened.headers.get('location') ?? '', { headers: { cookie } })
    expect(responseOf(answered.headers.get('location') ?? '').has('code')).toBe(true)
  })
})

describe('an outage', () => {
  it('AZ-20 of storage after the client is known goes to the client as temporarily_unavailable', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    box.storage.inject({ method: 'commit', how: 'throw' })
    const { page, state } = await authorize(browser, client)
    expect(Object.fromEntries(responseOf(page.url))).toMatchObject({
      error: 'temporarily_unavailable',
      state,
      iss: box.issuer,
    })
    expect(box.errors).not.toEqual([])
  })

  it('AZ-20 before that is a page, with Retry-After', async () => {
    const client = await register(box)
    box.storage.inject({ method: 'findClient', how: 'throw' })
    const { page } = await authorize(openBrowser(box), client)
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2'])
  })

  it('AZ-20 in the host’s session is a page for a site that registered itself', async () => {
    const broken = testProvider({
      session: () => {
        throw new Error('redis is gone')
      },
    })
    const { page } = await authorize(openBrowser(broken), await register(broken, web))
    expect(page.status).toBe(500)
    expect(page.html).not.toContain('redis')
  })

  it('of the commit of an approval is a page; pressing the button again works', async () => {
    const attempt = await openAttempt(box, await register(box))
    box.storage.inject({ method: 'commit', how: 'throw' })
    const failed = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await approve(attempt.browser, attempt)).response.has('code')).toBe(true)
  })
})
