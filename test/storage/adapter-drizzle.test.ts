import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { is, SQL } from 'drizzle-orm'
import { getTableConfig, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import { change, type ProjectId } from 'grantor'
import { flowCases, inSeconds, sampleGrant, sampleToken, storageCases } from 'grantor/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../examples/adapter-drizzle/open.js'
import * as schema from '../../examples/adapter-drizzle/schema.js'
import { drizzleStorage } from '../../examples/adapter-drizzle/storage.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => readFileSync(join(root, 'examples/adapter-drizzle', file), 'utf8')
const cases = [...storageCases, ...flowCases]
const run = promisify(execFile)

const folder = mkdtempSync(join(tmpdir(), 'adapter-drizzle-'))
const [one, other] = [openDatabase(join(folder, 'oauth.db')), openDatabase(join(folder, 'oauth.db'))]
one.client.exec(read('tables.sql'))

afterAll(() => {
  for (const { client } of [one, other]) client.close()
  rmSync(folder, { recursive: true })
})

describe('the Drizzle adapter', () => {
  const [storage, peer] = [drizzleStorage(one.db), drizzleStorage(other.db)]

  for (const { id, requirement, run } of cases)
    it(`${id}: ${requirement}`, () => expect(run(storage, peer)).resolves.toBeUndefined())

  it('takes a project that is called "all" for a project', async () => {
    const projectId = 'all' as ProjectId
    const grants = [sampleGrant({ projects: 'all' }), sampleGrant({ projects: [projectId] })]
    expect(await storage.commit(change({ grants }))).toBe(true)
    expect((await storage.listGrants({ projectId }, { limit: 5 })).items).toEqual(grants.slice(1))
  })

  it('forgets when a token and a grant were used once they are purged', async () => {
    const early = inSeconds(-(10 ** 9))
    const grant = sampleGrant({ expiresAt: early })
    const token = sampleToken(grant, { expiresAt: early })
    const ids = [grant.id, token.digest]
    await storage.commit(change({ grants: [grant], tokens: [token] }))
    await storage.touch({ uses: ids.map((id) => ({ id, at: early, address: null, agent: null })), usage: [] })
    expect(await storage.lastUses(ids)).toHaveLength(2)
    const old = { expiredBefore: inSeconds(-(10 ** 8)), unusedClientsBefore: null, eventsBefore: null, limit: 500 }
    await storage.purge(old)
    expect(await storage.lastUses(ids)).toEqual([])
  })
})

const { member: _, ...tables } = schema

describe('the Drizzle example', () => {
  const dialect = new SQLiteSyncDialect()
  const spelled = (column: object) => (is(column, SQL) ? dialect.sqlToQuery(column, 'indexes').sql : '`id`')

  it.each(Object.entries(tables))('makes the table that its schema describes: %s', (_, table) => {
    const { name, columns, indexes } = getTableConfig(table)
    const described = columns.map((column) => [column.name, column.getSQLType().toUpperCase(), Number(column.notNull)])
    const made = one.client.prepare('SELECT name, upper(type), "notnull" FROM pragma_table_info(?)').raw().all([name])
    expect(made).toEqual(described)
    const own = one.client.prepare(
      `SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
    )
    const written = indexes.map(
      ({ config }) =>
        `CREATE ${config.unique ? 'UNIQUE ' : ''}INDEX \`${config.name}\` ON \`${name}\` (${config.columns.map(spelled).join(',')})`,
    )
    expect(own.raw().all([name]).flat().toSorted()).toEqual(written.toSorted())
  })

  it('reads lists and clears away along its indexes', () => {
    const plans = [
      "SELECT id FROM oauth_grants WHERE record ->> '$.subject' = ? AND id > ? ORDER BY id",
      "SELECT id FROM oauth_events WHERE record ->> '$.accountId' = ? AND id < ? ORDER BY id DESC",
      "SELECT id FROM oauth_clients ORDER BY record ->> '$.name', id",
      "SELECT id FROM oauth_tokens WHERE record ->> '$.expiresAt' < ?",
    ].map((sql) =>
      one.client
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .raw()
        .all(['a', 'b'].slice(0, sql.split('?').length - 1)),
    )
    for (const plan of plans) {
      expect(String(plan)).toContain('INDEX oauth_')
      expect(String(plan)).not.toContain('TEMP B-TREE')
    }
  })

  it('can be read at one sitting', () => {
    const lines = (text: string) => text.trimEnd().split('\n').length
    expect(lines(read('storage.ts')) + lines(read('schema.ts'))).toBeLessThan(250)
  })

  it('passes every case under node:test, run as its README says', async () => {
    const [, config, file] = /^npx tsup --config (\S+) --silent\nnode --test (\S+)$/m.exec(read('README.md'))!
    const node = (...args: readonly string[]) => run(process.execPath, args, { cwd: root })
    await node('node_modules/tsup/dist/cli-default.js', '--config', config!, '--silent')
    const { stdout } = await node('--test', '--test-reporter=tap', file!)
    expect(stdout).toContain(`\n# pass ${cases.length}\n# fail 0\n# cancelled 0\n# skipped 0\n`)
  }, 300_000)
})
