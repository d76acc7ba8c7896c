import type { LoginHints, Session } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type Browser, openBrowser, type Page, signIn } from '../support/browser.js'
import {
  approve,
  authorizationUrl,
  authorize,
  call,
  confidentialClient,
  connect,
  exchange,
  type Params,
  publicClient,
  refresh,
  register,
  responseOf,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const isLogin = (page: Page) => page.forms.some(({ fields }) => fields.some(({ name }) => name === 'username'))
const isConsent = (page: Page) => page.forms.some(({ fields }) => fields.some(({ name }) => name === 'decision'))

/** A host that writes down what its login is told. */
function watchedLogin(options: TestOptions = {}) {
  const told: LoginHints[] = []
  const box = testProvider({
    login: (returnTo, hints) => {
      told.push(hints)
      return `/login?next=${encodeURIComponent(returnTo)}`
    },
    ...options,
  })
  return { box, told }
}

/** Where the login form would send the browser on to. */
const nextOf = (page: Page) => page.forms[0]?.fields.find(({ name }) => name === 'next')?.value ?? ''

/** A host whose login sends whoever is signed in straight back. */
const bounce = (browser: Browser, login: Page) => browser.open(nextOf(login))

async function signedIn(box: TestProvider, person = 'alice') {
  const browser = openBrowser(box)
  await signIn(browser, person)
  return { browser, client: await register(box) }
}

const errorOf = (page: Page) => responseOf(page.url).get('error')

const anew: readonly (readonly [string, Params])[] = [
  ['OP-05 prompt=login', { prompt: 'login' }],
  ['OP-06 max_age=0', { max_age: '0' }],
  ['OP-06 a max_age that has passed', { max_age: '60' }],
  ['OP-05 prompt=login consent', { prompt: 'login consent' }],
]

describe.each([...anew, ['OP-05 prompt=select_account', { prompt: 'select_account' }] as const])('%s', (_, params) => {
  it('sends somebody who is signed in to the login, once, and goes on when they come back', async () => {
    const { box, told } = watchedLogin()
    const { browser, client } = await signedIn(box)
    box.clock.advance(61)
    const { page: login } = await authorize(browser, client, params)
    expect(isLogin(login)).toBe(true)
    expect(told).toHaveLength(1)
    box.clock.advance(20)
    const page = await signIn(browser, 'alice', login)
    expect(isConsent(page)).toBe(true)
    expect(told).toHaveLength(1)
    expect(box.storage.trips().filter((trip) => trip === 'commit').length).toBe(2)
  })

  it('asks somebody who is not signed in only once', async () => {
    const { box, told } = watchedLogin()
    const browser = openBrowser(box)
    const { page: login } = await authorize(browser, await register(box), params)
    box.clock.advance(120)
    const page = await signIn(browser, 'alice', login)
    expect(isConsent(page)).toBe(true)
    expect(told).toHaveLength(1)
  })
})

describe.each(anew)('%s', (_, params) => {
  it('never goes in circles: who comes back without having signed in brings an error', async () => {
    const { box, told } = watchedLogin()
    const { browser, client } = await signedIn(box)
    box.clock.advance(61)
    const { page: login } = await authorize(browser, client, params)
    const back = await bounce(browser, login)
    expect([back.status, errorOf(back), told.length]).toEqual([null, 'login_required', 1])
  })

  it('tells a client of a host that does not say when, and never that it was just now', async () => {
    const { box, told } = watchedLogin({
      session: (request) => (cookies(request) ? { subject: 'alice', name: 'a' } : null),
    })
    const { browser, client } = await signedIn(box)
    const { page: login } = await authorize(browser, client, params)
    const back = await signIn(browser, 'alice', login)
    expect([errorOf(back), told.length]).toEqual(['login_required', 1])
  })
})

const cookies = (request: Request) => request.headers.get('cookie')?.includes('user=')

describe('what needs no other sign-in', () => {
  it.each<readonly [string, Params]>([
    ['OP-06 a max_age that has not passed', { max_age: '60' }],
    ['19.4 prompt=consent', { prompt: 'consent' }],
    ['AZ-34 acr_values at a host that tells none', { acr_values: 'mfa' }],
    ['AZ-34 hints', { login_hint: 'alice@acme.example', ui_locales: 'de en' }],
  ])('%s', async (_, params) => {
    const { box, told } = watchedLogin()
    const { browser, client } = await signedIn(box)
    box.clock.advance(60)
    const { page } = await authorize(browser, client, params)
    expect([isConsent(page), told.length]).toEqual([true, 0])
  })
})

describe('what the login is told', () => {
  it('everything the client asked for, as far as it makes sense', async () => {
    const { box, told } = watchedLogin({ acrValues: ['pwd', 'mfa'] })
    const { browser, client } = await signedIn(box)
    await authorize(browser, client, {
      prompt: 'login consent select_account',
      login_hint: 'alice@acme.example',
      max_age: '300',
      acr_values: 'phr mfa pwd',
      ui_locales: 'de-CH de',
    })
    expect(told).toEqual([
      {
        prompt: ['login', 'select_account'],
        loginHint: 'alice@acme.example',
        maxAge: 300,
        acrValues: ['mfa', 'pwd'],
        uiLocales: ['de-CH', 'de'],
      },
    ])
  })

  it('nothing in particular, where nothing was asked for, by pages as well', async () => {
    const { box, told } = watchedLogin()
    const browser = openBrowser(box)
    await authorize(browser, await register(box))
    await browser.open('/settings/connected-apps')
    const nothing = { prompt: [], loginHint: null, maxAge: null, acrValues: [], uiLocales: [] }
    expect(told).toEqual([nothing, nothing])
  })

  it('no hint that is longer than a name', async () => {
    const { box, told } = watchedLogin()
    await authorize(openBrowser(box), await register(box), { login_hint: 'a'.repeat(321) })
    expect(told.map(({ loginHint }) => loginHint)).toEqual([null])
  })
})

describe('acr_values (RFC 9470)', () => {
  const options = { acrValues: ['pwd', 'mfa'] }

  it('SU-02 sends somebody to the login who has signed in another way, and goes on with whom it wants', async () => {
    const { box, told } = watchedLogin(options)
    const { browser, client } = await signedIn(box)
    browser.cookies.set('acr', 'pwd')
    const { page: login } = await authorize(browser, client, { acr_values: 'mfa' })
    expect([isLogin(login), told[0]?.acrValues]).toEqual([true, ['mfa']])
    browser.cookies.set('acr', 'mfa')
    expect(isConsent(await signIn(browser, 'alice', login))).toBe(true)
    expect(isConsent((await authorize(browser, client, { acr_values: 'phr mfa' })).page)).toBe(true)
  })

  it('SU-03 tells the client when it cannot be, instead of going in circles', async () => {
    const { box, told } = watchedLogin(options)
    const { browser, client } = await signedIn(box)
    const { page: login } = await authorize(browser, client, { acr_values: 'mfa' })
    const back = await signIn(browser, 'alice', login)
    expect([errorOf(back), told.length]).toEqual(['unmet_authentication_requirements', 1])
    const never = await authorize(browser, client, { acr_values: 'phr' })
    expect([errorOf(never.page), told.length]).toEqual(['unmet_authentication_requirements', 1])
  })

  it('what was wanted must still be so when the button is pressed', async () => {
    const { box } = watchedLogin(options)
    const { browser, client } = await signedIn(box)
    browser.cookies.set('acr', 'mfa')
    const attempt = await authorize(browser, client, { acr_values: 'mfa' })
    browser.cookies.set('acr', 'pwd')
    expect((await approve(browser, attempt)).response.has('code')).toBe(false)
    expect(box.events.filter(({ type }) => type === 'grant.created')).toEqual([])
  })

  it('MD-27 are advertised where there are any', async () => {
    const read = async (box: TestProvider) =>
      (await (await box.fetch(new Request(`${box.origin}/.well-known/oauth-authorization-server`))).json()) as object
    expect(await read(testProvider(options))).toMatchObject({ acr_values_supported: ['pwd', 'mfa'] })
    expect(await read(testProvider())).not.toHaveProperty('acr_values_supported')
  })
})

describe('prompt=none', () => {
  it.each<readonly [string, Params, string]>([
    ['OP-06 max_age has passed', { max_age: '60' }, 'login_required'],
    ['OP-06 max_age=0', { max_age: '0' }, 'login_required'],
    ['another acr is wanted', { acr_values: 'mfa' }, 'login_required'],
    ['an acr that there is not', { acr_values: 'phr' }, 'unmet_authentication_requirements'],
  ])('AZ-25 never leads to the login: %s', async (_, params, error) => {
    const { box, told } = watchedLogin({ acrValues: ['pwd', 'mfa'] })
    const { browser, client } = await connect(box, { client: await registerManually(box, confidentialClient) })
    box.clock.advance(61)
    const { page } = await authorize(browser, client, { prompt: 'none', ...params })
    expect([errorOf(page), told]).toEqual([error, []])
  })

  it('answers where somebody has signed in lately enough', async () => {
    const { box } = watchedLogin()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const { page } = await authorize(browser, client, { prompt: 'none', max_age: '60' })
    expect(responseOf(page.url).has('code')).toBe(true)
  })

  it('AZ-21 is answered in a frame, where nothing else is', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const url = (params: Params) => authorizationUrl(client, 'v'.repeat(43), { resource: box.api, ...params })
    const frame = { 'sec-fetch-dest': 'iframe' }
    expect(responseOf((await browser.open(url({ prompt: 'none' }), frame)).url).has('code')).toBe(true)
    for (const prompt of [undefined, 'consent', 'none consent'])
      expect((await browser.open(url({ prompt }), frame)).status).toBe(400)
    const other = { 'sec-fetch-dest': 'empty' }
    expect((await browser.open(url({ prompt: 'none' }), other)).status).toBe(400)
  })
})

describe('the mark of a browser that was sent to the login', () => {
  const markOf = (returnTo: string) => new URL(returnTo, 'https://a.example').searchParams.get('grantor_login')

  async function sent(params: Params = { prompt: 'login' }) {
    const box = testProvider()
    const { browser, client } = await signedIn(box)
    box.clock.advance(100)
    const { page: login } = await authorize(browser, client, params)
    return { box, browser, client, login, returnTo: nextOf(login) }
  }

  it('says nothing by itself', async () => {
    const { browser, returnTo } = await sent()
    expect(markOf(returnTo)).not.toBeNull()
    expect(errorOf(await browser.open(returnTo))).toBe('login_required')
  })

  it('is nobody’s who made it up: they sign in like everybody', async () => {
    const { box, browser, returnTo } = await sent()
    const url = new URL(returnTo, box.origin)
    for (const made of ['0.x', '1795132800', `${box.clock.now() - 100}.${markOf(returnTo)?.split('.')[1]}`, 'x.y.z']) {
      url.searchParams.set('grantor_login', made)
      expect(isLogin(await browser.open(url.href))).toBe(true)
    }
  })

  it('is of one request only', async () => {
    const { box, browser, client, returnTo } = await sent()
    const url = authorizationUrl(client, 'w'.repeat(43), {
      resource: box.api,
      prompt: 'login',
      grantor_login: markOf(returnTo) ?? '',
    })
    expect(isLogin(await browser.open(url))).toBe(true)
  })

  it('is of one browser only, and one that keeps no cookies is not sent round and round', async () => {
    const { box, returnTo } = await sent()
    const { browser } = await signedIn(box)
    expect((await browser.open(returnTo)).status).toBe(400)
    await browser.open('/settings/connected-apps')
    expect(isLogin(await browser.open(returnTo))).toBe(true)
  })

  it('is too old after a while', async () => {
    const { box, browser, returnTo, login } = await sent()
    box.clock.advance(1_800)
    expect(isLogin(await browser.open(returnTo))).toBe(true)
    const again = await signIn(browser, 'alice', login)
    expect(isLogin(again)).toBe(true)
    expect(isConsent(await signIn(browser, 'alice', again))).toBe(true)
  })

  it('survives a host that writes the way back in another way', async () => {
    const { box, browser, returnTo } = await sent({ prompt: 'login', login_hint: 'a b+c', state: 'ü/~' })
    const url = new URL(returnTo, box.origin)
    url.searchParams.sort()
    await browser.post(
      '/login',
      new URLSearchParams({ username: 'alice', password: 'demo', next: '/settings/connected-apps' }),
    )
    expect(isConsent(await browser.open(url.href))).toBe(true)
  })

  it('is not there where nothing is demanded, nor is a cookie for somebody who is not signed in', async () => {
    const box = testProvider()
    const browser = openBrowser(box)
    const { page } = await authorize(browser, await register(box), { login_hint: 'alice' })
    expect(markOf(nextOf(page))).toBeNull()
    expect([...browser.cookies.keys()]).toEqual([])
  })
})

describe('what a token remembers of the sign-in (SU-02, SU-04, JAT-03)', () => {
  const access = async (box: TestProvider, token: string) => (await call(box, token)).body

  it('its time and context, which no refresh makes newer', async () => {
    const box = testProvider({ acrValues: ['mfa'] })
    const { browser, client } = await signedIn(box)
    browser.cookies.set('acr', 'mfa')
    const at = box.clock.now()
    box.clock.advance(30)
    const tokens = tokensOf(await exchange(box, await approve(browser, await authorize(browser, client))))
    expect(await access(box, tokens.access_token)).toMatchObject({ authenticatedAt: at, acr: 'mfa' })
    box.clock.advance(500)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token ?? ''))
    expect(await access(box, next.access_token)).toMatchObject({ authenticatedAt: at, acr: 'mfa' })
  })

  it('of the sign-in of this time, where an approval of before is remembered', async () => {
    const box = testProvider()
    const first = await connect(box, { metadata: confidentialClient })
    const before = box.clock.now()
    box.clock.advance(500)
    const { page: login } = await authorize(first.browser, first.client, { max_age: '60' })
    const verifier = 'v'.repeat(43)
    await signIn(first.browser, 'alice', login)
    const again = await authorize(first.browser, first.client, { max_age: '60' }, verifier)
    const response = responseOf(again.page.url)
    const tokens = tokensOf(await exchange(box, { ...again, url: again.page.url, response }))
    expect(await access(box, tokens.access_token)).toMatchObject({ authenticatedAt: before + 500 })
    const next = tokensOf(await refresh(box, first.client, tokens.refresh_token ?? ''))
    expect(await access(box, next.access_token)).toMatchObject({ authenticatedAt: before + 500 })
    expect(await access(box, first.tokens.access_token)).toMatchObject({ authenticatedAt: before })
    expect((await box.provider.grants.list({})).items).toHaveLength(1)
  })

  it('nothing, of a host that tells nothing', async () => {
    const box = testProvider({ session: (request) => (cookies(request) ? { subject: 'alice', name: 'a' } : null) })
    const { tokens } = await connect(box, { metadata: publicClient })
    expect(await access(box, tokens.access_token)).toMatchObject({ authenticatedAt: null, acr: null })
    expect((await box.provider.grants.list({})).items[0]?.grant.details).not.toHaveProperty('authentication')
  })
})

describe('what a host may say of a sign-in', () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['milliseconds', { authenticatedAt: 1_795_132_800_000 }],
    ['a date', { authenticatedAt: new Date() }],
    ['no number', { authenticatedAt: Number.NaN }],
    ['an acr that is no text', { acr: 2 }],
  ])('%s is a fault of the host’s, which nobody gets past', async (_, told) => {
    const session: Session = { subject: 'alice', name: 'a' }
    // As in a host that is not written in TypeScript.
    const box = testProvider({ session: () => Object.assign(session, told as Partial<Session>) })
    const { page } = await authorize(openBrowser(box), await register(box))
    expect(errorOf(page)).toBe('server_error')
    expect(box.errors).toHaveLength(1)
  })
})
