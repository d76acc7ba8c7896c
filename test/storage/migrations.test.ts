import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { change } from 'grantor'
import { type Engine, migrate, migrationSql, sqlStorage } from 'grantor/storage/sql'
import { sampleClient } from 'grantor/testing'
import { CompiledQuery, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failing } from '../support/databases.failing.js'
import { dropTables, type SqlTestDatabase, sqlDatabases } from '../support/databases.js'

const engines: Readonly<Record<string, Engine>> = { sqlite: 'sqlite', postgres: 'postgres', mariadb: 'mysql' }

const newPrefix = () => `m${randomBytes(4).toString('hex')}_`

describe.each(Object.entries(sqlDatabases))('%s', (name, open) => {
  let database: SqlTestDatabase
  let db: Kysely<unknown>
  const used: string[] = []
  const fresh = () => {
    const prefix = newPrefix()
    used.push(prefix)
    return { prefix }
  }
  beforeAll(async () => {
    database = await open()
    db = database.kysely
  })
  afterAll(async () => {
    for (const prefix of used) await dropTables(db, prefix)
    await database.close()
  })

  /** A client written and read back. */
  const roundTrip = async (options: { readonly prefix: string }) => {
    const client = sampleClient()
    const storage = sqlStorage(db, options)
    const made = await storage.commit(change({ clients: [client] }))
    return { made, same: isDeepStrictEqual(await storage.findClient(client.id), client) }
  }

  it('says what to do when the tables are missing, and works once it is done', async () => {
    const options = fresh()
    const storage = sqlStorage(db, options)
    await expect(storage.findClient(sampleClient().id)).rejects.toThrow(/run migrate\(db\) or what migrationSql\('/)
    await expect(storage.commit(change({}))).rejects.toThrow('run migrate(db)')
    await migrate(db, options)
    await expect(storage.findClient(sampleClient().id)).resolves.toBeNull()
  })

  it('says what to do when the tables are older than the release', async () => {
    const options = fresh()
    await migrate(db, options)
    await sql`DELETE FROM ${sql.table(`${options.prefix}schema`)}`.execute(db)
    await expect(sqlStorage(db, options).listClients({}, { limit: 1 })).rejects.toThrow(
      'at version 0, this release needs 1',
    )
    await migrate(db, options)
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
  })

  it('migrates from several processes at once, and again, without harm', async () => {
    const options = fresh()
    await Promise.all([migrate(db, options), migrate(database.peerKysely, options), migrate(db, options)])
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
    await migrate(db, options)
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
  })

  it('goes on after a migration that was cut off', async () => {
    const options = fresh()
    let count = 0
    const dialect = failing(database.dialect(), {
      before(text) {
        if (!text.startsWith('CREATE')) return
        count += 1
        if (count === 4) throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
      },
    })
    const cut = new Kysely<unknown>({ dialect })
    await expect(migrate(cut, options)).rejects.toThrow('connection lost')
    await cut.destroy()
    await expect(sqlStorage(db, options).listClients({}, { limit: 1 })).rejects.toThrow('migrate(db)')
    await migrate(db, options)
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
  })

  it('needs no lock that only some servers have', async () => {
    const options = fresh()
    const before = (text: string) => {
      if (/GET_LOCK|advisory|LOCK TABLE/i.test(text)) throw new Error('not on this cluster')
    }
    const without = [1, 2].map(() => new Kysely<unknown>({ dialect: failing(database.dialect(), { before }) }))
    await Promise.all(without.map((one) => migrate(one, options)))
    await Promise.all(without.map((one) => one.destroy()))
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
  })

  it('gives the same tables to a host with a migration tool of its own', async () => {
    const options = fresh()
    const statements = migrationSql(engines[name]!, options).split(/;\n/).filter(Boolean)
    for (const statement of [...statements, ...statements]) await db.executeQuery(CompiledQuery.raw(statement))
    expect(await roundTrip(options)).toEqual({ made: true, same: true })
  })

  it('refuses a prefix that is not a plain name, and a transaction', async () => {
    expect(() => sqlStorage(db, { prefix: 'oauth"; --' })).toThrow(TypeError)
    await expect(db.transaction().execute(async (transaction) => sqlStorage(transaction))).rejects.toThrow(
      'transaction',
    )
  })
})
