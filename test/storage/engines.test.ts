import { createRequire } from 'node:module'
import { change } from 'grantor'
import { type Engine, migrate, sqliteDatabase, sqlStorage } from 'grantor/storage/sql'
import { sampleClient } from 'grantor/testing'
import {
  type Dialect,
  DummyDriver,
  Kysely,
  type KyselyPlugin,
  MssqlAdapter,
  MssqlQueryCompiler,
  MysqlQueryCompiler,
  PostgresQueryCompiler,
  SqliteDialect,
  SqliteQueryCompiler,
} from 'kysely'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'

/** The other build of the same package, whose classes are others, as in an app whose bundler made two copies. */
const copy = createRequire(import.meta.url)('kysely') as typeof import('kysely')

/** Everything that an adapter has to have, and not of any class that Kysely knows. */
const lookAlike = {
  supportsCreateIfNotExists: true,
  supportsTransactionalDdl: false,
  supportsReturning: false,
  acquireMigrationLock: async () => {},
  releaseMigrationLock: async () => {},
}

const dialectOf = (
  createQueryCompiler: Dialect['createQueryCompiler'],
  adapter: ReturnType<Dialect['createAdapter']> = lookAlike,
): Dialect => ({
  createAdapter: () => adapter,
  createDriver: () => new DummyDriver(),
  createQueryCompiler,
  createIntrospector: (db) => new SqliteDialect({ database: async () => Promise.reject() }).createIntrospector(db),
})

const needsWhat = (dialect: Dialect, plugins: KyselyPlugin[] = []) =>
  sqlStorage(new Kysely<unknown>({ dialect, plugins })).listClients({}, { limit: 1 })

describe('the engine', () => {
  it.each<[Engine, Dialect['createQueryCompiler']]>([
    ['postgres', () => new PostgresQueryCompiler()],
    ['sqlite', () => new SqliteQueryCompiler()],
    ['mysql', () => new MysqlQueryCompiler()],
    ['postgres', () => new copy.PostgresQueryCompiler()],
    ['sqlite', () => new copy.SqliteQueryCompiler()],
    ['mysql', () => new copy.MysqlQueryCompiler()],
  ])('is told by what the dialect writes: %s', async (engine, compiler) => {
    await expect(needsWhat(dialectOf(compiler))).rejects.toThrow(
      `the OAuth tables are at version 0, this release needs 1`,
    )
    const plugins = [new copy.CamelCasePlugin(), new copy.WithSchemaPlugin('host')]
    await expect(needsWhat(dialectOf(compiler), plugins)).rejects.toThrow('at version 0')
    expect(engine).toMatch(/^(postgres|sqlite|mysql)$/)
  })

  it('has to be said for a dialect that writes like no other', () => {
    const other = new Kysely<unknown>({ dialect: dialectOf(() => new MssqlQueryCompiler(), new MssqlAdapter()) })
    expect(() => sqlStorage(other)).toThrow('pass { engine:')
    expect(() => sqlStorage(other, { engine: 'postgres' })).not.toThrow()
  })

  it('runs on a Kysely that comes from another copy of the package', async () => {
    const handle = sqliteDatabase(new Database(':memory:'))
    const db = new copy.Kysely<unknown>({ dialect: new copy.SqliteDialect({ database: handle }) })
    await migrate(db)
    const storage = sqlStorage(db)
    const client = sampleClient()
    expect(await storage.commit(change({ clients: [client] }))).toBe(true)
    expect(await storage.findClient(client.id)).toEqual(client)
    await db.destroy()
  })
})
