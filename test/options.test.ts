import { createProvider, defaultLifetimes, type Storage } from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from './support/browser.js'
import { authorize, connect, refresh, register } from './support/flow.js'
import { testProvider } from './support/provider.js'

const valid = () => ({
  issuer: 'https://app.example',
  storage: memoryStorage({ allowInProduction: true }),
  scopes: { read: 'Read', write: { description: 'Write', implies: ['read'] } },
  resources: { 'https://app.example/api': { name: 'API' } },
  session: () => null,
  login: () => '/login',
  entitlements: () => [],
  pages: pages({ name: 'Acme' }),
})

/** Options as a host without a type checker may write them. */
const create = (options: Readonly<Record<string, unknown>>) =>
  createProvider({ ...valid(), ...options } as unknown as Parameters<typeof createProvider>[0])

describe('a provider that could not work does not start', () => {
  it.each([
    ['ISS-01 issuer on http', { issuer: 'http://app.example' }, /issuer: must use https/],
    ['ISS-01 issuer with a query', { issuer: 'https://app.example?x=1' }, /issuer: .*query/],
    ['ISS-01 issuer with a bare ?', { issuer: 'https://app.example/?' }, /issuer: .*query/],
    ['ISS-01 issuer with a fragment', { issuer: 'https://app.example#x' }, /issuer: .*fragment/],
    ['ISS-01 issuer with a user', { issuer: 'https://a@app.example' }, /issuer: .*user name/],
    ['ISS-01 issuer with dot segments', { issuer: 'https://app.example/a/../b' }, /issuer: /],
    ['ISS-01 relative issuer', { issuer: '/oauth' }, /issuer: /],
    ['no issuer', { issuer: undefined }, /issuer: /],
    ['an unknown option', { issuerr: 'x' }, /unknown option issuerr/],
    ['an unknown lifetime', { lifetimes: { accesToken: 60 } }, /unknown option lifetimes\.accesToken/],
    ['an unknown registration option', { registration: { dynamc: true } }, /unknown option registration\.dynamc/],
    [
      'CIM-45 metadata documents that nobody fetches',
      { registration: { metadataDocuments: {} } },
      /registration\.metadataDocuments\.fetch: is missing: give documentFetcher\(\) of grantor\/node/,
    ],
    [
      'metadata documents by a word',
      { registration: { metadataDocuments: true } },
      /registration\.metadataDocuments: must be object/,
    ],
    [
      'CIM-14 metadata documents of any size',
      { registration: { metadataDocuments: { fetch: () => {}, maxBytes: 65_537 } } },
      /registration\.metadataDocuments\.maxBytes: /,
    ],
    [
      'an unknown option of metadata documents',
      { registration: { metadataDocuments: { fetch: () => {}, allowed: [] } } },
      /unknown option registration\.metadataDocuments\.allowed/,
    ],
    ['no storage', { storage: undefined }, /storage: must be a storage/],
    ['something else as storage', { storage: {} }, /storage: must be a storage/],
    ['no call of the storage at all', { storageCallsAtOnce: 0 }, /storageCallsAtOnce: /],
    ['no session', { session: undefined }, /session: must be a function/],
    ['no login', { login: '/login' }, /login: must be a function/],
    ['no entitlements: forgetting closes', { entitlements: undefined }, /entitlements: must be a function/],
    ['neither pages nor a place of the host’s own', { pages: undefined }, /pages or interaction/],
    ['no resources', { resources: {} }, /resources: name at least one/],
    [
      'RI-01 a resource with a fragment',
      { resources: { 'https://app.example/a#b': { name: 'A' } } },
      /resources: .*fragment/,
    ],
    ['a relative resource', { resources: { '/api': { name: 'A' } } }, /resources: \/api/],
    ['a resource on http', { resources: { 'http://app.example/api': { name: 'A' } } }, /resources: .*https/],
    [
      'a resource elsewhere',
      { resources: { 'https://other.example/api': { name: 'A' } } },
      /outside the issuer's host/,
    ],
    [
      'a resource on a look-alike host',
      { resources: { 'https://evilapp.example/': { name: 'A' } } },
      /outside the issuer's host/,
    ],
    [
      'a resource for an unknown scope',
      { resources: { 'https://app.example/': { name: 'A', scope: ['x'] } } },
      /unknown scope x/,
    ],
    ['a default resource that is none', { defaultResource: ['https://app.example/x'] }, /defaultResource: /],
    ['a default scope that is none', { defaultScope: ['x'] }, /defaultScope: unknown scope x/],
    [
      'a scope that implies an unknown one',
      { scopes: { a: { description: 'A', implies: ['b'] } } },
      /'b', which is not defined/,
    ],
    [
      'scopes that imply each other',
      { scopes: { a: { description: 'A', implies: ['b'] }, b: { description: 'B', implies: ['a'] } } },
      /imply each other/,
    ],
    ['S-177 a scope with a quote', { scopes: { 'a"b': 'A' } }, /scopes/],
    ['a scope with a space', { scopes: { 'a b': 'A' } }, /scopes/],
    ['a scope without a description', { scopes: { a: '' } }, /scopes/],
    ['1.3 a code that lives for an hour', { lifetimes: { authorizationCode: 3_600 } }, /lifetimes\.authorizationCode/],
    ['1.3 a retry window of an hour', { lifetimes: { retryWindow: 3_600 } }, /lifetimes\.retryWindow/],
    ['REF-21 a negative lifetime', { lifetimes: { accessToken: -1 } }, /lifetimes\.accessToken/],
    ['a fraction of a second', { lifetimes: { accessToken: 1.5 } }, /lifetimes\.accessToken/],
    ['a lifetime in words', { lifetimes: { accessToken: '1h' } }, /lifetimes\.accessToken/],
    ['a pepper that is too short', { pepper: [new Uint8Array(31)] }, /pepper.*32 bytes/],
    ['a pepper in base64', { pepper: ['AAAA'] }, /pepper/],
    ['a prefix with an underscore', { secretPrefix: 'a_b' }, /secretPrefix/],
    ['an empty prefix', { secretPrefix: '' }, /secretPrefix/],
    ['an onReuse that is none', { onReuse: 'ignore' }, /onReuse/],
    ['projects without a label', { projects: { choose: 'one', list: () => [] } }, /projects\.label/],
    [
      'projects with a choice that is none',
      { projects: { label: 'x', choose: 'two', list: () => [] } },
      /projects\.choose/,
    ],
    ['pages that lack one', { pages: { consent: () => '' } }, /pages\./],
  ])('%s', (_name, options, message) => {
    expect(() => create(options)).toThrow(TypeError)
    expect(() => create(options)).toThrow(message)
  })

  it.each([
    [
      'http on localhost, for development',
      { issuer: 'http://localhost:3000', resources: { 'http://localhost:3000/api': { name: 'A' } } },
    ],
    ['an issuer with a path', { issuer: 'https://app.example/oauth' }],
    ['a resource on a host below', { resources: { 'https://api.app.example/': { name: 'A' } } }],
    [
      'a resource elsewhere that is said to be',
      { resources: { 'https://other.example/api': { name: 'A', elsewhere: true } } },
    ],
    ['no pages where the host has its own', { pages: undefined, interaction: () => '/connect' }],
    ['no retry window', { lifetimes: { retryWindow: 0 } }],
  ])('but %s does', (_name, options) => {
    expect(create(options).paths.length).toBeGreaterThan(0)
  })
})

describe('who a host says is signed in', () => {
  const web = { redirect_uris: ['https://web.example/cb'], token_endpoint_auth_method: 'none' }
  const sessionOf = (session: unknown) => testProvider({ session: () => session as null })

  it.each([undefined, null, false, ''])(
    '%j is nobody, and nobody is sent to a site that registered itself',
    async (session) => {
      const box = sessionOf(session)
      const { page } = await authorize(openBrowser(box), await register(box, web), { scope: 'bogus' })
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
    },
  )

  it.each([{ subject: 7 }, { subject: '' }, {}])('%j is a mistake that is told to the host', async (session) => {
    const box = sessionOf(session)
    const { page } = await authorize(openBrowser(box), await register(box, web))
    expect(page.status).toBe(500)
    expect(box.errors).toMatchObject([{ message: expect.stringContaining('subject') }, {}])
  })
})

describe('what a host leaves out', () => {
  it('has a default, also when it is there and undefined', async () => {
    const undefinedLifetimes = { accessToken: undefined, refreshToken: undefined, grant: undefined }
    const box = testProvider({ lifetimes: undefinedLifetimes as unknown as Record<string, number> })
    const { client, tokens } = await connect(box)
    expect(tokens.expires_in).toBe(defaultLifetimes.accessToken)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('1.3 is as DESIGN has it', () => {
    expect(defaultLifetimes).toEqual({
      authorizationCode: 60,
      accessToken: 3_600,
      refreshToken: 30 * 86_400,
      grant: 365 * 86_400,
      retryWindow: 30,
      interaction: 1_800,
      deviceCode: 600,
    })
  })
})

describe('in production', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('a storage that forgets is refused', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => memoryStorage()).toThrow(/production/)
    expect(create({}).issuer).toBe('https://app.example')
  })
})

describe('listeners', () => {
  it('that throw later, on their own time, disturb nobody', async () => {
    const box = testProvider({
      onEvent: async () => {
        throw new Error('the log is full')
      },
      onError: async () => {
        throw new Error('so is the other')
      },
    })
    const { client, tokens } = await connect(box)
    box.storage.inject({ method: 'commit', how: 'throw' })
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(503)
    await new Promise((resolve) => setImmediate(resolve))
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
  })

  it('that a host does not name are the console, for errors alone', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const storage: Storage = memoryStorage()
    const failing: Storage = { ...storage, findClient: () => Promise.reject(new Error('gone')) }
    const response = await create({ storage: failing }).fetch(
      new Request('https://app.example/oauth/authorize?client_id=x'),
    )
    expect(response.status).toBe(503)
    expect(error).toHaveBeenCalledOnce()
    error.mockRestore()
  })
})
