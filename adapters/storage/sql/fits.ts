import type { Change } from 'grantor'
import { projectsNamed } from './plan.js'
import {
  type Column,
  clientColumns,
  eventColumns,
  grantColumns,
  limits,
  settingColumns,
  tokenColumns,
} from './tables.js'

const bytes = new TextEncoder()

function assertFits(name: string, value: unknown, limit: number | null): void {
  if (limit === null || typeof value !== 'string' || value.length * 3 <= limit) return
  if (bytes.encode(value).length > limit) throw new RangeError(`${name} is longer than ${limit} bytes`)
}

/**
 * A MySQL server that is not strict cuts what is too long and goes on, and two keys become one.
 *
 * @throws RangeError naming the column.
 */
export function assertNothingIsCut(change: Change): void {
  const check = <T>(columns: readonly Column<T>[], records: readonly T[]) => {
    for (const record of records) for (const { name, value, limit } of columns) assertFits(name, value(record), limit)
  }
  const keyed = <T>(columns: readonly Column<T>[]) => columns.filter(({ limit }) => limit !== null)
  check(keyed(clientColumns), [...change.update, ...change.clients])
  check(keyed(settingColumns), change.settings)
  check(keyed(grantColumns), change.grants)
  check(keyed(tokenColumns), change.tokens)
  check(keyed(eventColumns), change.events)
  for (const { projects } of change.grants)
    for (const project of projectsNamed(projects)) assertFits('project_id', project, limits.id)
}
