import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { changed, formOf, openBrowser, type Page, signIn, valuesOf } from '../support/browser.js'
import { approve, authorize, connect, decide, exchange, openAttempt, register } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const consentPath = '/oauth/interaction'

const idOf = (page: Page) => new URL(page.url).searchParams.get('id') ?? ''
const form = (page: Page) => valuesOf(formOf(page, ['decision', 'approve']))
const approval = (page: Page) => changed(form(page), { decision: 'approve', project: 'alpha' })
const open = async (person = 'alice', params = {}) => openAttempt(box, await register(box), params, person)
const codes = () =>
  box.storage.commits().flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'authorization_code'))

describe('a decision', () => {
  it('CON-14 the page may be loaded as often as one likes; every load is good', async () => {
    const attempt = await open()
    const loads = await Promise.all([1, 2, 3].map(() => attempt.browser.open(attempt.page.url)))
    expect(new Set(loads.map((page) => form(page).get('csrf'))).size).toBe(1)
    expect((await approve(attempt.browser, attempt)).response.has('code')).toBe(true)
  })

  it('AZ-22 S-035 a double click is answered alike, with one code', async () => {
    const { browser, client, page } = await open()
    const [one, two] = await Promise.all([
      browser.post(consentPath, approval(page)),
      browser.post(consentPath, approval(page)),
    ])
    const three = await browser.post(consentPath, approval(page))
    expect(new Set([one.url, two.url, three.url]).size).toBe(1)
    const { items } = await box.provider.grants.list({ clientId: client.client_id as ClientId })
    expect(items).toHaveLength(1)
  })

  it('AZ-22 a change of mind after the click changes nothing, and hands out no code', async () => {
    const attempt = await open()
    await approve(attempt.browser, attempt)
    const denied = await attempt.browser.submit(attempt.page, { decision: 'deny' })
    expect([denied.status, denied.headers.get('location')]).toEqual([400, null])
    const other = await open()
    await decide(other.browser, other, 'deny')
    const approved = await other.browser.submit(other.page, { decision: 'approve', project: 'alpha' })
    expect([approved.status, approved.headers.get('location')]).toEqual([400, null])
  })

  it('AZ-22 S-035 once the code was used, pressing again brings no other', async () => {
    const attempt = await open()
    const callback = await approve(attempt.browser, attempt)
    await exchange(box, callback)
    const again = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect([again.status, again.headers.get('location')]).toEqual([400, null])
    expect((await attempt.browser.open(attempt.page.url)).status).toBe(400)
  })

  it('AZ-22 S-034 another browser can neither see nor make it', async () => {
    const attempt = await open()
    const thief = openBrowser(box)
    await signIn(thief, 'alice')
    expect((await thief.open(attempt.page.url)).status).toBe(400)
    expect((await thief.post(consentPath, approval(attempt.page))).status).toBe(400)
    await authorize(thief, attempt.client)
    expect((await thief.open(attempt.page.url)).status).toBe(400)
    expect((await thief.post(consentPath, approval(attempt.page))).status).toBe(403)
  })

  it('CON-04 AZ-32 S-036 whoever has signed in since as somebody else starts again', async () => {
    const attempt = await open('alice')
    await signIn(attempt.browser, 'bob')
    expect((await attempt.browser.open(attempt.page.url)).status).toBe(400)
    box.storage.reset()
    const page = await attempt.browser.submit(attempt.page, { decision: 'approve', project: ['alpha', 'gamma'] })
    expect(page.status).toBe(400)
    expect(codes()).toEqual([])
    const restarted = await authorize(attempt.browser, attempt.client)
    expect(restarted.page.html).toContain('bob@globex.example')
  })

  it('whoever has signed out since is led through the login and back to the page', async () => {
    const attempt = await open('alice')
    attempt.browser.cookies.delete('user')
    const login = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect(new URL(login.url).pathname).toBe('/login')
    const back = await signIn(attempt.browser, 'alice', login)
    expect(back.url).toBe(attempt.page.url)
    expect((await approve(attempt.browser, attempt)).response.has('code')).toBe(true)
  })

  it('AZ-22 1.3 is open for half an hour', async () => {
    const site = testProvider()
    const attempt = await openAttempt(site, await register(site))
    site.clock.advance(1_799)
    expect((await attempt.browser.open(attempt.page.url)).status).toBe(200)
    site.clock.advance(1)
    expect((await attempt.browser.open(attempt.page.url)).status).toBe(400)
    const late = await attempt.browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect(late.status).toBe(400)
  })

  it.each([
    ['an id that is none', { id: 'x' }],
    ['no id', { id: null }],
    ['an access token as id', { id: `grantor_at_${'A'.repeat(49)}` }],
    ['a decision that is none', { decision: 'perhaps' }],
    ['no decision', { decision: null }],
  ])('%s is a page, and nothing happens', async (_name, changes) => {
    const { browser, page } = await open()
    box.storage.reset()
    const answer = await browser.post(consentPath, changed(approval(page), changes))
    expect([answer.status === 400 || answer.status === 403, codes()]).toEqual([true, []])
    expect(idOf(page)).toMatch(/^grantor_in_/)
  })

  it('LOG-02 is in the audit log: granted with what was asked and given, or denied', async () => {
    const site = testProvider()
    const { client } = await connect(site, { changes: { scope: 'project:read' } })
    const attempt = await openAttempt(site, client)
    await decide(attempt.browser, attempt, 'deny')
    const told = site.events.filter(({ type }) => /^(?:grant|interaction)\./.test(type))
    const by = { actor: { type: 'user', id: 'alice' }, subject: 'alice', clientId: client.client_id }
    expect(told.map(({ type, actor, subject, clientId, data }) => ({ type, actor, subject, clientId, data }))).toEqual([
      {
        ...by,
        type: 'grant.created',
        data: {
          requested: ['project:read', 'project:write'],
          scope: ['project:read'],
          projects: ['alpha'],
          resource: [site.api],
        },
      },
      { ...by, type: 'interaction.denied', data: { requested: ['project:read', 'project:write'] } },
    ])
  })
})
