import { type Engine, migrationSql } from 'grantor/storage/sql'
import { CompiledQuery, type Kysely } from 'kysely'

/** How an engine counts, divides without a rest and joins texts. */
export interface Dialect {
  readonly engine: Engine
  readonly numbers: (count: number) => string
  readonly divide: string
  readonly join: (text: string, number: string) => string
  readonly analyze: string
}

const bars = (text: string, number: string) => `'${text}' || (${number})`

export const dialects: Readonly<Record<string, Dialect>> = {
  sqlite: {
    engine: 'sqlite',
    numbers: (count) =>
      `(WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1}) SELECT i FROM n)`,
    divide: '/',
    join: bars,
    analyze: 'ANALYZE',
  },
  postgres: {
    engine: 'postgres',
    numbers: (count) => `generate_series(0, ${count - 1})`,
    divide: '/',
    join: bars,
    analyze: 'ANALYZE',
  },
  mariadb: {
    engine: 'mysql',
    numbers: (count) => `(SELECT seq AS i FROM seq_0_to_${count - 1})`,
    divide: 'DIV',
    join: (text, number) => `CONCAT('${text}', ${number})`,
    analyze: 'ANALYZE TABLE',
  },
}

/** How many clients in a row are of one second; a name comes again after a thousand. */
export const SAME_SECOND = 7

/** Of this many that came first one in nineteen is disabled. */
const OLDEST = 8000

/**
 * Fill the table of the clients in one statement: of ten three are revoked, of twelve six registered themselves and three belong to
 * one of ten people, and of three one belongs to one of five accounts. Ids have nothing to do with times or names.
 */
export async function fillClients(db: Kysely<unknown>, name: string, prefix: string, count: number): Promise<void> {
  const { engine, numbers, divide, join, analyze } = dialects[name]!
  const run = (sql: string) => db.executeQuery(CompiledQuery.raw(sql))
  // An index is made faster of a full table than it is filled.
  const indexes = migrationSql(engine, { prefix })
    .split(';\n')
    .filter((sql) => /^CREATE (UNIQUE )?INDEX/.test(sql) && sql.includes(` ON ${prefix}clients `))
  for (const sql of indexes) await run(`DROP INDEX ${/EXISTS (\S+)/.exec(sql)![1]}`)
  const [created, called] = [`1700000000 + i ${divide} ${SAME_SECOND}`, join('app ', 'i % 1000')]
  const [live, disabled] = ['i % 10 > 2', `i < ${OLDEST} AND i % 19 = 6`]
  await run(`INSERT INTO ${prefix}clients (id, secrets, metadata, policy, registration, name, owner_id, account_id, created_at,
      disabled_at, is_disabled, version, revoked_at, listed_at, listed_name)
    SELECT ${join('client-', 'i * 7919 % 100003')}, '[]', '{}', '{}',
      CASE i % 4 WHEN 0 THEN 'manual' WHEN 1 THEN 'user' ELSE 'dynamic' END, ${called},
      CASE WHEN i % 4 = 1 THEN ${join('owner-', `i ${divide} 4 % 10`)} END,
      CASE WHEN i % 3 = 1 THEN ${join('account-', `i ${divide} 3 % 5`)} END,
      ${created}, CASE WHEN ${disabled} THEN 1800000000 END, CASE WHEN ${disabled} THEN 1 END, 1, CASE WHEN ${live} THEN NULL ELSE 1800000000 END,
      CASE WHEN ${live} THEN ${created} END, CASE WHEN ${live} THEN ${called} END
    FROM ${numbers(count)} s${engine === 'postgres' ? ' (i)' : ''}`)
  for (const sql of indexes) await run(sql)
  await run(`${analyze} ${prefix}clients`)
}
