import * as fc from 'fast-check'
import {
  isLoopback,
  isPrivateUse,
  matchRedirectUri,
  mcpClientRedirects,
  outOfBand,
  type RedirectUriPolicy,
  redirectHost,
  refuseRedirectUri,
} from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const strict: RedirectUriPolicy = { privateUseSchemes: [] }
const mcp: RedirectUriPolicy = { privateUseSchemes: mcpClientRedirects }
/** Allows as much as any policy can, to see what stays refused. */
const lax: RedirectUriPolicy = {
  privateUseSchemes: ['javascript:', 'data:', 'file:', 'http:', 'x:', 'javascript:alert(1)//'],
  reverseDomainSchemes: true,
  oob: true,
}

const matches = (registered: string, requested: string, policy = mcp) =>
  matchRedirectUri([registered], requested, policy).ok

describe('refuseRedirectUri', () => {
  it.each([
    'https://app.example/cb',
    'https://app.example',
    'https://localhost/cb',
    'https://a.example:8443/cb?x=1&y=%20',
    'https://xn--bcher-kva.example/cb',
    'https://claude.ai/api/mcp/auth_callback',
    'https://global.consent.azure-apim.net/redirect/some-tool_id',
    'https://grok.com/connectors-oauth-exchange-code/',
  ])('RED-02 accepts %s', (uri) => {
    expect(refuseRedirectUri(uri, strict)).toBeNull()
  })

  it.each([
    'http://localhost/callback',
    'http://localhost:3118/callback',
    'http://127.0.0.1',
    'http://127.0.0.1:33418/',
    'http://[::1]:7777/oauth/callback',
    'http://localhost:6274/oauth/callback/debug',
  ])('RED-03 accepts %s', (uri) => {
    expect(refuseRedirectUri(uri, strict)).toBeNull()
  })

  it.each(['/cb', 'app.example/cb', '//app.example/cb', '', 'https://a.example/cb#', 'https://a.example/cb#x'])(
    'RED-01 S-008 refuses %j',
    (uri) => {
      expect(refuseRedirectUri(uri, lax)).toBeTypeOf('string')
    },
  )

  it.each([
    'https://*.example.com/cb',
    'https://a.example/*',
    'https://a@b.example/cb',
    'https://app.example@evil.com/cb',
    'https://a:b@c.example/cb',
    'https://@a.example/cb',
    'https://app.example\\@evil.com/cb',
    'https:\\\\evil.com',
    'https:/evil.com/cb',
    'https:evil.com/cb',
    'https:///evil.com/cb',
    'https://a.example/c b',
    ' https://a.example/cb',
    'https://a.example/cb\n',
    'https://a.exam\tple/cb',
    'https://a.example/\u0000',
    'https://bücher.example/cb',
    'https://a.example/"><script>',
    'https://app.example%2Fevil/cb',
    'https://a.example/%',
    'https://a.example:/cb',
    'https://a.example:99999/cb',
    'https://2130706433/cb',
    'https://127.1/cb',
    'https://[::ffff:7f00:1/cb',
    'https://a.example/x/../cb',
    'https://a.example/%2e%2E/cb',
    'https://a.example/./cb',
  ])('RED-02 S-004 S-005 S-006 S-009 refuses %j', (uri) => {
    expect(refuseRedirectUri(uri, lax)).toBeTypeOf('string')
  })

  it.each([
    'http://app.example/cb',
    'http://localhost.evil.com',
    'http://127.0.0.1.evil.com',
    'http://127.0.0.1.nip.io',
    'http://0.0.0.0/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'http://[::ffff:7f00:1]/cb',
    'http://[0:0:0:0:0:0:0:1]/cb',
    'http://2130706433/cb',
    'http://0x7f.1/cb',
    'http://127.1/cb',
    'http://127.0.0.2/cb',
    'http://localhost./cb',
    'http://LOCALHOST/cb',
    'http://u@127.0.0.1/cb',
    'http://127.0.0.1@evil.com/cb',
    'http://127.0.0.1:99999/cb',
    'http://localhost%2eevil.com/cb',
  ])('RED-03 S-013 refuses %j at registration and at request', (uri) => {
    expect(refuseRedirectUri(uri, lax)).toBeTypeOf('string')
    expect(matchRedirectUri([uri], uri, lax).ok).toBe(false)
    expect(matchRedirectUri(['http://localhost/cb', 'http://127.0.0.1/cb', 'http://[::1]/cb'], uri, lax).ok).toBe(false)
  })

  it.each([
    'javascript:alert(1)//',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'javascript://app.example/%0aalert(1)',
  ])('RED-04 S-010 refuses %j under any policy', (uri) => {
    expect(refuseRedirectUri(uri, lax)).toBeTypeOf('string')
    expect(refuseRedirectUri(uri, strict)).toBeTypeOf('string')
  })

  it.each(
    'data vbscript file blob about filesystem view-source ws wss ftp mailto tel sms intent chrome chrome-extension moz-extension ms-msdt'.split(
      ' ',
    ),
  )('RED-04 S-011 refuses the scheme %s even when a policy names it', (scheme) => {
    const uri = `${scheme}://x/cb`
    const policy = { privateUseSchemes: [`${scheme}:`, uri, uri.toUpperCase()], reverseDomainSchemes: true }
    expect(refuseRedirectUri(uri, policy)).toContain('not allowed')
    expect(refuseRedirectUri(uri.toUpperCase(), policy)).toContain('not allowed')
  })

  it('RED-05 private-use schemes are off until a policy names them', () => {
    for (const uri of mcpClientRedirects) {
      expect(refuseRedirectUri(uri, strict)).toContain('not allowed')
      expect(refuseRedirectUri(uri, mcp)).toBeNull()
    }
  })

  it('RED-05 a whole URI in the policy allows that URI alone', () => {
    expect(refuseRedirectUri('cursor://anysphere.cursor-mcp/other', mcp)).toContain('not allowed')
    expect(refuseRedirectUri('cursor://evil/oauth/callback', mcp)).toContain('not allowed')
  })

  it('RED-05 a scheme name allows its URIs, with and without //', () => {
    const policy = { privateUseSchemes: ['com.example.app:'] }
    expect(refuseRedirectUri('com.example.app:/cb', policy)).toBeNull()
    expect(refuseRedirectUri('com.example.app://host/cb', policy)).toBeNull()
    expect(refuseRedirectUri('com.example.app2:/cb', policy)).toContain('not allowed')
    expect(refuseRedirectUri('com.example.app://u@host/cb', policy)).toContain('user name')
    expect(refuseRedirectUri('com.example.app:/a/../cb', policy)).toContain('..')
  })

  it('RED-05 reverse domain names can be allowed as a kind', () => {
    const policy = { privateUseSchemes: [], reverseDomainSchemes: true }
    expect(refuseRedirectUri('com.example.app:/cb', policy)).toBeNull()
    expect(refuseRedirectUri('myapp:/cb', policy)).toContain('not allowed')
  })

  it('takes the out-of-band URI only when a policy says so', () => {
    expect(refuseRedirectUri(outOfBand, { privateUseSchemes: [], oob: true })).toBeNull()
    expect(refuseRedirectUri(outOfBand, { privateUseSchemes: ['urn:'] })).toContain('not allowed')
    expect(refuseRedirectUri(`${outOfBand}:auto`, { privateUseSchemes: [], oob: true })).toContain('not allowed')
  })

  it('AZ-07 refuses a query that would repeat a parameter of the response', () => {
    expect(refuseRedirectUri('https://a.example/cb?code=1', strict)).toContain('response')
    expect(refuseRedirectUri('https://a.example/cb?x=1&%69ss=1', strict)).toContain('response')
    expect(refuseRedirectUri('https://a.example/cb?codes=1&mystate=2', strict)).toBeNull()
  })

  it('refuses a URI over 2 KiB', () => {
    expect(refuseRedirectUri(`https://a.example/${'x'.repeat(2048)}`, strict)).toContain('longer')
  })
})

describe('matchRedirectUri', () => {
  it('RED-20 the same string', () => {
    expect(matchRedirectUri(['https://a.example/cb'], 'https://a.example/cb', strict)).toEqual({
      ok: true,
      uri: 'https://a.example/cb',
    })
  })

  it('RED-21 a slash makes another URI', () => {
    expect(matches('https://a.example/cb', 'https://a.example/cb/')).toBe(false)
    expect(matches('https://a.example', 'https://a.example/')).toBe(false)
  })

  it.each([
    'https://A.example/cb',
    'HTTPS://a.example/cb',
    'https://a.example:443/cb',
    'https://a.example/%63b',
    'https://a.example/cb?x=1',
    'https://a.example/cb?next=//evil',
    'https://a.example/x/../cb',
    'https://a.example/cb/../evil',
    'https://a.example/cb#',
    'https://a.example/cb#x',
    'https://a.example/cb%00',
    'https://a.example/cb\u0000',
    'https://a.example.evil.com/cb',
    'https://a.example@evil.com/cb',
    'https://a.example\\@evil.com/cb',
    'https://evil.example/cb',
    'https://a.example%2Fevil/cb',
    'http://a.example/cb',
  ])('RED-22 S-001 S-002 S-003 S-004 S-005 S-006 S-007 S-008 %j is not https://a.example/cb', (requested) => {
    expect(matches('https://a.example/cb', requested)).toBe(false)
  })

  it.each([
    ['RED-23 any port on 127.0.0.1', 'http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb'],
    ['RED-24 the registered port is ignored', 'http://127.0.0.1:3000/cb', 'http://127.0.0.1:51004/cb'],
    ['RED-24 and may be left out', 'http://127.0.0.1:3000/cb', 'http://127.0.0.1/cb'],
    ['RED-25 any port on localhost', 'http://localhost/callback', 'http://localhost:3118/callback'],
    ['RED-23 any port on [::1]', 'http://[::1]/cb', 'http://[::1]:9/cb'],
    ['RED-28 an empty path equals / on loopback', 'http://127.0.0.1:33418/', 'http://127.0.0.1:40211'],
    ['RED-28 both ways', 'http://127.0.0.1', 'http://127.0.0.1:40211/'],
    ['RED-23 with the same query', 'http://127.0.0.1/cb?x=1', 'http://127.0.0.1:1/cb?x=1'],
  ])('%s', (_, registered, requested) => {
    expect(matchRedirectUri([registered], requested, strict)).toEqual({ ok: true, uri: requested })
  })

  it.each([
    'http://127.0.0.1:51004/other',
    'http://127.0.0.1:5/evil',
    'http://127.0.0.1:51004/cb?x=1',
    'http://127.0.0.1:51004/cb?',
    'http://127.0.0.1:51004/cb#x',
    'http://127.0.0.1:51004/CB',
    'http://127.0.0.1:51004/%63b',
    'http://127.0.0.1:51004/x/../cb',
    'https://127.0.0.1:51004/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:/cb',
    'http://127.0.0.1:1:2/cb',
    'http://u@127.0.0.1:1/cb',
    'http://127.0.0.1:1@evil.com/cb',
    'http://127.0.0.1:1\\@evil.com/cb',
    'http://127.0.0.1.evil.com:1/cb',
    'HTTP://127.0.0.1:1/cb',
  ])('RED-27 S-015 %j is not http://127.0.0.1/cb', (requested) => {
    expect(matches('http://127.0.0.1/cb', requested)).toBe(false)
  })

  it('RED-26 S-014 one loopback name is never another, and the problem says so', () => {
    const match = matchRedirectUri(['http://localhost/callback'], 'http://127.0.0.1:3118/callback', strict)
    expect(match.ok).toBe(false)
    expect(match).toHaveProperty('problem', expect.stringMatching(/localhost.*127\.0\.0\.1/))
    expect(matches('http://[::1]/cb', 'http://127.0.0.1:9/cb')).toBe(false)
    expect(matches('http://[::1]/cb', 'http://localhost:9/cb')).toBe(false)
  })

  it('RED-29 S-016 another port only with http', () => {
    expect(matches('https://localhost/cb', 'https://localhost:8443/cb')).toBe(false)
    expect(matches('https://localhost/cb', 'http://localhost:8443/cb')).toBe(false)
  })

  it('RED-30 private-use URIs are compared as strings', () => {
    const policy = { privateUseSchemes: ['cursor:'] }
    expect(matches('cursor://x/cb', 'cursor://x/cb', policy)).toBe(true)
    expect(matches('cursor://x/cb', 'CURSOR://x/cb', policy)).toBe(false)
    expect(matches('cursor://x/cb', 'cursor://x:1/cb', policy)).toBe(false)
  })

  it('RED-31 the only one is used when none is sent', () => {
    expect(matchRedirectUri(['https://a.example/cb'], undefined, strict)).toEqual({
      ok: true,
      uri: 'https://a.example/cb',
    })
    expect(matchRedirectUri(['http://127.0.0.1:8080/cb'], undefined, strict).ok).toBe(true)
  })

  it('RED-32 of several, one must be sent', () => {
    const match = matchRedirectUri(['https://a.example/1', 'https://a.example/2'], undefined, strict)
    expect(match).toHaveProperty('problem', expect.stringContaining('several'))
    expect(matchRedirectUri([], undefined, strict).ok).toBe(false)
  })

  it('RED-33 a loopback URI without a port must be sent', () => {
    expect(matchRedirectUri(['http://localhost/cb'], undefined, strict)).toHaveProperty(
      'problem',
      expect.stringContaining('port'),
    )
  })

  it('RED-34 finds the right one among what real clients register', () => {
    const vscode = [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ]
    const cursor = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ]
    expect(matchRedirectUri(vscode, 'http://127.0.0.1:50123', mcp)).toEqual({ ok: true, uri: 'http://127.0.0.1:50123' })
    expect(matchRedirectUri(vscode, 'https://vscode.dev/redirect', mcp).ok).toBe(true)
    for (const uri of cursor) expect(matchRedirectUri(cursor, uri, mcp)).toEqual({ ok: true, uri })
  })

  it('RED-34 S-012 a stored URI is checked again at use', () => {
    for (const uri of ['javascript:alert(1)', 'http://evil.example/cb', 'https://a.example/cb#x', 'cursor://x/cb']) {
      expect(matchRedirectUri([uri], uri, strict).ok).toBe(false)
      expect(matchRedirectUri([uri], undefined, strict).ok).toBe(false)
    }
  })

  const webUri = fc
    .record({
      scheme: fc.constantFrom('https', 'http', 'cursor', 'HTTPS'),
      host: fc.constantFrom(
        'a.example',
        'b.example',
        'localhost',
        '127.0.0.1',
        '[::1]',
        'LOCALHOST',
        'a.example@b.example',
      ),
      port: fc.option(fc.integer({ min: 0, max: 70_000 }), { nil: undefined }),
      path: fc.constantFrom('', '/', '/cb', '/cb/', '/CB', '/cb/../x', '/cb%00', '//cb'),
      tail: fc.constantFrom('', '?', '?x=1', '#', '#x'),
    })
    .map(
      ({ scheme, host, port, path, tail }) =>
        `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}${tail}`,
    )
  const anyUri = fc.oneof(
    webUri,
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string({ unit: 'binary' }),
  )

  it('never throws, and what it matches differs at most in the port of a loopback address', () => {
    const withoutPort = (uri: string) => {
      const { protocol, hostname, pathname, search, hash } = new URL(uri)
      return { protocol, hostname, pathname, search, hash }
    }
    fc.assert(
      fc.property(fc.array(webUri, { maxLength: 4 }), anyUri, (registered, requested) => {
        const match = matchRedirectUri(registered, requested, lax)
        const sound =
          !match.ok ||
          (match.uri === requested &&
            refuseRedirectUri(requested, lax) === null &&
            (registered.includes(requested) ||
              (isLoopback(requested) &&
                registered.some((uri) => JSON.stringify(withoutPort(uri)) === JSON.stringify(withoutPort(requested))))))
        expect(sound).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('RED-34 whatever may be registered matches itself', () => {
    fc.assert(
      fc.property(anyUri, (uri) => {
        expect(matchRedirectUri([uri], uri, lax).ok).toBe(refuseRedirectUri(uri, lax) === null)
      }),
      { numRuns: 1000 },
    )
  })

  it('RED-02 what is accepted means the same to a browser as it reads', () => {
    fc.assert(
      fc.property(anyUri, (uri) => {
        const accepted = refuseRedirectUri(uri, strict) === null
        const host = /^https?:\/\/([^/?#]*)/i.exec(uri)?.[1]?.replace(/:\d+$/, '').toLowerCase()
        expect(!accepted || new URL(uri).hostname === host).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what a redirect URI is', () => {
  it('isLoopback knows the three names, with http only', () => {
    expect(['http://localhost/cb', 'http://127.0.0.1:1', 'http://[::1]/'].map(isLoopback)).toEqual([true, true, true])
    expect(
      ['https://localhost/cb', 'http://127.0.0.2/', 'http://localhost.evil.com', 'http://u@localhost/', 'x'].map(
        isLoopback,
      ),
    ).toEqual([false, false, false, false, false])
  })

  it('isPrivateUse knows schemes that are neither http nor https', () => {
    expect(['cursor://x/cb', 'com.example:/cb'].map(isPrivateUse)).toEqual([true, true])
    expect(['https://a/cb', 'HTTP://localhost', outOfBand, 'nonsense'].map(isPrivateUse)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  it.each([
    ['https://app.example/cb', 'app.example'],
    ['https://app.example:8443/cb', 'app.example:8443'],
    ['http://localhost:3118/callback', 'localhost'],
    ['http://[::1]:1/', '[::1]'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'cursor:'],
    ['com.example.app:/cb', 'com.example.app:'],
    ['nonsense', 'nonsense'],
  ])('redirectHost shows %s as %s', (uri, host) => {
    expect(redirectHost(uri)).toBe(host)
  })
})
