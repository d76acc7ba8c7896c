import * as fc from 'fast-check'
import { hasDotSegments, isSpecialUseHost, parseUri, refuseSecureUri } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

describe('parseUri', () => {
  it('takes a URI apart without changing a character', () => {
    expect(parseUri('HTTPS://u:p@Host:0443/a/../%62?q?=/#f')).toEqual({
      scheme: 'https',
      authority: 'u:p@Host:0443',
      userinfo: 'u:p',
      host: 'Host',
      port: '0443',
      path: '/a/../%62',
      query: '?q?=/',
      fragment: '#f',
    })
    expect(parseUri('urn:a:b')).toMatchObject({ scheme: 'urn', authority: undefined, host: '', path: 'a:b' })
  })

  it.each([
    '',
    'a',
    '/a',
    '//h/a',
    '1a:b',
    'https://h/ ',
    'https://h\\',
    'https://h/%4',
    'https://h/é',
    'https://h/"',
    'https://a:b:c/',
  ])('is null for %j', (text) => {
    expect(parseUri(text)).toBeNull()
  })

  it('never throws, and its parts make up the whole', () => {
    const piece = fc.constantFrom('a', ':', '/', '//', '?', '#', '@', '%41', '[', ']', '.', '..', '1', '*')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.array(piece).map((parts) => `a:${parts.join('')}`),
    )
    fc.assert(
      fc.property(text, (text) => {
        const parts = parseUri(text)
        const authority = parts?.authority === undefined ? '' : `//${parts.authority}`
        const rest = parts === null ? text : `${authority}${parts.path}${parts.query}${parts.fragment}`
        expect(text.slice(text.length - rest.length)).toBe(rest)
      }),
    )
  })
})

describe('hasDotSegments', () => {
  it.each(['/..', '/../a', '/a/.', '/./', '/%2e%2E/', '/.%2e', '..'])('sees them in %s', (path) => {
    expect(hasDotSegments(path)).toBe(true)
  })

  it.each(['', '/', '/a.b', '/...', '/..a', '/.well-known/x', '/%2e%2e%2e'])('sees none in %j', (path) => {
    expect(hasDotSegments(path)).toBe(false)
  })
})

describe('refuseSecureUri', () => {
  it.each(['https://h', 'https://h/x?y#z', 'http://localhost:1/x', 'http://[::1]', 'https://my_host.example'])(
    'takes %s',
    (uri) => {
      expect(refuseSecureUri(uri)).toBeNull()
    },
  )

  it.each(['http://h', 'https:h', 'javascript://h', 'https://h@i', 'https://127.1', 'https:///x', 'https://%68/'])(
    'refuses %s',
    (uri) => {
      expect(refuseSecureUri(uri)).toBeTypeOf('string')
    },
  )
})

describe('isSpecialUseHost', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'intranet',
    'a.localhost',
    'x.local',
    'x.internal.',
    'x.onion',
    '1.0.0.127.in-addr.arpa',
    '10.0.0.1',
    '8.8.8.8',
    '[::1]',
  ])('CIM-06 knows %s', (host) => {
    expect(isSpecialUseHost(host)).toBe(true)
  })

  it.each(['app.example', 'claude.ai', 'localhost.evil.com', 'internal.example.com'])('CIM-06 lets %s pass', (host) => {
    expect(isSpecialUseHost(host)).toBe(false)
  })
})
