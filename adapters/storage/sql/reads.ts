import type { Client, FoundToken, Grant, Setting } from 'grantor'
import type { Database } from './database.js'
import { named } from './names.js'
import { type Row, readClient, readFound, readGrant, readSetting } from './rows.js'
import { clientColumns, grantColumns, selected, settingColumns, tokenColumns } from './tables.js'

/** Some texts no database can hold as UTF-8, so that nothing can be stored under them. */
export const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** The reads of one record, each a statement of its own and so a moment of its own. */
export function finders({ engine, tables: t, run }: Database) {
  const key = engine === 'postgres' ? '$1' : '?'
  const text = engine === 'postgres' ? named : (sql: string) => sql
  const client = text(`SELECT ${selected('c', clientColumns)} FROM ${t.clients} c WHERE c.id = ${key}`)
  const grant = text(`SELECT ${selected('g', grantColumns)} FROM ${t.grants} g WHERE g.id = ${key}`)
  const setting = text(`SELECT ${selected('s', settingColumns)} FROM ${t.settings} s WHERE s.name = ${key}`)
  const columns = [selected('t', tokenColumns), selected('g', grantColumns), selected('c', clientColumns)].join(', ')
  const token = text(
    `SELECT ${columns} FROM ${t.tokens} t LEFT JOIN ${t.grants} g ON g.id = t.grant_id LEFT JOIN ${t.clients} c ON c.id = t.client_id WHERE t.digest = ${key}`,
  )
  const one = async <T>(sql: string, id: string, read: (row: Row) => T): Promise<T | null> => {
    if (!storable(id)) return null
    const { rows } = await run({ sql, values: [id] })
    return rows[0] === undefined ? null : read(rows[0])
  }
  return {
    client: (id: string): Promise<Client | null> => one(client, id, readClient),
    grant: (id: string): Promise<Grant | null> => one(grant, id, readGrant),
    setting: (name: string): Promise<Setting | null> => one(setting, name, readSetting),
    token: (digest: string): Promise<FoundToken | null> => one(token, digest, readFound),
  }
}
