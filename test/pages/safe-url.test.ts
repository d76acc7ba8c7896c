import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeHost, safeUrl } from '../../src/pages/safe-url.js'

describe('safeUrl', () => {
  it.each([
    'https://reporter.example',
    'https://reporter.example:8443/a/b?c=d&e=%20#f',
    'http://localhost:3000/logo.png',
    'http://127.0.0.1/',
    'http://[::1]:8080/',
  ])('DCR-12 lets %s through as it is', (url) => {
    expect(safeUrl(url)).toBe(url)
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://a.example/1',
    'file:///etc/passwd',
    'cursor://callback',
    'http://reporter.example/',
    'http://localhost.evil.example/',
    'http://127.1/',
    'http://2130706433/',
    'http://0.0.0.0/',
    '//evil.example/',
    '/logo.png',
    'https:evil.example',
    'https:///evil.example',
    'https:\\\\evil.example',
    'https://good.example@evil.example/',
    'https://good.example\\@evil.example/',
    'https://a.example/"onerror="alert(1)',
    ' https://a.example/',
    'https://',
    '',
    null,
    undefined,
  ])('S-132 drops %j', (url) => {
    expect(safeUrl(url)).toBeNull()
    expect(safeHost(url)).toBeNull()
  })

  it('S-132 whatever comes through is https, or http on loopback, to a browser as well', () => {
    const texts = fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom('javascript:', 'http:', 'https:', '//', 'data:'))
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 3 }), (parts) => {
        const url = safeUrl(parts.join(''))
        if (url === null) return
        const { protocol, hostname, username } = new URL(url, 'https://host.example/')
        const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
        expect(username).toBe('')
        expect(protocol === 'https:' || (protocol === 'http:' && loopback)).toBe(true)
      }),
    )
  })

  it('names the host with its port, in the form that cannot pass for another', () => {
    expect(safeHost('http://localhost:3000/x')).toBe('localhost:3000')
    expect(safeHost('https://xn--pypal-4ve.example/')).toBe('xn--pypal-4ve.example')
  })
})
