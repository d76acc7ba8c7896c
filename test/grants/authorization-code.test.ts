import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  approve,
  type Callback,
  call,
  challengeOf,
  confidentialClient,
  exchange,
  openAttempt,
  type Params,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()

async function approved(params: Params = {}, client?: RegisteredClient): Promise<Callback> {
  const attempt = await openAttempt(box, client ?? (await register(box)), params)
  return approve(attempt.browser, attempt)
}

const refused = async (callback: Callback, params: Params = {}) => {
  const { status, body } = await exchange(box, callback, params)
  return [status, body.error]
}

const invalidGrant = [400, 'invalid_grant']

describe('an authorization code', () => {
  it('COD-01 is good for one answer', async () => {
    const callback = await approved()
    expect((await exchange(box, callback)).status).toBe(200)
    expect(await refused(callback)).toEqual(invalidGrant)
  })

  it('COD-02 S-068 of another client: refused, and its own client can still redeem it', async () => {
    const callback = await approved()
    for (const metadata of [publicClient, confidentialClient]) {
      const thief = await register(box, metadata)
      expect(await refused({ ...callback, client: thief })).toEqual(invalidGrant)
    }
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('COD-02 S-067 injected into another session of its own client: the verifier differs', async () => {
    const client = await register(box)
    const [victim, attacker] = [await approved({}, client), await approved({}, client)]
    expect(await refused({ ...attacker, response: victim.response })).toEqual(invalidGrant)
    expect((await exchange(box, victim)).status).toBe(200)
  })

  it.each<readonly [string, (callback: Callback) => Params]>([
    ['COD-03 S-064 no verifier', () => ({ code_verifier: undefined })],
    ['COD-03 GEN-02 an empty verifier', () => ({ code_verifier: '' })],
    ['COD-03 S-065 a wrong verifier', () => ({ code_verifier: 'w'.repeat(43) })],
    ['COD-03 PK-01 a verifier of 42', () => ({ code_verifier: 'w'.repeat(42) })],
    ['COD-03 PK-01 a verifier of 129', () => ({ code_verifier: 'w'.repeat(129) })],
    ['PK-04 S-066 the challenge as verifier', ({ verifier }) => ({ code_verifier: challengeOf(verifier) })],
    ['COD-05 S-073 another redirect_uri', () => ({ redirect_uri: 'https://evil.example/cb' })],
    ['COD-05 S-073 another port', () => ({ redirect_uri: 'http://127.0.0.1:1/callback' })],
  ])('%s is refused and uses nothing up', async (_name, params) => {
    const callback = await approved()
    expect(await refused(callback, params(callback))).toEqual(invalidGrant)
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('PK-07 S-064 authentication takes the place of no verifier', async () => {
    const callback = await approved({}, await register(box, confidentialClient))
    expect(await refused(callback, { code_verifier: undefined })).toEqual(invalidGrant)
    expect(await refused(callback, { code_verifier: 'w'.repeat(43) })).toEqual(invalidGrant)
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('PK-01 verifiers of 43 and 128 with every character that is allowed', async () => {
    for (const verifier of ['v'.repeat(43), `${'A'.repeat(122)}az09-._~`.slice(-128)]) {
      const attempt = await openAttempt(box, await register(box), { code_challenge: challengeOf(verifier) })
      const callback = await approve(attempt.browser, attempt)
      expect((await exchange(box, { ...callback, verifier })).status).toBe(200)
    }
  })

  it('COD-03 S-065 is burnt after five wrong verifiers; what it would have brought is not revoked', async () => {
    const callback = await approved()
    for (let i = 0; i < 4; i += 1)
      expect(await refused(callback, { code_verifier: 'w'.repeat(43) })).toEqual(invalidGrant)
    const spared = await approved()
    for (let i = 0; i < 4; i += 1) await refused(spared, { code_verifier: 'w'.repeat(43) })
    expect((await exchange(box, spared)).status).toBe(200)
    expect(await refused(callback, { code_verifier: 'w'.repeat(43) })).toEqual(invalidGrant)
    expect(await refused(callback)).toEqual(invalidGrant)
    const { client_id } = callback.client
    expect(box.events.filter(({ type, clientId }) => type === 'code.replayed' && clientId === client_id)).toEqual([])
  })

  it('COD-03 S-065 counts failures that come at once', async () => {
    const callback = await approved()
    await Promise.all(Array.from({ length: 8 }, () => exchange(box, callback, { code_verifier: 'w'.repeat(43) })))
    expect(await refused(callback)).toEqual(invalidGrant)
  })

  it('COD-05 redirect_uri may be left out', async () => {
    expect((await exchange(box, await approved(), { redirect_uri: undefined })).status).toBe(200)
  })

  it('COD-06 S-072 lives for a minute', async () => {
    const [one, two] = [await approved(), await approved()]
    box.clock.advance(59)
    expect((await exchange(box, one)).status).toBe(200)
    box.clock.advance(1)
    expect(await refused(two)).toEqual(invalidGrant)
  })

  it('COD-06 that was never issued, or is another kind of token', async () => {
    const callback = await approved()
    const tokens = tokensOf(await exchange(box, callback))
    for (const code of ['x', '', tokens.access_token, tokens.refresh_token, `${callback.response.get('code')}x`]) {
      const [status] = await refused(await approved(), { code })
      expect(status).toBe(400)
    }
  })

  it('COD-07 S-069 comes again, as the client itself would send it: everything of it ends, descendants too', async () => {
    const callback = await approved()
    const first = tokensOf(await exchange(box, callback))
    const second = tokensOf(await refresh(box, callback.client, first.refresh_token))
    expect(await refused(callback)).toEqual(invalidGrant)
    const alive = await Promise.all([first, second].map(({ access_token }) => call(box, access_token)))
    expect(alive.map(({ status }) => status)).toEqual([401, 401])
    expect((await refresh(box, callback.client, second.refresh_token)).body.error).toBe('invalid_grant')
    const [replayed, revoked] = box.events.slice(-2)
    expect([replayed?.type, replayed?.outcome]).toEqual(['code.replayed', 'failure'])
    expect([revoked?.type, revoked?.reason]).toEqual(['grant.revoked', 'code.replayed'])
    expect(revoked?.actor).toEqual({ type: 'client', id: callback.client.client_id })
  })

  it('COD-07 is recognised long after it has expired', async () => {
    const callback = await approved()
    const first = tokensOf(await exchange(box, callback))
    box.clock.advance(1_000)
    expect(await refused(callback)).toEqual(invalidGrant)
    expect((await call(box, first.access_token)).status).toBe(401)
  })

  it.each<readonly [string, (callback: Callback) => Promise<Callback>, Params]>([
    ['a wrong verifier', async (callback) => callback, { code_verifier: 'w'.repeat(43) }],
    ['no verifier', async (callback) => callback, { code_verifier: undefined }],
    ['another redirect_uri', async (callback) => callback, { redirect_uri: 'https://evil.example/cb' }],
    ['another client', async (callback) => ({ ...callback, client: await register(box) }), {}],
  ])('COD-08 S-070 comes again from a thief with %s: nobody is logged out', async (_name, thief, params) => {
    const callback = await approved()
    const { access_token } = tokensOf(await exchange(box, callback))
    for (let i = 0; i < 6; i += 1) expect(await refused(await thief(callback), params)).toEqual(invalidGrant)
    expect((await call(box, access_token)).status).toBe(200)
  })

  it('COD-10 RI-04 RI-05 may be redeemed for some of its resources, and for no other', async () => {
    const params = { resource: [box.api, box.mcp] }
    const narrow = tokensOf(await exchange(box, await approved(params), { resource: `${box.mcp}/` }))
    expect((await call(box, narrow.access_token, '/mcp')).status).toBe(200)
    expect((await call(box, narrow.access_token)).status).toBe(401)
    const callback = await approved({ resource: box.api })
    expect(await refused(callback, { resource: box.mcp })).toEqual([400, 'invalid_target'])
    expect(await refused(callback, { resource: 'https://elsewhere.example/' })).toEqual([400, 'invalid_target'])
    expect(await refused(callback, { resource: `${box.api}#x` })).toEqual([400, 'invalid_target'])
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('COD-11 RI-12 S-078 a scope and an audience in the token request is ignored', async () => {
    const tokens = tokensOf(
      await exchange(box, await approved({ scope: 'project:read' }), { scope: 'project:admin', audience: box.mcp }),
    )
    expect((await call(box, tokens.access_token, '/mcp')).status).toBe(401)
    expect(tokens.scope).toBe('project:read')
  })

  it('COD-13 S-077 S-120 of a grant revoked, or a person disabled, in between', async () => {
    const [revoked, disabled] = [await approved(), await approved()]
    const ended = await box.provider.grants.revokeAll({ clientId: revoked.client.client_id as ClientId })
    expect(ended).toBe(1)
    expect(await refused(revoked)).toEqual(invalidGrant)
    box.host.disable('alice')
    expect(await refused(disabled)).toEqual(invalidGrant)
    box.host.enable('alice')
    expect((await exchange(box, disabled)).status).toBe(200)
  })

  it('S-063 COD-04 PK-05 a record that lost its challenge is met by no verifier', async () => {
    const callback = await approved()
    const [code] = box.storage
      .commits()
      .flatMap(({ tokens }) => tokens)
      .filter(({ kind }) => kind === 'authorization_code')
      .slice(-1)
    const lost = testProvider({
      storage: {
        ...box.storage,
        async findToken(digest) {
          const found = await box.storage.findToken(digest)
          if (!found || found.token.digest !== code?.digest) return found
          return { ...found, token: { ...found.token, data: { ...found.token.data, code_challenge: '' } } }
        },
      },
    })
    const { status, body } = await exchange(lost, callback)
    expect([status, body.error]).toEqual([400, 'invalid_request'])
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('S-076 is no refresh token and no access token', async () => {
    const callback = await approved()
    const code = callback.response.get('code') ?? ''
    expect((await refresh(box, callback.client, code)).body.error).toBe('invalid_grant')
    expect((await call(box, code)).status).toBe(401)
  })

  it('brings a refresh token only to a client that registered for them', async () => {
    const client = await register(box, { ...publicClient, grant_types: ['authorization_code'] })
    const tokens = tokensOf(await exchange(box, await approved({ scope: 'project:read offline_access' }, client)))
    expect(tokens).not.toHaveProperty('refresh_token')
  })
})
