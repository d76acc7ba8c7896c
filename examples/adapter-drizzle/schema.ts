import { sql } from 'drizzle-orm'
import { index, type SQLiteColumn, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AuditEvent, Client, Grant, Setting, Token, Usage, Use } from 'grantor'

/** What a member of a record says, spelled as it is in the indexes. */
export const member = (record: SQLiteColumn, name: string) => sql`${record} ->> ${sql.raw(`'$.${name}'`)}`

/** A table of records, each in the JSON that it was stored in, and indexes of the members that are asked for. */
function recordsOf<T>(name: string, indexed: readonly (keyof T & string)[] = []) {
  const columns = { id: text('id').primaryKey(), record: text('record', { mode: 'json' }).$type<T>().notNull() }
  return sqliteTable(`oauth_${name}`, columns, ({ id, record }) =>
    indexed.map((one) =>
      one === 'uniqueName'
        ? uniqueIndex(`oauth_${name}_${one}`).on(member(record, one))
        : index(`oauth_${name}_${one}`).on(member(record, one), id),
    ),
  )
}

export type RecordsOf<T> = ReturnType<typeof recordsOf<T>>

export const clients = recordsOf<Client>('clients', ['uniqueName', 'createdAt', 'name', 'ownerId', 'accountId'])
export const grants = recordsOf<Grant>('grants', ['subject', 'clientId', 'expiresAt'])
export const tokens = recordsOf<Token>('tokens', ['expiresAt'])
export const events = recordsOf<AuditEvent>('events', ['at', 'type', 'clientId', 'grantId', 'subject', 'accountId'])
export const settings = recordsOf<Setting>('settings')
/** A table of its own, so that telling of a use never touches the row of a grant. */
export const uses = recordsOf<Use>('uses')
/** By client, account and day, all of which are in the id. */
export const usage = recordsOf<Usage>('usage', ['clientId', 'day'])
