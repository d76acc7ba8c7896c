import { randomBytes } from 'node:crypto'
import { cpus } from 'node:os'
import { change, type Storage, type Timestamp, type TokenDigest } from 'grantor'
import { migrate, preparedPool, sqlStorage } from 'grantor/storage/sql'
import { boxed, sampleEvent, sampleGrant, sampleToken } from 'grantor/testing'
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { type Crowd, clientAt, digestAt, expiredOf, fill, grantAt, subjectAt, tokensOf } from './fill.js'

/**
 * One million tokens in PostgreSQL: what a lookup and a refresh cost, alone and while half a million rows are purged.
 *
 *     npm run bench:storage
 *
 * `BENCH_POSTGRES_URL` names the database; its tables are made for this run and dropped at its end. `BENCH_GRANTS` changes the
 * size: there are ten tokens to a grant.
 */
const url = process.env.BENCH_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const grants = Number(process.env.BENCH_GRANTS ?? 100_000)
const now = Math.floor(Date.now() / 1000)
const crowd: Crowd = { clients: grants, subjects: grants / 5, grants, now }
const prefix = `bench${randomBytes(4).toString('hex')}_`

const lookups = 20_000
const commits = 5_000
const workers = 4
const pauseMs = 10
const alone = 20_000

type Row = Readonly<Record<string, unknown>>

const anyGrant = () => Math.floor(Math.random() * grants)
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Latencies in milliseconds: `median 0.31  p99 0.90  max 4.2  (20000)`. */
function summary(latencies: readonly number[]): string {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(2)
  return `median ${at(0.5)}  p99 ${at(0.99)}  max ${at(1)}  (${sorted.length})`
}

const say = (name: string, value: string) => console.log(`${name.padEnd(34)}${value}`)

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function series(count: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  const latencies: number[] = []
  for (let done = 0; done < count; done += 1) latencies.push(await timed(work))
  return latencies
}

/** A refresh as a client makes it: read, then write. Grants take turns, in an order that jumps about. */
function refresher(storage: Storage): () => Promise<void> {
  const newest = new Map<number, TokenDigest>()
  const step = 7_919
  let grant = 0
  return async () => {
    grant = (grant + step) % grants
    const mine = grant
    const digest = newest.get(mine) ?? digestAt(crowd, mine, 9)
    const found = await storage.findToken(digest)
    if (found?.token.redemption !== null) throw new Error(`there is no live refresh token on grant ${mine}`)
    newest.set(mine, await commitRefresh(storage, mine, digest))
  }
}

/** Redeem this token of a grant; what it is followed by. */
async function commitRefresh(storage: Storage, grant: number, digest: TokenDigest): Promise<TokenDigest> {
  const at = Math.floor(Date.now() / 1000) as Timestamp
  const expiresAt = (at + 31 * 86_400) as Timestamp
  const owner = sampleGrant({ id: grantAt(grant), clientId: clientAt(grant % crowd.clients) })
  const about = { grantId: owner.id, clientId: owner.clientId, subject: subjectAt(grant % crowd.subjects) }
  const successor = sampleToken(owner, { kind: 'refresh_token', expiresAt })
  const made = await storage.commit(
    change({
      redeem: [{ digest, at, note: 'a salt of some forty characters, as usual' }],
      extend: [{ grantId: owner.id, expiresAt }],
      tokens: [sampleToken(owner, { expiresAt }), successor],
      events: [sampleEvent({ ...about, type: 'token.issued' })],
    }),
  )
  if (!made) throw new Error(`the refresh of grant ${grant} was refused`)
  return successor.digest
}

/** Refresh at a steady pace, from several workers, as long as asked. */
async function refreshing(refresh: () => Promise<void>, goOn: () => boolean): Promise<readonly number[]> {
  const work = async (): Promise<readonly number[]> => {
    const latencies: number[] = []
    while (goOn()) {
      latencies.push(await timed(refresh))
      await sleep(pauseMs)
    }
    return latencies
  }
  return (await Promise.all(Array.from({ length: workers }, work))).flat()
}

async function measure(storage: Storage, unprepared: Storage): Promise<void> {
  const lookup = (from: Storage) => () => from.findToken(digestAt(crowd, anyGrant(), 8))
  say('lookup, ms', summary(await series(lookups, lookup(storage))))
  say('lookup, not prepared, ms', summary(await series(lookups, lookup(unprepared))))
  const refresh = refresher(storage)
  say('refresh, read and commit, ms', summary(await series(commits, refresh)))

  const end = performance.now() + alone
  say('refreshes alone, ms', summary(await refreshing(refresh, () => performance.now() < end)))

  const { provider } = boxed(storage)
  let purging = true
  const started = performance.now()
  const [latencies, purged] = await Promise.all([
    refreshing(refresh, () => purging),
    provider.purge(2 * tokensOf(crowd)).finally(() => {
      purging = false
    }),
  ])
  const seconds = (performance.now() - started) / 1000
  say('refreshes during the purge, ms', summary(latencies))
  say('purged', `${purged.tokens} tokens in ${seconds.toFixed(0)} s, ${Math.round(purged.tokens / seconds)} a second`)
  if (purged.tokens !== expiredOf(crowd)) throw new Error(`${expiredOf(crowd)} tokens had expired`)
  say('purge with nothing to do, ms', summary(await series(20, () => provider.purge())))
}

async function ask(db: Kysely<unknown>, sql: string): Promise<string> {
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(sql))
  return String(Object.values(rows[0] ?? {})[0])
}

const sizeOf = (db: Kysely<unknown>, table: string) =>
  ask(db, `SELECT pg_size_pretty(pg_total_relation_size('${prefix}${table}'))`)

async function settings(db: Kysely<unknown>): Promise<string> {
  const wanted = ['shared_buffers', 'fsync', 'synchronous_commit']
  const values = await Promise.all(wanted.map(async (name) => `${name} ${await ask(db, `SHOW ${name}`)}`))
  return `PostgreSQL ${(await ask(db, 'SHOW server_version')).split(' ')[0]}, ${values.join(', ')}`
}

const newPool = () => new Pool({ connectionString: url, max: 10 })
const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: preparedPool(newPool()) }) })
const plain = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: newPool() }) })
const [cpu] = cpus()
say('machine', `${cpus().length} × ${cpu?.model}, Node ${process.versions.node}`)
say('database', await settings(db))
try {
  await migrate(db, { prefix })
  const filling = await timed(() => fill(db, prefix, crowd))
  say(
    'filled',
    `${tokensOf(crowd)} tokens, ${grants} grants, ${crowd.clients} clients in ${Math.round(filling / 1000)} s`,
  )
  say('size with indexes', `tokens ${await sizeOf(db, 'tokens')}, grants ${await sizeOf(db, 'grants')}`)
  await measure(sqlStorage(db, { prefix }), sqlStorage(plain, { prefix }))
} finally {
  for (const { name } of await db.introspection.getTables())
    if (name.startsWith(prefix)) await db.schema.dropTable(name).execute()
  await Promise.all([db.destroy(), plain.destroy()])
}
