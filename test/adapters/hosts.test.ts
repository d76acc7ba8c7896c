import { beforeAll, describe, expect, it } from 'vitest'
import { hosts, type ServedHost } from './hosts.js'
import { exchange, leaveAfter } from './serve.js'

describe.each(Object.entries(hosts))('%s', (_name, start) => {
  let host: ServedHost
  const at = (path: string, init?: RequestInit) => fetch(host.url + path, { redirect: 'manual', ...init })

  beforeAll(async () => {
    host = await start()
  })

  const head = (...headers: string[]) => [...headers, 'Host: app.example', 'Connection: close', '', ''].join('\r\n')

  it('shows a request as it was sent, the host included', async () => {
    const init = { method: 'POST', body: 'a=1&a=2&b=%C3%A9', headers: { 'x-person': 'alice' } }
    const response = await at('/t1/oauth/echo?q=%2F&q=2', init)
    const seen = await response.json()
    expect(seen).toMatchObject({ method: 'POST', body: 'a=1&a=2&b=%C3%A9', person: 'alice', authorization: null })
    expect(seen.url).toMatch(/\/t1\/oauth\/echo\?q=%2F&q=2$/)
  })

  it('WK-15 serves the documents at the root of the origin', async () => {
    const response = await at('/.well-known/oauth-authorization-server/t1')
    expect(await response.json()).toEqual({ issuer: 'https://app.example/t1' })
  })

  it.each(['/', '/t1/oauth/other', '/.well-known/security.txt', '/hello?x=/t1/oauth/echo'])(
    'leaves %s to the app',
    async (path) => {
      const response = await at(path, { method: 'POST', body: 'not ours' })
      expect([response.status, await response.text()]).toEqual([200, 'hello from the app'])
    },
  )

  it('keeps lists of headers apart', async () => {
    const response = await at('/t1/oauth/headers')
    expect(response.status).toBe(401)
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect(response.headers.get('www-authenticate')).toBe('Bearer, DPoP')
  })

  it('GEN-04 answers HEAD with headers alone', async () => {
    const response = await at('/t1/oauth/echo', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it('CORS-01 passes OPTIONS on and sends 204 without a body', async () => {
    const response = await at('/t1/oauth/empty', { method: 'OPTIONS' })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('shows every one of repeated Authorization headers', async () => {
    const answer = await exchange(
      host.url,
      `GET /t1/oauth/echo HTTP/1.1\r\n${head('Authorization: Bearer one', 'Authorization: Bearer two')}`,
    )
    expect(answer).toContain('"authorization":"Bearer one, Bearer two"')
  })

  it('GEN-07 answers 413 to an oversized body, and the next request as if nothing had been', async () => {
    const declared = await at('/t1/oauth/echo', { method: 'POST', body: 'x'.repeat(200_000) })
    expect([declared.status, await declared.json()]).toEqual([413, { error: 'invalid_request' }])
    const next = await at('/t1/oauth/echo', { method: 'POST', body: 'x'.repeat(65_536) })
    expect((await next.json()).body).toHaveLength(65_536)
  })

  it('GEN-07 answers 413 to an oversized body that does not say how long it is', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const request = `POST /t1/oauth/echo HTTP/1.1\r\n${head('Transfer-Encoding: chunked')}`
    const answer = await exchange(host.url, request, chunk, chunk, chunk, chunk, '1\r\nx\r\n0\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('GEN-07 keeps the connection usable after an oversized body', async () => {
    const oversized = `POST /t1/oauth/echo HTTP/1.1\r\nHost: app.example\r\nContent-Length: 200000\r\n\r\n`
    const next = `GET /t1/oauth/echo?next HTTP/1.1\r\n${head()}`
    const answer = await exchange(host.url, oversized, 'x'.repeat(100_000), 'x'.repeat(100_000), next)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  it('reads a body that arrives in pieces, split within a character', async () => {
    const bytes = Buffer.from('name=é')
    const request = `POST /t1/oauth/echo HTTP/1.1\r\n${head(`Content-Length: ${bytes.length}`)}`
    const answer = await exchange(host.url, request, bytes.subarray(0, 6), bytes.subarray(6))
    expect(Buffer.from(answer, 'latin1').toString()).toContain('"body":"name=é"')
  })

  it('GEN-08 reads bytes that are no UTF-8 without failing', async () => {
    const bytes = Buffer.from([0x61, 0x3d, 0xff, 0x00, 0xc3, 0x28])
    const request = `POST /t1/oauth/echo HTTP/1.1\r\n${head('Content-Length: 6')}`
    const answer = await exchange(host.url, request, bytes)
    const { body } = JSON.parse(/\{.*\}/.exec(Buffer.from(answer, 'latin1').toString())?.[0] ?? '{}')
    expect(body).toBe('a=\u{fffd}\u{0}\u{fffd}(')
  })

  it('is told when a client leaves in the middle of a body, and serves the next one', async () => {
    const before = host.failures.length
    await leaveAfter(host.url, `POST /t1/oauth/echo HTTP/1.1\r\n${head('Content-Length: 100')}only this`)
    await expect.poll(() => host.failures.length).toBe(before + 1)
    expect((await at('/t1/oauth/echo')).status).toBe(200)
  })

  describe('guard', () => {
    it('challenges a request without a token', async () => {
      const response = await at('/api/alpha/items')
      expect([response.status, await response.json()]).toEqual([401, { error: 'refused' }])
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    })

    it('refuses a token sent twice', async () => {
      const answer = await exchange(
        host.url,
        `GET /api/alpha/items HTTP/1.1\r\n${head('Authorization: Bearer good', 'Authorization: Bearer other')}`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    })

    it('refuses a token of another project', async () => {
      const response = await at('/api/beta/items', { headers: { authorization: 'Bearer good' } })
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"')
    })

    it('CORS-01 answers a preflight without a token', async () => {
      const response = await at('/api/alpha/items', { method: 'OPTIONS' })
      expect([response.status, response.headers.get('access-control-allow-headers')]).toEqual([204, 'Authorization'])
    })

    it('CORS-02 lets a good token in and adds its headers to those of the app', async () => {
      const response = await at('/api/alpha/items', { headers: { authorization: 'Bearer good' } })
      expect([response.status, await response.json()]).toEqual([200, { scope: ['items:read'] }])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('vary')?.split(/, ?/).sort()).toEqual(['Accept', 'Origin'])
      expect(response.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate')
    })
  })
})
