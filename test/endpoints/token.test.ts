import { describe, expect, it } from 'vitest'
import { confidentialClient, connect, type Params, post, postAs, publicClient, register } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const token = '/oauth/token'

describe('the token endpoint', () => {
  it('TOK-02 22.1 GEN-11 answers with what RFC 6749 section 5.1 has, and nothing else', async () => {
    const { tokens } = await connect(box)
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^grantor_at_[\w-]{49}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'project:read project:write',
      refresh_token: expect.stringMatching(/^grantor_rt_[\w-]{49}$/),
    })
  })

  it('TOK-02 TOK-04 nobody may keep an answer, an error neither', async () => {
    const client = await register(box)
    const { callback } = await connect(box, { client })
    const answers = await Promise.all([
      postAs(box, token, client, { grant_type: 'authorization_code', code: callback.response.get('code') ?? '' }),
      postAs(box, token, client, { grant_type: 'refresh_token', refresh_token: 'x' }),
      post(box, token, { client_id: 'unknown', grant_type: 'refresh_token' }),
    ])
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('pragma')).toBe('no-cache')
      expect(headers.get('content-type')).toBe('application/json')
    }
  })

  it.each<readonly [string, Params, string]>([
    ['TOK-03 no grant_type', {}, 'invalid_request'],
    ['TOK-03 an unknown grant_type', { grant_type: 'pigeon' }, 'unsupported_grant_type'],
    ['TOK-03 the password grant', { grant_type: 'password', username: 'a', password: 'b' }, 'unsupported_grant_type'],
    ['TOK-03 a grant_type that is off', { grant_type: 'implicit' }, 'unsupported_grant_type'],
    ['TOK-03 CC-05 one that it has not registered', { grant_type: 'client_credentials' }, 'unauthorized_client'],
    ['TOK-03 a grant_type in other letters', { grant_type: 'Refresh_Token' }, 'unsupported_grant_type'],
    ['COD-06 no code', { grant_type: 'authorization_code', code_verifier: 'v'.repeat(43) }, 'invalid_request'],
    ['COD-06 an unknown code', { grant_type: 'authorization_code', code: 'x' }, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['REF-07 an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
  ])('TOK-04 18 %s is 400', async (_name, params, error) => {
    const answer = await postAs(box, token, await register(box, confidentialClient), params)
    expect([answer.status, answer.body.error]).toEqual([400, error])
  })

  it('TOK-03 STA-02 a grant type the client did not register is unauthorized_client', async () => {
    const client = await register(box, { ...publicClient, grant_types: ['authorization_code'] })
    const answer = await postAs(box, token, client, { grant_type: 'refresh_token', refresh_token: 'x' })
    expect([answer.status, answer.body.error]).toEqual([400, 'unauthorized_client'])
  })

  it.each<readonly [string, Params]>([
    ['no grant_type', {}],
    ['an unknown grant_type', { grant_type: 'pigeon' }],
    ['an unknown code', { grant_type: 'authorization_code', code: 'x' }],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }],
  ])('TOK-03 bad credentials come before %s', async (_name, params) => {
    const client = await register(box, confidentialClient)
    const answer = await postAs(box, token, { ...client, client_secret: 'wrong' }, params)
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
  })

  it('TOK-07 has no id_token and no members of extensions, even when openid was asked for', async () => {
    const { tokens } = await connect(box, { params: { scope: 'openid project:read offline_access' } })
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'])
    expect(tokens.scope).toBe('project:read')
  })

  it('GEN-20 GEN-21 every secret is 256 random bits in an alphabet that no encoding changes', async () => {
    const { tokens, client, callback } = await connect(box, { metadata: confidentialClient })
    const code = callback.response.get('code') ?? ''
    for (const secret of [tokens.access_token, tokens.refresh_token, client.client_secret ?? '', code]) {
      expect(secret).toMatch(/^grantor_(?:at|rt|cs|ac)_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}$/)
      expect(encodeURIComponent(secret)).toBe(secret)
    }
  })

  it('the host chooses what secrets begin with', async () => {
    const acme = testProvider({ secretPrefix: 'acme' })
    const { tokens } = await connect(acme)
    expect(tokens.access_token).toMatch(/^acme_at_/)
    expect(tokens.refresh_token).toMatch(/^acme_rt_/)
  })

  it('GEN-12 a hook that throws refuses, in JSON, and nothing is written', async () => {
    const { client, tokens } = await connect(box)
    const broken = testProvider({
      storage: box.storage,
      entitlements: () => {
        throw new Error('permission service is down')
      },
    })
    box.storage.reset()
    const answer = await postAs(broken, token, client, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
    })
    expect([answer.status, answer.body.error]).toEqual([500, 'server_error'])
    expect(answer.text).not.toContain('permission service')
    expect(broken.errors).toHaveLength(1)
    expect(box.storage.commits()).toEqual([])
    const healed = await postAs(box, token, client, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
    })
    expect(healed.status).toBe(200)
  })
})
