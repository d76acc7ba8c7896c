import type { AuditEvent, AuditEventOf } from 'grantor'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../support/browser.js'
import {
  approve,
  authorizationUrl,
  authorize,
  basic,
  confidentialClient,
  connect,
  decide,
  exchange,
  openAttempt,
  post,
  type RegisteredClient,
  refresh,
  register,
  revoke,
  send,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const isFailure = ({ type }: AuditEvent) => type === 'client.authentication_failed' || type === 'request.refused'
const told = (box: TestProvider) => box.events.filter(isFailure)
/** All that is logged, as the administrator of the host finds it. */
const logged = async (box: TestProvider) => (await box.provider.audit.list()).items.filter(isFailure)
const wrong = (client: RegisteredClient): RegisteredClient => ({ ...client, client_secret: 'wrong' })

describe('bad credentials of a known client', () => {
  it('LOG-02 CA-08 are in the log, wherever they were shown, with the method and the reason', async () => {
    const box = testProvider({ address: () => '192.0.2.7' })
    const client = await register(box, confidentialClient)
    await refresh(box, wrong(client), 'x', {})
    await revoke(box, wrong(client), 'x')
    await post(box, '/oauth/token', { grant_type: 'refresh_token', refresh_token: 'x', client_id: client.client_id })
    const [secret, method] = (await logged(box)) as AuditEventOf<'client.authentication_failed'>[]
    expect(secret).toEqual({
      id: expect.any(String),
      at: box.clock.now(),
      type: 'client.authentication_failed',
      outcome: 'failure',
      reason: 'client.secret',
      actor: { type: 'client', id: null },
      clientId: client.client_id,
      grantId: null,
      subject: null,
      accountId: null,
      address: '192.0.2.7',
      agent: null,
      requestId: expect.any(String),
      data: { method: 'client_secret_basic', path: '/oauth/token', count: 2, since: box.clock.now() },
    })
    expect([method?.reason, method?.data.method]).toEqual(['client.authentication_method', 'none'])
  })

  it('LOG-02 of a client that nobody knows are not: it could be made up anew each time', async () => {
    const box = testProvider()
    for (let index = 0; index < 20; index += 1)
      await post(
        box,
        '/oauth/token',
        { grant_type: 'refresh_token', refresh_token: 'x' },
        { authorization: basic(`client_${index}`, 'guess') },
      )
    await box.provider.close()
    expect(box.storage.commits()).toEqual([])
  })

  it('LOG-02 cannot be made to write: hundreds of them are two events in a minute', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    box.storage.reset()
    const guess = async (times: number) => {
      for (let index = 0; index < times; index += 1) await refresh(box, wrong(client), 'x')
    }
    await guess(150)
    expect(box.storage.commits()).toEqual([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(told(box).map(({ data }) => data.count)).toEqual([150])
    for (let second = 5; second < 60; second += 5) {
      await guess(10)
      box.clock.advance(5)
      await vi.advanceTimersByTimeAsync(5_000)
    }
    expect(box.storage.commits()).toHaveLength(1)
    box.clock.advance(5)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(told(box).map(({ data }) => data.count)).toEqual([150, 110])
    expect(told(box)[1]?.data.since).toBe(box.clock.now() - 60)
    // Nothing more is waited for.
    box.storage.reset()
    box.clock.advance(600)
    await vi.advanceTimersByTimeAsync(600_000)
    expect([box.storage.calls, vi.getTimerCount()]).toEqual([[], 0])
  })

  it('LOG-02 are told apart by client and reason, and by nothing that a stranger can make up', async () => {
    const box = testProvider({ address: () => String(Math.random()) })
    const [one, two] = [await register(box, confidentialClient), await register(box, confidentialClient)]
    for (let index = 0; index < 5; index += 1) {
      await send(box, '/oauth/token', {
        method: 'POST',
        headers: { authorization: basic(one.client_id, `guess ${index}`), 'user-agent': `agent ${index}` },
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: `x${index}` }),
      })
      await refresh(box, wrong(two), `${index}`)
    }
    const events = await logged(box)
    expect(events.map(({ clientId, data }) => [clientId, data.count])).toEqual([
      [one.client_id, 5],
      [two.client_id, 5],
    ])
  })

  it('LOG-02 are seen at once by whoever reads the log here, and are not lost when the host stops', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    await refresh(box, wrong(client), 'x')
    expect(await logged(box)).toHaveLength(1)
    await refresh(box, wrong(client), 'x')
    await box.provider.close()
    expect(told(box).map(({ data }) => data.count)).toEqual([1, 1])
  })

  it('a log that cannot be written is the host’s to know, and nobody else’s', async () => {
    const box = testProvider()
    const client = await register(box, confidentialClient)
    expect((await refresh(box, wrong(client), 'x')).status).toBe(401)
    box.storage.inject({ method: 'commit', how: 'throw' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(box.errors).toHaveLength(1)
    expect((await refresh(box, wrong(client), 'x')).status).toBe(401)
    expect(await logged(box)).toHaveLength(1)
  })
})

describe('a refused request of a known client', () => {
  it('LOG-02 at the token endpoint has the client as actor, with status, error and reason', async () => {
    const box = testProvider()
    const { client, callback } = await connect(box)
    await exchange(box, callback, { code: 'x' })
    await refresh(box, client, 'x')
    const events = (await logged(box)) as AuditEventOf<'request.refused'>[]
    const about = { type: 'request.refused', outcome: 'failure', actor: { type: 'client', id: client.client_id } }
    const data = { status: 400, error: 'invalid_grant', path: '/oauth/token', count: 1, since: box.clock.now() }
    expect(events).toEqual([
      expect.objectContaining({ ...about, reason: 'code.unknown', data }),
      expect.objectContaining({ ...about, reason: 'refresh_token.unknown', data }),
    ])
  })

  it('LOG-02 at the authorization endpoint has nobody, because nobody was asked', async () => {
    const box = testProvider()
    const client = await register(box)
    const params = { code_challenge: undefined, code_challenge_method: undefined }
    await openBrowser(box).open(authorizationUrl(client, 'v'.repeat(43), params))
    await openBrowser(box).open(authorizationUrl(client, 'v', { redirect_uri: 'https://evil.example' }))
    const events = await logged(box)
    expect(events.map(({ actor, clientId }) => [actor, clientId])).toEqual(
      events.map(() => [{ type: 'user', id: null }, client.client_id]),
    )
    expect(events.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^pkce\./), 'redirect_uri.mismatch'])
  })

  it('LOG-02 S-034 on the consent page of another browser is there too', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box))
    const thief = await openAttempt(box, attempt.client)
    await thief.browser.open(attempt.page.url)
    const [event] = await logged(box)
    expect([event?.reason, event?.clientId]).toEqual(['interaction.other_browser', attempt.client.client_id])
  })

  it('LOG-02 is not told twice: what has an event of its own has only that', async () => {
    const box = testProvider()
    const { client, tokens, callback } = await connect(box)
    await refresh(box, client, tokens.refresh_token)
    box.clock.advance(31)
    await refresh(box, client, tokens.refresh_token)
    await exchange(box, callback)
    const types = (await box.provider.audit.list()).items.slice(-3).map(({ type, reason }) => [type, reason])
    expect(types).toEqual([
      ['refresh_token.reused', 'refresh_token.reused'],
      ['grant.revoked', 'refresh_token.reused'],
      ['request.refused', 'code.replayed'],
    ])
  })

  it('LOG-02 is no fault of ours, and no request that was answered', async () => {
    const box = testProvider()
    const { client, tokens, browser } = await connect(box)
    const attempt = await authorize(browser, client)
    await decide(browser, attempt, 'deny')
    box.storage.inject({ method: 'commit', how: 'throw' })
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(503)
    await refresh(box, client, tokens.refresh_token)
    expect(await logged(box)).toEqual([])
  })
})

describe('a code that is tried with wrong verifiers', () => {
  it('LOG-02 COD-05 is burnt with an event in the same commit, once', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    for (let index = 0; index < 7; index += 1) await exchange(box, callback, { code_verifier: 'w'.repeat(43) })
    const burnt = box.storage.commits().filter(({ redeem }) => redeem.some(({ note }) => note === 'burnt'))
    expect(burnt.map(({ events }) => events.map(({ type }) => type))).toEqual([['code.burnt']])
    const event = box.events.find(({ type }) => type === 'code.burnt')
    expect(event).toMatchObject({
      outcome: 'failure',
      reason: 'pkce.mismatch',
      actor: { type: 'client', id: attempt.client.client_id },
      subject: 'alice',
      grantId: expect.stringMatching(/^grant_/),
    })
    const [refused] = (await logged(box)) as AuditEventOf<'request.refused'>[]
    expect([refused?.reason, refused?.data.count]).toEqual(['pkce.mismatch', 6])
  })
})
