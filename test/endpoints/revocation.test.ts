import { describe, expect, it } from 'vitest'
import {
  call,
  confidentialClient,
  connect,
  type Params,
  post,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const alive = async (token: string) => (await call(box, token)).status === 200

describe('the revocation endpoint', () => {
  it('REV-01 REV-06 ends everything with a refresh token', async () => {
    const { client, tokens } = await connect(box)
    const answer = await revoke(box, client, tokens.refresh_token, { token_type_hint: 'refresh_token' })
    expect([answer.status, answer.text]).toEqual([200, '{}'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await alive(tokens.access_token)).toBe(false)
    expect((await refresh(box, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('REV-07 S-175 ends only itself with an access token, at once', async () => {
    const { client, tokens } = await connect(box)
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    await revoke(box, client, tokens.access_token)
    expect([await alive(tokens.access_token), await alive(next.access_token)]).toEqual([false, true])
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
  })

  it('REV-08 ends everything with a refresh token that was rotated long ago', async () => {
    const { client, tokens } = await connect(box)
    const second = tokensOf(await refresh(box, client, tokens.refresh_token))
    const third = tokensOf(await refresh(box, client, second.refresh_token))
    expect((await revoke(box, client, tokens.refresh_token)).status).toBe(200)
    expect(await alive(third.access_token)).toBe(false)
  })

  it.each<readonly [string, (tokens: { access_token: string; refresh_token: string }) => Params]>([
    ['the other hint', ({ refresh_token }) => ({ token: refresh_token, token_type_hint: 'access_token' })],
    ['an unknown hint', ({ refresh_token }) => ({ token: refresh_token, token_type_hint: 'pigeon' })],
    ['no hint', ({ refresh_token }) => ({ token: refresh_token })],
  ])('REV-05 finds the token with %s', async (_name, params) => {
    const { client, tokens } = await connect(box)
    expect((await revoke(box, client, undefined, params(tokens))).status).toBe(200)
    expect(await alive(tokens.access_token)).toBe(false)
  })

  it('REV-02 knows no unknown, expired or dead token: 200, and nothing is written', async () => {
    const site = testProvider()
    const { client, tokens, callback } = await connect(site)
    await revoke(site, client, tokens.refresh_token)
    site.storage.reset()
    const code = callback.response.get('code') ?? ''
    const corrupt = `${tokens.refresh_token.slice(0, -1)}!`
    for (const token of ['rubbish', tokens.refresh_token, tokens.access_token, code, corrupt]) {
      const answer = await revoke(site, client, token)
      expect([answer.status, answer.text]).toEqual([200, '{}'])
    }
    expect(site.storage.commits().filter(({ revoke }) => revoke.length > 0)).toEqual([])
  })

  it('REV-03 without a token is invalid_request', async () => {
    const answer = await revoke(box, await register(box), undefined)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
  })

  it('REV-03 CA-08 without good credentials is invalid_client, and nothing ends', async () => {
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const params = { token: tokens.refresh_token }
    const answers = [
      await revoke(box, { ...client, client_secret: 'wrong' }, tokens.refresh_token),
      await post(box, '/oauth/revoke', { ...params, client_id: client.client_id }),
      await post(box, '/oauth/revoke', params),
      await post(box, '/oauth/revoke', { ...params, client_id: 'unknown' }),
    ]
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual(answers.map(() => [401, 'invalid_client']))
    expect(await alive(tokens.access_token)).toBe(true)
  })

  it('REV-04 S-226 ends nothing of another client: a public one learns nothing, a confidential one is told', async () => {
    const { tokens } = await connect(box)
    const stranger = await register(box)
    for (const token of [tokens.refresh_token, tokens.access_token]) {
      const silent = await revoke(box, stranger, token)
      expect([silent.status, silent.text]).toEqual([200, '{}'])
      const told = await revoke(box, await register(box, confidentialClient), token)
      expect([told.status, told.body.error]).toEqual([400, 'invalid_grant'])
    }
    expect(await alive(tokens.access_token)).toBe(true)
  })

  it('REV-09 while storage is down is 503 with Retry-After', async () => {
    const { client, tokens } = await connect(box)
    box.storage.inject({ method: 'commit', how: 'throw' })
    const answer = await revoke(box, client, tokens.refresh_token)
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await revoke(box, client, tokens.refresh_token)).status).toBe(200)
    expect(await alive(tokens.access_token)).toBe(false)
  })

  it('REV-10 has no callback', async () => {
    const answer = await revoke(box, await register(box), 'x', { callback: 'alert' })
    expect(answer.text).toBe('{}')
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  it('LOG-02 says in the audit log what ended, once', async () => {
    const site = testProvider()
    const { client, tokens } = await connect(site)
    await revoke(site, client, tokens.access_token)
    await revoke(site, client, tokens.access_token)
    await revoke(site, client, tokens.refresh_token)
    await revoke(site, client, tokens.refresh_token)
    const ended = site.events.filter(({ type }) => type.endsWith('.revoked'))
    expect(ended.map(({ type, clientId, subject, data }) => ({ type, clientId, subject, data }))).toEqual([
      { type: 'token.revoked', clientId: client.client_id, subject: 'alice', data: {} },
      { type: 'grant.revoked', clientId: client.client_id, subject: 'alice', data: { reason: 'client.revoked' } },
    ])
  })
})
