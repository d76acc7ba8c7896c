import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, browser } from './browser.js'
import { authorize, connect, refresh, revoke } from './flow.js'
import { type RunningApp, startNextApp } from './next-app.js'
import { exchange } from './serve.js'

let app: RunningApp
const at = (path: string, init?: RequestInit) => fetch(app.origin + path, { redirect: 'manual', ...init })

beforeAll(async () => {
  app = await startNextApp()
}, 300_000)

afterAll(() => app?.stop())

const signIn = async ({ open, submit }: Browser, url: string) => {
  const login = await open(url)
  expect(new URL(login.url).pathname).toBe('/login')
  return submit(login, { name: 'alice' })
}

const alice = () => ({ browser: browser(app.origin), signIn, fields: { project: 'travel', decision: 'approve' } })

describe('an app built with Next', () => {
  it('takes a client from a challenge to data, through login, consent, refresh and revocation', async () => {
    const notes = (project: string, token: string, method = 'GET') =>
      at(`/api/projects/${project}/notes`, { method, headers: { authorization: `Bearer ${token}` } })

    const connection = await connect(`${app.origin}/api/projects/travel/notes`)
    const target = { resource: `${app.origin}/api`, scope: 'notes:read' }
    const first = await authorize(connection, target, alice())

    const answer = await notes('travel', first.access)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { project: 'travel', reader: 'u1', notes: ['Buy milk'] },
    ])
    expect(answer.headers.get('cache-control')).toBe('private')
    expect((await notes('work', first.access)).status).toBe(403)
    const weak = await notes('travel', first.access, 'POST')
    expect([weak.status, weak.headers.get('www-authenticate')]).toEqual([403, expect.stringContaining('notes:write')])

    const second = await refresh(connection, first)
    expect((await notes('travel', second.access)).status).toBe(200)
    await revoke(connection, second)
    expect((await notes('travel', second.access)).status).toBe(401)
  })

  it('shows a person their connected apps, and disconnects one', async () => {
    const person = alice()
    const connection = await connect(`${app.origin}/api/projects/travel/notes`)
    const target = { resource: `${app.origin}/api`, scope: 'notes:write' }
    const { access } = await authorize(connection, target, person)
    const write = () =>
      at('/api/projects/travel/notes', { method: 'POST', body: 'Milk', headers: { authorization: `Bearer ${access}` } })
    expect(await (await write()).json()).toEqual({ wrote: 'Milk' })

    const connected = await person.browser.open(`${app.origin}/settings/connected-apps`)
    expect(connected.html).toContain('Acme Reporter')
    const after = await person.browser.submit(connected, { action: 'revoke' })
    expect(after.status).toBe(200)
    expect(after.html).not.toContain('Acme Reporter')
    expect((await write()).status).toBe(401)
  })
})

describe('paths', () => {
  it.each([
    ['/.well-known/oauth-authorization-server', 'issuer', ''],
    ['/.well-known/oauth-protected-resource', 'resource', '/api'],
    ['/.well-known/oauth-protected-resource/api', 'resource', '/api'],
  ])('WK-11 serves %s at the root of the origin, whoever the request says it is for', async (path, member, own) => {
    const response = await at(path, { headers: { accept: 'text/html', 'x-forwarded-host': 'evil.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const document = await response.text()
    expect(JSON.parse(document)[member]).toBe(app.origin + own)
    expect(document).not.toContain('evil.example')
    expect((await at(path, { method: 'HEAD' })).status).toBe(200)
    expect((await at(path, { method: 'OPTIONS' })).status).toBe(204)
  })

  it('WK-13 answers 404 with JSON where a document is not', async () => {
    const response = await at('/.well-known/oauth-authorization-server/other')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
    expect(await response.json()).toHaveProperty('error')
  })

  it('leaves the rest of the app alone', async () => {
    expect(await (await at('/')).text()).toContain('<h1>Notebook</h1>')
    const other = await at('/.well-known/security.txt')
    expect([other.status, other.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')])
  })

  it('GEN-04 GEN-12 answers a wrong method with JSON', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const response = await at('/oauth/token', { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
      expect(await response.json()).toHaveProperty('error', 'invalid_request')
    }
  })

  it('GEN-13 never redirects a POST with a slash too many', async () => {
    const response = await at('/oauth/token/', { method: 'POST', body: new URLSearchParams({ grant_type: 'other' }) })
    expect([response.status, await response.json()]).toMatchObject([401, { error: 'invalid_client' }])
  })
})

describe('requests', () => {
  it('GEN-07 answers 413 to an oversized body', async () => {
    const body = new URLSearchParams({ a: 'x'.repeat(70_000) })
    const response = await at('/oauth/token', { method: 'POST', body })
    expect([response.status, await response.json()]).toMatchObject([413, { error: 'invalid_request' }])
  })

  it('GEN-07 answers 413 to an oversized body that does not say how long it is', async () => {
    const { readable, writable } = new TransformStream<Uint8Array>()
    const writer = writable.getWriter()
    const send = writer.write(new Uint8Array(70_000).fill(97)).then(() => writer.close())
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const init = { method: 'POST', body: readable, headers, duplex: 'half' } as const
    expect((await at('/oauth/token', init)).status).toBe(413)
    await send.catch(() => undefined)
  })

  it('refuses Authorization headers that contradict each other', async () => {
    const lines = ['Host: h', 'Authorization: Bearer one', 'Authorization: Bearer two', 'Connection: close', '', '']
    const request = ['GET /api/projects/travel/notes HTTP/1.1', ...lines].join('\r\n')
    expect(await exchange(app.origin, request)).toMatch(/^HTTP\/1\.1 40[01] /)
  })

  it('CORS-01 answers a preflight of the API without a token', async () => {
    const headers = { origin: 'https://spa.example', 'access-control-request-headers': 'authorization' }
    const response = await at('/api/projects/travel/notes', { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization')
  })

  it('CORS-02 lets a script see why it was refused', async () => {
    const response = await at('/api/projects/travel/notes', { headers: { origin: 'https://spa.example' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
  })
})
