import type { Kysely } from 'kysely'
import { type Database, database, type Run } from './database.js'
import { type Engine, engineOf } from './engine.js'
import { isMadeMeanwhile, isUndone, retrying } from './faults.js'
import { createVersionTable, SCHEMA_VERSION, stepsAfter } from './schema.js'
import type { Spelling } from './spelling.js'
import { tablesOf } from './tables.js'

export interface SqlOptions {
  /** What the names of all tables begin with. Default `oauth_`. */
  readonly prefix?: string
  /** Only for a dialect of Kysely whose SQL cannot be told from its adapter. */
  readonly engine?: Engine
}

export const open = <DB>(db: Kysely<DB>, { prefix, engine }: SqlOptions): Database =>
  database(db, engine ?? engineOf(db), tablesOf(prefix))

const plain = (run: Run) => (sql: string) => run({ sql, values: [] })

async function storedVersion(run: Run, { tables }: Database): Promise<number> {
  const { rows } = await plain(run)(`SELECT max(version) AS version FROM ${tables.schema}`)
  return Number(rows[0]?.version ?? 0)
}

async function spellingFor(run: Run, { engine }: Database): Promise<Spelling> {
  if (engine !== 'postgres') return { engine, collates: true }
  const { rows } = await plain(run)('SELECT version() AS server')
  return { engine, collates: !String(rows[0]?.server).startsWith('CockroachDB') }
}

async function bringUpToDate(run: Run, db: Database): Promise<void> {
  const spelling = await spellingFor(run, db)
  // Each statement can be run twice and so needs no lock: not every relative of PostgreSQL has one for this.
  const make = (sql: string) =>
    db.engine === 'postgres'
      ? retrying(
          () => plain(run)(sql),
          (fault) => isUndone(fault) || isMadeMeanwhile(fault),
        )
      : plain(run)(sql)
  await make(createVersionTable(spelling, db.tables))
  for (const sql of stepsAfter(await storedVersion(run, db), spelling, db.tables)) await make(sql)
}

/**
 * MySQL ends a transaction at every CREATE, so that a named lock keeps two processes apart there. Some clusters have none, and
 * do without: CREATE TABLE IF NOT EXISTS waits for another one.
 */
async function withNamedLock(run: Run, name: string, work: () => Promise<void>): Promise<void> {
  const answer = await run({ sql: 'SELECT GET_LOCK(?, 60) AS locked', values: [name] }).catch(() => null)
  if (answer === null) return work()
  if (Number(answer.rows[0]?.locked) !== 1) throw new Error(`another process has been migrating ${name} for a minute`)
  await work().finally(() => run({ sql: 'SELECT RELEASE_LOCK(?)', values: [name] }))
}

/**
 * Create the tables, or bring them up to this release. Does nothing when they are. Two processes may call it at once.
 *
 * @example
 * await migrate(db)
 * const provider = createProvider({ ...options, storage: sqlStorage(db) })
 */
export async function migrate<DB>(host: Kysely<DB>, options: SqlOptions = {}): Promise<void> {
  const db = open(host, options)
  const update = (run: Run) => bringUpToDate(run, db)
  if (db.engine === 'sqlite') await retrying(() => db.transaction(update))
  else if (db.engine === 'postgres') await db.session(update)
  else await db.session((run) => withNamedLock(run, db.tables.schema, () => update(run)))
}

/**
 * The statements that {@link migrate} would run on an empty database, for hosts with a migration tool of their own. Running
 * them again does no harm.
 *
 * @example
 * // sqlite, postgres or mysql (which is MariaDB too)
 * writeFileSync('migrations/0042_oauth.sql', migrationSql('postgres'))
 */
export function migrationSql(engine: Engine, { prefix }: Pick<SqlOptions, 'prefix'> = {}): string {
  const tables = tablesOf(prefix)
  const spelling = { engine, collates: true }
  return [createVersionTable(spelling, tables), ...stepsAfter(0, spelling, tables)].map((sql) => `${sql};\n`).join('')
}

/** The error says what to do, because whoever reads it has just deployed. */
async function assertCurrent(db: Database): Promise<void> {
  const version = await storedVersion(db.run, db).catch((cause: unknown) => {
    throw new Error(
      `cannot read ${db.tables.schema}; if it is missing, run migrate(db) or what migrationSql('${db.engine}') returns`,
      { cause },
    )
  })
  if (version < SCHEMA_VERSION)
    throw new Error(`the OAuth tables are at version ${version}, this release needs ${SCHEMA_VERSION}: run migrate(db)`)
}

/** Looks at the schema once, before the first statement. A failed look is repeated, so that a migration heals it. */
export function checked(db: Database): Database {
  let current = false
  const whenCurrent = async () => {
    await assertCurrent(db)
    current = true
  }
  return {
    ...db,
    run: (query) => (current ? db.run(query) : whenCurrent().then(() => db.run(query))),
    transaction: (work) => (current ? db.transaction(work) : whenCurrent().then(() => db.transaction(work))),
  }
}
