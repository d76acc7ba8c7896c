import { describe, expect, it } from 'vitest'
import { openBrowser, type Page, signIn } from '../support/browser.js'
import { approve, authorizationUrl, authorize, connect, register, send } from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()

/** Consent, error, connected apps. */
async function everyPage(): Promise<readonly Page[]> {
  const { browser, client } = await connect(box)
  return [
    (await authorize(browser, client)).page,
    await browser.open('/oauth/authorize?client_id=unknown'),
    await browser.open('/settings/connected-apps'),
  ]
}

describe('a page', () => {
  it('HDR-01 S-032 cannot be framed', async () => {
    for (const { headers } of await everyPage()) {
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
    }
  })

  it('HDR-02 S-054 CON-06 is not kept, not sniffed, leaks no referrer and loads nothing from elsewhere', async () => {
    for (const { headers, html } of await everyPage()) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-type')).toMatch(/^text\/html; charset=utf-8$/)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(html).not.toMatch(/<(?:script|link|iframe|object|embed)\b/i)
    }
  })

  it('HDR-02 styles carry the nonce of the policy, and each page has its own', async () => {
    const nonces = (await everyPage()).map(({ headers, html }) => {
      const nonce = /style-src 'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1] ?? ''
      expect(nonce.length).toBeGreaterThanOrEqual(22)
      expect(html).toContain(`<style nonce="${nonce}"`)
      return nonce
    })
    expect(new Set(nonces).size).toBe(nonces.length)
  })

  it('HDR-03 the policy has no form-action, which browsers would apply to the way back to the client', async () => {
    for (const { headers } of await everyPage())
      expect(headers.get('content-security-policy')).not.toContain('form-action')
  })

  it('HDR-04 a popup keeps its opener', async () => {
    for (const { headers } of await everyPage()) expect(headers.get('cross-origin-opener-policy')).toBeNull()
  })
})

describe('the cookie of a browser', () => {
  const cookieOf = async (issuer: string) => {
    const site = testProvider({ issuer })
    const client = await register(site)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: site.api })
    const answer = await send(site, url, { headers: { 'x-user': 'alice' } })
    expect(answer.status).toBe(303)
    return answer.headers.getSetCookie()
  }

  it('HDR-05 is __Host-, Secure, HttpOnly, Lax, for the whole origin', async () => {
    const [cookie = '', ...more] = await cookieOf('https://app.example')
    const [pair = '', ...attributes] = cookie.split('; ')
    expect(more).toEqual([])
    expect(pair).toMatch(/^__Host-grantor=/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it('HDR-05 loses only the prefix and Secure on loopback http', async () => {
    const [cookie = ''] = await cookieOf('http://localhost:3000')
    const [pair = '', ...attributes] = cookie.split('; ')
    expect(pair).toMatch(/^grantor=/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
  })

  it('a browser that has one keeps it', async () => {
    const { browser, client } = await connect(box)
    const before = browser.cookies.get('__Host-grantor')
    await authorize(browser, client)
    expect(browser.cookies.get('__Host-grantor')).toBe(before)
  })

  it('one that was made up is replaced by one of ours', async () => {
    const client = await register(box)
    const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
    const headers = { 'x-user': 'alice', cookie: '__Host-grantor=chosen-by-somebody' }
    const [cookie = ''] = (await send(box, url, { headers })).headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-grantor=grantor_br_/)
  })
})

describe('a redirect', () => {
  it('GEN-16 S-055 is 303 after GET and after POST', async () => {
    const client = await register(box)
    const anonymous = await send(box, authorizationUrl(client, 'v'.repeat(43), { resource: box.api }))
    expect(anonymous.status).toBe(303)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { page } = await authorize(browser, client)
    const id = new URL(page.url).searchParams.get('id') ?? ''
    const csrf = page.forms[0]?.fields.find(({ name }) => name === 'csrf')?.value ?? ''
    const decided = await send(box, '/oauth/interaction', {
      method: 'POST',
      body: new URLSearchParams({ id, csrf, decision: 'deny' }),
      headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') },
    })
    expect(decided.status).toBe(303)
  })

  it('GEN-17 S-054 that carries a code is not kept and leaks no referrer', async () => {
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const attempt = await authorize(browser, await register(box))
    const page = await browser.submit(attempt.page, { decision: 'approve', project: 'alpha' })
    expect(page.status).toBeNull()
    expect(page.url).toContain('code=')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('AZ-33 never carries a token, an issued scope or a fragment', async () => {
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    const { url, response } = await approve(browser, await authorize(browser, await register(box)))
    expect([...response.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(url).not.toContain('#')
  })
})
