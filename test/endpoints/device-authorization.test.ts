import type { ClientId } from 'grantor'
import { memoryThrottle } from 'grantor'
import { describe, expect, it } from 'vitest'
import { deviceClient, deviceCodes, deviceGrant, poll, requestCodes, told } from '../support/device.js'
import { basic, confidentialClient, post, publicClient, register, registration, send } from '../support/flow.js'
import { editClient, registerManually, type TestOptions, testProvider } from '../support/provider.js'

const box = testProvider()
const endpoint = '/oauth/device_authorization'

const metadataOf = async (options: TestOptions) =>
  (await send(testProvider(options), '/.well-known/oauth-authorization-server')).body

describe('the device authorization endpoint', () => {
  it('DEV-01 answers with everything a device needs, and nobody may keep it', async () => {
    const client = await register(box, deviceClient)
    const answer = await requestCodes(box, client)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.body).toEqual({
      device_code: expect.stringMatching(/^grantor_dc_/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'https://app.example/oauth/device',
      verification_uri_complete: `https://app.example/oauth/device?user_code=${String(answer.body.user_code)}`,
      expires_in: 600,
      interval: 5,
    })
  })

  it('DEV-01 takes a scope and a resource, and does without', async () => {
    const client = await register(box, deviceClient)
    const one = testProvider({ resources: { 'https://app.example/api': { name: 'API' } } })
    const plain = await requestCodes(one, await register(one, deviceClient), { scope: undefined, resource: undefined })
    expect(plain.status).toBe(200)
    expect((await requestCodes(box, client, { resource: [box.api, box.mcp], scope: 'project:read' })).status).toBe(200)
  })

  it('DEV-12 GEN-20 GEN-23 device codes hold 256 bits, and no code is in storage', async () => {
    const site = testProvider({ pepper: [new Uint8Array(32).fill(7)] })
    const { device_code, user_code } = await deviceCodes(site, await register(site, deviceClient))
    expect(device_code).toMatch(/^grantor_dc_[\w-]{49}$/)
    const written = JSON.stringify(site.storage.commits())
    for (const secret of [device_code, user_code, user_code.replace('-', '')]) expect(written).not.toContain(secret)
  })

  it('GEN-23 with a pepper nobody can try user codes out against what is stored', async () => {
    const storedFor = async (options: TestOptions) => {
      const site = testProvider({ ...options, secretPrefix: 'x' })
      await deviceCodes(site, await register(site, deviceClient))
      return site.storage.commits().flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'user_code'))
    }
    const [plain] = await storedFor({})
    const [peppered] = await storedFor({ pepper: [new Uint8Array(32).fill(7)] })
    expect([plain?.data, peppered?.data]).toMatchObject([{ request: {} }, { request: {} }])
    expect(plain?.digest).not.toBe(peppered?.digest)
  })

  it('DEV-03 draws another user code when one is taken', async () => {
    const site = testProvider()
    const client = await register(site, deviceClient)
    site.storage.inject({ method: 'commit', how: 'refuse' })
    site.storage.reset()
    expect((await requestCodes(site, client)).status).toBe(200)
    const [first, second] = site.storage.commits().map(({ tokens }) => tokens.map(({ digest }) => digest))
    expect(first?.filter((digest) => second?.includes(digest))).toEqual([])
  })

  it('DEV-02 knows no unknown client: 401, and nothing is written', async () => {
    const site = testProvider()
    const unknown = { ...(await register(site, deviceClient)), client_id: 'client_nobody' }
    site.storage.reset()
    expect(told(await requestCodes(site, unknown))).toBe('401 invalid_client')
    expect(site.storage.commits()).toEqual([])
  })

  it('DEV-02 refuses a client that is not registered for it', async () => {
    expect(told(await requestCodes(box, await register(box)))).toBe('400 unauthorized_client')
  })

  it.each([
    ['a scope with a quote', { scope: 'project:"read"' }, '400 invalid_scope'],
    ['scopes that nobody knows', { scope: 'bogus' }, '400 invalid_scope'],
    ['RI-03 a resource that nobody knows', { resource: 'https://other.example/' }, '400 invalid_target'],
    ['no resource where there are several', { resource: undefined }, '400 invalid_target'],
    ['a parameter twice', { scope: ['project:read', 'project:write'] }, '400 invalid_request'],
  ])('DEV-02 refuses %s, and writes nothing', async (_name, params, expected) => {
    const site = testProvider()
    const client = await register(site, deviceClient)
    site.storage.reset()
    expect(told(await requestCodes(site, client, params))).toBe(expected)
    expect(site.storage.commits()).toEqual([])
  })

  it('DEV-13 CA-08 wants the secret of a confidential client, here and at every poll', async () => {
    const metadata = { ...deviceClient, token_endpoint_auth_method: 'client_secret_basic' }
    const client = await register(box, metadata)
    const { client_secret: _, ...bare } = client
    expect(told(await requestCodes(box, bare))).toBe('401 invalid_client')
    const wrong = { ...client, client_secret: 'wrong' }
    const refused = await requestCodes(box, wrong)
    expect(told(refused)).toBe('401 invalid_client')
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /)
    const { device_code } = await deviceCodes(box, client)
    expect(told(await poll(box, bare, device_code))).toBe('401 invalid_client')
    expect(told(await poll(box, wrong, device_code))).toBe('401 invalid_client')
    expect(told(await poll(box, client, device_code))).toBe('400 authorization_pending')
  })

  it('a client that was disabled or deleted gets no codes', async () => {
    const client = await register(box, deviceClient)
    await box.provider.clients.disable(client.client_id as ClientId)
    expect(told(await requestCodes(box, client))).toBe('400 unauthorized_client')
    await box.provider.clients.delete(client.client_id as ClientId)
    expect(told(await requestCodes(box, client))).toBe('401 invalid_client')
  })

  it('GEN-04 CORS-01 CORS-02 is posted to, from any origin', async () => {
    const got = await send(box, endpoint)
    expect([got.status, got.headers.get('allow'), got.body.error]).toEqual([405, 'POST, OPTIONS', 'invalid_request'])
    expect(got.headers.get('access-control-allow-origin')).toBe('*')
    const preflight = await send(box, endpoint, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'POST, OPTIONS'])
    const json = await send(box, endpoint, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(told(json)).toBe('400 invalid_request')
  })

  it('limits how many codes an address asks for', async () => {
    const limits = { device_authorization: { most: 2, seconds: 60 } }
    const site = testProvider({
      throttle: memoryThrottle({ limits }),
      address: (request) => request.headers.get('x-address'),
    })
    const client = await register(site, deviceClient)
    const ask = (address: string) =>
      post(site, endpoint, { client_id: client.client_id, resource: site.api }, { 'x-address': address })
    const statuses = [await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.2')]
    expect(statuses.map(told)).toEqual(['200', '200', '429 temporarily_unavailable', '200'])
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('where devices are let in', () => {
  it('MD-16 the metadata says so', async () => {
    expect(await metadataOf({})).toMatchObject({
      device_authorization_endpoint: 'https://app.example/oauth/device_authorization',
      grant_types_supported: expect.arrayContaining([deviceGrant]),
    })
    expect(await metadataOf({ issuer: 'https://app.example/tenant' })).toBeDefined()
  })

  it.each<readonly [string, TestOptions]>([
    ['the host says no', { deviceFlow: false }],
    ['there is no page to enter a code on', { pages: null, interaction: () => '/consent' }],
  ])('MD-16 DCR-09 and not where %s', async (_name, options) => {
    const site = testProvider(options)
    const { device_authorization_endpoint, grant_types_supported } = await metadataOf(options)
    expect(device_authorization_endpoint).toBeUndefined()
    expect(grant_types_supported).not.toContain(deviceGrant)
    expect(site.provider.paths.filter((path) => path.includes('device'))).toEqual([])
    const kept = await registration(site, { ...publicClient, grant_types: [...publicClient.grant_types, deviceGrant] })
    expect(kept.body.grant_types).toEqual(publicClient.grant_types)
    expect((await registration(site, deviceClient)).status).toBe(400)
    const answer = await post(site, '/oauth/token', { grant_type: deviceGrant, client_id: String(kept.body.client_id) })
    expect(told(answer)).toBe('400 unsupported_grant_type')
  })

  it('RED-06 DCR-09 a client registers for it without a redirect URI, or beside others', async () => {
    const alone = await registration(box, deviceClient)
    expect(alone.body).toMatchObject({ grant_types: deviceClient.grant_types, redirect_uris: [], response_types: [] })
    const vsCode = {
      ...publicClient,
      grant_types: ['authorization_code', 'refresh_token', deviceGrant],
    }
    expect((await registration(box, vsCode)).body.grant_types).toEqual(vsCode.grant_types)
  })

  it('a host that draws the page itself names it', async () => {
    const site = testProvider({
      pages: null,
      interaction: () => '/consent',
      deviceFlow: { page: 'https://app.example/activate' },
    })
    const codes = await deviceCodes(site, await register(site, deviceClient))
    expect(codes.verification_uri).toBe('https://app.example/activate')
    expect(codes.verification_uri_complete).toBe(`https://app.example/activate?user_code=${codes.user_code}`)
    expect(site.provider.paths).not.toContain('/oauth/device')
  })

  it('DEV-10 the link with the code in it can be turned off', async () => {
    const site = testProvider({ deviceFlow: { link: false } })
    const { body } = await requestCodes(site, await register(site, deviceClient))
    expect(body).not.toHaveProperty('verification_uri_complete')
    expect(body.verification_uri).toBe('https://app.example/oauth/device')
  })

  it('DEV-11 clients that registered themselves can be left out', async () => {
    const site = testProvider({ deviceFlow: { selfRegistered: false } })
    const stranger = await registration(site, {
      ...publicClient,
      grant_types: [...publicClient.grant_types, deviceGrant],
    })
    expect(stranger.body.grant_types).toEqual(publicClient.grant_types)
    const known = await registerManually(site, deviceClient)
    expect((await requestCodes(site, known)).status).toBe(200)
    await editClient(site, known, () => ({ registration: 'dynamic' }))
    expect(told(await requestCodes(site, known))).toBe('400 unauthorized_client')
  })

  it('DEV-11 scopes can be kept from devices, and what they imply is left', async () => {
    const site = testProvider({ deviceFlow: { scope: ['project:write'] } })
    const client = await register(site, deviceClient)
    expect((await requestCodes(site, client, { scope: 'project:admin' })).status).toBe(200)
    const [request] = site.storage.commits().flatMap(({ tokens }) => tokens.filter(({ kind }) => kind === 'user_code'))
    expect(request?.data).toMatchObject({ request: { scope: ['project:write'] } })
    const readOnly = testProvider({
      deviceFlow: { scope: ['other'] as never[] },
      scopes: { ...({ other: 'Other' } as object), 'project:read': 'Read', 'project:write': 'W', 'project:admin': 'A' },
    })
    const second = await register(readOnly, deviceClient)
    expect(told(await requestCodes(readOnly, second))).toBe('400 invalid_scope')
  })

  it.each<readonly [string, unknown, RegExp]>([
    ['a page with a query', { page: 'https://app.example/activate?x=1' }, /deviceFlow/],
    ['a scope that is none', { scope: ['x'] }, /deviceFlow\.scope: unknown scope x/],
    ['an option that is none', { pages: 'x' }, /deviceFlow/],
  ])('%s does not start', (_name, deviceFlow, message) => {
    expect(() => testProvider({ deviceFlow: deviceFlow as false })).toThrow(message)
  })

  it('true without a page does not start', () => {
    const options = { pages: null, interaction: () => '/consent', deviceFlow: true } as const
    expect(() => testProvider(options)).toThrow(/deviceFlow: people need a page/)
  })

  it('basic authentication is read as at the token endpoint', async () => {
    const metadata = { ...confidentialClient, grant_types: [...confidentialClient.grant_types, deviceGrant] }
    const client = await register(box, metadata)
    const headers = { authorization: basic(client.client_id, client.client_secret ?? '') }
    expect((await post(box, endpoint, { resource: box.api }, headers)).status).toBe(200)
  })
})
