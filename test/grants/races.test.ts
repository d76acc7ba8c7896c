import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  approve,
  type Connection,
  call,
  connect,
  exchange,
  openAttempt,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

/** A pause of some turns of the event loop, drawn by a generator that is the same in every run. */
function pauses(seed: number) {
  let state = seed
  return async () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    for (let turns = (state >> 8) % 4; turns > 0; turns -= 1)
      await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))

const counted = (answers: readonly { readonly status: number; readonly body: Readonly<Record<string, unknown>> }[]) => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const key = `${status} ${body.error ?? 'tokens'}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

describe('many at once', () => {
  it.each([1, 2, 3, 4, 5])('COD-09 S-071 GEN-25 of 50 code exchanges one succeeds (seed %i)', async (seed) => {
    const box = testProvider({ pause: pauses(seed) })
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    const answers = await times(50, () => exchange(box, callback))
    expect(counted(answers)).toEqual({ '200 tokens': 1, '400 invalid_grant': 49 })
  })

  it('COD-09 S-071 when all of them have looked before the first has written, nothing is revoked', async () => {
    const box = testProvider()
    const attempt = await openAttempt(box, await register(box))
    const callback = await approve(attempt.browser, attempt)
    const answers = await times(50, () => exchange(box, callback))
    expect(counted(answers)).toEqual({ '200 tokens': 1, '400 invalid_grant': 49 })
    const [winner] = answers.filter(({ status }) => status === 200)
    expect((await call(box, winner && tokensOf(winner).access_token)).status).toBe(200)
  })

  it.each([1, 2, 3, 4, 5])('REF-10 S-118 50 refreshes bring one and the same successor (seed %i)', async (seed) => {
    const box = testProvider({ pause: pauses(seed) })
    const { client, tokens } = await connect(box)
    const answers = await times(50, () => refresh(box, client, tokens.refresh_token))
    expect(counted(answers)).toEqual({ '200 tokens': 50 })
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    const [next] = answers.map(tokensOf)
    expect((await call(box, next?.access_token)).status).toBe(200)
    expect((await refresh(box, client, next?.refresh_token)).status).toBe(200)
  })

  it('REF-10 refreshes that ask for different things share the successor', async () => {
    const box = testProvider({ pause: pauses(7) })
    const { client, tokens } = await connect(box, { params: { resource: [box.api, box.mcp] } })
    const questions = [
      {},
      { scope: 'project:read' },
      { resource: box.mcp },
      { scope: 'project:write', resource: box.api },
    ]
    const answers = await times(40, (index) => refresh(box, client, tokens.refresh_token, questions[index % 4] ?? {}))
    const all = answers.map(tokensOf)
    expect(new Set(all.map(({ refresh_token }) => refresh_token)).size).toBe(1)
    expect(new Set(all.map(({ access_token }) => access_token)).size).toBe(4)
    const used = await Promise.all(all.map(({ access_token }) => call(box, access_token, '/mcp')))
    expect(new Set(used.map(({ status }) => status))).toEqual(new Set([200, 401]))
  })

  it('REF-10 S-118 without a window one succeeds, and the grant ends for the rest', async () => {
    const box = testProvider({ pause: pauses(3), lifetimes: { retryWindow: 0 } })
    const { client, tokens } = await connect(box)
    const answers = await times(20, () => refresh(box, client, tokens.refresh_token))
    expect(counted(answers)).toEqual({ '200 tokens': 1, '400 invalid_grant': 19 })
    expect(box.events.filter(({ type }) => type === 'grant.revoked')).toHaveLength(1)
  })

  it('50 late replays end the grant once', async () => {
    const box = testProvider({ pause: pauses(5) })
    const { client, tokens } = await connect(box)
    await refresh(box, client, tokens.refresh_token)
    box.clock.advance(31)
    const answers = await times(50, () => refresh(box, client, tokens.refresh_token))
    expect(counted(answers)).toEqual({ '400 invalid_grant': 50 })
    expect(box.events.filter(({ type }) => type === 'grant.revoked')).toHaveLength(1)
  })

  it('50 revocations end it once, and are all told that it ended', async () => {
    const box = testProvider({ pause: pauses(6) })
    const { client, tokens } = await connect(box)
    const answers = await times(50, () => revoke(box, client, tokens.refresh_token))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(box.events.filter(({ type }) => type === 'grant.revoked')).toHaveLength(1)
  })
})

describe('revoking while a refresh is in flight', () => {
  const grantsOf = async ({ client, callback }: Connection, site: ReturnType<typeof testProvider>) => {
    const { items } = await site.provider.grants.list({ clientId: client.client_id as ClientId })
    return [items.length, callback.response.has('code')]
  }

  it('disconnected means disconnected: 200 races leave nothing alive', async () => {
    const box = testProvider({ pause: pauses(11) })
    const client = await register(box)
    const outcomes = { before: 0, after: 0 }
    for (let race = 0; race < 200; race += 1) {
      const connection = await connect(box, { client })
      const { tokens } = connection
      const [answer, ended] = await Promise.all([
        refresh(box, client, tokens.refresh_token),
        revoke(box, client, tokens.refresh_token),
      ])
      expect(ended.status).toBe(200)
      outcomes[answer.status === 200 ? 'before' : 'after'] += 1
      const held = [tokens.access_token, ...(answer.status === 200 ? [tokensOf(answer).access_token] : [])]
      const used = await Promise.all(held.map((token) => call(box, token)))
      expect(used.map(({ status }) => status)).toEqual(held.map(() => 401))
      const successor = answer.status === 200 ? tokensOf(answer).refresh_token : tokens.refresh_token
      expect((await refresh(box, client, successor)).body.error).toBe('invalid_grant')
      expect(await grantsOf(connection, box)).toEqual([0, true])
    }
    // Both orders have to have happened, or this proves nothing.
    expect(Math.min(outcomes.before, outcomes.after)).toBeGreaterThan(5)
  })

  it('a code exchange in flight is stillborn, too', async () => {
    const box = testProvider({ pause: pauses(12) })
    const client = await register(box)
    const outcomes = { before: 0, after: 0 }
    for (let race = 0; race < 50; race += 1) {
      const attempt = await openAttempt(box, client)
      const callback = await approve(attempt.browser, attempt)
      const [answer] = await Promise.all([
        exchange(box, callback),
        box.provider.grants.revokeAll({ clientId: client.client_id as ClientId }),
      ])
      outcomes[answer.status === 200 ? 'before' : 'after'] += 1
      const token = answer.status === 200 ? tokensOf(answer).access_token : undefined
      expect((await call(box, token)).status).toBe(401)
    }
    expect(Math.min(outcomes.before, outcomes.after)).toBeGreaterThan(2)
  })
})
