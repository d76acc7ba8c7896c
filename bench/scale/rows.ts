import { randomBytes } from 'node:crypto'
import { change, type Storage, type Timestamp } from 'grantor'
import { migrate } from 'grantor/storage/sql'
import { randomDigest, sampleGrant, sampleToken } from 'grantor/testing'
import type { Kysely } from 'kysely'
import { type Crowd, clientAt, digestAt, fill, grantAt, subjectAt } from '../storage/fill.js'
import { hostOn } from './host.js'
import { ask, dropTables, openForWork } from './postgres.js'
import { markdown, report, thousands } from './results.js'

/** Bytes of one row of a table, with its share of the pages. */
export interface RowSize {
  readonly table: string
  readonly rows: number
  readonly heap: number
  readonly indexes: number
}

export interface RowFigures {
  readonly sizes: readonly RowSize[]
  /** Bytes of the write-ahead log: of a refresh whose pages are first touched since a checkpoint, and of one whose pages were. */
  readonly walOfRefresh: { readonly first: number; readonly later: number }
  /** Of one use that is told of, among 500, in the same way. */
  readonly walOfUse: { readonly first: number; readonly later: number }
  readonly purgedPerSecond: number
  readonly walOfPurge: number
}

const tables = ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'uses', 'usage']
const real = 300

const numberOf = async (db: Kysely<unknown>, sql: string): Promise<number> =>
  Number(Object.values((await ask(db, sql))[0] ?? {})[0])

/** Of tokens those that there are many of: codes and interactions are longer, and few. */
const counted: Readonly<Record<string, string>> = { tokens: `WHERE kind IN ('access_token', 'refresh_token')` }

const tupleOf = (db: Kysely<unknown>, prefix: string, table: string) =>
  numberOf(db, `SELECT coalesce(avg(pg_column_size(r.*)), 0) FROM ${prefix}${table} r ${counted[table] ?? ''}`)

/** How much longer a row is when a provider writes it than when it is made up. */
async function difference(db: Kysely<unknown>, prefix: string, own: string, table: string): Promise<number> {
  const written = await tupleOf(db, own, table)
  return written === 0 ? 0 : written - (await tupleOf(db, prefix, table))
}

async function sizeOf(db: Kysely<unknown>, prefix: string, own: string, table: string): Promise<RowSize> {
  const rows = await numberOf(db, `SELECT count(*) FROM ${prefix}${table}`)
  const heap = await numberOf(db, `SELECT pg_table_size('${prefix}${table}')`)
  const indexes = await numberOf(db, `SELECT pg_indexes_size('${prefix}${table}')`)
  const more = await difference(db, prefix, own, table)
  return { table, rows, heap: Math.round(heap / rows + more), indexes: Math.round(indexes / rows) }
}

/** A few grants as the real flow makes them, refreshed and used, for how long its rows are. */
async function writeReal(storage: Storage): Promise<void> {
  const { provider, register, connect, request } = hostOn(storage, {})
  const client = await register()
  const guard = provider.guard({ scope: 'items:write', project: () => 'alpha' })
  for (let index = 0; index < real; index += 1) {
    const { accessToken, refreshToken } = await connect(client)
    const form = { grant_type: 'refresh_token', client_id: client.clientId, client_secret: client.clientSecret }
    const body = new URLSearchParams({ ...form, refresh_token: refreshToken })
    await provider.fetch(new Request(`${provider.issuer}/oauth/token`, { method: 'POST', body }))
    const headers = { authorization: `Bearer ${accessToken}` }
    await guard(new Request(`${provider.issuer}/api/items`, { headers }), request)
  }
  await provider.close()
}

async function walOf(db: Kysely<unknown>, work: () => Promise<unknown>): Promise<number> {
  const [before] = await ask(db, 'SELECT pg_current_wal_lsn() AS at')
  await work()
  return numberOf(db, `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '${String(before?.at)}')`)
}

/** The first time after a checkpoint that a page is changed, PostgreSQL logs the whole page. */
async function twice(db: Kysely<unknown>, count: number, work: (time: number) => Promise<void>) {
  await ask(db, 'CHECKPOINT')
  const first = Math.round((await walOf(db, () => work(0))) / count)
  return { first, later: Math.round((await walOf(db, () => work(1))) / count) }
}

/** What a refresh commits, on one grant after the other, far from each other. */
function refreshing(storage: Storage, crowd: Crowd, grants: number) {
  const newest = new Map<number, ReturnType<typeof randomDigest>>()
  return async () => {
    for (let index = 0; index < grants; index += 1) {
      const number = (index * 7_919) % crowd.grants
      const grant = sampleGrant({ id: grantAt(number), clientId: clientAt(number % crowd.clients) })
      const expiresAt = (crowd.now + 31 * 86_400) as Timestamp
      const successor = sampleToken(grant, { kind: 'refresh_token', expiresAt, data: {} })
      const digest = newest.get(number) ?? digestAt(crowd, number, 9)
      const about = { clientId: grant.clientId, grantId: grant.id, subject: subjectAt(number % crowd.subjects) }
      const made = await storage.commit(
        change({
          redeem: [{ digest, at: crowd.now as Timestamp, note: 'a salt of some forty characters, as usual' }],
          extend: [{ grantId: grant.id, expiresAt }],
          tokens: [sampleToken(grant, { expiresAt }), successor],
          events: [event(crowd, about)],
        }),
      )
      if (!made) throw new Error(`the refresh of grant ${number} was refused`)
      newest.set(number, successor.digest)
    }
  }
}

const event = ({ now }: Crowd, about: Readonly<Record<'clientId' | 'grantId' | 'subject', string>>) =>
  ({
    ...about,
    id: `${String(now).padStart(12, '0')}-${randomBytes(12).toString('hex')}`,
    at: now,
    type: 'token.issued',
    outcome: 'success',
    reason: null,
    actor: { type: 'client', id: about.clientId },
    accountId: null,
    address: '192.0.2.1',
    agent: 'node',
    requestId: randomBytes(12).toString('base64url'),
    data: { grant_type: 'refresh_token', scope: ['items:write'], tokens: [randomDigest(), randomDigest()] },
  }) as unknown as Parameters<typeof change>[0]['events'] extends readonly (infer Event)[] | undefined ? Event : never

const usesAtOnce = 500

/** Uses of so many tokens, as they are told of from the guard. */
const touching = (storage: Storage, crowd: Crowd, uses: number) => async (time: number) => {
  for (let done = 0; done < uses; done += usesAtOnce) {
    const ids = Array.from({ length: usesAtOnce }, (_, index) =>
      digestAt(crowd, ((done + index) * 7_919) % crowd.grants, 7),
    )
    const at = (crowd.now + time) as Timestamp
    await storage.touch({ uses: ids.map((id) => ({ id, at, address: '192.0.2.1', agent: 'node' })), usage: [] })
  }
}

/** Delete what has expired, as `provider.purge` does, for some seconds. */
async function purging(storage: Storage, crowd: Crowd, seconds: number) {
  const over = { expiredBefore: crowd.now as Timestamp, unusedClientsBefore: null, eventsBefore: null, limit: 500 }
  const started = performance.now()
  let purged = 0
  for (let gone = 1; gone > 0 && performance.now() - started < seconds * 1000; purged += gone)
    gone = (await storage.purge(over)).tokens
  return { purged, perSecond: Math.round(purged / ((performance.now() - started) / 1000)) }
}

const commits = 2_000

async function measure(db: Kysely<unknown>, storage: Storage, crowd: Crowd) {
  const walOfRefresh = await twice(db, commits, refreshing(storage, crowd, commits))
  const walOfUse = await twice(db, commits, touching(storage, crowd, commits))
  let cleared = { purged: 1, perSecond: 0 }
  const wal = await walOf(db, async () => {
    cleared = await purging(storage, crowd, 10)
  })
  return {
    walOfRefresh,
    walOfUse,
    purgedPerSecond: cleared.perSecond,
    walOfPurge: Math.round(wal / Math.max(1, cleared.purged)),
  }
}

function rowsTable({ sizes, walOfRefresh, walOfUse, purgedPerSecond, walOfPurge }: RowFigures): string {
  const byTable = markdown([
    ['bytes of a row', 'table', 'indexes', 'together'],
    ...sizes.map((one) => [
      `\`${one.table}\``,
      thousands(one.heap),
      thousands(one.indexes),
      thousands(one.heap + one.indexes),
    ]),
  ])
  const log = markdown([
    ['bytes of write-ahead log', 'just after a checkpoint', 'later'],
    ['a refresh', thousands(walOfRefresh.first), thousands(walOfRefresh.later)],
    ['the last use of one id', thousands(walOfUse.first), thousands(walOfUse.later)],
    ['an expired token purged', '', thousands(walOfPurge)],
  ])
  return `${byTable}\n\n${log}\n\nPurged by one process: ${thousands(purgedPerSecond)} tokens a second.`
}

/** How many bytes a row takes, how many are logged when it is written, and how fast rows go. */
export async function rows({ grants }: { readonly grants: number }): Promise<void> {
  const name = `scale${randomBytes(4).toString('hex')}`
  const [prefix, own] = [`${name}_`, `${name}r_`]
  const [made, written] = [openForWork(prefix), openForWork(own)]
  const crowd: Crowd = { clients: grants / 20, subjects: grants / 5, grants, now: Math.floor(Date.now() / 1000) }
  try {
    await migrate(made.db, { prefix })
    await migrate(written.db, { prefix: own })
    await writeReal(written.storage)
    await fill(made.db, prefix, crowd)
    const sizes: RowSize[] = []
    for (const table of tables) sizes.push(await sizeOf(made.db, prefix, own, table))
    const figures: RowFigures = { sizes, ...(await measure(made.db, made.storage, crowd)) }
    await report('rows', { grants, commits }, figures, rowsTable(figures))
  } finally {
    await dropTables(made.db, name)
    await Promise.all([made.db.destroy(), written.db.destroy()])
  }
}
