import type { Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { digest } from '../../src/tokens/format.js'
import {
  basic,
  call,
  confidentialClient,
  connect,
  type Params,
  post,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  tokensOf,
} from '../support/flow.js'
import { editClient, registerManually, testProvider } from '../support/provider.js'

const box = testProvider()
const token = '/oauth/token'
/** Whoever gets past authentication is told that this refresh token is unknown. */
const params = { grant_type: 'refresh_token', refresh_token: 'x' }
const passed = [400, 'invalid_grant']
const refused = [401, 'invalid_client']

async function ask(body: Params, authorization?: string) {
  const answer = await post(box, token, { ...params, ...body }, authorization === undefined ? {} : { authorization })
  return { ...answer, outcome: [answer.status, answer.body.error], challenge: answer.headers.get('www-authenticate') }
}

const secretOf = ({ client_secret }: RegisteredClient) => client_secret ?? ''
const header = (client: RegisteredClient, secret = secretOf(client)) => basic(client.client_id, secret)
const withMethod = (method: string) => ({ ...confidentialClient, token_endpoint_auth_method: method })

describe('a confidential client', () => {
  it('CA-02 proves itself with Basic', async () => {
    const client = await register(box, confidentialClient)
    expect((await ask({}, header(client))).outcome).toEqual(passed)
    expect((await ask({}, header(client).replace('Basic', 'bAsIc'))).outcome).toEqual(passed)
  })

  it('CA-01 19.2 may repeat its own id in the body beside Basic', async () => {
    const client = await register(box, confidentialClient)
    expect((await ask({ client_id: client.client_id }, header(client))).outcome).toEqual(passed)
  })

  it('CA-01 S-092 may not name another id there', async () => {
    const client = await register(box, confidentialClient)
    const { outcome, challenge } = await ask({ client_id: 'another' }, header(client))
    expect([outcome, challenge]).toEqual([refused, 'Basic realm="oauth"'])
  })

  it('CA-01 S-091 uses one method at a time', async () => {
    const client = await register(box, confidentialClient)
    const twice = await ask({ client_id: client.client_id, client_secret: client.client_secret }, header(client))
    expect(twice.outcome).toEqual([400, 'invalid_request'])
    const jwt = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const asserted = await ask({ client_assertion: 'x', client_assertion_type: jwt }, header(client))
    expect(asserted.outcome).toEqual([400, 'invalid_request'])
  })

  it.each(['client_secret_basic', 'client_secret_post'])(
    'CA-02 19.2 that registered itself with %s may use Basic and post alike',
    async (method) => {
      const client = await register(box, withMethod(method))
      expect((await ask({}, header(client))).outcome).toEqual(passed)
      expect((await ask({ client_id: client.client_id, client_secret: client.client_secret })).outcome).toEqual(passed)
    },
  )

  it('CA-02 S-106 of the host uses exactly the method it is registered for', async () => {
    const post = await registerManually(box, { ...withMethod('client_secret_post'), client_name: 'Post' })
    const basicOne = await registerManually(box, withMethod('client_secret_basic'))
    expect((await ask({}, header(post))).outcome).toEqual(refused)
    expect((await ask({ client_id: post.client_id, client_secret: post.client_secret })).outcome).toEqual(passed)
    expect((await ask({}, header(basicOne))).outcome).toEqual(passed)
    const { client_id, client_secret } = basicOne
    expect((await ask({ client_id, client_secret })).outcome).toEqual(refused)
  })

  it('CA-08 S-090 without credentials is nobody', async () => {
    const { client_id } = await register(box, confidentialClient)
    expect((await ask({ client_id })).outcome).toEqual(refused)
    expect((await ask({ client_id, client_secret: '' })).outcome).toEqual(refused)
  })

  it('CA-08 S-090 that is told off loses nothing', async () => {
    const { client, tokens } = await connect(box, { metadata: confidentialClient })
    const { client_id } = client
    for (const body of [{ client_id }, { client_id, client_secret: 'wrong' }])
      expect((await ask({ ...body, refresh_token: tokens.refresh_token })).outcome).toEqual(refused)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it.each([
    ['bad base64', 'Basic %%%'],
    ['no colon', `Basic ${btoa('id')}`],
    ['a bad percent escape', `Basic ${btoa('id:%zz')}`],
    ['bytes that are not UTF-8', `Basic ${btoa('id:\xff\xfe')}`],
    ['another scheme', 'Bearer abc'],
    ['nothing after the scheme', 'Basic'],
  ])('CA-03 CA-06 S-093 with %s is challenged', async (_name, authorization) => {
    const { outcome, challenge } = await ask({}, authorization)
    expect(outcome).toEqual(refused)
    expect(challenge).toMatch(/^Basic realm=/)
  })

  it('CA-06 whoever used the header is challenged; whoever did not is not', async () => {
    const client = await register(box, confidentialClient)
    expect((await ask({}, header(client, 'wrong'))).challenge).toBe('Basic realm="oauth"')
    expect((await ask({}, basic('unknown', 'x'))).challenge).toBe('Basic realm="oauth"')
    expect((await ask({}, basic(client.client_id, ''))).challenge).toBe('Basic realm="oauth"')
    expect((await ask({}, basic('unknown', ''))).challenge).toBe('Basic realm="oauth"')
    expect((await ask({ client_id: client.client_id, client_secret: 'wrong' })).challenge).toBeNull()
  })

  it('CA-03 CA-04 an imported secret works form-encoded and raw', async () => {
    const client = await register(box, confidentialClient)
    const secret = 'p+w d%25:&é'
    await editClient(box, client, () => ({
      secrets: [{ digest: digest('client_secret', secret), createdAt: 0 as Timestamp, expiresAt: null }],
    }))
    const raw = `Basic ${Buffer.from(`${client.client_id}:${secret}`).toString('base64')}`
    expect((await ask({}, basic(client.client_id, secret))).outcome).toEqual(passed)
    expect((await ask({}, raw)).outcome).toEqual(passed)
    expect((await ask({}, `${raw.slice(0, -4)}AAAA`)).outcome).toEqual(refused)
  })

  it('CA-09 S-105 an expired secret is none, and two may overlap while one is rotated', async () => {
    const client = await register(box, confidentialClient)
    const at = box.clock.now()
    const [old, fresh] = ['old-secret', 'fresh-secret'].map((secret) => digest('client_secret', secret))
    if (!old || !fresh) throw new Error('no digests')
    await editClient(box, client, () => ({
      secrets: [
        { digest: old, createdAt: at as Timestamp, expiresAt: (at + 60) as Timestamp },
        { digest: fresh, createdAt: at as Timestamp, expiresAt: null },
      ],
    }))
    const both = await Promise.all(['old-secret', 'fresh-secret'].map((secret) => ask({}, header(client, secret))))
    expect(both.map(({ outcome }) => outcome)).toEqual([passed, passed])
    box.clock.advance(60)
    const later = await Promise.all(['old-secret', 'fresh-secret'].map((secret) => ask({}, header(client, secret))))
    expect(later.map(({ outcome }) => outcome)).toEqual([refused, passed])
  })
})

describe('a public client', () => {
  it('CA-07 names itself in the body, or in a Basic header with an empty password', async () => {
    const { client_id } = await register(box)
    expect((await ask({ client_id })).outcome).toEqual(passed)
    expect((await ask({}, basic(client_id, ''))).outcome).toEqual(passed)
  })

  it('CA-10 STA-01 19.2 may send an empty secret', async () => {
    const { client_id } = await register(box)
    expect((await ask({ client_id, client_secret: '' })).outcome).toEqual(passed)
  })

  it('STA-01 that sends a secret is refused', async () => {
    const { client_id } = await register(box)
    expect((await ask({ client_id, client_secret: 'x' })).outcome).toEqual(refused)
    expect((await ask({}, basic(client_id, 'x'))).outcome).toEqual(refused)
  })

  it('CA-07 that names itself nowhere is invalid_client', async () => {
    expect((await ask({})).outcome).toEqual(refused)
  })
})

describe('a client that is not', () => {
  it('CA-05 S-094 22.1 unknown, deleted and wrong look the same to the byte', async () => {
    const known = await register(box, confidentialClient)
    const gone = await register(box, confidentialClient)
    await editClient(box, gone, () => ({ revokedAt: 1 as Timestamp }))
    const shapes = await Promise.all([
      ask({}, header(known, 'wrong')),
      ask({}, basic('client_unknownunknownunknown', 'wrong')),
      ask({}, header(gone)),
      ask({}, basic(known.client_id, '')),
    ])
    const posted = await Promise.all([
      ask({ client_id: known.client_id, client_secret: 'wrong' }),
      ask({ client_id: 'client_unknownunknownunknown', client_secret: 'wrong' }),
      ask({ client_id: known.client_id }),
      ask({ client_id: 'client_unknownunknownunknown' }),
    ])
    const seen = (answers: typeof shapes) =>
      new Set(answers.map(({ status, text, headers }) => JSON.stringify([status, text, [...headers]])))
    expect([seen(shapes).size, seen(posted).size]).toEqual([1, 1])
    expect(shapes[0]?.text).toBe('{"error":"invalid_client","error_description":"unknown client or bad credentials"}')
  })

  it('CA-05 19.3 REF-07 a deleted public client is invalid_client, so that it registers again', async () => {
    const { client, tokens } = await connect(box)
    await editClient(box, client, () => ({ revokedAt: box.clock.now() as Timestamp }))
    const answer = await refresh(box, client, tokens.refresh_token)
    expect([answer.status, answer.body.error]).toEqual(refused)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('a disabled client gets invalid_grant and loses nothing: enabled again, it goes on', async () => {
    const { client, tokens } = await connect(box)
    await editClient(box, client, () => ({ disabledAt: box.clock.now() as Timestamp }))
    const answer = await refresh(box, client, tokens.refresh_token)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant'])
    expect((await call(box, tokens.access_token)).status).toBe(401)
    await editClient(box, client, () => ({ disabledAt: null }))
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect(tokensOf(await refresh(box, client, tokens.refresh_token)).token_type).toBe('Bearer')
  })

  it.each([
    ['a URL', 'https://evil.example/client'],
    ['something long', 'x'.repeat(600)],
    ['a control character', 'a\u0007b'],
  ])('CA-05 an id that is %s is unknown', async (_name, client_id) => {
    expect((await ask({ client_id })).outcome).toEqual(refused)
  })

  it('CA-27 an assertion without its type is invalid_request, a whole one is not understood', async () => {
    const { client_id } = await register(box, publicClient)
    expect((await ask({ client_id, client_assertion: 'x' })).outcome).toEqual([400, 'invalid_request'])
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    expect((await ask({ client_id, client_assertion: 'x', client_assertion_type: type })).outcome).toEqual(refused)
  })
})
