import type { GrantId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type Browser, openBrowser, type Page, signIn } from '../support/browser.js'
import { call, connect, refresh, tokensOf } from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const list = '/settings/connected-apps'
const path = `${list}/change`
const both = { params: { scope: 'project:write' }, changes: { project: ['alpha', 'beta'] } }

const firstGrant = async (box: TestProvider) => (await box.provider.grants.list({})).items[0]!.grant

/** The page that changes the only grant there is. */
async function open(box: TestProvider, browser: Browser): Promise<Page> {
  return browser.open(`${path}?grant=${(await firstGrant(box)).id}`)
}

/** What the form holds that saves. */
const saving = ['scope', 'project:read'] as const

const status = async (box: TestProvider, token: string, method: string, project: string) =>
  (await call(box, token, `/api/projects/${project}/items`, { method })).status

async function connected(options: TestOptions = {}) {
  const box = testProvider(options)
  return { box, ...(await connect(box, both)) }
}

describe('changing what a connected app may do', () => {
  it('takes a scope and a project away with effect on the very next request and refresh, without connecting again', async () => {
    const { box, browser, tokens, client } = await connected()
    const page = await open(box, browser)
    const answer = await browser.submit(page, { scope: 'project:read', project: 'beta' }, saving)
    expect(answer.url).toBe(`${box.origin}${list}#${(await firstGrant(box)).id}`)
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(403)
    expect(await status(box, tokens.access_token, 'GET', 'beta')).toBe(200)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(next.scope).toBe('project:read')
    expect(await status(box, next.access_token, 'GET', 'alpha')).toBe(403)
    expect(await status(box, next.access_token, 'GET', 'beta')).toBe(200)
  })

  it('saving what is there changes nothing and says nothing, twice as well', async () => {
    const { box, browser, tokens } = await connected()
    const page = await open(box, browser)
    await browser.submit(page, {}, saving)
    expect(box.events.filter(({ type }) => type === 'grant.narrowed')).toEqual([])
    for (const _ of [1, 2]) await browser.submit(page, { project: 'alpha' }, saving)
    expect(box.events.filter(({ type }) => type === 'grant.narrowed')).toHaveLength(1)
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(200)
  })

  it('CON-03 S-033 gives nothing that was not granted, whatever the form says', async () => {
    const box = testProvider()
    const { browser, tokens, client } = await connect(box, { ...both, changes: { project: ['alpha'] } })
    const before = await firstGrant(box)
    const page = await open(box, browser)
    await browser.submit(
      page,
      { scope: ['project:admin', 'project:write', 'bogus'], project: ['alpha', 'beta', 'gamma'], projects: 'all' },
      saving,
    )
    const { scope, projects } = await firstGrant(box)
    expect({ scope, projects }).toEqual({ scope: before.scope, projects: before.projects })
    expect(await status(box, tokens.access_token, 'DELETE', 'alpha')).toBe(403)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(await status(box, next.access_token, 'GET', 'beta')).toBe(403)
  })

  it.each([
    ['no scope', { scope: null }],
    ['no project', { project: null }],
    ['a project of somebody else', { project: 'gamma' }],
  ])('refuses to leave nothing: %s', async (_, changes) => {
    const { box, browser, tokens } = await connected()
    const answer = await browser.submit(await open(box, browser), changes, saving)
    expect(answer.status).toBe(200)
    expect(answer.html).toContain('Leave at least one permission')
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
  })

  it('a scope that the host requires cannot be taken away alone, not by hand and not headless', async () => {
    const box = testProvider()
    const client = await registerManually(
      box,
      { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' },
      { policy: { requiredScope: ['project:write'] } },
    )
    const { browser, tokens } = await connect(box, { client, ...both })
    const page = await open(box, browser)
    expect(page.html).toContain('This app cannot work without')
    const answer = await browser.submit(page, { scope: 'project:read', project: 'beta' }, saving)
    expect(answer.html).toContain('Nothing was changed')
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(200)
    const { id, subject } = await firstGrant(box)
    const owner = { subject: subject! }
    await expect(box.provider.grants.narrow(id, { scope: ['project:read'] }, owner)).rejects.toMatchObject({
      reason: 'grant.scope_required',
    })
    await box.provider.grants.narrow(id, { projects: ['beta'] }, owner)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
    // The host itself may.
    await box.provider.grants.narrow(id, { scope: ['project:read'] })
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(403)
  })

  it('CON-02 S-030 needs the value of the page, and a post from this site', async () => {
    const { box, browser, tokens } = await connected()
    const page = await open(box, browser)
    const form = page.forms.find(({ fields }) => fields.some(({ name }) => name === 'scope'))!
    const csrf = form.fields.find(({ name }) => name === 'csrf')!.value
    const { id } = await firstGrant(box)
    const body = (entries: Record<string, string>) =>
      new URLSearchParams({ grant: id, scope: 'project:read', project: 'alpha', ...entries })
    const attempts = [
      await browser.post(path, body({})),
      await browser.post(path, body({ csrf: 'wrong' })),
      await browser.post(path, body({ csrf }), { 'sec-fetch-site': 'cross-site' }),
      await browser.post(path, body({ csrf }), { 'sec-fetch-site': 'same-site' }),
      await browser.open(`${path}?${body({ csrf })}`),
    ]
    expect(attempts.map((one) => one.status)).toEqual([403, 403, 403, 403, 200])
    const other = openBrowser(box)
    await signIn(other, 'alice')
    await other.open(list)
    expect((await other.post(path, body({ csrf }))).status).toBe(403)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
    await browser.post(path, body({ csrf }))
    expect(await status(box, tokens.access_token, 'POST', 'alpha')).toBe(403)
  })

  it('S-034 shows and changes nothing of somebody else, and nothing that has ended', async () => {
    const { box, browser, tokens } = await connected()
    const { id } = await firstGrant(box)
    const thief = await connect(box, { person: 'bob' })
    const page = await thief.browser.open(list)
    const csrf = page.forms[0]!.fields.find(({ name }) => name === 'csrf')!.value
    const body = new URLSearchParams({ grant: id, scope: 'project:read', project: 'alpha', csrf })
    expect((await thief.browser.open(`${path}?grant=${id}`)).status).toBe(404)
    expect((await thief.browser.post(path, body)).status).toBe(404)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
    await box.provider.grants.revoke(id)
    expect((await browser.open(`${path}?grant=${id}`)).status).toBe(404)
    expect((await browser.open(path)).status).toBe(400)
  })

  it('sends whoever is not signed in to the login and back to the same connection', async () => {
    const { box } = await connected()
    const browser = openBrowser(box)
    const login = await open(box, browser)
    const back = `${path}?grant=${(await firstGrant(box)).id}`
    expect(login.url).toBe(`${box.origin}/login?next=${encodeURIComponent(back)}`)
    expect((await signIn(browser, 'alice', login)).url).toBe(`${box.origin}${back}`)
  })
})

describe('a grant for all projects', () => {
  const connectAll = async () => {
    const box = testProvider({ projects: { label: 'workspace', choose: 'all', list: (who) => box.host.projects(who) } })
    const params = { scope: 'project:write' }
    return { box, ...(await connect(box, { params, changes: { projects: 'all', project: null } })) }
  }

  it('stays one until some are chosen, of those that the person has', async () => {
    const { box, browser, tokens } = await connectAll()
    const page = await open(box, browser)
    await browser.submit(page, { scope: ['project:write', 'project:read'] }, saving)
    expect((await firstGrant(box)).projects).toBe('all')
    await browser.submit(page, { projects: 'selected', project: ['beta', 'gamma', 'beta'] }, saving)
    expect((await firstGrant(box)).projects).toEqual(['beta'])
    expect(await status(box, tokens.access_token, 'GET', 'alpha')).toBe(403)
    expect(await status(box, tokens.access_token, 'POST', 'beta')).toBe(200)
  })
})

describe('what the pages show is there for hosts that draw their own', () => {
  it('lists and shows the same, for their owner only', async () => {
    const { box } = await connected()
    const { id, subject } = await firstGrant(box)
    const owner = { subject: subject! }
    const { grants } = box.provider
    const view = await grants.view(owner)
    expect(view).toMatchObject({ projectLabel: 'workspace', next: null, now: box.clock.now() })
    expect(view.grants).toMatchObject([
      {
        id,
        client: { name: 'Reporter', verified: false },
        label: null,
        scopes: [{ name: 'project:read' }, { name: 'project:write' }],
        projects: [
          { id: 'alpha', name: 'Alpha' },
          { id: 'beta', name: 'Beta' },
        ],
        lastUse: null,
        narrowable: true,
      },
    ])
    const one = await grants.viewOne(id, owner)
    expect(one.scopes.map(({ name }) => name)).toEqual(['project:read', 'project:write'])
    expect(one.projects?.chosen).toEqual(['alpha', 'beta'])
    const stranger = { subject: 'bob' as typeof owner.subject }
    expect((await grants.view(stranger)).grants).toEqual([])
    await expect(grants.viewOne(id, stranger)).rejects.toMatchObject({ status: 404 })
    expect(await grants.find(id, stranger)).toBeNull()
    expect((await grants.find(id, owner))?.grant.id).toBe(id)
    expect(await grants.find('grant_none' as GrantId)).toBeNull()
    await expect(grants.revokeAll({ subject: owner.subject }, stranger)).rejects.toMatchObject({ status: 404 })
    expect(await grants.revokeAll({}, owner)).toBe(1)
    expect(await grants.find(id, owner)).toBeNull()
    expect(box.events.at(-1)).toMatchObject({ reason: 'subject.disconnected', actor: { type: 'user', id: 'alice' } })
  })
})
