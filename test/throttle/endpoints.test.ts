import { memoryThrottle, type Throttle } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  authorizationUrl,
  basic,
  confidentialClient,
  connect,
  post,
  postAs,
  publicClient,
  refresh,
  register,
  registration,
  send,
  tokensOf,
} from '../support/flow.js'
import { registerManually, type TestOptions, testProvider } from '../support/provider.js'

/** A host that says where requests come from, which tests tell in a header. */
const located = (options: TestOptions = {}) =>
  testProvider({
    throttle: memoryThrottle(),
    address: (request) => request.headers.get('x-address'),
    ...options,
  })

const anything = { grant_type: 'refresh_token', refresh_token: 'x' }

const from = (address: string) => ({ 'x-address': address })

describe('registration', () => {
  it('S-130 DCR-19 of ten thousand, those within the limit are stored, and the rest is told to wait in JSON', async () => {
    const box = located({ throttle: memoryThrottle({ limits: { registration: { most: 20, seconds: 60 } } }) })
    const answers = []
    for (let n = 0; n < 10_000; n += 1)
      answers.push(
        await send(box, '/oauth/register', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...from('192.0.2.1') },
          body: JSON.stringify(publicClient),
        }),
      )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    const refused = answers.at(-1)
    expect([refused?.status, refused?.body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(refused?.headers.get('content-type')).toBe('application/json')
    expect(refused?.headers.get('access-control-allow-origin')).toBe('*')
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await box.storage.listClients({}, { limit: 100 })).items).toHaveLength(20)
  })

  it('DCR-19 one address leaves room for others, all of them together have a ceiling, and no live client is touched', async () => {
    const limits = { registration: { most: 2, seconds: 60, inAll: { most: 4, seconds: 60 } } }
    const box = located({ throttle: memoryThrottle({ limits }) })
    const at = async (address: string) =>
      (
        await send(box, '/oauth/register', {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...from(address) },
          body: JSON.stringify(publicClient),
        })
      ).status
    const { client, tokens } = await connect(box)
    expect(await Promise.all([at('192.0.2.1'), at('192.0.2.1'), at('192.0.2.1')])).toEqual([201, 201, 429])
    expect([await at('192.0.2.2'), await at('192.0.2.3')]).toEqual([201, 429])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('DCR-19 by default lets an address register ten in a minute', async () => {
    const box = located()
    const statuses = []
    for (let n = 0; n < 11; n += 1)
      statuses.push(
        (
          await send(box, '/oauth/register', {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...from('2001:db8::1') },
            body: JSON.stringify(publicClient),
          })
        ).status,
      )
    expect(statuses).toEqual([...Array(10).fill(201), 429])
  })

  it('is without limits where the host says so', async () => {
    const box = testProvider({ throttle: false, address: () => '192.0.2.1' })
    const answers = await Promise.all(Array.from({ length: 30 }, () => registration(box, publicClient)))
    expect(answers.every(({ status }) => status === 201)).toBe(true)
  })
})

describe('wrong secrets', () => {
  const guess = (box: ReturnType<typeof located>, id: string, address: string, secret = 'wrong') =>
    post(box, '/oauth/token', anything, { authorization: basic(id, secret), ...from(address) })

  it('S-095 TOK-05 a thousand from one address: it is throttled, and the client works from elsewhere', async () => {
    const box = located()
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const answers = []
    for (let n = 0; n < 1_000; n += 1) answers.push(await guess(box, client.client_id, '192.0.2.66'))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30)
    const last = answers.at(-1)
    expect([last?.status, last?.body.error, last?.headers.get('content-type')]).toEqual([
      429,
      'temporarily_unavailable',
      'application/json',
    ])
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    const elsewhere = await post(
      box,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
      { authorization: basic(client.client_id, client.client_secret ?? ''), ...from('192.0.2.1') },
    )
    expect(elsewhere.status).toBe(200)
  })

  it('S-095 TOK-05 the address that is throttled cannot go on with the right one, and nothing is asked of storage', async () => {
    const box = located()
    const client = await register(box, confidentialClient)
    for (let n = 0; n < 31; n += 1) await guess(box, client.client_id, '192.0.2.66')
    box.storage.reset()
    expect((await guess(box, client.client_id, '192.0.2.66', client.client_secret)).status).toBe(429)
    expect(box.storage.trips()).toEqual([])
  })

  it('S-095 TOK-05 where no address is known, they are answered 429, and the right one is heard all the same', async () => {
    const box = testProvider({ throttle: memoryThrottle() })
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const statuses = []
    for (let n = 0; n < 100; n += 1)
      statuses.push((await postAs(box, '/oauth/token', { ...client, client_secret: 'wrong' }, anything)).status)
    expect(statuses).toEqual([...Array(30).fill(401), ...Array(70).fill(429)])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('TOK-05 are counted wherever they are tried', async () => {
    const box = located()
    const client = await register(box, confidentialClient)
    const headers = { authorization: basic(client.client_id, 'wrong'), ...from('192.0.2.66') }
    for (let n = 0; n < 30; n += 1) await post(box, '/oauth/revoke', { token: 'x' }, headers)
    expect((await post(box, '/oauth/token', anything, headers)).status).toBe(429)
  })
})

describe('bad grants', () => {
  it('TOK-05 of one client at one address are answered 429 after a while, and good ones beside them are not', async () => {
    const box = located()
    const { client, tokens } = await connect(box)
    const headers = from('192.0.2.1')
    const bad = () =>
      post(
        box,
        '/oauth/token',
        { grant_type: 'refresh_token', refresh_token: 'x', client_id: client.client_id },
        headers,
      )
    const statuses = []
    for (let n = 0; n < 100; n += 1) statuses.push((await bad()).status)
    expect(statuses).toEqual([...Array(60).fill(400), ...Array(40).fill(429)])
    const good = await post(
      box,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id },
      headers,
    )
    expect(tokensOf(good).access_token).toBeDefined()
  })
})

describe('the authorization endpoint', () => {
  it('shows a person a page that says to wait, and never sends them to the client for it', async () => {
    const box = located({
      throttle: memoryThrottle({ limits: { authorization: { most: 2, seconds: 60 } } }),
    })
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const open = () => send(box, url, { headers: { ...from('192.0.2.1'), accept: 'text/html' } })
    expect([(await open()).status, (await open()).status]).toEqual([303, 303])
    const refused = await open()
    expect([refused.status, refused.headers.get('location')]).toEqual([429, null])
    expect(refused.text).toContain('Too many attempts')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('keeps only so many requests for one person, and others are not held up', async () => {
    const limits = { interaction: { most: 3, seconds: 60 } }
    const box = testProvider({ throttle: memoryThrottle({ limits }) })
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const open = async (person: string) => {
      const browser = openBrowser(box)
      await signIn(browser, person)
      return (await browser.open(url)).status
    }
    expect([await open('alice'), await open('alice'), await open('alice'), await open('alice')]).toEqual([
      200, 200, 200, 429,
    ])
    expect(await open('carol')).toBe(200)
  })
})

describe('what goes well', () => {
  it('TOK-05 asks nothing of the throttle that a database would have to answer', async () => {
    const taken: string[] = []
    const throttle: Throttle = {
      async take(what) {
        taken.push(what)
        return 0
      },
      peek: async () => 0,
    }
    const box = located({ throttle })
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    taken.length = 0
    box.storage.reset()
    await refresh(box, client, tokens.refresh_token)
    await postAs(box, '/oauth/revoke', client, { token: tokens.access_token })
    expect(taken).toEqual([])
    expect(box.storage.trips()).toEqual(['findToken', 'commit', 'findToken', 'commit'])
  })
})

describe('a client that the host registered', () => {
  it('is not counted', async () => {
    const box = located({ throttle: memoryThrottle({ limits: { registration: { most: 1, seconds: 60 } } }) })
    for (let n = 0; n < 5; n += 1)
      expect((await registerManually(box, { ...publicClient, client_name: `App ${n}` })).client_id).toBeDefined()
  })
})
