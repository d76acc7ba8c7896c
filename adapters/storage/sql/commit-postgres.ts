import type { Change } from 'grantor'
import type { Database } from './database.js'
import { bindEach } from './engine.js'
import { isTakenKey, retrying } from './faults.js'
import { named } from './names.js'
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

/**
 * Every part of a WITH sees one snapshot and runs in no promised order, so a write cannot notice that another one wrote
 * nothing. Only data orders them: each write asks the verdict, and the verdict asks the locks.
 */
const GATE = '(SELECT conflict FROM verdict) IS NULL'

/** A lock, unlike a plain SELECT, waits for the other writer and judges the newest version of the row. */
const LOCK = 'FOR NO KEY UPDATE'

interface Parts {
  readonly ctes: string[]
  readonly conflicts: string[]
}

function lock(change: Change, t: Tables, binder: ChangeBinder, { ctes, conflicts }: Parts): void {
  const { bind } = binder
  if (change.redeem.length > 0) {
    const digests = bindEach(binder, change.redeem.length, (c: Change, i) => c.redeem[i]!.digest)
    const redeemable = `SELECT digest FROM ${t.tokens} WHERE digest IN (${digests}) AND redeemed_at IS NULL`
    ctes.push(`locked_tokens AS MATERIALIZED (${redeemable} ORDER BY digest ${LOCK})`)
    conflicts.push(`WHEN (SELECT count(*) FROM locked_tokens) < ${change.redeem.length} THEN 'redeemed'`)
  }
  if (change.alive.length > 0) {
    const ids = bindEach(binder, change.alive.length, (c: Change, i) => c.alive[i]!)
    const same = change.narrow.map((_, i) => {
      const id = bind((c) => c.narrow[i]!.grantId)
      const scope = bind((c) => JSON.stringify(c.narrow[i]!.from.scope))
      const projects = bind((c) => JSON.stringify(c.narrow[i]!.from.projects))
      return ` AND (id <> ${id} OR (scope = ${scope} AND projects = ${projects}))`
    })
    const live = `SELECT id FROM ${t.grants} WHERE id IN (${ids}) AND revoked_at IS NULL${same.join('')}`
    ctes.push(`locked_grants AS MATERIALIZED (${live} ORDER BY id ${LOCK})`)
    conflicts.push(`WHEN (SELECT count(*) FROM locked_grants) < ${change.alive.length} THEN 'revoked'`)
  }
  if (change.update.length > 0) {
    const version = (i: number) =>
      `(${bind((c) => c.update[i]!.id)}, ${bind((c) => c.update[i]!.version - 1, 'bigint')})`
    const current = `SELECT id FROM ${t.clients} WHERE (id, version) IN (${change.update.map((_, i) => version(i)).join(', ')})`
    ctes.push(`locked_clients AS MATERIALIZED (${current} ORDER BY id ${LOCK})`)
    conflicts.push(`WHEN (SELECT count(*) FROM locked_clients) < ${change.update.length} THEN 'stale'`)
  }
  const { later } = settingsIn(change)
  if (later.length > 0) {
    const version = (i: number) =>
      `(${bind((c) => settingsIn(c).later[i]!.name)}, ${bind((c) => settingsIn(c).later[i]!.version - 1, 'bigint')})`
    const current = `SELECT name FROM ${t.settings} WHERE (name, version) IN (${later.map((_, i) => version(i)).join(', ')})`
    ctes.push(`locked_settings AS MATERIALIZED (${current} ORDER BY name ${LOCK})`)
    conflicts.push(`WHEN (SELECT count(*) FROM locked_settings) < ${later.length} THEN 'stale'`)
  }
  for (const i of change.narrow.keys()) {
    // The rows of a narrowing that was committed after the snapshot are not in it and could not be deleted: read again.
    const gone = bind((c) => JSON.stringify(projectsMoved(c.narrow[i]!).removed))
    const seen = `SELECT count(*) FROM ${t.grantProjects} WHERE grant_id = ${bind((c) => c.narrow[i]!.grantId)}
      AND project_id IN (SELECT json_array_elements_text(${gone}::json))`
    conflicts.push(`WHEN (${seen}) < ${bind((c) => projectsMoved(c.narrow[i]!).removed.length, 'bigint')} THEN 'moved'`)
  }
}

function edits(change: Change, t: Tables, { bind }: ChangeBinder): string[] {
  const redeem = change.redeem.map((_, i) => {
    const note = `redeemed_at = ${bind((c) => c.redeem[i]!.at, 'bigint')}, redemption_note = ${bind((c) => c.redeem[i]!.note)}`
    return `UPDATE ${t.tokens} SET ${note} WHERE digest = ${bind((c) => c.redeem[i]!.digest)} AND ${GATE}`
  })
  const extend = change.extend.map((_, i) => {
    const later = `expires_at = greatest(expires_at, ${bind((c) => c.extend[i]!.expiresAt, 'bigint')})`
    return `UPDATE ${t.grants} SET ${later} WHERE id = ${bind((c) => c.extend[i]!.grantId)} AND ${GATE}`
  })
  const revoke = change.revoke.map((_, i) => {
    const once = `revoked_at = coalesce(revoked_at, ${bind((c) => c.revoke[i]!.at, 'bigint')})`
    return `UPDATE ${t.grants} SET ${once} WHERE id = ${bind((c) => c.revoke[i]!.grantId)} AND ${GATE}`
  })
  const update = change.update.map((_, i) => {
    const columns = clientColumns.filter(({ name }) => name !== 'id')
    const set = columns.map(({ name, value, type }) => `${name} = ${bind((c) => value(c.update[i]!), type)}`).join(', ')
    return `UPDATE ${t.clients} SET ${set} WHERE id = ${bind((c) => c.update[i]!.id)} AND ${GATE}`
  })
  const settings = settingsIn(change).later.map((_, i) => {
    const value = bind((c) => JSON.stringify(settingsIn(c).later[i]!.value))
    const version = bind((c) => settingsIn(c).later[i]!.version, 'bigint')
    const name = bind((c) => settingsIn(c).later[i]!.name)
    return `UPDATE ${t.settings} SET value = ${value}, version = ${version} WHERE name = ${name} AND ${GATE}`
  })
  return [...redeem, ...extend, ...revoke, ...update, ...settings]
}

function narrowings(change: Change, t: Tables, { bind }: ChangeBinder): string[] {
  return change.narrow.flatMap((_, i) => {
    const id = () => bind((c) => c.narrow[i]!.grantId, 'text')
    const moved = (which: 'added' | 'removed') => bind((c) => JSON.stringify(projectsMoved(c.narrow[i]!)[which]))
    const scope = bind((c) => JSON.stringify(c.narrow[i]!.to.scope))
    const projects = bind((c) => JSON.stringify(c.narrow[i]!.to.projects))
    return [
      `UPDATE ${t.grants} SET scope = ${scope}, projects = ${projects} WHERE id = ${id()} AND ${GATE}`,
      `DELETE FROM ${t.grantProjects} WHERE grant_id = ${id()}
        AND project_id IN (SELECT json_array_elements_text(${moved('removed')}::json)) AND ${GATE}`,
      `INSERT INTO ${t.grantProjects} (project_id, grant_id)
        SELECT project, ${id()} FROM json_array_elements_text(${moved('added')}::json) AS p (project) WHERE ${GATE}`,
    ]
  })
}

function insertions(change: Change, t: Tables, binder: ChangeBinder): string[] {
  const { bind } = binder
  const insert = <T>(table: string, count: number, columns: readonly Column<T>[], record: RecordAt<T>) =>
    count === 0
      ? []
      : `INSERT INTO ${table} (${namesOf(columns)})
          SELECT * FROM (VALUES ${rowsOf(binder, count, columns, record)}) AS x WHERE ${GATE}`
  const projects = change.grants.map((_, i) => {
    const projects = bind((c) => JSON.stringify(projectsNamed(c.grants[i]!.projects)))
    return `INSERT INTO ${t.grantProjects} (project_id, grant_id)
      SELECT project, ${bind((c) => c.grants[i]!.id, 'text')} FROM json_array_elements_text(${projects}::json) AS p (project) WHERE ${GATE}`
  })
  return [
    insert(t.settings, settingsIn(change).first.length, settingColumns, (c, i) => settingsIn(c).first[i]!),
    insert(t.clients, change.clients.length, clientColumns, (c, i) => c.clients[i]!),
    insert(t.grants, change.grants.length, grantColumns, (c, i) => c.grants[i]!),
    projects,
    insert(t.tokens, change.tokens.length, tokenColumns, (c, i) => c.tokens[i]!),
    insert(t.events, change.events.length, eventColumns, (c, i) => c.events[i]!),
  ].flat()
}

/** The whole change as one statement: lock, judge, write. It answers with one row, whose column is null when all was written. */
function statement(change: Change, tables: Tables) {
  const binder = changeBinder('postgres')
  const parts: Parts = { ctes: [], conflicts: [] }
  lock(change, tables, binder, parts)
  const verdict = parts.conflicts.length === 0 ? 'NULL' : `CASE ${parts.conflicts.join(' ')} END`
  const writes = [
    ...edits(change, tables, binder),
    ...narrowings(change, tables, binder),
    ...insertions(change, tables, binder),
  ]
  const ctes = [
    ...parts.ctes,
    `verdict AS MATERIALIZED (SELECT ${verdict}::text AS conflict)`,
    ...writes.map((write, index) => `write_${index} AS (${write})`),
  ]
  return { sql: named(`WITH ${ctes.join(',\n')}\nSELECT conflict FROM verdict`), reads: binder.reads }
}

/** One statement, and so one round trip, per commit. */
export function postgresCommit({ run, tables }: Database): (change: Change) => Promise<boolean> {
  const statementFor = planned((change) => statement(change, tables))
  return async (change) => {
    const { sql, reads } = statementFor(change)
    const values = valuesOf(reads, change)
    try {
      const { rows } = await retrying(() => run({ sql, values }))
      if (rows.length !== 1) throw new Error(`a commit answered with ${rows.length} rows instead of one`)
      return rows[0]!.conflict === null
    } catch (fault) {
      if (isTakenKey(fault)) return false
      throw fault
    }
  }
}
