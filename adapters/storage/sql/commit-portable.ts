import type { Change } from 'grantor'
import type { Database, Query, Run } from './database.js'
import { bindEach, type Engine, filled, type Value } from './engine.js'
import { isTakenKey, retrying } from './faults.js'
import { assertNothingIsCut } from './fits.js'
import {
  type ChangeBinder,
  changeBinder,
  namesOf,
  planned,
  projectsMoved,
  projectsNamed,
  type RecordAt,
  rowsOf,
  settingsIn,
  valuesOf,
} from './plan.js'
import {
  type Column,
  clientColumns,
  eventColumns,
  grantColumns,
  settingColumns,
  type Tables,
  tokenColumns,
} from './tables.js'

/** A statement, and the number of rows it has to find; null where that says nothing. */
interface Step {
  readonly sql: string
  readonly reads: readonly ((change: Change) => Value)[]
  readonly rows: number | null
}

type Write = (binder: ChangeBinder) => string

/** The steps that carry a condition come first and lock what they judge; a taken key is a condition too. */
function stepsOf(change: Change, engine: Engine, t: Tables): readonly Step[] {
  const step = (write: Write, rows: number | null): Step => {
    const binder = changeBinder(engine)
    return { sql: write(binder), reads: binder.reads, rows }
  }
  const insert = <T>(table: string, count: number, columns: readonly Column<T>[], record: RecordAt<T>) =>
    count === 0
      ? []
      : [step((b) => `INSERT INTO ${table} (${namesOf(columns)}) VALUES ${rowsOf(b, count, columns, record)}`, count)]
  const { first, later } = settingsIn(change)
  return [
    ...change.redeem.map((_, i) => step((b) => redeem(b, t, i), 1)),
    ...(change.alive.length === 0 ? [] : [step((b) => lockGrants(b, change, engine, t), change.alive.length)]),
    ...(change.update.length > 1 ? [step((b) => freeNames(b, change, t), change.update.length)] : []),
    ...change.update.map((_, i) => step((b) => update(b, t, i), 1)),
    ...later.map((_, i) => step((b) => replaceSetting(b, t, i), 1)),
    ...change.extend.map((_, i) => step((b) => extend(b, t, i), null)),
    ...change.revoke.map((_, i) => step((b) => revoke(b, t, i), 1)),
    ...change.narrow.map((_, i) => step((b) => narrow(b, t, i), null)),
    ...insert(t.settings, first.length, settingColumns, (c, i) => settingsIn(c).first[i]!),
    ...insert(t.clients, change.clients.length, clientColumns, (c, i) => c.clients[i]!),
    ...insert(t.grants, change.grants.length, grantColumns, (c, i) => c.grants[i]!),
    ...insert(t.tokens, change.tokens.length, tokenColumns, (c, i) => c.tokens[i]!),
    ...insert(t.events, change.events.length, eventColumns, (c, i) => c.events[i]!),
  ]
}

const redeem = ({ bind }: ChangeBinder, { tokens }: Tables, i: number): string =>
  `UPDATE ${tokens} SET redeemed_at = ${bind((c) => c.redeem[i]!.at)}, redemption_note = ${bind((c) => c.redeem[i]!.note)}
   WHERE digest = ${bind((c) => c.redeem[i]!.digest)} AND redeemed_at IS NULL`

/** BEGIN IMMEDIATE is all the lock that SQLite has and needs. */
function lockGrants(binder: ChangeBinder, change: Change, engine: Engine, { grants }: Tables): string {
  const { bind } = binder
  const ids = bindEach(binder, change.alive.length, (c: Change, i) => c.alive[i]!)
  const same = change.narrow.map((_, i) => {
    const id = bind((c) => c.narrow[i]!.grantId)
    const scope = bind((c) => JSON.stringify(c.narrow[i]!.from.scope))
    return ` AND (id <> ${id} OR (scope = ${scope} AND projects = ${bind((c) => JSON.stringify(c.narrow[i]!.from.projects))}))`
  })
  const lock = engine === 'sqlite' ? '' : ' FOR UPDATE'
  return `SELECT id FROM ${grants} WHERE id IN (${ids}) AND revoked_at IS NULL${same.join('')} ORDER BY id${lock}`
}

/** Several clients may hand names on to each other, which an index that looks at one row at a time would refuse. */
function freeNames(binder: ChangeBinder, change: Change, { clients }: Tables): string {
  return `UPDATE ${clients} SET unique_name = NULL WHERE id IN (${bindEach(binder, change.update.length, (c: Change, i) => c.update[i]!.id)})`
}

function replaceSetting({ bind }: ChangeBinder, { settings }: Tables, i: number): string {
  const value = bind((c) => JSON.stringify(settingsIn(c).later[i]!.value))
  const version = bind((c) => settingsIn(c).later[i]!.version)
  const name = bind((c) => settingsIn(c).later[i]!.name)
  return `UPDATE ${settings} SET value = ${value}, version = ${version}
   WHERE name = ${name} AND version = ${bind((c) => settingsIn(c).later[i]!.version - 1)}`
}

function update({ bind }: ChangeBinder, { clients }: Tables, i: number): string {
  const columns = clientColumns.filter(({ name }) => name !== 'id')
  const set = columns.map(({ name, value }) => `${name} = ${bind((c) => value(c.update[i]!))}`).join(', ')
  const stored = `id = ${bind((c) => c.update[i]!.id)} AND version = ${bind((c) => c.update[i]!.version - 1)}`
  return `UPDATE ${clients} SET ${set} WHERE ${stored}`
}

function extend({ bind }: ChangeBinder, { grants }: Tables, i: number): string {
  const later = bind((c) => c.extend[i]!.expiresAt)
  const id = bind((c) => c.extend[i]!.grantId)
  return `UPDATE ${grants} SET expires_at = ${later} WHERE id = ${id} AND expires_at < ${bind((c) => c.extend[i]!.expiresAt)}`
}

const revoke = ({ bind }: ChangeBinder, { grants }: Tables, i: number): string =>
  `UPDATE ${grants} SET revoked_at = ${bind((c) => c.revoke[i]!.at)} WHERE id = ${bind((c) => c.revoke[i]!.grantId)} AND revoked_at IS NULL`

const narrow = ({ bind }: ChangeBinder, { grants }: Tables, i: number): string =>
  `UPDATE ${grants} SET scope = ${bind((c) => JSON.stringify(c.narrow[i]!.to.scope))},
   projects = ${bind((c) => JSON.stringify(c.narrow[i]!.to.projects))} WHERE id = ${bind((c) => c.narrow[i]!.grantId)}`

/** The rows that find a grant by its projects. Their number is not part of the shape of a change. */
function projectQueries(change: Change, engine: Engine, { grantProjects }: Tables): readonly Query[] {
  const added = [
    ...change.grants.flatMap(({ id, projects }) => projectsNamed(projects).map((project) => [project, id] as const)),
    ...change.narrow.flatMap((part) => projectsMoved(part).added.map((project) => [project, part.grantId] as const)),
  ]
  const insert = filled(engine, (bind) => {
    const rows = added.map(([project, grant]) => `(${bind(project)}, ${bind(grant)})`).join(', ')
    return `INSERT INTO ${grantProjects} (project_id, grant_id) VALUES ${rows}`
  })
  const removed = change.narrow.flatMap((part) =>
    projectsMoved(part).removed.map((project) =>
      filled(
        engine,
        (bind) =>
          `DELETE FROM ${grantProjects} WHERE project_id = ${bind(project)} AND grant_id = ${bind(part.grantId)}`,
      ),
    ),
  )
  return added.length === 0 ? removed : [...removed, insert]
}

/** Thrown inside the transaction to roll it back. It never leaves this file. */
const refusal = Symbol('a condition did not hold')

/**
 * A transaction of guarded statements, each with the number of rows it must find: the first that finds fewer ends it.
 * For every engine with transactions and row locks, or with one writer, or that undoes one of two that cross.
 */
export function portableCommit({ engine, tables, transaction }: Database): (change: Change) => Promise<boolean> {
  const stepsFor = planned((change) => stepsOf(change, engine, tables))
  const write = (change: Change) => async (run: Run) => {
    for (const { sql, reads, rows } of stepsFor(change)) {
      const found = await run({ sql, values: valuesOf(reads, change) })
      if (rows !== null && Math.max(found.rows.length, found.affected) !== rows) throw refusal
    }
    for (const query of projectQueries(change, engine, tables)) await run(query)
  }
  return async (change) => {
    if (engine === 'mysql') assertNothingIsCut(change)
    try {
      await retrying(() => transaction(write(change)))
      return true
    } catch (fault) {
      if (fault === refusal || isTakenKey(fault)) return false
      throw fault
    }
  }
}
