import type { Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  approve,
  call,
  connect,
  exchange,
  openAttempt,
  refresh,
  register,
  revoke,
  send,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'
import type { Fault, StorageMethod } from '../support/watched-storage.js'

const unavailable = { error: 'temporarily_unavailable', error_description: 'try again in a moment' }

const outage = (method: StorageMethod, when: 'before' | 'after' = 'before', times = 1): Fault => ({
  method,
  how: 'throw',
  when,
  times,
})

describe('a database that fails', () => {
  it.each([
    ['before it has written', 'before'],
    ['after it has written', 'after'],
  ] as const)('S-122 REF-19 %s: the client is told to retry, and the retry converges', async (_name, when) => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    box.storage.inject(outage('commit', when))
    const failed = await refresh(box, client, tokens.refresh_token)
    expect([failed.status, failed.body]).toEqual([503, unavailable])
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(failed.headers.get('content-type')).toBe('application/json')
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await call(box, next.access_token)).status).toBe(200)
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
    expect(box.events.filter(({ type }) => type === 'refresh_token.reused')).toEqual([])
  })

  it('S-122 several times in a row, now before and now after: one successor in the end', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    for (const when of ['before', 'after', 'before', 'after'] as const) {
      box.storage.inject(outage('commit', when))
      await refresh(box, client, tokens.refresh_token)
      box.storage.heal()
    }
    const one = tokensOf(await refresh(box, client, tokens.refresh_token))
    const two = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect(one).toEqual(two)
    expect((await refresh(box, client, one.refresh_token)).status).toBe(200)
  })

  it('S-238 in the check of a code: 503, no token, and the code is still good', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    for (const fault of [outage('findToken'), outage('commit', 'before')]) {
      box.storage.inject(fault)
      const failed = await exchange(box, callback)
      expect([failed.status, failed.body]).toEqual([503, unavailable])
    }
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('S-122 S-238 after a code was redeemed: nothing half-written, and no second answer to one code', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    box.storage.inject(outage('commit', 'after'))
    expect((await exchange(box, callback)).status).toBe(503)
    expect((await exchange(box, callback)).body.error).toBe('invalid_grant')
    const { items } = await box.provider.grants.list({ subject: 'alice' as Subject })
    expect(items).toEqual([])
  })

  it.each(['findToken', 'commit'] as const)('S-238 in %s of a refresh: 503 and no token', async (method) => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    box.storage.inject(outage(method))
    const failed = await refresh(box, client, tokens.refresh_token)
    expect([failed.status, failed.body]).toEqual([503, unavailable])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('S-238 while a retry is looked up: 503, and nobody is taken for a thief', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    // The presented token is looked at first, then its successor.
    const [presented] = box.storage
      .commits()
      .flatMap(({ redeem }) => redeem)
      .slice(-1)
    box.storage.inject({ ...outage('findToken'), matching: ([digest]) => digest !== presented?.digest })
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(503)
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
  })

  it('RS-11 19.3 under the guard: 503 with Retry-After, and no word against the token', async () => {
    const box = testProvider()
    const { tokens } = await connect(box)
    box.storage.inject(outage('findToken'))
    const failed = await call(box, tokens.access_token)
    expect([failed.status, failed.body]).toEqual([503, unavailable])
    expect(failed.headers.get('www-authenticate')).toBeNull()
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await call(box, tokens.access_token)).status).toBe(200)
  })

  it('S-122 a commit that is refused all the time ends in 503, not in a loop', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    box.storage.inject({ method: 'commit', how: 'refuse', times: 100 })
    box.storage.reset()
    const failed = await refresh(box, client, tokens.refresh_token)
    expect([failed.status, failed.body.error]).toEqual([503, 'temporarily_unavailable'])
    expect(box.storage.commits().length).toBeLessThanOrEqual(3)
    box.storage.heal()
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('a call that never returns keeps nobody else waiting', async () => {
    const box = testProvider()
    const [one, two] = [await connect(box), await connect(box)]
    box.storage.inject({ method: 'commit', how: 'hang' })
    const hanging = refresh(box, one.client, one.tokens.refresh_token)
    const first = await Promise.race([hanging, refresh(box, two.client, two.tokens.refresh_token)])
    expect(tokensOf(first).refresh_token).not.toBe(two.tokens.refresh_token)
    expect((await refresh(box, one.client, one.tokens.refresh_token)).status).toBe(200)
  })

  it('says to the operator what happened, and to the client only that it did', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    box.storage.inject(outage('commit'))
    const failed = await refresh(box, client, tokens.refresh_token)
    expect(failed.text).not.toContain('database')
    expect(box.errors).toMatchObject([{ name: 'StorageUnavailable', cause: { message: 'the database is gone' } }])
  })

  it('a listener that throws changes no answer', async () => {
    const box = testProvider({
      onEvent: () => {
        throw new Error('the log is full')
      },
      onError: () => {
        throw new Error('so is the other')
      },
    })
    const { client, tokens } = await connect(box)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
    box.storage.inject(outage('commit'))
    expect((await revoke(box, client, tokens.access_token)).status).toBe(503)
    expect((await send(box, '/.well-known/oauth-authorization-server')).status).toBe(200)
  })
})
