import type { Client, ClientFilter, Page, Paged } from 'grantor'
import { cursorAt, type Place, placeOf } from '../cursor.js'
import { listed, matches, type Order, onOneSide, orders } from './client-query.js'
import type { Database } from './database.js'
import { filled } from './engine.js'
import type { Condition } from './list-query.js'
import { storable } from './reads.js'
import { type Row, readClient, textOf } from './rows.js'
import { clientColumns, selected } from './tables.js'

/** How many clients a search reads for one page. */
const MOST_SEARCHED = 10_000

const nothing: Paged<Client> = { items: [], next: null }

const columns = selected('c', clientColumns)

const placeIn = ({ column }: Order, { place, id }: Row): Place => [
  column === 'c.listed_name' ? textOf(place) : Number(place),
  textOf(id),
]

/** A page of another order, or of nobody, has nothing to go on from. */
const fits = ({ column }: Order, place: Place | null): place is Place =>
  place !== null && (typeof place[0] === 'string') === (column === 'c.listed_name') && place.map(String).every(storable)

/** The list of the clients. In each order, and by each filter that has an index, a page is read along it. */
export function clientList({ engine, tables: { clients }, run }: Database) {
  async function read(
    select: string,
    order: Order,
    first: readonly string[],
    where: readonly Condition[],
    end: Condition,
  ) {
    // The columns that come first hold the same in all of these clients. Named, they tell which index has this order.
    const by = [...first, order.column, 'c.id'].map((column) => `${column} ${order.direction}`).join(', ')
    const query = filled(engine, (bind) => {
      const all = where.map((condition) => condition(bind)).join(' AND ')
      return `SELECT ${select} FROM ${clients} c WHERE ${all} ORDER BY ${by} ${end(bind)}`
    })
    return (await run(query)).rows
  }

  return async (filter: ClientFilter, { limit, after }: Page): Promise<Paged<Client>> => {
    const order = orders[filter.order ?? 'newest']
    const wanted = listed(engine, filter)
    const from = after === undefined ? null : placeOf(after)
    if (wanted === null || (after !== undefined && !fits(order, from))) return nothing
    const start: Condition = () => `${order.column} >= ${order.least}`
    const where = [...wanted.conditions, from === null ? start : onOneSide(engine, order, order.past, from, '')]

    const { search } = filter
    let last: Place | null = null
    if (search !== undefined) {
      // A search goes on to here at most, so that a page takes no longer the more clients there are.
      const farthest: Condition = (bind) => `LIMIT 1 OFFSET ${bind(MOST_SEARCHED - 1)}`
      const [row] = await read(`${order.column} AS place, c.id AS id`, order, wanted.first, where, farthest)
      if (row !== undefined) {
        last = placeIn(order, row)
        where.push(onOneSide(engine, order, order.past === '>' ? '<' : '>', last, '='))
      }
      where.push(matches(engine, search))
    }

    const rows = await read(columns, order, wanted.first, where, (bind) => `LIMIT ${bind(limit + 1)}`)
    const items = rows.slice(0, limit).map(readClient)
    const end = items.at(-1)
    if (rows.length > limit && end !== undefined) return { items, next: cursorAt([order.by(end), end.id]) }
    return { items, next: last === null ? null : cursorAt(last) }
  }
}
