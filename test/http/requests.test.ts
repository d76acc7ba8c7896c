import { describe, expect, it } from 'vitest'
import { post, register, send } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const machines = ['/oauth/token', '/oauth/revoke', '/oauth/register'] as const
const forms = ['/oauth/token', '/oauth/revoke'] as const
const json = expect.stringMatching(/^application\/json/)

describe('a machine endpoint', () => {
  it.each(machines.flatMap((path) => ['GET', 'PUT', 'DELETE', 'PATCH'].map((method) => [method, path] as const)))(
    'GEN-04 GEN-12 answers %s %s with 405, Allow and JSON',
    async (method, path) => {
      const answer = await send(box, path, { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
      expect(answer.headers.get('content-type')).toEqual(json)
      expect(answer.body).toMatchObject({ error: 'invalid_request' })
    },
  )

  it.each(machines)('GEN-04 HEAD %s has no effect and no body', async (path) => {
    box.storage.reset()
    const answer = await send(box, path, { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([405, ''])
    expect(box.storage.trips()).toEqual([])
  })

  it.each([
    ['application/json', '{"grant_type":"authorization_code"}'],
    ['text/plain', 'grant_type=authorization_code'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['', 'grant_type=authorization_code'],
  ])('GEN-05 S-236 refuses a form as %j', async (type, body) => {
    for (const path of forms) {
      const answer = await send(box, path, { method: 'POST', headers: { 'content-type': type }, body })
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
      expect(answer.headers.get('content-type')).toEqual(json)
    }
  })

  it('TOK-01 GEN-05 a charset beside the media type is fine, in any letter case', async () => {
    const headers = { 'content-type': 'Application/X-WWW-Form-URLEncoded; Charset=UTF-8' }
    const answer = await send(box, '/oauth/token', { method: 'POST', headers, body: 'client_id=unknown&grant_type=x' })
    expect(answer.body.error).toBe('invalid_client')
  })

  it.each([
    ['client_secret', 'S-074'],
    ['code', 'S-074'],
    ['refresh_token', 'GEN-06'],
    ['token', 'GEN-06'],
    ['client_id', 'GEN-06'],
  ])('GEN-06 %s in the query of a post is not looked at (%s)', async (name) => {
    const answer = await post(box, `/oauth/token?${name}=x&client_id=${'y'}`, { grant_type: 'authorization_code' })
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
    expect(answer.body.error_description).toBe('the client_id is missing')
  })

  it('GEN-01 ignores parameters it does not know', async () => {
    const client = await register(box)
    const answer = await post(box, '/oauth/revoke', { client_id: client.client_id, token: 'x', whatever: '1' })
    expect(answer.status).toBe(200)
  })

  it('GEN-02 treats an empty parameter as absent', async () => {
    const { client_id } = await register(box)
    expect((await post(box, '/oauth/token', { client_id, grant_type: '' })).body.error).toBe('invalid_request')
    expect((await post(box, '/oauth/revoke', { client_id, token: '' })).body.error).toBe('invalid_request')
    expect((await post(box, '/oauth/revoke', { client_id: '', token: 'x' })).body.error).toBe('invalid_client')
  })

  it.each([['grant_type'], ['client_id'], ['code'], ['unheard_of']])(
    'GEN-03 refuses %s twice, even with one value',
    async (name) => {
      const { client_id } = await register(box)
      const params = { grant_type: 'authorization_code', client_id, code: 'x', [name]: ['same', 'same'] }
      const answer = await post(box, '/oauth/token', params)
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    },
  )

  it.each([
    ['GEN-08 a broken percent sequence', 'grant_type=%zz'],
    ['GEN-08 a lone percent', 'grant_type=%'],
    ['GEN-08 bytes that are not UTF-8', 'grant_type=%ff%fe'],
    ['GEN-08 AZ-41 a NUL', 'client_id=x&grant_type=a%00b'],
    ['GEN-07 more than 100 parameters', Array.from({ length: 101 }, (_, i) => `p${i}=1`).join('&')],
    ['GEN-07 a name longer than 128', `${'n'.repeat(129)}=1`],
    ['GEN-07 a value longer than 16 KiB', `state=${'v'.repeat(16_385)}`],
  ])('%s is invalid_request', async (_name, body) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const path of forms) {
      const answer = await send(box, path, { method: 'POST', headers, body })
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request'])
    }
  })

  it('GEN-07 a body over 64 KiB is 413, on every endpoint', async () => {
    const big = `a=${'x'.repeat(65_536)}`
    for (const path of forms) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await send(box, path, { method: 'POST', headers, body: big })
      expect([answer.status, answer.body.error]).toEqual([413, 'invalid_request'])
    }
  })

  it.each([{}, { 'content-length': '5' }])(
    'GEN-07 whoever sends without an end is stopped, announced as %o',
    async (length) => {
      let sent = 0
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 16_384
          controller.enqueue(new Uint8Array(16_384).fill(120))
        },
      })
      const init = {
        method: 'POST',
        body,
        duplex: 'half',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...length },
      }
      const answer = await send(box, '/oauth/token', init as RequestInit)
      expect(answer.status).toBe(413)
      expect(sent).toBeLessThan(1_000_000)
    },
  )

  it('GEN-08 S-043 names of object members are plain parameters', async () => {
    const { client_id } = await register(box)
    const answer = await post(box, '/oauth/token', {
      client_id,
      grant_type: 'x',
      '__proto__[x]': '1',
      constructor: '1',
      toString: '1',
    })
    expect(answer.body.error).toBe('unsupported_grant_type')
    const named = await send(box, '/oauth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `client_id=${client_id}&grant_type=x&__proto__=1`,
    })
    expect(named.body.error).toBe('unsupported_grant_type')
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('GEN-13 a slash too many is served and never redirected', async () => {
    const answer = await post(box, '/oauth/token/', { client_id: 'unknown', grant_type: 'x' })
    expect([answer.status, answer.headers.get('location')]).toEqual([401, null])
  })

  it.each([['x-http-method-override'], ['x-method-override'], ['x-http-method']])(
    'S-235 %s changes no method',
    async (header) => {
      const answer = await send(box, '/oauth/token', { method: 'GET', headers: { [header]: 'POST' } })
      expect(answer.status).toBe(405)
      const posted = await post(
        box,
        '/oauth/token?_method=GET',
        { client_id: 'x', _method: 'GET' },
        { [header]: 'GET' },
      )
      expect(posted.status).toBe(401)
    },
  )

  it('TOK-06 looks at no cookie and no Origin', async () => {
    const { client_id } = await register(box)
    const headers = { cookie: 'user=alice; __Host-grantor=x', origin: 'https://evil.example', 'x-user': 'alice' }
    const answer = await post(box, '/oauth/revoke', { client_id, token: 'x' }, headers)
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
  })

  it('GEN-11 an answer has no null and no empty string in it', async () => {
    const client = await register(box, {
      redirect_uris: ['https://a.example/cb'],
      client_name: '',
      logo_uri: '',
      scope: '',
    })
    expect(Object.values(client).filter((value) => value === null || value === '')).toEqual([])
    expect(client).not.toHaveProperty('client_name')
  })

  it('GEN-12 a path that is not there is 404 in JSON', async () => {
    const answer = await send(box, '/oauth/nothing')
    expect([answer.status, answer.body.error]).toEqual([404, 'invalid_request'])
  })

  it('a path that is not the provider’s is left to the host', async () => {
    const request = new Request('https://app.example/somewhere')
    expect(box.provider.handle(request, request)).toBeNull()
    expect(box.provider.paths).toContain('/oauth/token')
  })

  it('GEN-10 an error description holds only characters that may be in one', async () => {
    const client = await register(box)
    const answers = await Promise.all([
      post(box, '/oauth/token', { client_id: client.client_id, grant_type: 'x"\\\r\ny' }),
      send(box, '/oauth/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://a.example/"\\\u00e9\r\n#'] }),
      }),
    ])
    for (const { status, body } of answers) {
      expect(status).toBe(400)
      expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    }
  })
})
