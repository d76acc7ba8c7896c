import type { Database, Run } from './database.js'
import type { Value } from './engine.js'
import { isUnknownSyntax, retrying } from './faults.js'
import { type Row, textOf } from './rows.js'

export type Bind = (value: Value) => string

/** A transaction for clearing away, and what to put at the end of a SELECT that locks what it finds. */
export type Clearing = <T>(work: (run: Run, lock: string) => Promise<T>) => Promise<T>

/**
 * What is being changed at the moment is left for the next time, where the engine can tell. Nothing depends on the lock, for
 * TiDB reads SKIP LOCKED and takes none: every DELETE asks again.
 */
export function clearing({ engine, transaction }: Database): Clearing {
  let lock = engine === 'sqlite' ? '' : ' FOR UPDATE SKIP LOCKED'
  return async (work) => {
    const attempt = () => retrying(() => transaction((run) => work(run, lock)))
    try {
      return await attempt()
    } catch (fault) {
      if (lock === '' || !isUnknownSyntax(fault)) throw fault
      // MySQL before 8.0 and MariaDB before 10.6.
      lock = ''
      return attempt()
    }
  }
}

const MOST_AT_ONCE = 500

export const batches = <T>(items: readonly T[], size = MOST_AT_ONCE): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

export const idsOf = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => textOf(id))
