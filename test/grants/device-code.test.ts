import type { ClientId, GrantId, Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  approveDevice,
  claimed,
  denyDevice,
  deviceClient,
  deviceCodes,
  deviceGrant,
  devicePage,
  headingOf,
  poll,
  told,
} from '../support/device.js'
import { call, post, type RegisteredClient, refresh, register, tokensOf } from '../support/flow.js'
import { secondNode, type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

const pending = '400 authorization_pending'
const slowDown = '400 slow_down'

async function waiting(options: TestOptions = {}) {
  const box = testProvider(options)
  const client = await register(box, deviceClient)
  const codes = await deviceCodes(box, client)
  const ask = async (params = {}) => told(await poll(box, client, codes.device_code, params))
  return { box, client, codes, ask }
}

/** Somebody has the decision on their screen. */
async function shown(options: TestOptions = {}) {
  const wait = await waiting(options)
  return { ...wait, ...(await claimed(wait.box, wait.codes.user_code)) }
}

async function approved(options: TestOptions = {}) {
  const wait = await shown(options)
  await approveDevice(wait.browser, wait.page)
  return wait
}

const types = ({ events }: TestProvider) => events.map(({ type }) => type)

describe('a device that asks', () => {
  it('DEV-05 is told to wait, until somebody has decided', async () => {
    const { box, client, codes, ask } = await waiting()
    expect(await ask()).toBe(pending)
    const { browser, page } = await claimed(box, codes.user_code)
    box.clock.advance(5)
    expect(await ask()).toBe(pending)
    await approveDevice(browser, page)
    box.clock.advance(5)
    const answer = await poll(box, client, codes.device_code)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^grantor_at_/),
      refresh_token: expect.stringMatching(/^grantor_rt_/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'project:read project:write',
    })
    expect((await call(box, tokensOf(answer).access_token)).status).toBe(200)
    expect((await refresh(box, client, tokensOf(answer).refresh_token)).status).toBe(200)
  })

  it('DEV-07 is told that it was refused, and that is the end', async () => {
    const { box, browser, page, ask } = await shown()
    const end = await denyDevice(browser, page)
    expect(headingOf(end)).toBe('You denied the request')
    expect(await ask()).toBe('400 access_denied')
    box.clock.advance(10_000)
    expect(await ask()).toBe('400 access_denied')
    expect(
      await browser.submit(page, { decision: 'approve', project: 'alpha' }, ['decision', 'approve']),
    ).toMatchObject({ status: 400 })
    expect(await ask()).toBe('400 access_denied')
  })

  it('DEV-07 is told that the time is over, and that is the end', async () => {
    const { box, ask, browser, page } = await shown()
    box.clock.advance(599)
    expect(await ask()).toBe(pending)
    box.clock.advance(1)
    expect(await ask()).toBe('400 expired_token')
    const late = await approveDevice(browser, page)
    expect(late.status).toBe(400)
    box.clock.advance(5)
    expect(await ask()).toBe('400 expired_token')
    expect(types(box)).not.toContain('grant.created')
  })

  it.each([
    ['an unknown code', 'grantor_dc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '400 invalid_grant'],
    ['something else', 'WDJB-MJHT', '400 invalid_grant'],
    ['DEV-14 nothing', '', '400 invalid_request'],
  ])('DEV-07 with %s is refused', async (_name, code, expected) => {
    const { box, client } = await waiting()
    expect(told(await poll(box, client, code))).toBe(expected)
  })

  it('DEV-07 S-212 as another client learns nothing and changes nothing', async () => {
    const { box, client, codes, ask } = await approved()
    const other = await register(box, { ...deviceClient, client_name: 'Other' })
    box.storage.reset()
    expect(told(await poll(box, other, codes.device_code))).toBe('400 invalid_grant')
    expect(box.storage.commits()).toEqual([])
    expect(box.storage.calls.filter(({ method }) => method === 'touch')).toEqual([])
    expect(await ask()).toBe('200')
    expect(told(await poll(box, client, codes.device_code))).toBe('400 invalid_grant')
  })

  it('DEV-08 S-214 is given tokens once', async () => {
    const { box, client, codes } = await approved()
    const first = tokensOf(await poll(box, client, codes.device_code))
    box.clock.advance(5)
    expect(told(await poll(box, client, codes.device_code))).toBe('400 invalid_grant')
    expect((await call(box, first.access_token)).status).toBe(200)
    expect((await refresh(box, client, first.refresh_token)).status).toBe(200)
  })

  it('DEV-02 as a client that is not registered for it any more is refused', async () => {
    const { box, client, codes } = await approved()
    const { clients } = box.provider
    const metadata = { ...deviceClient, redirect_uris: ['https://a.example/'], grant_types: ['authorization_code'] }
    await clients.update(client.client_id as ClientId, { metadata })
    expect(told(await poll(box, client, codes.device_code))).toBe('400 unauthorized_client')
  })

  it('cannot redeem its code as a code of another kind', async () => {
    const { box, codes } = await approved()
    const client = await register(box)
    const form = { client_id: client.client_id, grant_type: 'authorization_code', code: codes.device_code }
    expect(told(await post(box, '/oauth/token', form))).toBe('400 invalid_grant')
  })

  it('gets no refresh token when it did not register for one, or the person said no', async () => {
    const box = testProvider()
    const bare = await register(box, { ...deviceClient, grant_types: [deviceGrant] })
    const first = await deviceCodes(box, bare)
    const one = await claimed(box, first.user_code)
    await approveDevice(one.browser, one.page)
    expect((await poll(box, bare, first.device_code)).body).not.toHaveProperty('refresh_token')

    const client = await register(box, deviceClient)
    const second = await deviceCodes(box, client)
    const other = await claimed(box, second.user_code)
    await approveDevice(other.browser, other.page, { keep_alive: null })
    expect((await poll(box, client, second.device_code)).body).not.toHaveProperty('refresh_token')
  })

  it('RI-05 may take less of the resources than it was granted, and no other', async () => {
    const box = testProvider()
    const client = await register(box, deviceClient)
    const codes = await deviceCodes(box, client, { resource: [box.api, box.mcp] })
    const { browser, page } = await claimed(box, codes.user_code)
    await approveDevice(browser, page)
    expect(told(await poll(box, client, codes.device_code, { resource: 'https://other.example/' }))).toBe(
      '400 invalid_target',
    )
    const tokens = tokensOf(await poll(box, client, codes.device_code, { resource: box.mcp }))
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await call(box, tokens.access_token, '/mcp/projects/alpha')).status).toBe(200)
  })

  it('gets nothing when the person has disconnected it before it came', async () => {
    const { box, ask } = await approved()
    await box.provider.grants.revokeAll({ subject: 'alice' as Subject })
    expect(await ask()).toBe('400 invalid_grant')
  })

  it('gets nothing when the person may not let it in any more, and something when they may again', async () => {
    const { box, ask } = await approved()
    box.host.disable('alice')
    expect(await ask()).toBe('400 invalid_grant')
    box.host.enable('alice')
    expect(await ask()).toBe('200')
  })

  it('gets nothing while its client is disabled', async () => {
    const { box, client, ask } = await approved()
    await box.provider.clients.disable(client.client_id as ClientId)
    expect(await ask()).toBe('400 invalid_grant')
    await box.provider.clients.enable(client.client_id as ClientId)
    expect(await ask()).toBe('200')
  })
})

describe('a device that asks too often', () => {
  it('DEV-06 S-215 is told to slow down by five seconds, and recovers', async () => {
    const { box, ask } = await waiting()
    expect(await ask()).toBe(pending)
    box.clock.advance(4)
    expect(await ask()).toBe(slowDown)
    box.clock.advance(5)
    expect(await ask()).toBe(slowDown)
    // Fifteen by now, and it stays at that for whoever keeps to it.
    for (let n = 0; n < 5; n += 1) {
      box.clock.advance(15)
      expect(await ask()).toBe(pending)
    }
    box.clock.advance(14)
    expect(await ask()).toBe(slowDown)
    box.clock.advance(20)
    expect(await ask()).toBe(pending)
  })

  it('DEV-06 is never throttled at first, however soon', async () => {
    const { ask } = await waiting()
    expect(await ask()).toBe(pending)
  })

  it('DEV-06 that keeps to the interval is never throttled', async () => {
    const { box, ask } = await waiting()
    for (let n = 0; n < 100; n += 1) {
      expect(await ask()).toBe(pending)
      box.clock.advance(5)
    }
  })

  it('DEV-06 is told so by every server', async () => {
    const { box, client, codes, ask } = await waiting()
    const other = secondNode(box)
    expect(await ask()).toBe(pending)
    expect(told(await poll(other, client, codes.device_code))).toBe(slowDown)
    box.clock.advance(5)
    expect(await ask()).toBe(slowDown)
  })

  it('is never asked to wait for more than a minute, and leaves no more than a few records', async () => {
    const { box, ask } = await waiting()
    for (let n = 0; n < 50; n += 1) await ask()
    const marks = box.storage.commits().flatMap(({ tokens }) => tokens).length
    expect(marks).toBeLessThan(20)
    box.clock.advance(60)
    expect(await ask()).toBe(pending)
  })

  it('DEV-17 one device does not slow another', async () => {
    const { box, client, ask } = await waiting()
    await ask()
    await ask()
    const other = await deviceCodes(box, client)
    expect(told(await poll(box, client, other.device_code))).toBe(pending)
  })

  it('DEV-17 gets its tokens all the same once it was let in', async () => {
    const { browser, page, ask } = await shown()
    expect([await ask(), await ask()]).toEqual([pending, slowDown])
    await approveDevice(browser, page)
    expect(await ask()).toBe('200')
  })
})

describe('an approval in the last second', () => {
  it('DEV-16 reaches a device that comes within two intervals of the end', async () => {
    const { box, browser, page, ask } = await shown()
    box.clock.advance(599)
    expect(headingOf(await approveDevice(browser, page))).toBe('Your device is connected')
    box.clock.advance(10)
    expect(await ask()).toBe('200')
  })

  it('DEV-16 and not one that comes later', async () => {
    const { box, browser, page, ask } = await shown()
    box.clock.advance(599)
    await approveDevice(browser, page)
    box.clock.advance(11)
    expect(await ask()).toBe('400 expired_token')
  })

  it('DEV-16 waits longer for a device that was told to ask less often', async () => {
    const { box, browser, page, ask } = await shown()
    for (let n = 0; n < 5; n += 1) await ask()
    box.clock.advance(599)
    await approveDevice(browser, page)
    // Twenty-five seconds between two polls.
    box.clock.advance(50)
    expect(await ask()).toBe('200')
  })

  it('DEV-16 survives a purge of whatever has expired', async () => {
    const { box, browser, page, ask } = await shown({ retention: { expired: 0 } })
    box.clock.advance(599)
    await approveDevice(browser, page)
    box.clock.advance(10)
    expect((await box.provider.purge()).grants).toBe(0)
    expect(await ask()).toBe('200')
  })

  it('loses against a device that was told before that the time is over, by whichever clock', async () => {
    const { box, client, codes, browser, page, ask } = await shown()
    const ahead = secondNode(box)
    ahead.clock.advance(600)
    box.clock.advance(599)
    expect(told(await poll(ahead, client, codes.device_code))).toBe('400 expired_token')
    const late = await approveDevice(browser, page)
    expect(late.status).toBe(400)
    expect(await ask()).toBe('400 expired_token')
    expect(types(box)).not.toContain('grant.created')
  })
})

describe('what is written', () => {
  it('LOG-02 tells who approved what, in one commit with the grant', async () => {
    const { box, client, codes } = await approved({ address: () => '203.0.113.9' })
    const decision = box.storage.commits().find(({ grants }) => grants.length > 0)
    expect(decision).toMatchObject({
      redeem: [{ note: 'approved' }],
      tokens: [{ kind: 'device_code', clientId: client.client_id }],
      grants: [{ subject: 'alice', projects: ['alpha'], scope: ['project:read', 'project:write'] }],
    })
    const about = { clientId: client.client_id, subject: 'alice', accountId: 'acme', address: '203.0.113.9' }
    expect(box.events.slice(1)).toMatchObject([
      { ...about, type: 'device.approved', actor: { type: 'user', id: 'alice' } },
      { ...about, type: 'grant.created', data: { projects: ['alpha'] } },
    ])
    tokensOf(await poll(box, client, codes.device_code))
    expect(box.events.at(-1)).toMatchObject({ ...about, type: 'token.issued', data: { grant_type: deviceGrant } })
  })

  it('LOG-02 tells who refused', async () => {
    const { box, browser, page } = await shown()
    await denyDevice(browser, page)
    expect(box.events.at(-1)).toMatchObject({
      type: 'device.denied',
      subject: 'alice',
      data: { requested: ['project:read', 'project:write'] },
    })
    expect((await box.storage.listGrants({}, { limit: 10 })).items).toEqual([])
  })

  it('waiting is no refusal: neither the host nor the audit log hears of it', async () => {
    const refusals: string[] = []
    const { box, ask } = await waiting({ onRefusal: ({ reason }) => refusals.push(reason) })
    await ask()
    await box.provider.close()
    expect([refusals, types(box)]).toEqual([[], ['client.registered']])
    await ask()
    await box.provider.close()
    expect(refusals).toEqual(['device_code.too_fast'])
    expect(box.events.at(-1)).toMatchObject({ type: 'request.refused', reason: 'device_code.too_fast' })
  })

  it('LOG-01 has no code in it', async () => {
    const { box, client, codes } = await approved()
    tokensOf(await poll(box, client, codes.device_code))
    const written = JSON.stringify([box.storage.commits(), box.events])
    for (const secret of [codes.device_code, codes.user_code, codes.user_code.replace('-', '')])
      expect(written).not.toContain(secret)
  })

  it('is the grant that the person sees among what they connected', async () => {
    const { box, browser } = await approved()
    const page = await browser.open('/settings/connected-apps')
    expect(page.html).toContain('Acme CLI')
    const { items } = await box.provider.grants.list({ subject: 'alice' as Subject })
    expect(items.map(({ grant }) => grant.id)).toEqual([expect.stringMatching(/^grant_/) as unknown as GrantId])
  })
})

describe('round trips', () => {
  it('are the fewest that can be', async () => {
    const { box, client, codes } = await waiting()
    const trips = async (request: () => Promise<unknown>) => {
      box.storage.reset()
      await request()
      return box.storage.trips()
    }
    const asked = await trips(() => deviceCodes(box, client))
    expect(asked).toEqual(['findClient', 'commit'])
    // Two at a time: what was issued and what was decided, then when it last asked and whether it was slowed.
    const polled = await trips(() => poll(box, client, codes.device_code))
    expect(polled).toEqual(['findToken', 'findToken', 'lastUses', 'findToken'])
    const { browser, page } = await claimed(box, codes.user_code)
    expect(await trips(() => approveDevice(browser, page))).toEqual(['findToken', 'commit', 'findToken'])
    expect(await trips(() => poll(box, client, codes.device_code))).toEqual(['findToken', 'findToken', 'commit'])
  })

  it('are none for what cannot be a device code of ours', async () => {
    const { box, client } = await waiting()
    box.storage.reset()
    await poll(box, client, 'rubbish')
    expect(box.storage.trips()).toEqual(['findClient'])
  })
})

describe('a database that fails', () => {
  const faulty = async (client: RegisteredClient, box: TestProvider, code: string) =>
    told(await poll(box, client, code))

  it.each(['findToken', 'lastUses', 'touch'] as const)(
    'S-238 in %s is told as such, and the device asks again',
    async (method) => {
      const { box, client, codes, ask } = await waiting()
      box.storage.inject({ method, how: 'throw' })
      expect(await faulty(client, box, codes.device_code)).toBe('503 temporarily_unavailable')
      box.clock.advance(5)
      expect(await ask()).toBe(pending)
    },
  )

  it('S-238 after the tokens were written: they are lost, and none is given twice', async () => {
    const { box, ask } = await approved()
    box.storage.inject({ method: 'commit', how: 'throw', when: 'after' })
    expect(await ask()).toBe('503 temporarily_unavailable')
    expect(await ask()).toBe('400 invalid_grant')
  })

  it('S-238 before they were written: they come with the next poll', async () => {
    const { box, ask } = await approved()
    box.storage.inject({ method: 'commit', how: 'throw' })
    expect(await ask()).toBe('503 temporarily_unavailable')
    expect(await ask()).toBe('200')
  })

  it('an approval that was lost is made again by the same click', async () => {
    const { box, browser, page, ask } = await shown()
    box.storage.inject({ method: 'commit', how: 'throw' })
    expect((await approveDevice(browser, page)).status).toBe(503)
    expect(headingOf(await approveDevice(browser, page))).toBe('Your device is connected')
    expect(await ask()).toBe('200')
  })

  it('an approval whose answer was lost is not made twice', async () => {
    const { box, browser, page } = await shown()
    box.storage.inject({ method: 'commit', how: 'throw', when: 'after' })
    expect((await approveDevice(browser, page)).status).toBe(503)
    expect(headingOf(await approveDevice(browser, page))).toBe('Your device is connected')
    expect((await box.storage.listGrants({}, { limit: 10 })).items).toHaveLength(1)
  })
})

describe('a person who is not signed in', () => {
  it('goes to the login, and comes back to the code', async () => {
    const { box, codes } = await waiting()
    const browser = openBrowser(box)
    const login = await browser.open(`${devicePage}?user_code=${codes.user_code}`)
    expect(login.url).toContain('/login?next=')
    const page = await signIn(browser, 'alice', login)
    expect(page.url).toBe(`https://app.example/oauth/device?user_code=${codes.user_code}`)
    expect(page.html).toContain(codes.user_code)
  })
})
