import type { Timestamp } from 'grantor'
import { describe, expect, it } from 'vitest'
import { openBrowser, signIn } from '../support/browser.js'
import { openAttempt, type Params, publicClient, register, responseOf } from '../support/flow.js'
import { editClient, testProvider } from '../support/provider.js'

const box = testProvider()
const verifier = 'v'.repeat(43)

/** What an authorization request of somebody signed in ends with: a page here, or a redirect to the client. */
async function outcome(params: Params, metadata: Readonly<Record<string, unknown>> = publicClient) {
  const client = await register(box, metadata)
  const { page, state, redirectUri } = await openAttempt(box, client, params)
  const redirected = page.status === null && page.url.startsWith(redirectUri)
  return { page, state, redirected, response: responseOf(page.url) }
}

describe('AZ before client and redirect URI are known good', () => {
  it.each<readonly [string, Params]>([
    ['AZ-02 no client_id', { client_id: undefined }],
    ['AZ-02 GEN-02 an empty client_id', { client_id: '' }],
    ['AZ-02 an unknown client_id', { client_id: 'client_unknown' }],
    ['AZ-02 GEN-03 two client_ids', { client_id: ['a', 'b'] }],
    ['AZ-02 a client_id that is a URL', { client_id: 'https://evil.example/client' }],
    ['AZ-03 an unregistered redirect_uri', { redirect_uri: 'https://evil.example/cb' }],
    ['AZ-03 a malformed redirect_uri', { redirect_uri: 'not a uri' }],
    ['AZ-03 GEN-03 two redirect_uris', { redirect_uri: [publicClient.redirect_uris[0], 'https://evil.example/cb'] }],
  ])('%s is a page of ours, never a redirect', async (_name, params) => {
    box.storage.reset()
    const { page } = await outcome(params)
    expect(page.status).toBe(400)
    expect(page.headers.get('location')).toBeNull()
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  it('AZ-02 a disabled client is a page, and so is one that is gone', async () => {
    const at = 1 as Timestamp
    for (const ended of [{ disabledAt: at }, { revokedAt: at }]) {
      const client = await register(box)
      await editClient(box, client, () => ended)
      const { page } = await openAttempt(box, client)
      expect([page.status, page.url.startsWith(box.origin)]).toEqual([400, true])
    }
  })

  it('AZ-02 whoever asks for JSON gets the same in JSON', async () => {
    const browser = openBrowser(box)
    const page = await browser.open('/oauth/authorize?client_id=unknown', { accept: 'application/json' })
    expect(page.status).toBe(400)
    expect(JSON.parse(page.html)).toMatchObject({ error: 'invalid_request' })
  })

  it('AZ-03 a redirect_uri may be left out when there is one, but not when there are several', async () => {
    const one = { ...publicClient, redirect_uris: ['https://a.example/cb'] }
    expect((await outcome({ redirect_uri: undefined }, one)).page.url).toContain('/oauth/interaction')
    expect((await outcome({ redirect_uri: '' }, one)).page.url).toContain('/oauth/interaction')
    const two = { ...publicClient, redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }
    expect((await outcome({ redirect_uri: undefined }, two)).page.status).toBe(400)
  })
})

describe('AZ after that', () => {
  it.each<readonly [string, Params, string]>([
    ['AZ-04 no response_type', { response_type: undefined }, 'invalid_request'],
    ['AZ-04 S-041 response_type token', { response_type: 'token' }, 'unsupported_response_type'],
    ['AZ-04 S-041 response_type id_token', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['AZ-04 S-041 response_type code token', { response_type: 'code token' }, 'unsupported_response_type'],
    ['AZ-04 an unknown response_type', { response_type: 'foo' }, 'unsupported_response_type'],
    ['GEN-03 S-040 two response_types', { response_type: ['code', 'token'] }, 'invalid_request'],
    ['GEN-03 S-040 two scopes', { scope: ['project:read', 'project:admin'] }, 'invalid_request'],
    ['GEN-03 S-040 two challenges', { code_challenge: ['a', 'b'] }, 'invalid_request'],
    ['GEN-03 two of a parameter nobody knows', { whatever: ['1', '1'] }, 'invalid_request'],
    ['AZ-10 S-060 no code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['AZ-10 S-061 GEN-02 an empty code_challenge', { code_challenge: '' }, 'invalid_request'],
    ['AZ-11 S-062 PK-04 no method', { code_challenge_method: undefined }, 'invalid_request'],
    ['AZ-11 S-062 PK-04 method plain', { code_challenge: verifier, code_challenge_method: 'plain' }, 'invalid_request'],
    ['AZ-11 method s256', { code_challenge_method: 's256' }, 'invalid_request'],
    ['AZ-11 method S512', { code_challenge_method: 'S512' }, 'invalid_request'],
    ['AZ-12 PK-03 a padded challenge', { code_challenge: `${'A'.repeat(42)}=` }, 'invalid_request'],
    ['AZ-12 PK-03 a challenge in base64', { code_challenge: `${'A'.repeat(42)}+` }, 'invalid_request'],
    ['AZ-12 a challenge of 44', { code_challenge: 'A'.repeat(44) }, 'invalid_request'],
    ['AZ-13 a method alone', { code_challenge: undefined, code_challenge_method: 'S256' }, 'invalid_request'],
    ['AZ-14 GEN-09 a scope with a quote', { scope: 'project:read "x"' }, 'invalid_scope'],
    ['AZ-14 nothing but unknown scopes', { scope: 'bogus nonsense' }, 'invalid_scope'],
    ['AZ-14 GEN-09 a scope in other letter case', { scope: 'PROJECT:READ' }, 'invalid_scope'],
    ['AZ-16 RI-03 an unknown resource', { resource: 'https://app.example/other' }, 'invalid_target'],
    ['AZ-16 RI-01 a resource with a fragment', { resource: 'https://app.example/api#x' }, 'invalid_target'],
    ['AZ-16 RI-01 a resource that is no URL', { resource: 'api' }, 'invalid_target'],
    ['AZ-16 RI-C9 a resource with dot segments', { resource: 'https://app.example/x/../api' }, 'invalid_target'],
    ['RI-08 no resource where there are several', { resource: undefined }, 'invalid_target'],
    ['AZ-17 a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['AZ-17 S-049 a request_uri', { request_uri: 'http://169.254.169.254/latest' }, 'request_uri_not_supported'],
    ['AZ-18 S-042 response_mode fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['AZ-18 response_mode form_post', { response_mode: 'form_post' }, 'invalid_request'],
    ['AZ-18 an unknown response_mode', { response_mode: 'pigeon' }, 'invalid_request'],
    ['AZ-24 a malformed dpop_jkt', { dpop_jkt: 'short' }, 'invalid_request'],
    ['AZ-26 prompt none beside another', { prompt: 'none consent' }, 'invalid_request'],
    ['AZ-26 an unknown prompt', { prompt: 'please' }, 'invalid_request'],
  ])('%s is a redirect with an error', async (_name, params, error) => {
    const { redirected, response, state } = await outcome(params)
    expect(redirected).toBe(true)
    expect(response.get('error')).toBe(error)
    expect(response.get('state')).toBe(state)
    expect(response.get('iss')).toBe(box.issuer)
    expect(response.get('code')).toBeNull()
    expect(response.get('error_description')).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
  })

  it('AZ-08 S-040 GEN-03 a state that came twice is not sent back', async () => {
    const { redirected, response } = await outcome({ state: ['one', 'one'] })
    expect(redirected).toBe(true)
    expect(response.get('error')).toBe('invalid_request')
    expect(response.has('state')).toBe(false)
    expect(response.get('iss')).toBe(box.issuer)
  })

  it('S-040 S-049 none of it was written or fetched', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    await signIn(browser, 'alice')
    box.storage.reset()
    await browser.open(`/oauth/authorize?client_id=${client.client_id}&redirect_uri=${publicClient.redirect_uris[0]}`)
    expect(box.storage.trips()).toEqual(['findClient'])
  })
})

describe('AZ what is forgiven', () => {
  it.each<readonly [string, Params]>([
    [
      'GEN-01 AZ-27 parameters nobody knows',
      { access_type: 'offline', originator: 'codex', audience: 'x', nonce: 'n' },
    ],
    ['AZ-34 hints', { login_hint: 'alice', ui_locales: 'de fr', display: 'popup', acr_values: '1', claims: '{}' }],
    ['AZ-14 an unknown scope beside a known one', { scope: 'project:read unheard:of' }],
    ['AZ-15 no scope', { scope: undefined }],
    ['AZ-15 GEN-02 an empty scope', { scope: '' }],
    ['19.4 the scopes that OpenID clients ask for by habit', { scope: 'openid profile email offline_access' }],
    ['19.4 prompt=consent', { prompt: 'consent' }],
    ['GEN-09 spaces around scopes', { scope: '  project:read   project:write ' }],
    ['RI-C2 RI-C4 a resource in other letters and with its port', { resource: 'HTTPS://APP.EXAMPLE:443/api' }],
    ['RI-C5 a resource with a slash too many', { resource: 'https://app.example/api/' }],
    ['RI-02 the same resource twice', { resource: ['https://app.example/api', 'https://app.example/api/'] }],
    ['RI-02 two resources', { resource: ['https://app.example/api', 'https://app.example/mcp'] }],
    ['AZ-05 no state', { state: undefined }],
    ['S-043 names of object members', { constructor: '1', 'x[__proto__]': '1' }],
  ])('%s', async (_name, params) => {
    const { page } = await outcome(params)
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/oauth/interaction'])
  })

  it('AZ-28 a request of 16 KiB is read, one beyond is 414', async () => {
    const client = await register(box)
    const state = 's'.repeat(15_000)
    expect((await openAttempt(box, client, { state })).page.status).toBe(200)
    const tooLong = await openAttempt(box, client, { state: 's'.repeat(16_384) })
    expect(tooLong.page.status).toBe(414)
  })

  it('S-044 a megabyte and ten thousand parameters are refused before anything is looked up', async () => {
    const client = await register(box)
    const browser = openBrowser(box)
    box.storage.reset()
    const long = await browser.open(`/oauth/authorize?client_id=${client.client_id}&state=${'s'.repeat(1_000_000)}`)
    const many = await browser.open(`/oauth/authorize?${Array.from({ length: 4_000 }, (_, i) => `${i}=`).join('&')}`)
    expect([long.status, many.status]).toEqual([414, 414])
    const fewer = await browser.open(`/oauth/authorize?${Array.from({ length: 101 }, (_, i) => `${i}=1`).join('&')}`)
    expect(fewer.status).toBe(400)
    expect(box.storage.trips()).toEqual([])
  })
})
