import type { ClientId, Subject } from 'grantor'
import { describe, expect, it } from 'vitest'
import { deriveRefreshToken, seedOf } from '../../src/tokens/rotate.js'
import { Secret } from '../../src/tokens/secret.js'
import {
  call,
  confidentialClient,
  connect,
  publicClient,
  type RegisteredClient,
  refresh,
  revoke,
  tokensOf,
} from '../support/flow.js'
import {
  editClient,
  registerManually,
  secondNode,
  type TestOptions,
  type TestProvider,
  testProvider,
} from '../support/provider.js'

const invalidGrant = [400, 'invalid_grant']
const day = 86_400

const outcome = async (site: TestProvider, client: RegisteredClient, token: string | undefined) => {
  const { status, body } = await refresh(site, client, token)
  return status === 200 ? 'good' : [status, body.error]
}

const rotate = async (site: TestProvider, client: RegisteredClient, token: string | undefined) =>
  tokensOf(await refresh(site, client, token))

const keys = (...fills: readonly number[]) => fills.map((fill) => new Uint8Array(32).fill(fill))

describe('how long a grant lasts', () => {
  it('REF-14 REF-07 an idle client is forgotten after its time, a busy one is not', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    box.clock.advance(29 * day)
    const next = await rotate(box, client, tokens.refresh_token)
    box.clock.advance(29 * day)
    const third = await rotate(box, client, next.refresh_token)
    box.clock.advance(30 * day)
    expect(await outcome(box, client, third.refresh_token)).toEqual(invalidGrant)
  })

  it('REF-14 a week of inactivity is one number', async () => {
    const box = testProvider({ lifetimes: { refreshToken: 7 * day } })
    const { client, tokens } = await connect(box)
    box.clock.advance(7 * day - 1)
    const next = await rotate(box, client, tokens.refresh_token)
    box.clock.advance(7 * day)
    expect(await outcome(box, client, next.refresh_token)).toEqual(invalidGrant)
  })

  it('REF-02 S-117 nothing lives past the day the consent ends, however often it is refreshed', async () => {
    const box = testProvider({ lifetimes: { grant: 10 * day } })
    const { client, tokens } = await connect(box)
    const end = box.clock.now() + 10 * day
    let token: string | undefined = tokens.refresh_token
    for (let days = 1; days < 10; days += 1) {
      box.clock.advance(day)
      token = (await rotate(box, client, token)).refresh_token
    }
    box.clock.set(end - 100)
    const last = await rotate(box, client, token)
    expect(last.expires_in).toBe(100)
    box.clock.set(end)
    expect(await outcome(box, client, last.refresh_token)).toEqual(invalidGrant)
    expect((await call(box, last.access_token)).status).toBe(401)
  })

  it('REF-14 with Keep session alive off there is no refresh token, and the grant ends with the access token', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box, { changes: { keep_alive: null } })
    expect(tokens.refresh_token).toBe('')
    const { items } = await box.provider.grants.list({ clientId: client.client_id as ClientId })
    expect(items.map(({ grant }) => grant.expiresAt)).toEqual([box.clock.now() + 3_600])
    box.clock.advance(3_600)
    expect((await call(box, tokens.access_token)).status).toBe(401)
    expect((await box.provider.grants.list({ subject: 'alice' as Subject })).items).toEqual([])
  })

  it('REF-03 a host may ask for offline_access before it hands out refresh tokens', async () => {
    const box = testProvider({ refreshTokens: 'offline_access' })
    const without = await connect(box)
    expect(without.tokens.refresh_token).toBe('')
    const { tokens } = await connect(box, { params: { scope: 'project:read offline_access' } })
    expect(tokens.refresh_token).not.toBe('')
    expect(tokens.scope).toBe('project:read')
  })
})

describe('what a late replay does', () => {
  it('onReuse: refuse tells the operator, and nobody is logged out', async () => {
    const box = testProvider({ onReuse: 'refuse' })
    const { client, tokens } = await connect(box)
    const next = await rotate(box, client, tokens.refresh_token)
    box.clock.advance(31)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect(box.events.at(-1)).toMatchObject({ type: 'refresh_token.reused', outcome: 'failure' })
    expect(await outcome(box, client, next.refresh_token)).toBe('good')
  })

  it('REF-10 with a window of 0 the second presentation is one too many', async () => {
    const box = testProvider({ lifetimes: { retryWindow: 0 } })
    const { client, tokens } = await connect(box)
    const next = await rotate(box, client, tokens.refresh_token)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect(await outcome(box, client, next.refresh_token)).toEqual(invalidGrant)
    const { redeem } = box.storage.commits().find((one) => one.redeem.length > 0 && one.tokens.length === 2) ?? {}
    expect(redeem?.map(({ note }) => note)).toEqual([''])
  })

  it('a window that is opened later does not apply to what was spent before', async () => {
    const box = testProvider({ lifetimes: { retryWindow: 0 } })
    const { client, tokens } = await connect(box)
    await rotate(box, client, tokens.refresh_token)
    expect(await outcome(secondNode(box), client, tokens.refresh_token)).toEqual(invalidGrant)
  })
})

describe('a retry, when the access token of the first answer is dead already', () => {
  it('because it lived shorter than the window: brings a live one, and the same successor', async () => {
    const box = testProvider({ lifetimes: { accessToken: 10 } })
    const { client, tokens } = await connect(box)
    const first = await rotate(box, client, tokens.refresh_token)
    box.clock.advance(20)
    const again = await rotate(box, client, tokens.refresh_token)
    expect([again.expires_in, again.refresh_token]).toEqual([10, first.refresh_token])
    expect((await call(box, again.access_token)).status).toBe(200)
  })

  it('because it was revoked: it stays so, and another one is issued', async () => {
    const box = testProvider()
    const { client, tokens } = await connect(box)
    const first = await rotate(box, client, tokens.refresh_token)
    await revoke(box, client, first.access_token)
    const again = await rotate(box, client, tokens.refresh_token)
    expect((await call(box, again.access_token)).status).toBe(200)
    expect((await call(box, first.access_token)).status).toBe(401)
  })
})

describe('a client whose refresh token stays the same', () => {
  const reusing = async (options: TestOptions = {}) => {
    const box = testProvider(options)
    const client = await registerManually(box, confidentialClient, { policy: { rotation: 'reuse' } })
    return { box, ...(await connect(box, { client })) }
  }

  it('REF-18 gets a new access token each time, and the same refresh token', async () => {
    const { box, client, tokens } = await reusing()
    const seen = new Set<string>()
    for (let times = 0; times < 5; times += 1) {
      box.clock.advance(1_000)
      const next = await rotate(box, client, tokens.refresh_token)
      expect(next.refresh_token).toBe(tokens.refresh_token)
      seen.add(next.access_token)
    }
    expect(seen.size).toBe(5)
  })

  it('S-117 lives by the same idle time', async () => {
    const { box, client, tokens } = await reusing({ lifetimes: { refreshToken: 10 * day, grant: 100 * day } })
    for (let times = 0; times < 5; times += 1) {
      box.clock.advance(9 * day)
      expect(await outcome(box, client, tokens.refresh_token)).toBe('good')
    }
    box.clock.advance(10 * day)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
  })

  it('S-117 and by the same last day', async () => {
    const { box, client, tokens } = await reusing({ lifetimes: { refreshToken: 10 * day, grant: 20 * day } })
    for (const days of [9, 9]) {
      box.clock.advance(days * day)
      expect(await outcome(box, client, tokens.refresh_token)).toBe('good')
    }
    box.clock.advance(2 * day)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
  })

  it('DCR-22 is the host’s choice alone', async () => {
    const box = testProvider()
    const metadata = { ...publicClient, rotation: 'reuse', policy: { rotation: 'reuse' } }
    const { client, tokens } = await connect(box, { metadata })
    expect((await rotate(box, client, tokens.refresh_token)).refresh_token).not.toBe(tokens.refresh_token)
  })

  it('that is told to rotate from now on, does', async () => {
    const { box, client, tokens } = await reusing()
    await editClient(box, client, () => ({ policy: {} }))
    const next = await rotate(box, client, tokens.refresh_token)
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    box.clock.advance(31)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
  })
})

describe('peppers', () => {
  it('do not keep a retry from converging while they are rotated', async () => {
    const [old, fresh] = keys(1, 2)
    if (!old || !fresh) throw new Error('no keys')
    const before = testProvider({ pepper: [old] })
    const { client, tokens } = await connect(before)
    const first = await rotate(before, client, tokens.refresh_token)
    const after = secondNode(before, { pepper: [fresh, old] })
    expect((await rotate(after, client, tokens.refresh_token)).refresh_token).toBe(first.refresh_token)
    const next = await rotate(after, client, first.refresh_token)
    expect((await rotate(after, client, first.refresh_token)).refresh_token).toBe(next.refresh_token)
  })

  it('a node that does not have the pepper yet cannot repeat the answer, and logs nobody out', async () => {
    const first = testProvider({ pepper: keys(1) })
    const { client, tokens } = await connect(first)
    const next = await rotate(first, client, tokens.refresh_token)
    for (const pepper of [keys(2), []]) {
      const { status, body, headers } = await refresh(secondNode(first, { pepper }), client, tokens.refresh_token)
      expect([status, body.error]).toEqual([503, 'temporarily_unavailable'])
      expect(headers.get('retry-after')).toBe('1')
    }
    expect((await rotate(first, client, tokens.refresh_token)).refresh_token).toBe(next.refresh_token)
    expect(await outcome(first, client, next.refresh_token)).toBe('good')
  })

  it('after the window a replay is a replay, whichever pepper it was', async () => {
    const first = testProvider({ pepper: keys(1) })
    const { client, tokens } = await connect(first)
    const next = await rotate(first, client, tokens.refresh_token)
    const other = secondNode(first, { pepper: keys(2) })
    other.clock.advance(31)
    expect(await outcome(other, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect(await outcome(first, client, next.refresh_token)).toEqual(invalidGrant)
  })

  it('make the stored salt and a spent token too little to find the successor', async () => {
    const box = testProvider({ pepper: keys(1) })
    const { client, tokens } = await connect(box)
    const next = await rotate(box, client, tokens.refresh_token)
    const note =
      box.storage
        .commits()
        .flatMap(({ redeem }) => redeem)
        .at(-1)?.note ?? ''
    const [salt = ''] = note.split('.')
    const spent = new Secret(tokens.refresh_token)
    const prefix = { secretPrefix: 'grantor' }
    const guess = (pepper: Uint8Array | undefined) =>
      deriveRefreshToken(prefix, seedOf(spent, { salt, pepper })).reveal()
    expect(guess(undefined)).not.toBe(next.refresh_token)
    expect(guess(keys(1)[0])).toBe(next.refresh_token)
  })
})
