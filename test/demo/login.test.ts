import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestDemo, type TestDemo } from '../support/demo.js'
import { createBrowser, formIn } from './browser.js'
import { authorizeUrl, registerClient, signIn } from './connect.js'

let demo: TestDemo
beforeAll(async () => {
  demo = await startTestDemo()
})
afterAll(() => demo.stop())

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers,
})
const alice = { username: 'alice', password: 'demo' }

describe('the login', () => {
  it.each([
    ['alice', 'Alice', ['Alpha', 'Beta'], 'project:admin'],
    ['bob', 'Bob', ['Gamma'], 'project:write'],
    ['carol', 'Carol', ['Alpha'], 'project:read'],
  ])('lets %s in, with the password demo', async (username, name, projects, scope) => {
    const browser = await signIn(demo, username)
    const home = await browser.open(demo.issuer)
    expect(home.text).toContain(`${name} (`)
    const shown = ['Alpha', 'Beta', 'Gamma'].filter((project) => home.text.includes(`<th>${project}</th><td>${scope}`))
    expect(shown).toEqual(projects)
  })

  it.each([
    ['a wrong password', { username: 'alice', password: 'Demo' }],
    ['a stranger', { username: 'mallory', password: 'demo' }],
    ['a name that every object has', { username: 'constructor', password: 'demo' }],
    ['a field that is missing', { username: 'alice' }],
  ])('does not let in %s', async (_, fields) => {
    const response = await createBrowser().request(
      `${demo.issuer}/login`,
      form({ ...fields, next: '/settings/connected-apps' }),
    )
    expect(response.status).toBe(401)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.text()).toContain('value="/settings/connected-apps"')
  })

  it('shows a hostile name as text', async () => {
    const page = await createBrowser().open(`${demo.issuer}/login`, {
      form: [['username', '"><script>alert(1)</script>']],
    })
    expect(page.text).not.toContain('<script')
  })

  it('S-055 answers a login with 303, so that the password is not posted on', async () => {
    const response = await createBrowser().request(`${demo.issuer}/login`, form(alice))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
  })

  it('S-047 gives a new session at every login, whatever cookie was there before', async () => {
    const victim = createBrowser()
    victim.cookies.set('quarry_session', 'planted.by-a-stranger')
    await victim.open(`${demo.issuer}/login`, { form: Object.entries(alice) })
    const first = victim.cookies.get('quarry_session')
    expect(first).not.toContain('planted')
    await victim.open(`${demo.issuer}/login`, { form: Object.entries({ ...alice, username: 'carol' }) })
    expect(victim.cookies.get('quarry_session')).not.toBe(first)

    const thief = createBrowser()
    thief.cookies.set('quarry_session', first ?? '')
    expect((await thief.open(demo.issuer)).text).not.toContain('Alice (')
  })

  it('does not believe a session id that it has not signed', async () => {
    const browser = await signIn(demo, 'alice')
    const [id] = browser.cookies.get('quarry_session')?.split('.') ?? []
    for (const forged of [id, `${id}.`, `${id}.${'A'.repeat(43)}`, `.${'A'.repeat(43)}`]) {
      browser.cookies.set('quarry_session', forged ?? '')
      expect((await browser.open(demo.issuer)).text).toContain('href="/login"')
    }
  })

  it('keeps the cookie from scripts and from the requests of other sites', async () => {
    const response = await createBrowser().request(`${demo.issuer}/login`, form(alice))
    expect(response.headers.getSetCookie().join()).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it.each([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }])(
    'refuses a login that another site has posted: %o',
    async (headers) => {
      const response = await createBrowser().request(`${demo.issuer}/login`, form(alice, headers))
      expect(response.status).toBe(403)
      expect(response.headers.getSetCookie()).toEqual([])
    },
  )

  it.each(['GET', 'POST'])('ends the session itself at /logout (%s)', async (method) => {
    const browser = await signIn(demo, 'alice')
    const kept = new Map(browser.cookies)
    const response = await browser.request(`${demo.issuer}/logout`, { method })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect((await browser.open(demo.issuer)).text).toContain('href="/login"')
  })
})

describe('the way back', () => {
  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    'https:evil.example',
    'https://evil.example/',
    '%2f%2fevil.example',
    '/%2fevil.example',
    '/%5cevil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '',
  ])('S-022 does not follow %j', async (next) => {
    const page = await createBrowser().open(`${demo.issuer}/login?${new URLSearchParams({ next })}`)
    expect(formIn(page).fields).toContainEqual(['next', '/'])
    const response = await createBrowser().request(`${demo.issuer}/login`, form({ ...alice, next }))
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
  })

  it('leads to the consent page that somebody came for', async () => {
    const browser = createBrowser()
    const url = authorizeUrl(demo, await registerClient(demo), { scope: 'project:read' })
    const page = await browser.open(url)
    expect(page.url.pathname).toBe('/login')
    const consent = await browser.open(page.url, {
      form: [...formIn(page).fields.filter(([name]) => name === 'next'), ['username', 'carol'], ['password', 'demo']],
    })
    expect(consent.url.pathname).toBe('/oauth/interaction')
    expect(formIn(consent).choices('scope')).toEqual(['project:read'])
  })
})

describe('the pages', () => {
  it('link what the provider has, and the sample client', async () => {
    const browser = await signIn(demo, 'alice')
    const { text } = await browser.open(demo.issuer)
    expect(text).toContain('href="/settings/connected-apps"')
    expect(text).toContain(`href="${demo.reporter}"`)
    expect((await browser.open(`${demo.issuer}/settings/connected-apps`)).status).toBe(200)
  })

  it('send home whoever asks for one that is not there', async () => {
    const page = await createBrowser().open(`${demo.issuer}/nothing`)
    expect(page.status).toBe(404)
    expect(page.headers.get('content-type')).toContain('text/html')
  })

  it('run nothing and are framed by nobody', async () => {
    const { headers } = await createBrowser().open(`${demo.issuer}/login`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })
})
