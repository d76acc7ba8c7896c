import type { Change } from 'grantor'
import { portableCommit } from './commit-portable.js'
import { postgresCommit } from './commit-postgres.js'
import type { Database } from './database.js'
import { isUnknownSyntax } from './faults.js'

/**
 * Several clients in one change may hand a name on, and the parts of one statement run in no promised order: the new one might come to
 * the index before the old one has left it.
 */
function handsNamesOn({ update, clients }: Change): boolean {
  const changed = [...update, ...clients]
  return update.length > 0 && changed.length > 1 && changed.some(({ uniqueName }) => uniqueName !== null)
}

/**
 * PostgreSQL makes a whole change in one statement. Not all of its relatives can: CockroachDB refuses a statement that
 * writes to one table twice. A server says so before it does anything, and is not asked again.
 */
export function committer(database: Database): (change: Change) => Promise<boolean> {
  const stepByStep = portableCommit(database)
  if (database.engine !== 'postgres') return stepByStep
  const atOnce = postgresCommit(database)
  let able = true
  return async (change) => {
    if (!able || handsNamesOn(change)) return stepByStep(change)
    try {
      return await atOnce(change)
    } catch (fault) {
      if (!isUnknownSyntax(fault)) throw fault
      able = false
      return stepByStep(change)
    }
  }
}
