import type { ClientId } from 'grantor'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../src/tokens/format.js'
import {
  type Answer,
  approve,
  authorizationUrl,
  authorize,
  type Connection,
  call,
  connect,
  exchange,
  openAttempt,
  publicClient,
  type RegisteredClient,
  refresh,
  register,
  registration,
  revoke,
  send,
  tokensOf,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'
import type { Moment } from './line.js'
import { type RemoteDatabase, remoteDatabases } from './remote.js'

const json = 'application/json'

/** The same for everybody who speaks JSON: come back later, and nothing is said against what was presented. */
function expectUnavailable(answer: Answer): void {
  expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable'])
  expect(answer.headers.get('content-type')).toBe(json)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answer.headers.get('www-authenticate')).toBeNull()
}

function expectErrorPage(answer: Answer): void {
  expect(answer.status).toBe(503)
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(answer.text).toMatch(/<h1/)
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
}

describe.each(Object.entries(remoteDatabases))('%s', (name, open) => {
  let database: RemoteDatabase
  let box: TestProvider

  beforeEach(async () => {
    database = await open()
    // Redis looks at the time itself, so it is the real one, and stands still.
    const now = Date.now() / 1000
    box = testProvider({ storage: database.storage, now: () => now })
  })
  afterEach(async () => {
    await database.line.restore()
    await database.close()
  })

  /** What is stored of a client, read past the line: whether this refresh token was redeemed, and the audit log. */
  async function stored({ client_id }: RegisteredClient, refreshToken: string) {
    const found = await database.direct.findToken(digest('refresh_token', refreshToken))
    const { items } = await database.direct.listEvents({ clientId: client_id as ClientId }, { limit: 100 })
    const events = items.map(({ type }) => type)
    return { redeemed: found?.token.redemption !== null, revoked: found?.grant?.revokedAt !== null, events }
  }

  /** Let it back; the pool may still have to notice. */
  async function restored(): Promise<void> {
    await database.line.restore()
    const answers = () =>
      database.storage.findSetting('none').then(
        () => true,
        () => false,
      )
    await expect.poll(answers).toBe(true)
  }

  const issued = (events: readonly string[]) => events.filter((type) => type === 'token.issued').length

  it('S-122 while it is gone machines are told to come back and people see a page, and then all goes on', async () => {
    const { client, tokens } = await connect(box)
    const { browser, ...attempt } = await openAttempt(box, client)
    const callback = await approve(browser, await authorize(browser, client))
    const before = await stored(client, tokens.refresh_token)
    await database.line.cut()

    const asks = {
      refresh: () => refresh(box, client, tokens.refresh_token),
      exchange: () => exchange(box, callback),
      revoke: () => revoke(box, client, tokens.refresh_token),
      register: () => registration(box, publicClient),
      call: () => call(box, tokens.access_token),
      authorize: () => send(box, authorizationUrl(client, 'v'.repeat(43)), { headers: { accept: json } }),
    }
    for (const ask of Object.values(asks)) expectUnavailable(await ask())
    const headers = { cookie: [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ') }
    const pages = [authorizationUrl(client, 'v'.repeat(43)), attempt.page.url, '/settings/connected-apps']
    for (const page of pages) expectErrorPage(await send(box, page, { headers }))

    expect(await stored(client, tokens.refresh_token)).toEqual(before)
    await restored()
    expect((await call(box, tokens.access_token)).status).toBe(200)
    expect((await exchange(box, callback)).status).toBe(200)
    expect((await approve(browser, { ...attempt, page: await browser.open(attempt.page.url) })).url).toContain('code=')
    const next = tokensOf(await refresh(box, client, tokens.refresh_token))
    expect((await revoke(box, client, next.refresh_token)).status).toBe(200)
    expect((await call(box, next.access_token)).status).toBe(401)
    expect((await registration(box, publicClient)).status).toBe(201)
  })

  /** Refresh with the line snipped, and then as often as a patient client would. */
  async function refreshSnipped({ client, tokens }: Connection, wanted: (sent: Buffer) => boolean, moment: Moment) {
    database.line.snip(wanted, moment)
    const first = await refresh(box, client, tokens.refresh_token)
    const snipped = database.line.unsnip()
    const between = await stored(client, tokens.refresh_token)
    const second = await refresh(box, client, tokens.refresh_token)
    return { snipped, first, between, second }
  }

  async function expectConverged({ client, tokens }: Connection, first: Answer, second: Answer): Promise<void> {
    expect([200, 503]).toContain(first.status)
    if (first.status === 503) expectUnavailable(first)
    const next = tokensOf(second)
    expect(first.status === 200 ? tokensOf(first) : next).toEqual(next)
    expect((await call(box, next.access_token)).status).toBe(200)
    expect(issued((await stored(client, tokens.refresh_token)).events)).toBe(2)
    expect((await refresh(box, client, next.refresh_token)).status).toBe(200)
    const { events } = await stored(client, tokens.refresh_token)
    expect(events).toEqual(['client.registered', 'grant.created', ...Array<string>(3).fill('token.issued')])
  }

  it.each<Moment>(['before', 'after'])(
    'REF-19 a connection that is lost %s the server has made the commit costs nobody a session',
    async (moment) => {
      const connection = await connect(box)
      const { snipped, first, between, second } = await refreshSnipped(connection, database.isCommit, moment)
      expect(snipped).toBe(true)
      // The client of Redis sends again by itself what was not answered, and the commit knows itself by its id.
      const made = moment === 'after' || first.status === 200
      expect([between.redeemed, issued(between.events)]).toEqual([made, made ? 2 : 1])
      expect(first.status).toBe(name === 'redis' ? 200 : 503)
      await expectConverged(connection, first, second)
    },
  )

  it.each<Moment>(['before', 'after'])(
    'REF-19 nothing is half-written wherever in a refresh the connection is lost, %s the server heard',
    async (moment) => {
      let places = 0
      for (; ; places += 1) {
        const connection = await connect(box)
        let left = places
        const { snipped, first, between, second } = await refreshSnipped(connection, () => left-- === 0, moment)
        expect([
          [false, 1],
          [true, 2],
        ]).toContainEqual([between.redeemed, issued(between.events)])
        await expectConverged(connection, first, second)
        if (!snipped) break
      }
      expect(places).toBeGreaterThanOrEqual(2)
    },
  )

  it('REV-09 a revocation whose answer is lost was made, and may be asked for again', async () => {
    const { client, tokens } = await connect(box)
    const commit = (sent: Buffer) => /COMMIT|grant\.revoked/.test(sent.toString('latin1'))
    database.line.snip(name === 'mariadb' ? database.isCommit : commit, 'after')
    await revoke(box, client, tokens.refresh_token)
    expect(database.line.unsnip()).toBe(true)
    expect((await revoke(box, client, tokens.refresh_token)).status).toBe(200)
    const { revoked, events } = await stored(client, tokens.refresh_token)
    expect(revoked).toBe(true)
    expect(events.filter((type) => type === 'grant.revoked')).toHaveLength(1)
    expect((await call(box, tokens.access_token)).status).toBe(401)
  })

  it('survives being cut off while requests are served, again and again', async () => {
    const { client, tokens } = await connect(box)
    let newest = tokens.refresh_token
    for (let round = 0; round < 5; round += 1) {
      const asked = Array.from({ length: 8 }, () => refresh(box, client, newest))
      await database.line.cut()
      const answers = await Promise.all(asked)
      expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([])
      await restored()
      newest = tokensOf(await refresh(box, client, newest)).refresh_token ?? ''
    }
    const { events } = await stored(client, tokens.refresh_token)
    expect(issued(events)).toBe(6)
  })

  it('S-122 is not waited for when it is silent, and is used again as soon as it can be', async () => {
    const { client, tokens } = await connect(box)
    await Promise.all(Array.from({ length: 4 }, () => call(box, tokens.access_token)))
    database.line.freeze()
    const asked = [
      refresh(box, client, tokens.refresh_token),
      call(box, tokens.access_token),
      registration(box, publicClient),
    ]
    for (const answer of await Promise.all(asked)) expectUnavailable(answer)
    await database.line.restore()
    await expect.poll(async () => (await call(box, tokens.access_token)).status).toBe(200)
    expect((await refresh(box, client, tokens.refresh_token)).status).toBe(200)
    expect((await register(box)).client_id).toBeDefined()
  })
})
