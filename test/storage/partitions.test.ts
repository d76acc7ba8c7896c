import { randomBytes } from 'node:crypto'
import { migrate, migrationSql, sqlStorage } from 'grantor/storage/sql'
import { storageCases } from 'grantor/testing'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropTables, type SqlTestDatabase, sqlDatabases } from '../support/databases.js'

/** The first id of an event of that month, as docs/scale.md has it. */
const month = (year: number, number: number) =>
  Date.UTC(year, number - 1)
    .toString(16)
    .padStart(12, '0')

/** What the migration creates, with tokens spread over four partitions by digest, and events over months by id. */
function partitioned(prefix: string): readonly string[] {
  const by = (table: string, clause: string) => (sql: string) =>
    sql.startsWith(`CREATE TABLE IF NOT EXISTS ${prefix}${table} `) ? `${sql} PARTITION BY ${clause}` : sql
  const hash = by('tokens', 'HASH (digest)')
  const range = by('events', 'RANGE (id)')
  const part = (table: string, name: string, values: string) =>
    `CREATE TABLE ${prefix}${table}_${name} PARTITION OF ${prefix}${table} ${values}`
  return [
    ...migrationSql('postgres', { prefix })
      .split(/;\n/)
      .filter((sql) => sql.trim() !== '')
      .map((sql) => range(hash(sql.trim()))),
    ...[0, 1, 2, 3].map((rest) => part('tokens', `${rest}`, `FOR VALUES WITH (MODULUS 4, REMAINDER ${rest})`)),
    part('events', '2026_01', `FOR VALUES FROM ('${month(2026, 1)}') TO ('${month(2026, 2)}')`),
    part('events', 'rest', 'DEFAULT'),
  ]
}

const open = sqlDatabases.postgres

describe.runIf(open !== undefined)('PostgreSQL with partitions', () => {
  const prefix = `p${randomBytes(4).toString('hex')}_`
  let database: SqlTestDatabase
  beforeAll(async () => {
    database = await open!()
    for (const sql of partitioned(prefix)) await database.kysely.executeQuery(CompiledQuery.raw(sql))
    await migrate(database.kysely, { prefix })
  })
  afterAll(async () => {
    await dropTables(database.kysely, prefix)
    await database.close()
  })

  it('has them', async () => {
    const { rows } = await database.kysely.executeQuery<{ readonly name: string }>(
      CompiledQuery.raw(
        `SELECT relname AS name FROM pg_class WHERE relkind = 'p' AND relname LIKE '${prefix}%' ORDER BY relname`,
      ),
    )
    expect(rows.map(({ name }) => name)).toEqual([`${prefix}events`, `${prefix}tokens`])
  })

  for (const { id, requirement, run } of storageCases)
    it(`${id}: ${requirement}`, () =>
      expect(
        run(sqlStorage(database.kysely, { prefix }), sqlStorage(database.peerKysely, { prefix })),
      ).resolves.toBeUndefined())
})
