import type { AccountId, ClientId, InitialAccess } from 'grantor'
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.js'
import { connect, publicClient, registration, send } from '../support/flow.js'
import { type TestOptions, type TestProvider, testProvider } from '../support/provider.js'

type Dynamic = Exclude<NonNullable<NonNullable<TestOptions['registration']>['dynamic']>, boolean>

const siteWith = (dynamic: Dynamic, options: TestOptions = {}) =>
  testProvider({ registration: { dynamic }, ...options })

const registerWith = (site: TestProvider, token: string | null, metadata: object = publicClient) =>
  send(site, '/oauth/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(metadata),
  })

const stored = (site: TestProvider, { body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  site.provider.clients.find(body.client_id as ClientId)

describe('an initial access token', () => {
  const site = siteWith({ initialAccessToken: 'required' })
  const issue = async (access?: InitialAccess, at = site) =>
    (await at.provider.clients.issueInitialAccessToken(access)).token

  it.each([
    ['none', null, /^Bearer$/],
    ['one of another kind', 'x', /error="invalid_token"/],
    ['an unknown one', `grantor_ia_${'A'.repeat(49)}`, /error="invalid_token"/],
  ])('DCR-16 is required: with %s the answer is a challenge', async (_, token, challenge) => {
    const answer = await registerWith(site, token)
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token'])
    expect(answer.headers.get('www-authenticate')).toMatch(challenge)
  })

  it('DCR-16 is good for one client', async () => {
    const token = await issue()
    expect((await registerWith(site, token)).status).toBe(201)
    expect((await registerWith(site, token)).status).toBe(401)
  })

  it('DCR-16 is used up for everybody who comes at once, and that is all they are told', async () => {
    const token = await issue({ uses: 2 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => registerWith(site, token)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([201, 201, 401, 401, 401, 401, 401, 401])
  })

  it('DCR-16 is not used up by a registration that is refused', async () => {
    const token = await issue()
    expect((await registerWith(site, token, { redirect_uris: ['javascript:x'] })).status).toBe(400)
    expect((await registerWith(site, token)).status).toBe(201)
  })

  it('DCR-16 runs out', async () => {
    const late = siteWith({ initialAccessToken: 'required' })
    const token = await issue({ expiresIn: 60 }, late)
    late.clock.advance(60)
    expect((await registerWith(late, token)).status).toBe(401)
  })

  it('DCR-16 brings its limits along', async () => {
    const token = await issue({
      scope: ['project:read'],
      accountId: 'acme' as AccountId,
      policy: { rotation: 'reuse', projects: ['alpha'] },
    })
    const client = await stored(site, await registerWith(site, token, { ...publicClient, scope: 'project:admin' }))
    expect(client).toMatchObject({
      registration: 'dynamic',
      accountId: 'acme',
      policy: { rotation: 'reuse', scope: ['project:read'], projects: ['alpha'] },
    })
  })

  it('DCR-22 cannot make a client trusted', async () => {
    await expect(issue({ policy: { trusted: true } })).rejects.toMatchObject({ reason: 'client.policy' })
  })

  it.each([{ uses: 0 }, { uses: 101 }, { uses: 1.5 }, { expiresIn: 0 }])('is refused with %o', async (access) => {
    await expect(issue(access)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('DCR-16 may be left out where it is optional, but what is shown must be good', async () => {
    const open = siteWith({ initialAccessToken: 'optional' })
    expect((await registerWith(open, null)).status).toBe(201)
    expect((await registerWith(open, 'x')).status).toBe(401)
    const token = await issue({ scope: ['project:read'] }, open)
    expect(await stored(open, await registerWith(open, token))).toMatchObject({ policy: { scope: ['project:read'] } })
  })

  it('is not looked at where registration is open', async () => {
    expect((await registerWith(testProvider(), 'x')).status).toBe(201)
  })

  it('LOG-01 GEN-23 is in no record and no event', async () => {
    const own = siteWith({ initialAccessToken: 'required' })
    const token = await issue({ uses: 2 }, own)
    await registerWith(own, token)
    expect(JSON.stringify([own.events, own.storage.commits()])).not.toContain(token)
    expect(own.events[0]).toMatchObject({
      type: 'initial_access_token.issued',
      actor: { type: 'system' },
      data: { uses: 2 },
    })
  })

  const wanted = ['memory', 'sqlite', 'postgres']
  it.each(Object.entries(databases).filter(([name]) => wanted.includes(name)))(
    'DCR-16 GEN-25 is good for as many as it says, and no more, however many come at once, on %s',
    async (_, open) => {
      const database = await open()
      const [one, two] = [database.storage, database.peer].map((storage) =>
        siteWith({ initialAccessToken: 'required' }, { storage, throttle: false }),
      ) as [TestProvider, TestProvider]
      const token = await issue({ uses: 4 }, one)
      const tries = await Promise.all(
        Array.from({ length: 10 }, (__, index) => registerWith(index % 2 === 0 ? one : two, token)),
      )
      const made = tries.filter(({ status }) => status === 201)
      // Whoever lost three races in a row is told to come back, and finds what is left.
      const rest = await Promise.all(Array.from({ length: 4 - made.length + 1 }, () => registerWith(one, token)))
      expect(made.length + rest.filter(({ status }) => status === 201).length).toBe(4)
      expect(new Set(tries.map(({ status }) => status)).has(500)).toBe(false)
      await database.close()
    },
  )
})

describe('a software statement', () => {
  const issuer = 'https://software.example'
  let key: CryptoKey
  let jwk: JWK
  let site: TestProvider

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256')
    key = pair.privateKey
    jwk = await exportJWK(pair.publicKey)
    site = siteWith({ softwareStatements: { issuers: { [issuer]: { keys: [{ ...jwk, kty: 'EC' }] } } } })
  })

  const sign = (claims: Record<string, unknown>, { iss = issuer, by = key, alg = 'ES256', exp = 3_600 } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setIssuer(iss)
      .setIssuedAt(site.clock.now())
      .setExpirationTime(site.clock.now() + exp)
      .sign(by)

  const withStatement = (software_statement: unknown, members: object = {}) =>
    registration(site, { ...publicClient, ...members, software_statement })

  it('DCR-15 has the last word, and is echoed unchanged', async () => {
    const statement = await sign({
      client_name: 'Certified',
      redirect_uris: ['https://certified.example/cb'],
      software_id: 's1',
    })
    const { status, body } = await withStatement(statement, { client_name: 'Something else' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      client_name: 'Certified',
      redirect_uris: ['https://certified.example/cb'],
      software_id: 's1',
      software_statement: statement,
    })
    expect(body).not.toHaveProperty('iss')
  })

  it('DCR-15 DCR-22 cannot say what only the host says', async () => {
    const { body } = await withStatement(await sign({ trusted: true, client_id: 'chosen' }))
    expect(body.client_id).not.toBe('chosen')
    expect((await stored(site, { body }))?.policy).toEqual({})
  })

  it('DCR-15 is refused when its signature is not good', async () => {
    const other = await generateKeyPair('ES256')
    const bad = [
      await sign({}, { by: other.privateKey }),
      new UnsecuredJWT({}).setIssuer(issuer).encode(),
      await sign({}, { exp: -60 }),
      await sign({ software_statement: 'x' }),
      'no.jwt',
      7,
    ]
    for (const statement of bad) {
      const { status, body } = await withStatement(statement)
      expect([status, body.error]).toEqual([400, 'invalid_software_statement'])
    }
  })

  it('DCR-15 of a stranger is not approved', async () => {
    const { status, body } = await withStatement(await sign({}, { iss: 'https://stranger.example' }))
    expect([status, body.error]).toEqual([400, 'unapproved_software_statement'])
  })

  it('DCR-15 may be required', async () => {
    const strict = siteWith({
      softwareStatements: { issuers: { [issuer]: { keys: [{ ...jwk, kty: 'EC' }] } }, required: true },
    })
    const { status, body } = await registration(strict, publicClient)
    expect([status, body.error]).toEqual([400, 'invalid_software_statement'])
  })

  it('DCR-04 is neither read nor echoed where the host trusts nobody', async () => {
    const { status, body } = await registration(testProvider(), { ...publicClient, software_statement: 'x' })
    expect([status, 'software_statement' in body]).toEqual([201, false])
  })
})

describe('the host’s word on who registers', () => {
  it('refuses', async () => {
    const asked: unknown[] = []
    const site = siteWith({
      policy: (candidate) => {
        asked.push(candidate)
        return candidate.metadata.client_name === 'Reporter' ? false : {}
      },
    })
    const { status, body } = await registration(site, publicClient)
    expect([status, body.error]).toEqual([403, 'access_denied'])
    expect(asked).toMatchObject([{ metadata: { client_name: 'Reporter' }, address: null, statement: null }])
    expect((await registration(site, { ...publicClient, client_name: 'Welcome' })).status).toBe(201)
  })

  it('TRU-04 can be by where clients send people to', async () => {
    const known = /^https:\/\/(?:[\w-]+\.)*reporter\.example\//
    const site = siteWith({ policy: ({ metadata }) => metadata.redirect_uris?.every((uri) => known.test(uri)) && {} })
    const status = async (...redirect_uris: string[]) =>
      (await registration(site, { ...publicClient, redirect_uris })).status
    expect(await status('https://reporter.example/cb', 'https://eu.reporter.example/cb')).toBe(201)
    expect(await status('https://reporter.example/cb', 'https://reporter.example.evil.example/cb')).toBe(403)
  })

  it.each([null, undefined])('refuses by saying %s', async (answer) => {
    expect((await registration(siteWith({ policy: () => answer }), publicClient)).status).toBe(403)
  })

  it('refuses by throwing, and nothing is registered', async () => {
    const site = siteWith({
      policy: () => {
        throw new Error('no')
      },
    })
    expect((await registration(site, publicClient)).status).toBe(500)
    expect((await site.provider.clients.list()).items).toEqual([])
  })

  it('narrows: the client never gets more', async () => {
    const site = siteWith({ policy: () => ({ scope: ['project:read'], projects: ['alpha'] }) })
    const { tokens } = await connect(site, { params: { scope: 'project:write' } })
    expect(tokens.scope).toBe('project:read')
  })

  it('narrows what a token allows, and never the other way', async () => {
    const site = siteWith({ initialAccessToken: 'required', policy: () => ({ scope: ['project:write'] }) })
    const { token } = await site.provider.clients.issueInitialAccessToken({ scope: ['project:read'] })
    expect(await stored(site, await registerWith(site, token))).toMatchObject({ policy: { scope: ['project:read'] } })
  })

  it('may not move a client to another account than its token says', async () => {
    const site = siteWith({ initialAccessToken: 'required', policy: () => ({ accountId: 'globex' }) })
    const { token } = await site.provider.clients.issueInitialAccessToken({ accountId: 'acme' as AccountId })
    expect((await registerWith(site, token)).status).toBe(403)
  })
})

describe('what a client leaves unsaid', () => {
  const method = async (defaultAuthMethod: Dynamic['defaultAuthMethod'], redirect_uris: readonly string[]) => {
    const { body } = await registration(siteWith(defaultAuthMethod ? { defaultAuthMethod } : {}), { redirect_uris })
    return body.token_endpoint_auth_method
  }

  it('DCR-07 is decided by where it lives, or by the host', async () => {
    const [web, local] = [['https://a.example/cb'], ['http://localhost/cb']]
    expect(await method(undefined, web)).toBe('client_secret_basic')
    expect(await method(undefined, local)).toBe('none')
    expect(await method('client_secret_basic', local)).toBe('client_secret_basic')
    expect(await method('none', web)).toBe('none')
  })

  it('DCR-11 a registered scope binds where the host says so', async () => {
    const site = siteWith({ strictRegisteredScope: true })
    const metadata = { ...publicClient, scope: 'project:read' }
    const { tokens } = await connect(site, { metadata, params: { scope: 'project:write' } })
    expect(tokens.scope).toBe('project:read')
    const free = await connect(site, { metadata: publicClient, params: { scope: 'project:write' } })
    expect(free.tokens.scope).toBe('project:read project:write')
  })
})
