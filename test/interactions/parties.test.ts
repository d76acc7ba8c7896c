import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  approve,
  authorizationUrl,
  authorize,
  exchange,
  openAttempt,
  publicClient,
  redirectUri,
  register,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, testProvider } from '../support/provider.js'

const web = (client_uri: string | undefined, redirect = 'https://reporter.example/callback') => ({
  ...publicClient,
  client_uri,
  redirect_uris: [redirect],
})

const mismatch = 'Website and receiver do not match'
const doubts = 'Acme has doubts about this app'

describe('a client’s website and the receiver of the answer', () => {
  const box = testProvider()
  const shown = async (metadata: object) => (await openAttempt(box, await register(box, { ...metadata }))).page.html

  it.each([
    ['https://evil.example/', 'https://reporter.example/callback'],
    ['https://reporter.example.evil.example/', 'https://reporter.example/callback'],
    ['https://evilreporter.example/', 'https://reporter.example/callback'],
    ['https://reporter.example/', 'https://reporter-example.example/callback'],
  ])('DCR-14 %s and %s are different, which is told', async (website, redirect) => {
    expect(await shown(web(website, redirect))).toContain(mismatch)
  })

  it.each([
    ['https://reporter.example/about', 'https://reporter.example/callback'],
    ['https://www.reporter.example/', 'https://reporter.example:8443/callback'],
    ['https://reporter.example/', 'https://app.reporter.example/callback'],
    ['https://docs.reporter.example/', 'https://reporter.example/callback'],
    [undefined, 'https://reporter.example/callback'],
    // Neither has a website of its own, and each has a warning of its own.
    ['https://reporter.example/', redirectUri],
    ['https://reporter.example/', 'cursor://anysphere.cursor-mcp/oauth/callback'],
  ])('DCR-14 %s and %s are not', async (website, redirect) => {
    expect(await shown(web(website, redirect))).not.toContain(mismatch)
  })

  it('DCR-14 the host’s own clients are believed', async () => {
    const client = await registerManually(box, web('https://elsewhere.example/'))
    expect((await openAttempt(box, client)).page.html).not.toContain(mismatch)
  })
})

describe('what the host knows of a client', () => {
  it('TRU-03 is asked with what it claims and where the answer goes, and told to the person', async () => {
    const asked: unknown[] = []
    const suspicious: TestOptions['suspicious'] = async (claim) => {
      asked.push(claim)
      return claim.client.name.startsWith('Claude') && claim.redirectHost !== 'claude.ai'
    }
    const box = testProvider({ suspicious })
    const html = async (client_name: string) => {
      const client = await register(box, { ...web('https://claude.ai/'), client_name })
      return (await openAttempt(box, client)).page.html
    }
    expect(await html('Claude')).toContain(doubts)
    expect(await html('Reporter')).not.toContain(doubts)
    expect(asked[0]).toMatchObject({
      client: { name: 'Claude', website: 'https://claude.ai/', registration: 'dynamic', verified: false },
      redirectHost: 'reporter.example',
    })
  })

  it('TRU-03 nobody asks about the host’s own clients', async () => {
    let asked = 0
    const box = testProvider({ suspicious: () => ++asked > 0 })
    const client = await registerManually(box, publicClient)
    expect((await openAttempt(box, client)).page.html).not.toContain(doubts)
    expect(asked).toBe(0)
  })

  it('a hook that throws refuses', async () => {
    const suspicious = () => {
      throw new Error('no')
    }
    const box = testProvider({ suspicious })
    expect((await openAttempt(box, await register(box))).page.status).toBe(500)
  })
})

describe('somebody else', () => {
  const switchAccount = (returnTo: string) => `/login?next=${encodeURIComponent(returnTo)}`

  it('CON-04 S-036 comes back to the same request, made anew for them', async () => {
    const box = testProvider({ switchAccount })
    const attempt = await openAttempt(box, await register(box), { login_hint: 'alice', scope: 'project:read x' })
    const href = /<a href="([^"]+)">Use a different account/.exec(attempt.page.html)?.[1]?.replaceAll('&amp;', '&')
    const login = await attempt.browser.open(href ?? '')
    const page = await signIn(attempt.browser, 'bob', login)
    expect(page.url).not.toBe(attempt.page.url)
    expect(new URL(page.url).pathname).toBe('/oauth/interaction')
    expect(page.html).toContain('bob@globex.example')
    const callback = await approve(attempt.browser, { ...attempt, page })
    expect(callback.response.get('state')).toBe(attempt.state)
    expect(tokensOf(await exchange(box, callback)).scope).toBe('project:read')
    // What was opened for the first one stays theirs.
    expect((await attempt.browser.open(attempt.page.url)).html).toContain('signed in as somebody else')
  })

  it('the way back is the authorization request, character for character', async () => {
    const sent: string[] = []
    const box = testProvider({
      switchAccount: (returnTo) => {
        sent.push(returnTo)
        return '/switch'
      },
    })
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api, state: `a b+c&"<'`, ui_locales: 'de' })
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    expect((await browser.open(url)).html).toContain('href="/switch"')
    expect(sent).toEqual([url])
  })

  it('is not offered the choice by a host that has none', async () => {
    const box = testProvider()
    expect((await openAttempt(box, await register(box))).page.html).not.toContain('different account')
  })

  it('a host that gives no address is told so, and nobody is sent there', async () => {
    const box = testProvider({ switchAccount: () => 'no address' })
    expect((await openAttempt(box, await register(box))).page.status).toBe(500)
    expect(box.errors).toEqual([expect.objectContaining({ message: expect.stringContaining('switchAccount') })])
  })
})

describe('the language', () => {
  const box = testProvider()
  const client = register(box)
  const browser = async () => {
    const one = openBrowser(box)
    await signIn(one, 'alice')
    return one
  }
  const languageOf = (html: string) => /<html lang="([^"]+)"/.exec(html)?.[1]

  it.each([
    ['de', 'fr', 'de'],
    ['xx de-AT', 'fr', 'de'],
    ['xx', 'fr', 'fr'],
    ['es,ja', 'fr', 'fr'],
    [undefined, 'fr, en;q=0.5', 'fr'],
    ['not/a/tag ja', 'fr', 'ja'],
    [`${'xx '.repeat(20)}de`, 'fr', 'fr'],
    ['de;q=0', 'fr', 'fr'],
    ['*', 'fr', 'fr'],
  ])('AZ-34 that a request asks for by ui_locales (%s) comes before that of the browser (%s): %s', async (...row) => {
    const [ui_locales, languages, spoken] = row
    const one = await browser()
    const { page } = await authorize(one, await client, { ui_locales })
    expect(languageOf((await one.open(page.url, { 'accept-language': languages })).html)).toBe(spoken)
  })

  it('AZ-34 is kept with the request: when a problem is shown, when somebody else has come, when it is over', async () => {
    const attempt = await openAttempt(box, await client, { ui_locales: 'de' })
    const problem = await attempt.browser.submit(attempt.page, { decision: 'approve' })
    expect(languageOf(problem.html)).toBe('de')
    await signIn(attempt.browser, 'bob')
    const other = await attempt.browser.open(attempt.page.url)
    expect([other.status, languageOf(other.html)]).toEqual([400, 'de'])
    const posted = await attempt.browser.submit(attempt.page, { decision: 'deny' })
    expect([posted.status, languageOf(posted.html)]).toEqual([400, 'de'])
    await signIn(attempt.browser, 'alice')
    await approve(attempt.browser, attempt)
    const over = await attempt.browser.submit(attempt.page, { decision: 'deny' })
    expect([over.status, languageOf(over.html)]).toEqual([400, 'de'])
  })

  it('AZ-34 also decides how it is told that a request cannot be answered', async () => {
    const { page } = await authorize(await browser(), await client, { ui_locales: 'de', client_id: 'unknown' })
    expect([page.status, languageOf(page.html)]).toEqual([400, 'de'])
    const stranger = await register(box, web(undefined))
    const anonymous = await authorize(openBrowser(box), stranger, { ui_locales: 'de', scope: 'bogus' })
    expect([anonymous.page.status, languageOf(anonymous.page.html)]).toEqual([400, 'de'])
    const twice = await authorize(await browser(), await client, {
      ui_locales: ['es', 'de'],
      redirect_uri: 'https://x.example/',
    })
    expect(languageOf(twice.page.html)).toBe('es')
  })

  it('that nobody knows is English', async () => {
    const page = await openBrowser(box).open('/oauth/interaction?id=x')
    expect(new URL(page.url).pathname).toBe('/login')
    const attempt = await openAttempt(box, await client)
    const unknown = await attempt.browser.open('/oauth/interaction?id=x')
    expect([unknown.status, languageOf(unknown.html)]).toEqual([400, 'en'])
  })
})
