import * as fc from 'fast-check'
import { type ClientIdUrlPolicy, isClientIdUrl, refuseClientIdUrl } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const strict: ClientIdUrlPolicy = { query: false, root: false, loopback: false }
const refused = (url: string, changes: Partial<ClientIdUrlPolicy> = {}) =>
  refuseClientIdUrl(url, { ...strict, ...changes })

describe('refuseClientIdUrl', () => {
  it.each([
    'https://app.example/oauth/c.json',
    'https://app.example/client',
    'https://app.example:8443/client',
    'https://claude.ai/oauth/claude-code-client-metadata',
    'https://chatgpt.com/oauth/Qp7wXk2ZtR/client.json',
    'https://xn--bcher-kva.example/c',
    'https://app.example/a%2Fb/c',
    'https://app.example/%C3%A9',
    'https://app.example//c',
    'https://app.example/c/',
  ])('CIM-01 takes %s', (url) => {
    expect(refused(url)).toBeNull()
  })

  it.each([
    ['http', 'http://app.example/c'],
    ['no path', 'https://app.example'],
    ['a fragment', 'https://app.example/c#x'],
    ['an empty fragment', 'https://app.example/c#'],
    ['a user', 'https://user@app.example/c'],
    ['an empty user', 'https://@app.example/c'],
    ['a password', 'https://user:pass@app.example/c'],
    ['a dot segment', 'https://app.example/./c'],
    ['two dots', 'https://app.example/a/../c'],
    ['encoded dots', 'https://app.example/%2e%2e/c'],
    ['half encoded dots', 'https://app.example/.%2E/c'],
    ['another scheme', 'ftp://app.example/c'],
    ['no host', 'https:///c'],
    ['no slashes', 'https:app.example/c'],
    ['no URL', 'client_123'],
  ])('CIM-02 refuses %s', (_name, url) => {
    expect(refused(url)).toEqual(expect.any(String))
  })

  it('CIM-03 refuses a path that is only a slash, unless that is allowed', () => {
    expect(refused('https://app.example/')).toBe('must have a path')
    expect(refused('https://app.example/', { root: true })).toBeNull()
    expect(refused('https://app.example', { root: true })).toBe('must have a path')
  })

  it('CIM-04 refuses a query, unless that is allowed; a port is fine', () => {
    expect(refused('https://app.example/c?v=1')).toBe('must not contain a query')
    expect(refused('https://app.example/c?')).toBe('must not contain a query')
    expect(refused('https://app.example/c?v=1', { query: true })).toBeNull()
    expect(refused('https://app.example:444/c')).toBeNull()
  })

  it.each([
    ['an upper-case scheme', 'HTTPS://app.example/c'],
    ['an upper-case host', 'https://APP.example/c'],
    ['the default port', 'https://app.example:443/c'],
    ['an empty port', 'https://app.example:/c'],
    ['a port with a zero before it', 'https://app.example:08443/c'],
    ['an encoded letter', 'https://app.example/%63'],
    ['an encoded tilde', 'https://app.example/%7Ec'],
    ['an escape in lower case', 'https://app.example/%c3%a9'],
    ['a Unicode host', 'https://bücher.example/c'],
    ['a Unicode path', 'https://app.example/é'],
    ['a backslash', 'https://app.example\\c'],
    ['a trailing dot in the host', 'https://app.example./c'],
    ['a control character', 'https://app.example/c\u0007'],
    ['a tab', 'https://app.exa\tmple/c'],
    ['a space', 'https://app.example/c d'],
    ['a space before it', ' https://app.example/c'],
    ['too much', `https://app.example/${'c'.repeat(512)}`],
  ])('CIM-05 S-154 refuses %s', (_name, url) => {
    expect(refused(url)).toEqual(expect.any(String))
  })

  it.each([
    'https://127.0.0.1/c',
    'https://10.0.0.1/c',
    'https://93.184.216.34/c',
    'https://2130706433/c',
    'https://0x7f000001/c',
    'https://0x7f.1/c',
    'https://017700000001/c',
    'https://127.1/c',
    'https://[::1]/c',
    'https://[2606:4700::1111]/c',
    'https://[::ffff:10.0.0.1]/c',
    'https://localhost/c',
    'https://localhost:8443/c',
    'https://app.localhost/c',
    'https://intranet/c',
    'https://printer.local/c',
    'https://db.internal/c',
    'https://hidden.onion/c',
    'https://1.0.0.127.in-addr.arpa/c',
    'https://nas.lan/c',
    'https://app.test/c',
  ])('CIM-06 S-144 refuses %s', (url) => {
    expect(refused(url)).toMatch(/public host name|canonical form/)
  })

  it('CIM-13 takes the names of loopback where the provider is there itself, and nothing else private', () => {
    for (const host of ['localhost', 'localhost:8443', '127.0.0.1:8443', '[::1]:8443'])
      expect(refused(`https://${host}/c`, { loopback: true })).toBeNull()
    for (const host of ['127.1', '127.0.0.2', '10.0.0.1', 'db.internal', 'localhost.'])
      expect(refused(`https://${host}/c`, { loopback: true })).toEqual(expect.any(String))
  })

  it('CIM-05 of all spellings of one URL takes at most one', () => {
    const part = fc.constantFrom('a', 'A', '%61', '%41', '~', '%7E', '%7e', '.', '%2E', '/', '', '%2F', '%2f', '\\')
    const host = fc.constantFrom('app.example', 'App.example', 'app.example:443', 'app.example.', 'app.example:8443')
    fc.assert(
      fc.property(host, fc.array(part, { minLength: 1, maxLength: 6 }), (place, parts) => {
        const url = `https://${place}/${parts.join('')}`
        if (refused(url) !== null) return
        const decoded = new URL(url)
        expect(decoded.href).toBe(url)
        const alias = url.replace(/%[0-9A-F]{2}/g, (encoded) => {
          const character = decodeURIComponent(encoded)
          return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded
        })
        expect(alias).toBe(url)
      }),
    )
  })
})

describe('isClientIdUrl', () => {
  it('S-155 GEN-22 tells URLs from the ids that a provider makes up', () => {
    expect(['https://app.example/c', 'HTTP://app.example', 'http:x'].map(isClientIdUrl)).toEqual([true, true, true])
    expect(['client_abc', 'ftp://x', '', 'xhttps://a'].map(isClientIdUrl)).toEqual([false, false, false, false])
  })
})
