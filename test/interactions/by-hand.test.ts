import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, type Page, signIn } from '../support/browser.js'
import {
  type Attempt,
  authorizationUrl,
  confidentialClient,
  openAttempt,
  type Params,
  postAs,
  publicClient,
  type RegisteredClient,
  register,
  registration,
  tokensOf,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'
const copying = { ...publicClient, redirect_uris: [outOfBand] }
const consentPath = '/oauth/interaction'

const box = testProvider({ registration: { outOfBand: true } })

const open = async (params: Params = {}, at: TestProvider = box) => openAttempt(at, await register(at, copying), params)

const shownIn = ({ html }: Page) => /<textarea[^>]*>([^<]*)<\/textarea>/.exec(html)?.[1] ?? null

const redeem = (at: TestProvider, { client, verifier }: Attempt, code: string | null) =>
  postAs(at, '/oauth/token', client, {
    grant_type: 'authorization_code',
    code: code ?? undefined,
    redirect_uri: outOfBand,
    code_verifier: verifier,
  })

type Opened = Awaited<ReturnType<typeof open>>
const approve = ({ browser, page }: Opened) => browser.submit(page, { decision: 'approve', project: 'alpha' })
const grantsOf = async ({ client }: { readonly client: RegisteredClient }) =>
  (await box.provider.grants.list({ clientId: client.client_id as ClientId })).items

describe('a client that cannot be redirected to', () => {
  it('RED-01 registers only where the host allows it', async () => {
    const { status, body } = await registration(testProvider(), copying)
    expect([status, body.error]).toEqual([400, 'invalid_redirect_uri'])
    expect((await registration(box, copying)).status).toBe(201)
  })

  it('S-012 is refused once the host does not allow it any more', async () => {
    const client = await register(box, copying)
    const strict = testProvider({ storage: box.storage })
    const { page } = await openAttempt(strict, client)
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('cannot be connected')])
  })

  it.each([`${outOfBand}:auto`, `${outOfBand}?x=1`, 'urn:ietf:wg:oauth:2.0:OOB', 'URN:ietf:wg:oauth:2.0:oob'])(
    'RED-22 %s is another address',
    async (redirect_uri) => {
      const { page } = await open({ redirect_uri })
      expect([page.status, page.html]).toEqual([400, expect.stringContaining('cannot be connected')])
    },
  )

  it('gets its code by way of the person, and redeems it like any other', async () => {
    const attempt = await open()
    expect(attempt.page.html).toContain('Your answer is a code that you copy')
    const page = await approve(attempt)
    const code = shownIn(page)
    expect([page.status, code]).toEqual([200, expect.stringMatching(/^grantor_ac_/)])
    const tokens = tokensOf(await redeem(box, attempt, code))
    expect(tokens.scope).toBe('project:read project:write')
    expect(tokens.refresh_token).toMatch(/^grantor_/)
  })

  it('LOG-01 the code is in no address, title or cookie, and is not kept', async () => {
    const attempt = await open()
    const page = await approve(attempt)
    const code = shownIn(page) ?? ''
    expect(page.url).toBe(`${box.origin}${consentPath}`)
    expect(page.html.split(code)).toHaveLength(2)
    expect(page.html.match(/<title>.*<\/title>/)?.[0]).not.toContain(code)
    expect(JSON.stringify([...page.headers, ...attempt.browser.cookies])).not.toContain(code)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.get('location')).toBeNull()
  })

  it('S-035 a double click shows the same code, and a page that is opened again shows none', async () => {
    const attempt = await open()
    const [one, two] = await Promise.all([approve(attempt), approve(attempt)])
    expect(shownIn(one)).toBe(shownIn(two))
    expect(await grantsOf(attempt)).toHaveLength(1)
    const again = await attempt.browser.open(attempt.page.url)
    expect([again.status, shownIn(again)]).toEqual([400, null])
    tokensOf(await redeem(box, attempt, shownIn(one)))
    const late = await approve(attempt)
    expect([late.status, shownIn(late)]).toEqual([400, null])
  })

  it('COD-01 a code that is copied has ten minutes, as long as a code may have', async () => {
    const site = testProvider({ registration: { outOfBand: true } })
    const attempt = await open({}, site)
    const code = shownIn(await approve(attempt))
    site.clock.advance(599)
    tokensOf(await redeem(site, attempt, code))
    const other = await open({}, site)
    const late = shownIn(await approve(other))
    site.clock.advance(600)
    expect((await redeem(site, other, late)).status).toBe(400)
  })

  it('PK-01 is of no use without the verifier, to whoever else gets to see it', async () => {
    const attempt = await open()
    const code = shownIn(await approve(attempt))
    expect((await redeem(box, { ...attempt, verifier: 'v'.repeat(43) }, code)).status).toBe(400)
  })

  it('AZ-19 a refusal is told on a page, with what the client would have been told', async () => {
    const attempt = await open()
    const page = await attempt.browser.submit(attempt.page, { decision: 'deny' })
    expect([page.status, page.html]).toEqual([200, expect.stringContaining('You denied the request')])
    expect(page.html).toContain('access_denied')
    expect(page.headers.get('location')).toBeNull()
    expect(await grantsOf(attempt)).toEqual([])
  })

  it.each<readonly [string, Params]>([
    ['AZ-04 no response_type', { response_type: undefined }],
    ['AZ-10 no challenge', { code_challenge: undefined }],
    ['AZ-14 nothing but unknown scopes', { scope: 'bogus' }],
    ['AZ-25 prompt none', { prompt: 'none' }],
  ])('%s is told on a page, without a way on', async (_, params) => {
    const { page } = await open(params)
    expect(page.status).toBe(400)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page.html).not.toContain(outOfBand)
    expect(page.headers.get('location')).toBeNull()
  })

  it('AZ-30 the same for a visitor who is not signed in', async () => {
    const client = await register(box, copying)
    const page = await openBrowser(box).open(
      authorizationUrl(client, 'v'.repeat(43), { scope: 'bogus', resource: box.api }),
    )
    expect([page.status, page.html.includes('Continue to')]).toEqual([400, false])
  })

  it('TRU-02 a consent that was given before shows no code without being asked', async () => {
    const client = await register(box, { ...confidentialClient, redirect_uris: [outOfBand] })
    const first = await openAttempt(box, client)
    tokensOf(await redeem(box, first, shownIn(await approve(first))))
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const again = await openAttempt(box, client)
    expect(shownIn(again.page)).toBeNull()
    expect(again.page.html).toContain('wants access to')
  })

  it('a host that draws its own pages gets what there is to show', async () => {
    const site = testProvider({
      pages: null,
      interaction: (id) => `/connect?request=${id}`,
      registration: { outOfBand: true },
    })
    const headless = async () => {
      const attempt = await open({}, site)
      const id = new URL(attempt.page.url).searchParams.get('request') ?? ''
      const cookie = [...attempt.browser.cookies].map((pair) => pair.join('=')).join('; ')
      const request = new Request(`${site.origin}/connect`, { headers: { cookie } })
      const { csrf, byHand } = await site.provider.interactions.read(request, request, id)
      expect(byHand).toBe(true)
      return { attempt, request, id, csrf }
    }
    const one = await headless()
    const approval = { scope: ['project:read'], projects: ['alpha'], keepAlive: true, csrf: one.csrf }
    const answer = await site.provider.interactions.approve(one.request, one.request, one.id, approval)
    if (!('code' in answer)) throw new Error('no code')
    expect(answer.code).toMatchObject({ client: { name: 'Reporter' }, expiresIn: 600 })
    expect(tokensOf(await redeem(site, one.attempt, answer.code.code)).scope).toBe('project:read')
    const two = await headless()
    const denied = await site.provider.interactions.deny(two.request, two.request, two.id, two)
    expect(denied).toMatchObject({ done: { outcome: 'denied', error: 'access_denied' } })
  })
})
