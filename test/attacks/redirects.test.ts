import { type Client, type ClientId, change, type Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import {
  authorizationUrl,
  authorize,
  exchange,
  openAttempt,
  publicClient,
  register,
  registration,
  responseOf,
  send,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()
const web = { ...publicClient, redirect_uris: ['https://app.example.org/cb'] }
const codes = () => box.storage.commits().flatMap(({ tokens }) => tokens.filter(({ kind }) => kind !== 'interaction'))

/** An authorization request that somebody signed in follows; what is registered is not what is sent. */
async function follow(registered: readonly string[], redirect_uri: string | readonly string[]) {
  const client = await register(box, { ...publicClient, redirect_uris: registered })
  const browser = openBrowser(box)
  await signIn(browser, 'alice')
  box.storage.reset()
  const { page } = await authorize(browser, client, { redirect_uri })
  return page
}

describe('21.1 a redirect URI that was not registered', () => {
  it.each([
    ['S-001 an unregistered target', 'https://evil.example/cb'],
    ['S-002 a path that climbs', 'https://app.example.org/cb/../evil'],
    ['S-002 a path that climbs, encoded', 'https://app.example.org/cb/%2e%2e/evil'],
    ['S-002 a sub-path', 'https://app.example.org/cb/evil'],
    ['S-003 a host suffix', 'https://app.example.org.evil.com/cb'],
    ['S-004 the userinfo trick', 'https://app.example.org@evil.com/cb'],
    ['S-004 the userinfo trick with a password', 'https://app.example.org:443@evil.com/cb'],
    ['S-005 the backslash trick', 'https://app.example.org\\@evil.com/cb'],
    ['S-005 backslashes for slashes', 'https:\\\\evil.com/cb'],
    ['S-006 an encoded slash', 'https://app.example.org%2Fevil/cb'],
    ['S-006 another letter case', 'HTTPS://APP.example.org/cb'],
    ['S-006 the default port', 'https://app.example.org:443/cb'],
    ['S-007 a query more', 'https://app.example.org/cb?next=//evil'],
    ['S-007 an empty query', 'https://app.example.org/cb?'],
    ['S-008 a fragment', 'https://app.example.org/cb#x'],
    ['S-008 an empty fragment', 'https://app.example.org/cb#'],
    ['a slash more', 'https://app.example.org/cb/'],
    ['a scheme less safe', 'http://app.example.org/cb'],
    ['a line end', 'https://app.example.org/cb\r\nX: y'],
    ['a space before', ' https://app.example.org/cb'],
  ])('%s: a page, no Location, no code', async (_name, redirect_uri) => {
    const page = await follow(web.redirect_uris, redirect_uri)
    expect([page.status, page.headers.get('location'), page.url.startsWith(box.origin)]).toEqual([400, null, true])
    expect(codes()).toEqual([])
  })

  it.each([
    ['S-014 localhost for 127.0.0.1', 'http://localhost/cb', 'http://127.0.0.1:9/cb'],
    ['S-014 127.0.0.1 for localhost', 'http://127.0.0.1/cb', 'http://localhost:9/cb'],
    ['S-014 [::1] for 127.0.0.1', 'http://127.0.0.1/cb', 'http://[::1]:9/cb'],
    ['S-015 another path', 'http://127.0.0.1/cb', 'http://127.0.0.1:5/evil'],
    ['S-015 a query', 'http://127.0.0.1/cb', 'http://127.0.0.1:5/cb?x=1'],
    ['S-016 another port with https', 'https://localhost/cb', 'https://localhost:8443/cb'],
    ['S-013 a look-alike of localhost', 'http://localhost/cb', 'http://localhost.evil.com:5/cb'],
    ['S-013 a name that leads to 127.0.0.1', 'http://127.0.0.1/cb', 'http://127.0.0.1.nip.io:5/cb'],
    ['S-013 localhost with a dot', 'http://localhost/cb', 'http://localhost.:5/cb'],
    ['S-013 127.0.0.1, abbreviated', 'http://127.0.0.1/cb', 'http://127.1:5/cb'],
    ['S-013 127.0.0.1, as a number', 'http://127.0.0.1/cb', 'http://2130706433/cb'],
    ['S-013 every address', 'http://127.0.0.1/cb', 'http://0.0.0.0:5/cb'],
    ['S-013 127.0.0.1 as IPv6', 'http://127.0.0.1/cb', 'http://[::ffff:7f00:1]/cb'],
    ['a port out of range', 'http://127.0.0.1/cb', 'http://127.0.0.1:65536/cb'],
  ])('%s: a page', async (_name, registered, sent) => {
    const page = await follow([registered], sent)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    expect(codes()).toEqual([])
  })

  it('S-017 the good one and an evil one, in either order', async () => {
    const [good] = web.redirect_uris
    const orders = [
      [good, 'https://evil.example/cb'],
      ['https://evil.example/cb', good],
    ] as string[][]
    for (const both of orders) {
      const page = await follow(web.redirect_uris, both)
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
    }
  })

  it('S-024 is not compared with itself: what is registered decides', async () => {
    const client = await register(box, { ...publicClient, redirect_uris: ['https://a.example/cb'] })
    const evil = 'https://evil.example/cb'
    const attempt = await openAttempt(box, client, { redirect_uri: evil })
    expect(attempt.page.status).toBe(400)
    const code = `grantor_ac_${'A'.repeat(49)}`
    const callback = { ...attempt, url: '', response: new URLSearchParams({ code }), redirectUri: evil }
    expect((await exchange(box, callback)).body.error).toBe('invalid_grant')
  })

  it('S-012 one that was stored before the rules is refused when it is used', async () => {
    const stored = ['javascript:alert(1)//', 'data:text/html,x', 'https://*.example.com/cb', 'http://evil.example/cb']
    for (const uri of stored) {
      const id = `client_legacy${stored.indexOf(uri)}` as ClientId
      const client: Client = {
        id,
        secrets: [],
        metadata: { ...publicClient, response_types: ['code'], redirect_uris: [uri] },
        policy: {},
        registration: 'dynamic',
        name: 'reporter',
        uniqueName: null,
        ownerId: null,
        accountId: null,
        createdAt: 1 as Timestamp,
        disabledAt: null,
        version: 1,
        revokedAt: null,
      }
      await box.storage.commit(change({ clients: [client] }))
      for (const redirect_uri of [uri, undefined]) {
        const url = authorizationUrl({ ...(await register(box)), client_id: id }, 'v'.repeat(43), { redirect_uri })
        const answer = await send(box, url, { headers: { 'x-user': 'alice' } })
        expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
      }
    }
  })
})

describe('21.1 a redirect URI that must not be registered', () => {
  it.each([
    ['S-004 userinfo', 'https://app.example.org@evil.com/cb'],
    ['S-005 a backslash', 'https://app.example.org\\@evil.com/cb'],
    ['S-008 a fragment', 'https://app.example.org/cb#x'],
    ['S-009 a wildcard', 'https://*.example.com/cb'],
    ['S-010 script', 'javascript:alert(1)//'],
    ['S-010 script in mixed case', 'JaVaScRiPt:alert(1)//'],
    ['S-010 script behind a tab', '\tjavascript:alert(1)'],
    ['S-010 script with a line end in it', 'java\nscript:alert(1)'],
    ['S-010 script behind a space', ' javascript:alert(1)'],
    ['S-011 data', 'data:text/html,<script>1</script>'],
    ['S-011 vbscript', 'vbscript:x'],
    ['S-011 file', 'file:///etc/passwd'],
    ['S-011 blob', 'blob:https://app.example.org/x'],
    ['S-011 about', 'about:blank'],
    ['S-013 a look-alike of localhost', 'http://localhost.evil.com/cb'],
    ['S-013 every address', 'http://0.0.0.0/cb'],
    ['S-013 a number', 'http://2130706433/cb'],
    ['S-013 an abbreviation', 'http://127.1/cb'],
    ['the provider itself', 'https://app.example/cb'],
    ['a scheme nobody allowed', 'com.example.app:/cb'],
  ])('%s: invalid_redirect_uri, and nothing is stored', async (_name, uri) => {
    box.storage.reset()
    const answer = await registration(box, { ...publicClient, redirect_uris: ['https://a.example/cb', uri] })
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_redirect_uri'])
    expect(box.storage.commits()).toEqual([])
  })
})

describe('21.1 what a page of ours says', () => {
  it.each([
    ['client_id', { client_id: '<img src=x onerror=alert(1)>' }],
    ['redirect_uri', { redirect_uri: '"><script>alert(1)</script>' }],
    ['another parameter', { scope: '"><script>alert(1)</script>' }],
  ])('S-021 a script in %s is not one', async (_name, params) => {
    const browser = openBrowser(box)
    const { page } = await authorize(browser, await register(box, web), params)
    expect(page.status).toBe(400)
    expect(page.html).not.toMatch(/<script|<img src=x/i)
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'nonce-|default-src 'none'/)
  })

  it('S-025 AZ-18 there is no form_post to be abused', async () => {
    const attempt = await openAttempt(box, await register(box), { response_mode: 'form_post' })
    expect(responseOf(attempt.page.url).get('error')).toBe('invalid_request')
    expect(attempt.page.html).toBe('')
  })

  it('S-045 S-132 a name that pretends is cleaned, escaped, and said to be its own word', async () => {
    const name = 'Claude\u202e\u200b<script>alert(1)</script>\u0007'
    const attempt = await openAttempt(box, await register(box, { ...web, client_name: name }))
    const { html } = attempt.page
    for (const invisible of ['\u202e', '\u200b', '\u0007']) expect(html).not.toContain(invisible)
    expect(html).not.toContain('<script>')
    expect(html).toContain('&lt;script>')
    expect(html).toContain('app.example.org')
    expect(html.toLowerCase()).toMatch(/not (?:been )?(?:verified|checked)|unverified|registered itself/)
  })

  it('S-048 the issuer is in every response, and is the one of the metadata', async () => {
    const { issuer } = (await send(box, '/.well-known/oauth-authorization-server')).body
    const client = await register(box)
    for (const params of [{ scope: 'bogus' }, { response_type: 'token' }, { prompt: 'none' }, { code_challenge: '' }]) {
      const { page } = await openAttempt(box, client, params)
      expect(responseOf(page.url).get('iss')).toBe(issuer)
    }
  })
})
