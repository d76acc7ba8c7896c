import { preparedPool, sqlStorage } from 'grantor/storage/sql'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type SqlTestDatabase, sqlDatabases } from '../support/databases.js'
import {
  approve,
  authorizationUrl,
  authorize,
  call,
  connect,
  exchange,
  refresh,
  registration,
  revoke,
  send,
} from '../support/flow.js'
import { type TestProvider, testProvider } from '../support/provider.js'
import { type Line, openLine } from './line.js'

const { postgres } = inject('databaseServers')

/** Names the messages that clients send, whole, across the pieces in which they come. */
function messageReader(tell: (type: string) => void) {
  const pending = new WeakMap<object, Buffer>()
  return (sent: Buffer, connection: object) => {
    const before = pending.get(connection)
    let rest = before ? Buffer.concat([before, sent]) : sent
    // The first message of a connection has a length and no type.
    if (!before) rest = rest.subarray(rest.readInt32BE(0))
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      tell(String.fromCharCode(rest[0] ?? 0))
      rest = rest.subarray(1 + rest.readInt32BE(1))
    }
    pending.set(connection, Buffer.from(rest))
  }
}

describe.runIf(postgres !== null).each([
  ['prepared', preparedPool],
  ['not prepared', (pool: Pool) => pool],
] as const)('postgres, by what goes over the wire, %s', (kind, prepare) => {
  let database: SqlTestDatabase
  let line: Line
  let db: Kysely<unknown>
  let box: TestProvider
  let sent: string[]

  beforeAll(async () => {
    database = await sqlDatabases.postgres!()
    line = await openLine(postgres ?? '')
    const pool = prepare(new Pool({ connectionString: line.url, max: 4 }))
    db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    line.listen(
      messageReader((type) => {
        sent.push(type)
      }),
    )
    sent = []
    box = testProvider({ storage: sqlStorage(db, { prefix: database.prefix }) })
    // The first time, the schema is looked at and each statement is prepared.
    const { client, tokens } = await connect(box)
    await refresh(box, client, tokens.refresh_token)
    await call(box, tokens.access_token)
  })
  afterAll(async () => {
    await db.destroy()
    await line.close()
    await database.close()
  })

  /** How often an answer was waited for, by a simple query or at the end of an extended one, and how many texts were parsed. */
  async function wire(ask: () => Promise<{ readonly status: number }>, status = 200) {
    // Otherwise it is written at any moment, and counted here.
    await box.provider.close()
    sent = []
    expect((await ask()).status).toBe(status)
    const count = (type: string) => sent.filter((one) => one === type).length
    return { trips: count('S') + count('Q'), parsed: count('P') }
  }

  const parsed = (trips: number) => ({ trips, parsed: kind === 'prepared' ? 0 : trips })

  it('exchanges a code in two round trips', async () => {
    const { browser, client } = await connect(box)
    const callback = await approve(browser, await authorize(browser, client))
    expect(await wire(() => exchange(box, callback))).toEqual(parsed(2))
  })

  it('refreshes in two', async () => {
    const { client, tokens } = await connect(box)
    expect(await wire(() => refresh(box, client, tokens.refresh_token))).toEqual(parsed(2))
  })

  it('answers a refresh that comes again in three, with nothing written', async () => {
    const { client, tokens } = await connect(box)
    await refresh(box, client, tokens.refresh_token)
    expect((await wire(() => refresh(box, client, tokens.refresh_token))).trips).toBe(3)
  })

  it('lets a request pass in one, and turns a dead token away in one', async () => {
    const { client, tokens } = await connect(box)
    expect(await wire(() => call(box, tokens.access_token))).toEqual(parsed(1))
    await revoke(box, client, tokens.refresh_token)
    expect(await wire(() => call(box, tokens.access_token), 401)).toEqual(parsed(1))
  })

  it('turns away what cannot be a token without asking', async () => {
    expect(await wire(() => call(box, 'grantor_at_nonsense'), 401)).toEqual({ trips: 0, parsed: 0 })
  })

  it('takes an authorization request in two, and in one when nobody is signed in', async () => {
    const { browser, client } = await connect(box)
    const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ')
    const arrive = async (headers: Record<string, string>) => {
      let location: string | null = ''
      const { trips } = await wire(async () => {
        const url = authorizationUrl(client, 'v'.repeat(43), { resource: box.api })
        const answer = await send(box, url, { headers })
        location = answer.headers.get('location')
        return answer
      }, 303)
      return [trips, location]
    }
    expect(await arrive({ cookie })).toEqual([2, expect.stringContaining('/oauth/interaction?id=')])
    expect(await arrive({})).toEqual([1, expect.stringContaining('/login?next=')])
  })

  // A client that registers itself has to know first whether anybody may.
  it('revokes in two, and registers a client in two', async () => {
    const { client, tokens } = await connect(box)
    expect((await wire(() => revoke(box, client, tokens.refresh_token))).trips).toBe(2)
    expect((await wire(() => registration(box, { redirect_uris: ['https://a.example/cb'] }), 201)).trips).toBe(2)
  })
})
