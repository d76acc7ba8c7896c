import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, browser } from './browser.js'
import { authorize, connect, refresh, revoke } from './flow.js'
import { type RunningApp, startNextApp } from './next-app.js'
import { exchange } from './serve.js'

let app: RunningApp
const at = (path: string, init?: RequestInit) => fetch(app.origin + path, { redirect: 'manual', ...init })

beforeAll(async () => {
  app = await startNextApp()
}, 600_000)

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
    const [, change] = /href="([^"]*\/change\?grant=[^"]+)"/.exec(connected.html) ?? []
    expect((await person.browser.open(new URL(change ?? '', app.origin).href)).html).toContain(
      'What Acme Reporter may do',
    )
    const after = await person.browser.submit(connected, { action: 'revoke' })
    expect(after.status).toBe(200)
    expect(after.html).not.toContain('Acme Reporter')
    expect((await write()).status).toBe(401)
  })
})

describe('a consent page of its own, in React', () => {
  const redirectUri = 'http://127.0.0.1:1/callback'

  /** Up to the page, as somebody who signs in on the way. */
  async function asked() {
    const person = browser(app.origin)
    const metadata = {
      client_name: 'Acme <b>Reporter</b>',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }
    const registered = await at('/oauth/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    })
    const { client_id } = (await registered.json()) as { client_id: string }
    const query = new URLSearchParams({
      response_type: 'code',
      client_id,
      redirect_uri: redirectUri,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope: 'notes:write',
      state: 'a state',
    })
    const page = await signIn(person, `${app.origin}/oauth/authorize?${query}`)
    return { person, page, url: new URL(page.url) }
  }

  const answerOf = (url: string) => new URL(url).searchParams

  it('shows what the shipped page would, and nothing runs that a client made up', async () => {
    const { page, url } = await asked()
    expect([url.pathname, page.status]).toEqual(['/consent', 200])
    const text = page.html.replaceAll(/<!-- -->/g, '')
    for (const expected of ['alice@notebook.example', 'a program on this device', '127.0.0.1', 'Write notes', 'travel'])
      expect(text).toContain(expected)
    expect(text).toContain('Acme &lt;b&gt;Reporter&lt;/b&gt;')
    expect(text).not.toContain('<b>Reporter')
  })

  it('HDR-01 is in no frame and in no cache', async () => {
    const { headers } = await at('/consent?id=x')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect([headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['DENY', 'no-referrer'])
    expect(headers.get('cache-control')).toContain('no-store')
  })

  it('takes less than was asked for, and a name for the connection', async () => {
    const { person, page } = await asked()
    const fields = { scope: 'notes:read', project: 'work', label: 'Kitchen', decision: 'approve' }
    const { url } = await person.submit(page, fields)
    expect([url.startsWith(redirectUri), answerOf(url).get('state')]).toEqual([true, 'a state'])
    expect(answerOf(url).get('code')).toMatch(/^grantor_ac_/)
    const again = await person.submit(page, fields)
    expect(again.url).toBe(url)
  })

  it('tells the client when it was refused', async () => {
    const { person, page } = await asked()
    const { url } = await person.submit(page, { decision: 'deny' })
    expect(answerOf(url).get('error')).toBe('access_denied')
  })

  it('says what is missing, and goes on', async () => {
    const { person, page } = await asked()
    const incomplete = await person.submit(page, { decision: 'approve' })
    expect(incomplete.html).toContain('Choose a notebook, or deny the request.')
    const { url } = await person.submit(incomplete, { project: 'work', decision: 'approve' })
    expect(answerOf(url).has('code')).toBe(true)
  })

  it('CON-02 S-030 S-034 takes no decision of another page, another browser or another person', async () => {
    const { person, page, url } = await asked()
    const forged = await person.submit(page, { csrf: 'forged', project: 'work', decision: 'approve' })
    expect(new URL(forged.url).pathname).toBe('/consent')
    const thief = browser(app.origin)
    const login = await thief.open(page.url)
    expect(new URL(login.url).searchParams.get('next')).toBe(`/consent?id=${url.searchParams.get('id')}`)
    const stolen = await thief.submit(login, { name: 'bob' })
    expect(stolen.html).toContain('This request cannot be answered')
    expect(stolen.html).not.toContain('Write notes')
    const unknown = await person.open(`${app.origin}/consent?id=unknown`)
    expect([unknown.status, unknown.html.includes('This request cannot be answered')]).toEqual([200, true])
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
