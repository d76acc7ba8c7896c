import { memoryThrottle, type Subject, throttleLimits } from 'grantor'
import { describe, expect, it } from 'vitest'
import { type Browser, openBrowser, type Page, signIn, valuesOf } from '../support/browser.js'
import {
  approveDevice,
  atDevicePage,
  claimed,
  denyDevice,
  deviceClient,
  deviceCodes,
  devicePage,
  enter,
  headingOf,
  poll,
  told,
} from '../support/device.js'
import { register, send } from '../support/flow.js'
import { registerManually, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'

async function waiting(options: TestOptions = {}, metadata: Readonly<Record<string, unknown>> = deviceClient) {
  const box = testProvider(options)
  const client = await register(box, metadata)
  const codes = await deviceCodes(box, client)
  return { box, client, codes, link: codes.verification_uri_complete }
}

const decisionForm = ({ forms }: Page) => forms.find(({ fields }) => fields.some(({ name }) => name === 'decision'))
const isDecision = (page: Page) => page.status === 200 && decisionForm(page) !== undefined
const writes = ({ storage }: TestProvider) => storage.commits().length

describe('the page where codes are entered', () => {
  it('DEV-09 is for people who are signed in', async () => {
    const { box } = await waiting()
    const browser = openBrowser(box)
    const login = await browser.open(devicePage)
    expect(login.url).toBe('https://app.example/login?next=%2Foauth%2Fdevice')
    expect(headingOf(await signIn(browser, 'alice', login))).toBe('Connect a device')
  })

  it('HDR-01 HDR-02 S-032 cannot be framed, kept or called by scripts, and neither can the decision', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    for (const { headers } of [page, await enter(browser, page, codes.user_code)]) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    const framed = await browser.open(devicePage, { 'sec-fetch-dest': 'iframe' })
    const ahead = await browser.open(devicePage, { 'sec-purpose': 'prefetch' })
    expect([framed.status, ahead.status]).toEqual([400, 400])
  })

  it('DEV-03 S-216 takes a code however it is written', async () => {
    const box = testProvider()
    const client = await register(box, deviceClient)
    const spellings = [
      (code: string) => code,
      (code: string) => code.toLowerCase(),
      (code: string) => `  ${code.replace('-', ' ')} `,
      (code: string) => code.replace('-', '\u2013'),
      (code: string) => [...code.replace('-', '')].join('.'),
      (code: string) => code.replaceAll('B', '8').replaceAll('S', '5').replaceAll('Z', '2').replaceAll('G', '6'),
      (code: string) => [...code].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join(''),
    ]
    for (const spell of spellings) {
      const { user_code } = await deviceCodes(box, client)
      const { page } = await claimed(box, spell(user_code))
      expect([spell(user_code), isDecision(page)]).toEqual([spell(user_code), true])
    }
  })

  it.each(['WDJB-MJHT', 'nonsense', '', 'W'.repeat(2000), '\u0412\u0421\u041d\u041a-\u041c\u0420\u0422\u0425'])(
    'S-216 says that there is no code %j, and shows again what was typed',
    async (typed) => {
      const { box } = await waiting()
      const { browser, page } = await atDevicePage(box)
      const again = await enter(browser, page, typed)
      expect(again.status).toBe(400)
      expect(again.html).toContain('There is no such code')
      expect(valuesOf(again.forms[0]!).get('user_code')).toBe(typed === '' ? '' : typed.slice(0, 40))
    },
  )

  it('DEV-15 says so when somebody else has entered it, also after they decided', async () => {
    const { box, codes } = await waiting()
    const first = await claimed(box, codes.user_code, 'alice')
    for (const step of [() => approveDevice(first.browser, first.page), async () => first.page]) {
      const { page } = await claimed(box, codes.user_code, 'bob')
      expect([page.status, page.html.includes('It has been entered before')]).toEqual([400, true])
      await step()
    }
  })

  it('DEV-15 says so when the same person has entered it in another browser', async () => {
    const { box, codes } = await waiting()
    await claimed(box, codes.user_code, 'alice')
    expect((await claimed(box, codes.user_code, 'alice')).page.status).toBe(400)
  })

  it('DEV-16 says so when it is too old', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    box.clock.advance(600)
    const late = await enter(browser, page, codes.user_code)
    expect([late.status, late.html.includes('It is too old')]).toEqual([400, true])
  })

  it('entered again in the same browser it leads to the same page, and after the decision to its end', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    const once = await enter(browser, page, codes.user_code)
    const twice = await enter(browser, await browser.open(devicePage), codes.user_code)
    expect([once, twice].map(isDecision)).toEqual([true, true])
    await approveDevice(browser, twice)
    expect(headingOf(await enter(browser, page, codes.user_code))).toBe('Your device is connected')
    expect(headingOf(await browser.open(codes.verification_uri_complete))).toBe('Your device is connected')
  })

  it('S-036 is posted only from itself, in the browser that was shown it', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    const other = openBrowser(box)
    await signIn(other, 'alice')
    const form = (changes: Record<string, string>) =>
      new URLSearchParams({ ...Object.fromEntries(valuesOf(page.forms[0]!)), user_code: codes.user_code, ...changes })
    box.storage.reset()
    const refused = [
      await browser.post(devicePage, form({ csrf: '' })),
      await browser.post(devicePage, form({ csrf: 'x' })),
      await browser.post(devicePage, form({}), { 'sec-fetch-site': 'cross-site' }),
      await browser.post(devicePage, form({}), { 'sec-fetch-site': 'same-site' }),
      await other.post(devicePage, form({})),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 400])
    expect(writes(box)).toBe(0)
    expect(isDecision(await browser.post(devicePage, form({})))).toBe(true)
  })

  it('somebody whose session ended meanwhile signs in and comes back to the code', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    browser.cookies.delete('user')
    const login = await enter(browser, page, codes.user_code)
    expect(login.url).toContain('/login')
    const back = await signIn(browser, 'alice', login)
    expect(valuesOf(back.forms[0]!).get('user_code')).toBe(codes.user_code)
  })

  it('lets somebody who is signed in as the wrong person be another one before the code is theirs', async () => {
    const { box, codes } = await waiting({
      switchAccount: (returnTo) => `/switch?next=${encodeURIComponent(returnTo)}`,
    })
    const { browser } = await atDevicePage(box)
    const page = await browser.open(codes.verification_uri_complete)
    const next = encodeURIComponent(`/oauth/device?user_code=${codes.user_code}`)
    expect(page.html).toContain(`/switch?next=${next}`)
  })
})

describe('a link with the code in it', () => {
  it('DEV-10 S-211 fills it in, shows it, asks to compare it, and writes nothing', async () => {
    const { box, codes, link, client } = await waiting()
    const { browser } = await atDevicePage(box)
    box.storage.reset()
    const page = await browser.open(link)
    expect(headingOf(page)).toBe('Connect a device')
    expect(valuesOf(page.forms[0]!).get('user_code')).toBe(codes.user_code)
    expect(page.html).toContain('Does your device show this code?')
    expect(page.html).not.toContain('Acme CLI')
    for (const extra of [
      'decision=approve',
      'approve=1&confirm=1',
      'decision=approve&project=alpha&scope=project:read',
    ])
      await browser.open(`${link}&${extra}`)
    expect(writes(box)).toBe(0)
    expect(told(await poll(box, client, codes.device_code))).toBe('400 authorization_pending')
    const decision = await browser.submit(page)
    expect(isDecision(decision)).toBe(true)
    expect(decision.html).toContain(codes.user_code)
  })

  it('S-211 HEAD and other methods do nothing', async () => {
    const { box, link } = await waiting()
    const { browser } = await atDevicePage(box)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    box.storage.reset()
    for (const method of ['HEAD', 'PUT', 'DELETE'])
      expect((await send(box, link, { method, headers: { cookie } })).status).toBe(405)
    expect(writes(box)).toBe(0)
  })

  it('tells nobody whether the code is any good', async () => {
    const { box, link } = await waiting()
    const { browser } = await atDevicePage(box)
    const real = await browser.open(link)
    const made = await browser.open(`${devicePage}?user_code=BBBB-BBBB`)
    const shape = ({ status, html }: Page) => [status, html.replaceAll(/[B-Z]{4}-[B-Z]{4}|nonce="[^"]*"/g, '')]
    expect(shape(made)).toEqual(shape(real))
  })

  it.each(['x', '%3Cscript%3E', 'WDJB-MJH', 'a'.repeat(500)])(
    'with %j in it shows the empty page and a problem',
    async (typed) => {
      const { box } = await waiting()
      const { browser } = await atDevicePage(box)
      const page = await browser.open(`${devicePage}?user_code=${typed}`)
      expect(page.html).toContain('There is no such code')
      expect(page.html).not.toContain('<script>')
    },
  )

  it('with two codes in it is refused', async () => {
    const { box } = await waiting()
    const { browser } = await atDevicePage(box)
    expect((await browser.open(`${devicePage}?user_code=a&user_code=b`)).status).toBe(400)
  })
})

describe('the decision', () => {
  it('DEV-09 DEV-11 says who asks, for what, with which code, and from where', async () => {
    const origins = ['198.51.100.7', '203.0.113.9']
    const { box, codes } = await waiting({ address: (request) => request.headers.get('x-address') ?? origins[0]! })
    const { page } = await claimed(box, codes.user_code)
    expect(headingOf(page)).toBe('Acme CLI on a device wants access to Acme')
    for (const text of [
      codes.user_code,
      'Your device has to show exactly this code',
      'Did you start this?',
      '198.51.100.7',
      'In the network you are in',
      'See workspaces and read data',
      'Create and change things',
      'Acme API',
      'alice@acme.example',
      'Not verified: this app registered itself',
    ])
      expect(page.html).toContain(text)
    const { browser, page: second } = await claimed(
      box,
      (await deviceCodes(box, await register(box, deviceClient))).user_code,
    )
    const elsewhere = await browser.open(second.url, { 'x-address': '203.0.113.9' })
    expect(elsewhere.html).toContain('In another network than yours')
  })

  it('DEV-11 says nothing of an address that nobody knows', async () => {
    const { box, codes } = await waiting()
    const { page } = await claimed(box, codes.user_code)
    expect(page.html).not.toMatch(/In (?:the|another) network/)
  })

  it('S-045 shows whatever the device says of itself as text', async () => {
    const evil = '"><script>alert(1)</script>'
    const box = testProvider()
    const client = await register(box, { ...deviceClient, client_name: evil })
    const answer = await send(box, '/oauth/device_authorization', {
      method: 'POST',
      body: new URLSearchParams({ client_id: client.client_id, resource: box.api }),
      headers: { 'user-agent': evil },
    })
    const { page } = await claimed(box, String(answer.body.user_code))
    expect(isDecision(page)).toBe(true)
    expect(page.html).not.toContain('<script>alert')
  })

  it('is as far as the person goes: projects and scopes are theirs to choose', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    await approveDevice(browser, page, {
      project: 'beta',
      scope: 'project:read',
      label: ' my laptop ',
      keep_alive: null,
    })
    const { items } = await box.provider.grants.list({ subject: 'alice' as Subject })
    expect(items.map(({ grant }) => grant)).toMatchObject([
      { projects: ['beta'], scope: ['project:read'], details: { keep_alive: false, label: 'my laptop' } },
    ])
    expect((await poll(box, client, codes.device_code)).body.scope).toBe('project:read')
  })

  it('S-040 S-042 gives nothing that the form adds: neither scopes, projects, client nor subject', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code, 'carol')
    const end = await approveDevice(browser, page, {
      project: ['alpha', 'beta', 'gamma'],
      scope: ['project:read', 'project:write', 'project:admin', 'other'],
      subject: 'alice',
      client_id: 'somebody',
    })
    expect(headingOf(end)).toBe('Your device is connected')
    const { items } = await box.provider.grants.list({ subject: 'carol' as Subject })
    expect(items.map(({ grant }) => grant)).toMatchObject([
      { projects: ['alpha'], scope: ['project:read'], clientId: client.client_id },
    ])
  })

  it('is shown again when something is missing, as it was', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    const again = await browser.submit(page, { decision: 'approve', scope: 'project:read', label: 'den' }, [
      'decision',
      'deny',
    ])
    expect([again.status, again.html.includes('Choose where the app may work')]).toEqual([200, true])
    expect(valuesOf(decisionForm(again)!).get('label')).toBe('den')
    expect(told(await poll(box, client, codes.device_code))).toBe('400 authorization_pending')
    expect(headingOf(await approveDevice(browser, again))).toBe('Your device is connected')
  })

  it('is shown again with another part of the projects, and nothing is decided', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    const again = await browser.submit(page, { look: '1', project: 'beta' }, ['decision', 'deny'])
    expect(isDecision(again)).toBe(true)
    expect(valuesOf(decisionForm(again)!).getAll('project')).toEqual(['beta'])
    expect(told(await poll(box, client, codes.device_code))).toBe('400 authorization_pending')
  })

  it('with nothing to give offers to refuse alone', async () => {
    const box = testProvider()
    const client = await register(box, deviceClient)
    const codes = await deviceCodes(box, client, { scope: 'project:admin' })
    box.host.entitle('carol', 'alpha', [])
    const { browser, page } = await claimed(box, codes.user_code, 'carol')
    expect(decisionForm(page)?.fields.filter(({ value }) => value === 'approve')).toEqual([])
    await denyDevice(browser, page)
    expect(told(await poll(box, client, codes.device_code))).toBe('400 access_denied')
  })

  it.each(['', 'maybe'])('%j is none', async (decision) => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    const answer = await browser.submit(page, { decision: decision || 'x' }, ['decision', 'deny'])
    expect(answer.status).toBe(400)
    expect(told(await poll(box, client, codes.device_code))).toBe('400 authorization_pending')
  })

  it('S-036 S-037 is made only by the person who entered the code, in the browser in which they did', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    const values = valuesOf(decisionForm(page)!)
    const form = (changes: Record<string, string>) =>
      new URLSearchParams({ ...Object.fromEntries(values), decision: 'approve', project: 'alpha', ...changes })
    const thief: Browser = openBrowser(box)
    await signIn(thief, 'bob')
    await thief.open(devicePage)
    const other = openBrowser(box)
    await signIn(other, 'alice')
    await other.open(devicePage)
    const refused = [
      await thief.post(devicePage, form({})),
      await other.post(devicePage, form({})),
      await browser.post(devicePage, form({ csrf: '' })),
      await browser.post(devicePage, form({}), { 'sec-fetch-site': 'cross-site' }),
      await browser.post(devicePage, form({ user_code: (await deviceCodes(box, client)).user_code })),
    ]
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    // The same browser, somebody else by now.
    await signIn(browser, 'bob')
    expect((await browser.post(devicePage, form({}))).status).toBe(400)
    expect((await browser.open(page.url)).status).toBe(400)
    expect(told(await poll(box, client, codes.device_code))).toBe('400 authorization_pending')
    await signIn(browser, 'alice')
    expect(headingOf(await browser.post(devicePage, form({})))).toBe('Your device is connected')
  })

  it('S-022 the value of the page where codes are entered decides nothing', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await atDevicePage(box)
    const csrf = valuesOf(page.forms[0]!).get('csrf') ?? ''
    await enter(browser, page, codes.user_code)
    const form = new URLSearchParams({ csrf, user_code: codes.user_code, decision: 'approve', project: 'alpha' })
    expect((await browser.post(devicePage, form)).status).toBe(403)
  })

  it('of a client that is deleted or disabled meanwhile is none any more', async () => {
    const { box, client, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    await box.provider.clients.disable(client.client_id as Parameters<typeof box.provider.clients.disable>[0])
    expect((await approveDevice(browser, page)).status).toBe(400)
    expect(headingOf(await browser.open(page.url))).toBe('We do not know this app')
  })

  it('of a client of another account is told as such, and the code stays free', async () => {
    const box = testProvider()
    const client = await registerManually(box, deviceClient, { accountId: 'globex' as never })
    const codes = await deviceCodes(box, client)
    const { page } = await claimed(box, codes.user_code, 'alice')
    expect([page.status, headingOf(page)]).toEqual([403, 'This app belongs to another account'])
    expect(isDecision((await claimed(box, codes.user_code, 'bob')).page)).toBe(true)
  })

  it('can wait until the time is over, and then says so', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    box.clock.advance(600)
    expect((await browser.open(page.url)).html).toContain('It is too old')
    expect((await denyDevice(browser, page)).status).toBe(400)
    expect((await approveDevice(browser, page)).status).toBe(400)
    expect(box.events.filter(({ type }) => type.startsWith('device.'))).toEqual([])
  })

  it('a double click approves once', async () => {
    const { box, codes } = await waiting()
    const { browser, page } = await claimed(box, codes.user_code)
    const ends = await Promise.all([approveDevice(browser, page), approveDevice(browser, page)])
    expect(ends.map(headingOf)).toEqual(['Your device is connected', 'Your device is connected'])
    expect(box.events.filter(({ type }) => type === 'device.approved')).toHaveLength(1)
  })

  it('asks about a client that the host trusts, too', async () => {
    const box = testProvider()
    const client = await registerManually(box, deviceClient, { policy: { trusted: true } })
    const { page } = await claimed(box, (await deviceCodes(box, client)).user_code)
    expect(isDecision(page)).toBe(true)
  })
})

describe('somebody who tries codes', () => {
  const code = (n: number) => {
    const letters = Array.from({ length: 8 }, (_, place) => alphabet[Math.floor(n / 20 ** place) % 20])
    return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
  }

  const throttled = (options: TestOptions = {}) =>
    waiting({ throttle: memoryThrottle(), ...options, address: (request) => request.headers.get('x-address') })

  const at = (browser: Browser, page: Page, user_code: string, address: string) => {
    const form = new URLSearchParams({ ...Object.fromEntries(valuesOf(page.forms[0]!)), user_code })
    return browser.post(devicePage, form, { 'x-address': address })
  }

  it('DEV-04 S-210 is stopped after ten, from whichever address and in whichever browser', async () => {
    const { box } = await throttled()
    const statuses: (number | null)[] = []
    for (let n = 0; n < 15; n += 1) {
      const { browser, page } = await atDevicePage(box, 'bob')
      statuses.push((await at(browser, page, code(n), `192.0.2.${n}`)).status)
    }
    expect(statuses).toEqual([...Array(10).fill(400), ...Array(5).fill(429)])
  })

  it('DEV-04 S-210 is stopped at an address, whoever it is', async () => {
    const { box } = await throttled()
    const statuses: (number | null)[] = []
    for (let n = 0; n < 12; n += 1) {
      const { browser, page } = await atDevicePage(box, ['alice', 'bob', 'carol'][n % 3])
      statuses.push((await at(browser, page, code(n), '192.0.2.1')).status)
    }
    expect(statuses).toEqual([...Array(10).fill(400), 429, 429])
  })

  it('DEV-04 S-210 does not take the room of an office full of people who enter good ones', async () => {
    const limits = { user_code: { ...throttleLimits.user_code, inAll: { most: 1, seconds: 600 } } }
    const { box, client } = await throttled({ throttle: memoryThrottle({ limits }) })
    for (let n = 0; n < 12; n += 1) {
      const { browser, page } = await atDevicePage(box, ['alice', 'bob', 'carol'][n % 3])
      const { user_code } = await deviceCodes(box, client)
      expect(isDecision(await at(browser, page, user_code, '192.0.2.1'))).toBe(true)
    }
    const wrong: (number | null)[] = []
    for (let n = 0; n < 3; n += 1) {
      const { browser, page } = await atDevicePage(box, 'alice')
      wrong.push((await at(browser, page, code(n), `192.0.2.${n}`)).status)
    }
    expect(wrong).toEqual([400, 429, 429])
  })

  it('DEV-04 S-210 a good code in between resets nothing', async () => {
    const { box, client, codes } = await throttled()
    const { browser, page } = await atDevicePage(box, 'bob')
    for (let n = 0; n < 9; n += 1) await at(browser, page, code(n), '192.0.2.1')
    expect(isDecision(await at(browser, page, codes.user_code, '192.0.2.1'))).toBe(true)
    const blocked = await at(browser, page, (await deviceCodes(box, client)).user_code, '192.0.2.1')
    expect([blocked.status, headingOf(blocked)]).toEqual([429, 'Too many attempts'])
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('S-210 finds nothing in ten thousand guesses', async () => {
    const { box } = await throttled()
    const { browser, page } = await atDevicePage(box, 'bob')
    const form = valuesOf(page.forms[0]!)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const host = new Request(box.origin, { headers: { cookie, accept: 'application/json' } })
    host.headers.set('content-type', 'application/x-www-form-urlencoded')
    const guess = (n: number) => {
      form.set('user_code', code(n * 7919))
      host.headers.set('x-address', `198.51.${n % 250}.${n % 200}`)
      const text = form.toString()
      return box.provider.handle(
        { method: 'POST', url: devicePage, headers: host.headers, text: async () => text },
        host,
      )
    }
    box.storage.reset()
    const statuses = new Map<number, number>()
    for (let n = 0; n < 10_000; n += 1) {
      const { status = 0 } = (await guess(n)) ?? {}
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect(statuses).toEqual(
      new Map([
        [400, 10],
        [429, 9_990],
      ]),
    )
    // Each guess that is heard looks for a claim, and then for a code.
    expect(box.storage.trips()).toEqual(Array(20).fill('findToken'))
  })

  it('S-210 all at once is stopped as well', async () => {
    const { box } = await throttled()
    const { browser, page } = await atDevicePage(box, 'bob')
    const pages = await Promise.all(Array.from({ length: 60 }, (_, n) => at(browser, page, code(n), '192.0.2.1')))
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(10)
  })

  it('DEV-04 who types something that no code can look like is not counted', async () => {
    const { box, codes } = await throttled()
    const { browser, page } = await atDevicePage(box, 'bob')
    for (let n = 0; n < 30; n += 1) await at(browser, page, 'hello', '192.0.2.1')
    expect(isDecision(await at(browser, page, codes.user_code, '192.0.2.1'))).toBe(true)
  })
})
