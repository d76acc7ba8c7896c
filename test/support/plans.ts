import { CompiledQuery, Kysely } from 'kysely'
import type { SqlTestDatabase } from './databases.js'

type Row = Readonly<Record<string, unknown>>

/** What a plan says of a statement: whether it reads the whole table or sorts, and how many rows it has read, where it tells. */
export interface Plan {
  readonly sql: string
  readonly text: string
  readonly isSlow: boolean
  readonly rowsRead: number
}

interface Planner {
  readonly explain: string
  readonly isSlow: RegExp
  readonly rowsRead: (text: string) => number
}

const most = (text: string, name: string) =>
  Math.max(0, ...[...text.matchAll(new RegExp(`"${name}": ([0-9.]+)`, 'g'))].map(([, number]) => Number(number)))

const planners: Readonly<Record<string, Planner>> = {
  sqlite: { explain: 'EXPLAIN QUERY PLAN', isSlow: /USE TEMP B-TREE|SCAN \w+$/m, rowsRead: () => 0 },
  postgres: {
    explain: 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)',
    isSlow: /Seq Scan|"Sort Key"/,
    rowsRead: (text) => most(text, 'Actual Rows') + most(text, 'Rows Removed by Filter'),
  },
  mariadb: {
    explain: 'ANALYZE FORMAT=JSON',
    // The whole of an index is also what is read from its beginning for one page: the rows tell.
    isSlow: /filesort|"access_type": "ALL"/,
    rowsRead: (text) => most(text, 'r_rows'),
  },
}

export const rowsOf = async (db: Kysely<unknown>, sql: string, values: readonly unknown[] = []) =>
  (await db.executeQuery<Row>(CompiledQuery.raw(sql, [...values]))).rows

/** The plans of all that is run on one table while something is done. */
export async function plansOf(
  [name, database]: readonly [name: string, database: SqlTestDatabase],
  table: string,
  work: () => Promise<unknown>,
): Promise<readonly Plan[]> {
  const { explain, isSlow, rowsRead } = planners[name]!
  database.statements.length = 0
  await work()
  const asked = database.statements.filter(({ sql }) => sql.includes(`${database.prefix}${table}`))
  // SQLite takes an explanation for a statement that is still being read, until its connection is closed.
  const reader = new Kysely<unknown>({ dialect: database.dialect() })
  const plans: Plan[] = []
  for (const { sql, parameters } of asked) {
    const rows = await rowsOf(reader, `${explain} ${sql}`, parameters)
    const spell = (cell: unknown) => (typeof cell === 'string' ? cell : JSON.stringify(cell, null, 1))
    const text = rows.map((row) => spell(row.detail ?? Object.values(row)[0])).join('\n')
    plans.push({ sql, text, isSlow: isSlow.test(text), rowsRead: rowsRead(text) })
  }
  await reader.destroy()
  return plans
}
