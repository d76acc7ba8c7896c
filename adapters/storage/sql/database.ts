import { CompiledQuery, type Kysely } from 'kysely'
import type { Engine } from './engine.js'
import type { Row } from './rows.js'
import type { Tables } from './tables.js'

/** A statement ready to run. */
export interface Query {
  readonly sql: string
  readonly values: readonly unknown[]
}

export interface Result {
  readonly rows: readonly Row[]
  /** Rows found by an UPDATE, DELETE or INSERT. */
  readonly affected: number
}

/** Runs statements: each for itself on a database, together inside a transaction. */
export type Run = (query: Query) => Promise<Result>

/** What every part of this adapter works on. */
export interface Database {
  readonly engine: Engine
  readonly tables: Tables
  readonly run: Run
  /** Everything `work` runs is committed when it returns and rolled back when it throws. */
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>
  /** Several statements on one connection, outside a transaction. */
  readonly session: <T>(work: (run: Run) => Promise<T>) => Promise<T>
}

/** READ COMMITTED keeps MySQL from locking the gaps between rows. SQLite would fail when it turned a read lock into a write lock. */
const beginnings: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: ['BEGIN IMMEDIATE'],
  postgres: ['BEGIN ISOLATION LEVEL READ COMMITTED'],
  mysql: ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'START TRANSACTION'],
}

const runner =
  <DB>(db: Kysely<DB>): Run =>
  async ({ sql, values }) => {
    const { rows, numAffectedRows } = await db.executeQuery<Row>(CompiledQuery.raw(sql, [...values]))
    return { rows, affected: Number(numAffectedRows ?? 0) }
  }

/** @throws TypeError for a Kysely transaction: a commit has to be one of its own. */
export function database<DB>(host: Kysely<DB>, engine: Engine, tables: Tables): Database {
  if (host.isTransaction) throw new TypeError('sqlStorage needs the Kysely instance itself, not a transaction of it')
  const db = host.withoutPlugins()
  const session = <T>(work: (run: Run) => Promise<T>) =>
    db.connection().execute((connection) => work(runner(connection)))
  return {
    engine,
    tables,
    run: runner(db),
    session,
    transaction: (work) =>
      session(async (run) => {
        try {
          for (const sql of beginnings[engine]) await run({ sql, values: [] })
          const outcome = await work(run)
          await run({ sql: 'COMMIT', values: [] })
          return outcome
        } catch (fault) {
          // A rollback fails when there is no transaction or no connection; either way the first fault says more.
          await run({ sql: 'ROLLBACK', values: [] }).catch(() => {})
          throw fault
        }
      }),
  }
}
