import { describe, expect, it } from 'vitest'
import { changed, formOf, type Page, valuesOf } from '../support/browser.js'
import {
  type Attempt,
  approve,
  authorize,
  call,
  connect,
  exchange,
  openAttempt,
  publicClient,
  register,
  responseOf,
  tokensOf,
} from '../support/flow.js'
import { registerManually, testProvider } from '../support/provider.js'

const box = testProvider()
const consentPath = '/oauth/interaction'

const form = (page: Page) => valuesOf(formOf(page, ['decision', 'approve']))
const approval = (page: Page) => changed(form(page), { decision: 'approve', project: 'alpha' })
const open = async (person = 'alice', params = {}) => openAttempt(box, await register(box), params, person)
const codes = () =>
  box.storage.commits().flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'authorization_code'))

/** The grant that a callback's code was issued on. */
async function grantOf(attempt: Attempt & { readonly response: URLSearchParams; readonly url: string }) {
  const tokens = tokensOf(await exchange(box, attempt))
  const path = attempt.page.html.includes('gamma') ? 'gamma' : 'alpha'
  const { body } = await call(box, tokens.access_token, `/api/projects/${path}/items`)
  return { tokens, access: body }
}

describe('the consent page', () => {
  it('CON-01 says who asks, what for, on whose behalf, and where the answer goes', async () => {
    const { page } = await open()
    const { html } = page
    for (const text of ['Reporter', 'Acme API', 'alice@acme.example', '127.0.0.1']) expect(html).toContain(text)
    for (const text of ['See workspaces and read data', 'Create and change things', 'Alpha', 'Beta'])
      expect(html).toContain(text)
    expect(html).not.toContain('Delete workspaces')
    expect(
      page.forms[0]?.fields
        .filter(({ name }) => name === 'decision')
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['approve', 'deny'])
  })

  it('CON-01 offers nothing that the person does not have', async () => {
    const { page } = await open('carol')
    const scopes = formOf(page).fields.filter(({ name }) => name === 'scope')
    expect(scopes.map(({ value }) => value)).toEqual(['project:read'])
    expect(page.html).toContain('Create and change things')
  })

  it('CON-02 S-031 a GET decides nothing, whatever it says', async () => {
    const { browser, page } = await open()
    const values = approval(page)
    values.set('approve', 'true')
    box.storage.reset()
    const again = await browser.open(`${consentPath}?${values}`)
    expect(again.status).toBe(200)
    expect(box.storage.commits()).toEqual([])
  })

  it.each([
    ['no value', (values: URLSearchParams) => values.delete('csrf'), {}],
    ['a made-up value', (values: URLSearchParams) => values.set('csrf', 'A'.repeat(43)), {}],
    ['a post from another site', () => {}, { 'sec-fetch-site': 'cross-site' }],
    ['a post from a sibling site', () => {}, { 'sec-fetch-site': 'same-site' }],
  ] as const)('CON-02 S-030 %s: 403 and no code', async (_name, tamper, headers) => {
    const { browser, page } = await open()
    const values = approval(page)
    tamper(values)
    box.storage.reset()
    const answer = await browser.post(consentPath, values, headers)
    expect(answer.status).toBe(403)
    expect(codes()).toEqual([])
  })

  it('CON-02 S-030 browsers that send only Origin are judged by it', async () => {
    const { browser, page } = await open()
    const send = async (origin: string) => {
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
      const init = { method: 'POST', body: approval(page), redirect: 'manual', headers: { cookie, origin } } as const
      return (await box.fetch(new Request(`${box.origin}${consentPath}`, init))).status
    }
    expect(await send('https://evil.example')).toBe(403)
    expect(await send(box.origin)).toBe(303)
  })

  it('CON-02 S-030 the value of another browser’s page, or of another request, is of no use', async () => {
    const mine = await open()
    const others = await open()
    const twin = await authorize(mine.browser, mine.client)
    for (const foreign of [form(others.page).get('csrf'), form(twin.page).get('csrf')]) {
      const answer = await mine.browser.post(consentPath, changed(approval(mine.page), { csrf: foreign }))
      expect(answer.status).toBe(403)
    }
  })

  it('CON-03 S-033 what the form says beyond a choice is not read', async () => {
    const { browser, client, verifier, state, redirectUri, page } = await open()
    const evil = await register(box, { ...publicClient, redirect_uris: ['https://evil.example/cb'] })
    const values = changed(approval(page), {
      scope: ['project:read', 'project:write', 'project:admin', 'bogus'],
      client_id: evil.client_id,
      redirect_uri: 'https://evil.example/cb',
      resource: box.mcp,
      sub: 'bob',
      subject: 'bob',
      code_challenge: 'x',
      state: 'evil',
    })
    const answer = await browser.post(consentPath, values)
    expect(answer.url.startsWith(redirectUri)).toBe(true)
    expect(responseOf(answer.url).get('state')).toBe(state)
    const callback = { client, verifier, state, redirectUri, page, url: answer.url, response: responseOf(answer.url) }
    const { tokens, access } = await grantOf(callback)
    expect(tokens.scope).toBe('project:read project:write')
    expect(access).toMatchObject({ subject: 'alice', resource: [box.api] })
  })

  it('CON-03 gives no project that is not the person’s, and none without a choice', async () => {
    const attempt = await open('bob')
    for (const project of [null, 'alpha', 'unheard-of', '']) {
      const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project })
      expect([page.status, page.forms.length]).toEqual([200, 1])
    }
    const mixed = await approve(attempt.browser, attempt, { project: ['alpha', 'gamma', 'beta'] })
    const { access } = await grantOf(mixed)
    expect(access).toMatchObject({ subject: 'bob', projects: ['gamma'] })
  })

  it('CON-03 gives no project that the person is no member of, even where the host would grant scopes in it', async () => {
    const site = testProvider({ entitlements: () => ['project:admin'] })
    const attempt = await openAttempt(site, await register(site), {}, 'bob')
    const stranger = await attempt.browser.submit(attempt.page, { decision: 'approve', project: ['alpha', 'beta'] })
    expect(stranger.status).toBe(200)
    const tokens = tokensOf(
      await exchange(site, await approve(attempt.browser, attempt, { project: ['alpha', 'gamma'] })),
    )
    expect((await call(site, tokens.access_token, '/api/projects/gamma/items')).body.projects).toEqual(['gamma'])
    expect((await call(site, tokens.access_token)).status).toBe(403)
  })

  it('CON-03 gives no scope that is not held, and shows the page again when none is left', async () => {
    const attempt = await open('carol')
    const none = await attempt.browser.submit(attempt.page, { decision: 'approve', scope: ['project:admin'] })
    expect(none.status).toBe(200)
    const some = await approve(attempt.browser, attempt, { scope: ['project:read', 'project:write'] })
    expect((await grantOf(some)).tokens.scope).toBe('project:read')
  })

  it('CON-03 takes away what the person unticked, and says so in the token response', async () => {
    const attempt = await open()
    const callback = await approve(attempt.browser, attempt, { scope: 'project:read' })
    expect((await grantOf(callback)).tokens.scope).toBe('project:read')
  })

  it('CON-03 asks the host again when the button is pressed', async () => {
    const site = testProvider()
    const attempt = await openAttempt(site, await register(site))
    site.host.entitle('alice', 'alpha', [])
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect(page.status).toBe(200)
    expect(page.html).not.toContain('value="alpha"')
  })

  it('scopes that the host requires for a client cannot be unticked', async () => {
    const client = await registerManually(box, publicClient, { policy: { requiredScope: ['project:write'] } })
    const attempt = await openAttempt(box, client)
    const callback = await approve(attempt.browser, attempt, { scope: null })
    expect((await grantOf(callback)).tokens.scope).toBe('project:write')
  })

  it('a client’s ceiling holds, whatever it asks for', async () => {
    const client = await registerManually(
      box,
      { ...publicClient, client_name: 'Limited' },
      { policy: { scope: ['project:read'] } },
    )
    const { tokens } = await connect(box, { client, params: { scope: 'project:admin' } })
    expect(tokens.scope).toBe('project:read')
  })

  it('a sensitive scope is granted when it is asked for by name, and never by default', async () => {
    const asked = await connect(box, { params: { scope: 'project:admin' } })
    expect(asked.tokens.scope).toBe('project:read project:write project:admin')
    expect((await connect(box, { params: { scope: undefined } })).tokens.scope).toBe('project:read project:write')
  })
})
