import { describe, expect, it } from 'vitest'
import {
  approve,
  challengeOf,
  decide,
  exchange,
  formBody,
  openAttempt,
  type Params,
  publicClient,
  register,
  tokensOf,
} from '../support/flow.js'
import { testProvider } from '../support/provider.js'

const box = testProvider()

async function approved(params: Params = {}, redirect_uris: readonly string[] = publicClient.redirect_uris) {
  const attempt = await openAttempt(box, await register(box, { ...publicClient, redirect_uris }), params)
  return approve(attempt.browser, attempt)
}

describe('the authorization response', () => {
  it('AZ-07 S-048 has code, state and iss, each once', async () => {
    const { response, state } = await approved()
    expect([...response.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(response.get('state')).toBe(state)
    expect(response.get('iss')).toBe(box.issuer)
    expect(response.get('code')).toMatch(/^grantor_ac_[\w-]{49}$/)
  })

  it('AZ-08 AZ-19 S-048 of a refusal has error, state and iss', async () => {
    const attempt = await openAttempt(box, await register(box))
    const { response } = await decide(attempt.browser, attempt, 'deny')
    expect(Object.fromEntries(response)).toEqual({
      error: 'access_denied',
      error_description: 'the user refused',
      state: attempt.state,
      iss: box.issuer,
    })
  })

  it.each([
    ['what URLs mean something by', '&=+%20?#/'],
    ['base64', 'a+/b=='],
    ['two KiB', 'x'.repeat(2048)],
    ['every printable character', Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')],
    ['S-020 AZ-41 line ends', '\r\nSet-Cookie: x=1\r\n\r\n<html>'],
    ['other scripts', 'état 状態 🔑'],
  ])('AZ-05 brings back a state of %s unchanged', async (_name, state) => {
    const { response, url } = await approved({ state })
    expect(response.get('state')).toBe(state)
    expect(url).toMatch(/^[\x21-\x7e]+$/)
  })

  it('AZ-05 has no state when none was sent', async () => {
    const { response } = await approved({ state: undefined })
    expect(response.has('state')).toBe(false)
  })

  it('AZ-41 S-020 one Location, and no header of the sender’s', async () => {
    const attempt = await openAttempt(box, await register(box), { state: 'a\r\nSet-Cookie: x=1' })
    const page = await attempt.browser.submit(attempt.page, { decision: 'deny' })
    expect(page.headers.get('location')).toContain('%0D%0A')
    expect(page.headers.getSetCookie()).toEqual([])
  })

  it('AZ-06 keeps the query of the redirect URI', async () => {
    const { url } = await approved({}, ['https://a.example/cb?x=1&y=%20'])
    expect(url).toMatch(/^https:\/\/a\.example\/cb\?x=1&y=%20&code=/)
  })

  it.each([
    ['http://127.0.0.1:33418', /^http:\/\/127\.0\.0\.1:33418\?code=/],
    ['http://127.0.0.1:33418/', /^http:\/\/127\.0\.0\.1:33418\/\?code=/],
    ['https://a.example', /^https:\/\/a\.example\?code=/],
    ['https://a.example/cb?', /^https:\/\/a\.example\/cb\?code=/],
    ['cursor://anysphere.cursor-mcp/oauth/callback', /^cursor:\/\/anysphere\.cursor-mcp\/oauth\/callback\?code=/],
    ['claude://claude.ai/mcp-auth-callback/sdk', /^claude:\/\/claude\.ai\/mcp-auth-callback\/sdk\?code=/],
  ])('AZ-40 RED appends to %s character for character', async (uri, expected) => {
    const callback = await approved({}, [uri])
    expect(callback.url).toMatch(expected)
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('RED-24 AZ-40 goes to the loopback port that was asked for', async () => {
    const callback = await approved({ redirect_uri: 'http://127.0.0.1:50123/callback' })
    expect(callback.url).toMatch(/^http:\/\/127\.0\.0\.1:50123\/callback\?code=/)
    expect((await exchange(box, callback)).status).toBe(200)
  })

  it('TV-12 ISS-04 writes iss form-encoded, once', async () => {
    expect((await approved()).url).toContain('&iss=https%3A%2F%2Fapp.example')
  })

  it('AZ-01 the same request works as a form post, with parameters from the body only', async () => {
    const client = await register(box)
    const { browser, verifier } = await openAttempt(box, client)
    const body = formBody({
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: publicClient.redirect_uris[0],
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      scope: 'project:read',
      resource: box.api,
    })
    const page = await browser.post('/oauth/authorize?scope=project:admin&client_id=other', body)
    expect(new URL(page.url).pathname).toBe('/oauth/interaction')
    const attempt = { client, verifier, state: '', redirectUri: publicClient.redirect_uris[0], page }
    const tokens = tokensOf(await exchange(box, await approve(browser, attempt)))
    expect(tokens.scope).toBe('project:read')
  })
})
