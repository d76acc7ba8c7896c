import type { ClientId, Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { signIn } from '../support/browser.js'
import {
  approve,
  authorizationUrl,
  authorize,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  type Params,
  publicClient,
  register,
  responseOf,
  send,
  tokensOf,
} from '../support/flow.js'
import { editClient, type TestOptions, testProvider } from '../support/provider.js'

const loopback = { ...confidentialClient, redirect_uris: ['http://127.0.0.1/callback'] }

/** Consent once, then ask again: a page, or straight back? */
async function again(metadata: Readonly<Record<string, unknown>>, params: Params, options: TestOptions = {}) {
  const box = testProvider(options)
  const connection = await connect(box, { metadata, params: { scope: 'project:read' } })
  const { page } = await authorize(connection.browser, connection.client, { scope: 'project:read', ...params })
  return { box, ...connection, page, asked: page.status === 200 }
}

describe('a consent that was given before', () => {
  it('is remembered for a client that can prove who it is, with the same grant', async () => {
    const { box, client, page, asked } = await again(confidentialClient, {})
    expect([asked, responseOf(page.url).has('code')]).toEqual([false, true])
    expect((await box.provider.grants.list({ clientId: client.client_id as ClientId })).items).toHaveLength(1)
  })

  it('LOG-02 is in the audit log each time', async () => {
    const { box, client } = await again(confidentialClient, {})
    expect(box.events.at(-1)).toMatchObject({
      type: 'grant.remembered',
      clientId: client.client_id,
      subject: 'alice',
      data: { requested: ['project:read'], resource: [box.api] },
    })
  })

  it('brings tokens that work, and a second session beside the first', async () => {
    const box = testProvider()
    const { client, tokens, browser } = await connect(box, { metadata: confidentialClient })
    const attempt = await authorize(browser, client)
    const response = responseOf(attempt.page.url)
    const second = tokensOf(await exchange(box, { ...attempt, response, url: attempt.page.url }))
    const used = await Promise.all([call(box, tokens.access_token), call(box, second.access_token)])
    expect(used.map(({ status }) => status)).toEqual([200, 200])
  })

  it.each<readonly [string, Readonly<Record<string, unknown>>, Params]>([
    ['S-037 of a public client', publicClient, {}],
    ['S-037 of a public client at another port', publicClient, { redirect_uri: 'http://127.0.0.1:5/callback' }],
    ['S-037 that goes to a program on the person’s machine', loopback, { redirect_uri: 'http://127.0.0.1:5/callback' }],
    ['S-038 for a scope more', confidentialClient, { scope: 'project:read project:write' }],
    ['S-039 for another resource', confidentialClient, { resource: 'https://app.example/mcp' }],
    [
      'S-039 for a resource more',
      confidentialClient,
      { resource: ['https://app.example/mcp', 'https://app.example/api'] },
    ],
    ['19.4 with prompt=consent', confidentialClient, { prompt: 'consent' }],
  ])('%s is asked for again', async (_name, metadata, params) => {
    const first = metadata === loopback ? { redirect_uri: 'http://127.0.0.1:4/callback' } : {}
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata, params: { scope: 'project:read', ...first } })
    const { page } = await authorize(browser, client, { scope: 'project:read', ...first, ...params })
    expect([page.status, page.html.includes('name="decision"')]).toEqual([200, true])
  })

  it.each(['login', 'select_account'])('with prompt=%s is asked for again, after the login', async (prompt) => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const { page: login } = await authorize(browser, client, { prompt })
    const page = await signIn(browser, 'alice', login)
    expect([page.status, page.html.includes('name="decision"')]).toEqual([200, true])
  })

  it('for less is not asked for again', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const { page } = await authorize(browser, client, { scope: 'project:read' })
    expect(responseOf(page.url).has('code')).toBe(true)
  })

  it('and taken back since is asked for again', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    await box.provider.grants.revokeAll({ clientId: client.client_id as ClientId })
    expect((await authorize(browser, client)).page.status).toBe(200)
  })

  it('of somebody else is not one', async () => {
    const box = testProvider()
    const { client } = await connect(box, { metadata: confidentialClient })
    const { page } = await openAttempt(box, client, {}, 'bob')
    expect(page.status).toBe(200)
  })

  it('twice for different projects leaves the choice to the person', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    const { browser } = await connect(box, { client })
    const second = await authorize(browser, client, { prompt: 'consent' })
    await exchange(box, await approve(browser, second, { project: 'beta' }))
    expect((await authorize(browser, client)).page.status).toBe(200)
  })

  it('is asked for again when it has expired', async () => {
    const box = testProvider({ lifetimes: { refreshToken: 5_000, grant: 5_000 } })
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    box.clock.advance(5_000)
    expect((await authorize(browser, client)).page.status).toBe(200)
  })

  it('S-117 never lasts past its last day, not even by a code', async () => {
    const box = testProvider({ lifetimes: { grant: 5_000 } })
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    box.clock.advance(4_990)
    const attempt = await authorize(browser, client)
    const response = responseOf(attempt.page.url)
    box.clock.advance(20)
    const late = await exchange(box, { ...attempt, response, url: attempt.page.url })
    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant'])
  })

  it('AZ-22 two loads at once are answered alike', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const opened = await send(box, url, { headers: { cookie } })
    const id = opened.headers.get('location') ?? ''
    const loads = await Promise.all([1, 2, 3].map(() => send(box, id, { headers: { cookie } })))
    expect(loads.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(new Set(loads.map(({ headers }) => headers.get('location'))).size).toBe(1)
  })

  it('S-077 a grant that is revoked while the page is on its way brings no code', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    box.storage.inject({
      method: 'commit',
      how: 'refuse',
      matching: ([change]) => JSON.stringify(change).includes('authorization_code'),
    })
    await box.provider.grants.revokeAll({ clientId: client.client_id as ClientId })
    const { page } = await authorize(browser, client)
    expect(page.url).not.toContain('code=')
  })

  it('is of no use to a client that was disabled since', async () => {
    const box = testProvider()
    const { browser, client } = await connect(box, { metadata: confidentialClient })
    await editClient(box, client, () => ({ disabledAt: 1 as Timestamp }))
    expect((await authorize(browser, client)).page.status).toBe(400)
  })
})
