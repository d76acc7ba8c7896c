import * as fc from 'fast-check'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, it } from 'vitest'
import { redirectLines, redirectUriProblems } from '../../src/clients/redirect-lines.js'
import { readOptions } from '../../src/options.js'
import { refuseRedirectUri } from '../../src/protocol/redirect-uri.js'
import { confidentialClient, openAttempt, registration } from '../support/flow.js'
import { registerManually, type TestOptions, testProvider } from '../support/provider.js'

const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'
const issuer = 'https://app.example'

const contextOf = (oob = false) =>
  readOptions(
    {
      issuer,
      storage: memoryStorage(),
      scopes: { read: 'Read' },
      resources: { [issuer]: { name: 'API' } },
      session: () => null,
      login: () => '/login',
      entitlements: () => [],
      interaction: (id) => `/consent?id=${id}`,
      registration: { privateUseSchemes: ['com.example.app:'], outOfBand: oob },
    },
    [],
  )

const problems = (text: string, registration: 'manual' | 'user' = 'user', oob = false) =>
  redirectUriProblems(contextOf(oob), text, registration)

describe('redirect URIs as people type them', () => {
  it('RED-01 … RED-04 each line that cannot be registered is told with its number and why', () => {
    const text =
      'https://a.example/cb\n\n  http://b.example/cb \r\njavascript:alert(1)\nhttps://c.example/#x\nhttp://127.0.0.1/cb'
    expect(problems(text)).toEqual([
      { line: 3, uri: 'http://b.example/cb', problem: expect.stringContaining('https') },
      { line: 4, uri: 'javascript:alert(1)', problem: expect.any(String) },
      { line: 5, uri: 'https://c.example/#x', problem: expect.stringContaining('fragment') },
    ])
    expect(redirectLines(text)).toHaveLength(5)
  })

  it('RED-09 only the host’s own clients come back to the host itself', () => {
    expect(problems(`${issuer}/callback`)).toMatchObject([{ line: 1, problem: expect.stringContaining('itself') }])
    expect(problems(`${issuer}/callback`, 'manual')).toEqual([])
  })

  it('RED-34 what has no problem here has none where it is registered, and the other way round', () => {
    const line = fc.oneof(
      fc.webUrl({ withFragments: true }),
      fc.string(),
      fc.constantFrom('http://localhost/', 'com.example.app:/cb'),
    )
    fc.assert(
      fc.property(fc.array(line.filter((one) => !/[\r\n]/.test(one))), (lines) => {
        const refused = new Set(problems(lines.join('\n')).map(({ line: number }) => number - 1))
        const policy = { privateUseSchemes: ['com.example.app:'], oob: false }
        for (const [index, uri] of lines.entries())
          expect(refused.has(index)).toBe(uri.trim() !== '' && refuseRedirectUri(uri.trim(), policy) !== null)
      }),
    )
  })

  it.each([
    [true, [], 201],
    [false, [{ line: 1 }], 400],
  ] as const)('a code that is shown to people is for hosts that want it: %s', async (oob, told, status) => {
    expect(problems(outOfBand, 'user', oob)).toMatchObject(told)
    const options: TestOptions = { registration: { outOfBand: oob } }
    const answer = await registration(testProvider(options), { ...confidentialClient, redirect_uris: [outOfBand] })
    expect(answer.status).toBe(status)
  })

  it('S-012 one that was allowed is refused once it no longer is', async () => {
    const first = testProvider({ registration: { outOfBand: true } })
    const client = await registerManually(first, { ...confidentialClient, redirect_uris: [outOfBand] })
    expect((await openAttempt(first, client)).page.status).toBe(200)
    const later = testProvider({ storage: first.storage })
    expect((await openAttempt(later, client)).page.status).toBe(400)
  })
})

describe('the options of registration', () => {
  it.each([
    [{ dynamic: 'yes' }, /registration.dynamic/],
    [{ dynamic: { initialAccessToken: 'sometimes' } }, /registration.dynamic/],
    [{ dynamic: { softwareStatements: { issuers: { a: { keys: [] } } } } }, /registration.dynamic/],
    [{ dynamic: { reuseWithin: 86_400 } }, /registration.dynamic/],
    [{ byUsers: true }, /registration.byUsers/],
    [{ byUsers: { most: 0 } }, /registration.byUsers/],
    [{ byUsers: { scope: ['project:raed'] } }, /unknown scope project:raed/],
    [{ outOfBand: 1 }, /registration.outOfBand/],
    [{ closed: true }, /unknown option registration.closed/],
  ])('%o are refused at boot', (registrationOptions, message) => {
    expect(() => testProvider({ registration: registrationOptions as never })).toThrow(message)
  })
})
