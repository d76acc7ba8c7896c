import type { AuditEvent, EventFilter, Grant, GrantFilter, Page, Paged } from 'grantor'
import type { Database } from './database.js'
import { filled } from './engine.js'
import { type Condition, conditionsOf, type Listing } from './list-query.js'
import { storable } from './reads.js'
import { type Row, readEvent, readGrant } from './rows.js'
import { eventColumns, grantColumns, selected } from './tables.js'

const whatIsSet = (filters: readonly (readonly [column: string, value: string | undefined])[]) =>
  filters.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]))

/** The lists but that of the clients. */
export function lists({ engine, tables: t, run }: Database) {
  async function page<T extends { readonly id: string }>(
    select: string,
    listing: Listing,
    limit: number,
    read: (row: Row) => T,
  ): Promise<Paged<T>> {
    const { common, id, newestFirst, from, until, after } = listing
    const texts = [...common.map(([, value]) => value), from, until, after]
    if (!texts.every((text) => text === undefined || storable(text))) return { items: [], next: null }
    const query = filled(engine, (bind) => {
      const conditions = conditionsOf(engine, listing).map((condition) => condition(bind))
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
      // The first column holds the same in all of the list. Named, it tells which index has this order.
      const by = [...common.slice(0, 1).map(([column]) => column), id]
      const order = by.map((column) => `${column} ${newestFirst ? 'DESC' : 'ASC'}`).join(', ')
      return `SELECT ${select} ${where} ORDER BY ${order} LIMIT ${bind(limit + 1)}`
    })
    const { rows } = await run(query)
    const items = rows.slice(0, limit).map(read)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  const columns = selected('g', grantColumns)

  return {
    /** A person has few grants and a project may have many, so that only a list by nothing else is read along the projects. */
    grants({ subject, clientId, projectId }: GrantFilter, { limit, after }: Page): Promise<Paged<Grant>> {
      const common = whatIsSet([
        ['g.subject', subject],
        ['g.client_id', clientId],
      ])
      if (projectId !== undefined && !storable(projectId)) return Promise.resolve({ items: [], next: null })
      if (projectId !== undefined && common.length === 0) {
        const named = { common: whatIsSet([['p.project_id', projectId]]), id: 'p.grant_id', newestFirst: false, after }
        return page(
          `${columns} FROM ${t.grantProjects} p JOIN ${t.grants} g ON g.id = p.grant_id`,
          named,
          limit,
          readGrant,
        )
      }
      const names =
        (project: string): Condition =>
        (bind) =>
          `EXISTS (SELECT 1 FROM ${t.grantProjects} p WHERE p.project_id = ${bind(project)} AND p.grant_id = g.id)`
      const also = projectId === undefined ? [] : [names(projectId)]
      return page(
        `${columns} FROM ${t.grants} g`,
        { common, also, id: 'g.id', newestFirst: false, after },
        limit,
        readGrant,
      )
    },
    events(filter: EventFilter, { limit, after }: Page): Promise<Paged<AuditEvent>> {
      // A list is read along the first of these that is set, so that what has the fewest events comes first.
      const common = whatIsSet([
        ['e.grant_id', filter.grantId],
        ['e.subject', filter.subject],
        ['e.client_id', filter.clientId],
        ['e.account_id', filter.accountId],
        ['e.type', filter.type],
      ])
      const span = { newestFirst: filter.order === 'newest', from: filter.fromId, until: filter.untilId, after }
      return page(
        `${selected('e', eventColumns)} FROM ${t.events} e`,
        { common, id: 'e.id', ...span },
        limit,
        readEvent,
      )
    },
  }
}
