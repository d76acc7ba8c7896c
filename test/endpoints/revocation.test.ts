import type { ClientId } from 'grantor'
import { describe, expect, it } from 'vitest'
import {
  approve,
  call,
  confidentialClient,
  connect,
  exchange,
  openAttempt,
  type Params,
  post,
  publicClient,
  refresh,
  register,
  revoke,
  tokensOf,
} from '../support/flow.js'
import { registerManually, testProvider } from '../support/provider.js'

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

  it.each([
    ['public', publicClient],
    ['confidential', confidentialClient],
  ])('REV-04 LOG-02 says in the audit log that a %s client tried', async (_name, metadata) => {
    const site = testProvider()
    const { tokens } = await connect(site)
    const stranger = await register(site, metadata)
    for (const token of [tokens.refresh_token, tokens.access_token]) await revoke(site, stranger, token)
    await site.provider.close()
    const { items } = await site.provider.audit.list({ clientId: stranger.client_id as ClientId })
    expect(items.filter(({ type }) => type === 'request.refused')).toMatchObject([
      { outcome: 'failure', reason: 'token.other_client', data: { count: 2, path: '/oauth/revoke' } },
    ])
    expect(JSON.stringify(items)).not.toContain(tokens.access_token)
  })

  it('REV-05 a device code, a code or a secret of a client is no token that could be revoked: 200, and it lives on', async () => {
    const site = testProvider()
    const client = await register(site, confidentialClient)
    const attempt = await openAttempt(site, client)
    const callback = await approve(attempt.browser, attempt)
    expect((await revoke(site, client, callback.response.get('code') ?? '')).status).toBe(200)
    expect((await revoke(site, client, client.client_secret)).status).toBe(200)
    expect((await exchange(site, callback)).status).toBe(200)
  })

  it('REV-06 REV-08 for a client whose refresh token stays the same', async () => {
    const site = testProvider()
    const client = await registerManually(site, publicClient, { policy: { rotation: 'reuse' } })
    const { tokens } = await connect(site, { client })
    const next = tokensOf(await refresh(site, client, tokens.refresh_token))
    await revoke(site, client, tokens.refresh_token)
    expect((await call(site, next.access_token)).status).toBe(401)
    expect((await refresh(site, client, tokens.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('REV-01 a token in the query is not looked at', async () => {
    const { client, tokens } = await connect(box)
    const answer = await post(box, `/oauth/revoke?token=${tokens.refresh_token}`, { client_id: client.client_id })
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
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
    const about = { clientId: client.client_id, subject: 'alice', actor: { type: 'client', id: client.client_id } }
    expect(ended).toEqual([
      expect.objectContaining({ ...about, type: 'token.revoked', reason: 'client.revoked' }),
      expect.objectContaining({ ...about, type: 'grant.revoked', reason: 'client.revoked' }),
    ])
  })
})
