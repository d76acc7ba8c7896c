import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { listener, sendHttpResponse, toHttpRequest } from 'grantor/node'
import { describe, expect, it } from 'vitest'
import { fakeProvider } from './fake-provider.js'
import { exchange, serve } from './serve.js'

describe('listener', () => {
  it('WK-13 answers 404 with JSON when there is nothing to fall back on', async () => {
    const url = await serve(listener(fakeProvider(() => 'nobody')))
    const response = await fetch(`${url}/.well-known/other`)
    expect([response.status, await response.json()]).toEqual([404, { error: 'not_found' }])
    expect(response.headers.get('content-type')).toBe('application/json')
  })

  it('cuts the line of a client that goes on sending after its body was refused', async () => {
    const url = await serve(listener(fakeProvider(() => 'nobody')))
    const head = 'POST /t1/oauth/echo HTTP/1.1\r\nHost: app.example\r\nContent-Length: 100000000\r\n\r\n'
    const piece = 'x'.repeat(100_000)
    const end = exchange(url, head, ...Array.from({ length: 30 }, () => piece)).catch((error: unknown) => error)
    // The client sees the answer, or a reset when it was still writing.
    expect(String(await end)).toMatch(/^HTTP\/1\.1 413 |ECONNRESET|EPIPE/)
  })
})

describe('toHttpRequest', () => {
  it('lets a body be asked for twice', async () => {
    const url = await serve(async (req, res) => {
      const request = toHttpRequest(req)
      res.end(`${await request.text()}+${await request.text()}`)
    })
    expect(await (await fetch(url, { method: 'POST', body: 'once' })).text()).toBe('once+once')
  })

  it('drops a byte order mark, as Fetch does', async () => {
    const url = await serve(async (req, res) => res.end(JSON.stringify(await toHttpRequest(req).text())))
    const init = { method: 'POST', body: '\u{feff}a=1' }
    expect(await new Request(url, init).text()).toBe('a=1')
    expect(await (await fetch(url, init)).json()).toBe('a=1')
  })

  it('says so when something read the body and kept it', async () => {
    const url = await serve(async (req, res) => {
      await text(req)
      res.end(await toHttpRequest(req).text().catch(String))
    })
    const response = await fetch(url, { method: 'POST', body: 'gone' })
    expect(await response.text()).toMatch(/put the provider in front of it/)
  })

  it('joins what was sent several times and has null for what was not sent', async () => {
    const url = await serve((req, res) => {
      const { headers } = toHttpRequest(req)
      res.end(JSON.stringify(['Cookie', 'DPoP', 'X-Real', 'none'].map((name) => headers.get(name))))
    })
    const lines = ['Cookie: a=1', 'DPoP: one', 'cookie: b=2', 'dpop: two', 'X-Real: 1']
    const answer = await exchange(
      url,
      ['GET / HTTP/1.1', 'Host: h', ...lines, 'Connection: close', '', ''].join('\r\n'),
    )
    expect(answer.split('\r\n').at(-1)).toBe('["a=1; b=2","one, two","1",null]')
  })

  it('follows a header that earlier code of the host has set or removed', async () => {
    const url = await serve((req, res) => {
      req.headers.authorization = 'Bearer from-cookie'
      delete req.headers.dpop
      const { headers } = toHttpRequest(req)
      res.end(JSON.stringify([headers.get('authorization'), headers.get('dpop')]))
    })
    const response = await fetch(url, { headers: { dpop: 'proof' } })
    expect(await response.json()).toEqual(['Bearer from-cookie', null])
  })
})

describe('sendHttpResponse', () => {
  it('keeps cookies and Vary that are already there, and replaces the rest', async () => {
    const url = await serve((_req, res) => {
      res.setHeader('set-cookie', 'session=1').setHeader('vary', 'Accept').setHeader('cache-control', 'public')
      const headers = { 'set-cookie': ['a=1', 'b=2'], vary: 'Origin', 'cache-control': 'no-store' }
      sendHttpResponse(res, { status: 200, headers, body: 'ok' })
    })
    const { headers } = await fetch(url)
    expect(headers.getSetCookie()).toEqual(['session=1', 'a=1', 'b=2'])
    expect([headers.get('vary'), headers.get('cache-control')]).toEqual(['Accept, Origin', 'no-store'])
  })

  it('leaves an answer alone that somebody else has given', async () => {
    const url = await serve(
      createServer((_req, res) => {
        res.end('first')
        sendHttpResponse(res, { status: 500, headers: { 'x-late': '1' }, body: 'second' })
      }),
    )
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([200, 'first'])
  })
})
