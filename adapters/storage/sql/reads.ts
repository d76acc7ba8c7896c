import type { AuditEvent, Client, EventFilter, FoundToken, Grant, GrantFilter, Page, Paged } from 'grantor'
import type { Database, Query } from './database.js'
import { binder } from './engine.js'
import { named } from './names.js'
import {
  clientColumns,
  eventColumns,
  grantColumns,
  type Row,
  readClient,
  readEvent,
  readFound,
  readGrant,
  selected,
  tokenColumns,
} from './tables.js'

/** Some texts no database can hold as UTF-8, so that nothing can be stored under them. */
export const storable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text)

/** The reads of one record, each a statement of its own and so a moment of its own. */
export function finders({ engine, tables: t, run }: Database) {
  const key = engine === 'postgres' ? '$1' : '?'
  const text = engine === 'postgres' ? named : (sql: string) => sql
  const client = text(`SELECT ${selected('c', clientColumns)} FROM ${t.clients} c WHERE c.id = ${key}`)
  const grant = text(`SELECT ${selected('g', grantColumns)} FROM ${t.grants} g WHERE g.id = ${key}`)
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
    client: (id: string): Promise<Client | null> => one(client, id, (row) => readClient(row)),
    grant: (id: string): Promise<Grant | null> => one(grant, id, (row) => readGrant(row)),
    token: (digest: string): Promise<FoundToken | null> => one(token, digest, readFound),
  }
}

/** A list's statement under construction. */
interface Listing {
  readonly from: string
  readonly columns: string
  /** Column to value; a filter that is not set is left out. */
  readonly equal: Readonly<Record<string, string | undefined>>
  /** The column whose order is the order of the list. */
  readonly order: string
}

/** The lists. Each is read along an index, in the order of the ids, from the last one seen. */
export function lists({ engine, tables: t, run }: Database) {
  const query = ({ from, columns, equal, order }: Listing, { limit, after }: Page): Query | null => {
    const filters = Object.entries(equal).flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]))
    if (![...filters.map(({ value }) => value), after ?? ''].every(storable)) return null
    const { bind, reads } = binder<undefined>(engine)
    const conditions = filters.map(({ column, value }) => `${column} = ${bind(() => value)}`)
    if (after !== undefined) conditions.push(`${order} > ${bind(() => after)}`)
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
    const sql = `SELECT ${columns} FROM ${from} ${where} ORDER BY ${order} LIMIT ${bind(() => limit + 1)}`
    return { sql, values: reads.map((read) => read(undefined)) }
  }
  const page = async <T extends { readonly id: string }>(
    listing: Listing,
    wanted: Page,
    read: (row: Row) => T,
  ): Promise<Paged<T>> => {
    const asked = query(listing, wanted)
    if (asked === null) return { items: [], next: null }
    const { rows } = await run(asked)
    const items = rows.slice(0, wanted.limit).map(read)
    return { items, next: rows.length > wanted.limit ? (items.at(-1)?.id ?? null) : null }
  }
  const inProject = `${t.grantProjects} p JOIN ${t.grants} g ON g.id = p.grant_id`
  return {
    clients: (wanted: Page): Promise<Paged<Client>> => {
      const listing = { from: `${t.clients} c`, columns: selected('c', clientColumns), equal: {}, order: 'c.id' }
      return page(listing, wanted, (row) => readClient(row))
    },
    grants: ({ subject, clientId, projectId }: GrantFilter, wanted: Page): Promise<Paged<Grant>> => {
      const equal = { 'p.project_id': projectId, 'g.subject': subject, 'g.client_id': clientId }
      const [from, order] = projectId === undefined ? [`${t.grants} g`, 'g.id'] : [inProject, 'p.grant_id']
      return page({ from, columns: selected('g', grantColumns), equal, order }, wanted, (row) => readGrant(row))
    },
    events: ({ subject, clientId, grantId }: EventFilter, wanted: Page): Promise<Paged<AuditEvent>> => {
      const equal = { 'e.grant_id': grantId, 'e.subject': subject, 'e.client_id': clientId }
      const listing = { from: `${t.events} e`, columns: selected('e', eventColumns), equal, order: 'e.id' }
      return page(listing, wanted, readEvent)
    },
  }
}
