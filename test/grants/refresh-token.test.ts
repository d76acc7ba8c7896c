import { describe, expect, it } from 'vitest'
import {
  call,
  confidentialClient,
  connect,
  post,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { secondNode, type TestProvider, testProvider } from '../support/provider.js'

const box = testProvider()
const invalidGrant = [400, 'invalid_grant']

const outcome = async (site: TestProvider, client: RegisteredClient, token: string | undefined, params = {}) => {
  const { status, body } = await refresh(site, client, token, params)
  return [status, body.error]
}

const rotate = async (client: RegisteredClient, token: string | undefined, params = {}) =>
  tokensOf(await refresh(box, client, token, params))

describe('a refresh', () => {
  it('REF-01 brings a new access token and a new refresh token', async () => {
    const { client, tokens } = await connect(box)
    const next = await rotate(client, tokens.refresh_token)
    expect(next.access_token).not.toBe(tokens.access_token)
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    expect([next.expires_in, next.scope, next.token_type]).toEqual([3600, tokens.scope, 'Bearer'])
    expect((await call(box, next.access_token)).status).toBe(200)
  })

  it('REF-01 leaves earlier access tokens to live out their time', async () => {
    const { client, tokens } = await connect(box)
    await rotate(client, tokens.refresh_token)
    expect((await call(box, tokens.access_token)).status).toBe(200)
    box.clock.advance(3_600)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('REF-04 S-111 by another client is refused and changes nothing', async () => {
    const { client, tokens } = await connect(box)
    const strangers = [await register(box), await register(box, confidentialClient)]
    for (const stranger of strangers) expect(await outcome(box, stranger, tokens.refresh_token)).toEqual(invalidGrant)
    const next = await rotate(client, tokens.refresh_token)
    for (const stranger of strangers) expect(await outcome(box, stranger, tokens.refresh_token)).toEqual(invalidGrant)
    box.clock.advance(1_000)
    for (const stranger of strangers) expect(await outcome(box, stranger, tokens.refresh_token)).toEqual(invalidGrant)
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
  })

  it('REF-04 REF-12 of a confidential client needs its credentials; a replay without them ends nothing', async () => {
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const next = await rotate(client, tokens.refresh_token)
    box.clock.advance(1_000)
    const params = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.client_id }
    expect((await post(box, '/oauth/token', params)).body.error).toBe('invalid_client')
    expect((await post(box, '/oauth/token', { ...params, client_secret: 'wrong' })).body.error).toBe('invalid_client')
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
  })

  it('REF-05 may ask for less; the refresh token keeps everything', async () => {
    const { client, tokens } = await connect(box)
    const less = await rotate(client, tokens.refresh_token, { scope: 'project:read' })
    expect(less.scope).toBe('project:read')
    expect((await call(box, less.access_token, undefined, { method: 'POST' })).status).toBe(403)
    expect((await rotate(client, less.refresh_token)).scope).toBe('project:read project:write')
  })

  it('REF-05 S-115 may not ask for more, and loses nothing by it', async () => {
    const { client, tokens } = await connect(box)
    for (const scope of ['project:admin', 'project:read project:admin'])
      expect(await outcome(box, client, tokens.refresh_token, { scope })).toEqual([400, 'invalid_scope'])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it.each([
    ['GEN-02 an empty scope', { scope: '' }],
    ['19.4 scopes nobody knows', { scope: 'openid offline_access' }],
    ['GEN-09 scopes in another order', { scope: ' project:write  project:read ' }],
  ])('REF-05 %s means all of it', async (_name, params) => {
    const { client, tokens } = await connect(box)
    const { scope } = await rotate(client, tokens.refresh_token, params)
    expect(scope.split(' ').sort()).toEqual(['project:read', 'project:write'])
  })

  it('REF-06 RI-07 may name some of its resources, spelt in any way', async () => {
    const { client, tokens } = await connect(box, { params: { resource: [box.api, box.mcp] } })
    const one = await rotate(client, tokens.refresh_token, { resource: `${box.mcp}/` })
    expect((await call(box, one.access_token, '/mcp')).status).toBe(200)
    expect((await call(box, one.access_token)).status).toBe(401)
    const all = await rotate(client, one.refresh_token)
    const reached = await Promise.all([call(box, all.access_token, '/mcp'), call(box, all.access_token)])
    expect(reached.map(({ status }) => status)).toEqual([200, 200])
  })

  it('REF-06 S-116 may not name another resource, and loses nothing by it', async () => {
    const { client, tokens } = await connect(box, { params: { resource: box.api } })
    for (const resource of [box.mcp, 'https://elsewhere.example', 'nonsense', [box.api, box.mcp]])
      expect(await outcome(box, client, tokens.refresh_token, { resource })).toEqual([400, 'invalid_target'])
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('REF-07 with what is no live refresh token is invalid_grant, never 401 or 500', async () => {
    const { client, tokens } = await connect(box)
    for (const token of ['x', tokens.access_token, `${tokens.refresh_token}x`, tokens.refresh_token.toUpperCase()])
      expect(await outcome(box, client, token)).toEqual(invalidGrant)
  })

  it('S-119 its token opens no API', async () => {
    const { tokens } = await connect(box)
    expect((await call(box, tokens.refresh_token)).status).toBe(401)
  })
})

describe('a refresh token that comes again', () => {
  it('REF-09 REF-11 S-112 within the window brings the very same successor, as often as it comes', async () => {
    const { client, tokens } = await connect(box)
    const first = await rotate(client, tokens.refresh_token)
    for (const seconds of [0, 10, 20]) {
      box.clock.advance(seconds)
      expect(await rotate(client, tokens.refresh_token)).toEqual({ ...first, expires_in: expect.any(Number) })
    }
    expect((await refresh(box, client, first.refresh_token)).status).toBe(200)
  })

  it('REF-09 asking for something else brings another access token, and the same successor', async () => {
    const { client, tokens } = await connect(box)
    const first = await rotate(client, tokens.refresh_token)
    const other = await rotate(client, tokens.refresh_token, { scope: 'project:read' })
    expect([other.refresh_token, other.scope]).toEqual([first.refresh_token, 'project:read'])
    expect(other.access_token).not.toBe(first.access_token)
    expect((await call(box, other.access_token)).status).toBe(200)
    expect((await call(box, first.access_token)).status).toBe(200)
  })

  it('REF-09 at another node, as long as both look at one storage', async () => {
    const { client, tokens } = await connect(box)
    const node = secondNode(box)
    node.clock.set(box.clock.now())
    const first = await rotate(client, tokens.refresh_token)
    expect(tokensOf(await refresh(node, client, tokens.refresh_token)).refresh_token).toBe(first.refresh_token)
  })

  it('REF-08 S-110 S-121 after the window ends this grant, whole, and no other', async () => {
    const { client, tokens } = await connect(box)
    const bystander = await connect(box, { client })
    const next = await rotate(client, tokens.refresh_token)
    box.clock.advance(31)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect(await outcome(box, client, next.refresh_token)).toEqual(invalidGrant)
    expect((await call(box, next.access_token)).status).toBe(401)
    expect((await call(box, bystander.tokens.access_token)).status).toBe(200)
    const [reused, revoked] = box.events.slice(-2)
    expect([reused?.type, reused?.outcome, reused?.subject]).toEqual(['refresh_token.reused', 'failure', 'alice'])
    expect([revoked?.type, revoked?.reason]).toEqual(['grant.revoked', 'refresh_token.reused'])
    expect(revoked?.actor).toEqual({ type: 'client', id: client.client_id })
  })

  it('REF-09 at the last second of the window is still a retry', async () => {
    const { client, tokens } = await connect(box)
    const first = await rotate(client, tokens.refresh_token)
    box.clock.advance(30)
    expect((await rotate(client, tokens.refresh_token)).refresh_token).toBe(first.refresh_token)
  })

  it('REF-08 S-113 within the window, after its successor was used, ends the grant', async () => {
    const { client, tokens } = await connect(box)
    const second = await rotate(client, tokens.refresh_token)
    const third = await rotate(client, second.refresh_token)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect((await call(box, third.access_token)).status).toBe(401)
  })

  it('REF-20 many generations later is still known for what it is', async () => {
    const { client, tokens } = await connect(box)
    let token = tokens.refresh_token
    for (let generation = 0; generation < 10; generation += 1) {
      box.clock.advance(3_000)
      token = (await rotate(client, token)).refresh_token ?? ''
    }
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    expect(await outcome(box, client, token)).toEqual(invalidGrant)
  })

  it('S-239 while a clock was set back is no first time', async () => {
    const { client, tokens } = await connect(box)
    const next = await rotate(client, tokens.refresh_token)
    await rotate(client, next.refresh_token)
    box.clock.advance(-3_000)
    expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    box.clock.advance(3_000)
  })

  it('REF-03 a public client and a confidential one are treated alike', async () => {
    for (const metadata of [publicClient, confidentialClient]) {
      const { client, tokens } = await connect(box, { metadata })
      const first = await rotate(client, tokens.refresh_token)
      expect((await rotate(client, tokens.refresh_token)).refresh_token).toBe(first.refresh_token)
      box.clock.advance(31)
      expect(await outcome(box, client, tokens.refresh_token)).toEqual(invalidGrant)
    }
  })
})
