import type { Bind } from './clearing.js'
import type { Engine } from './engine.js'

export type Condition = (bind: Bind) => string

/** A list in the order of its ids, and what it is read along: an index that begins with the first column, if any, and goes on with the id. */
export interface Listing {
  /** What all of the list have in common. */
  readonly common: readonly (readonly [column: string, value: string])[]
  readonly also?: readonly Condition[]
  /** The column of the ids. */
  readonly id: string
  readonly newestFirst: boolean
  /** The first id that is wanted, and the first after it that is not. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  /** The last id of the page before. */
  readonly after?: string | undefined
}

type Test = readonly [operator: '>' | '>=' | '<', id: string]

/** How far the ids go: from the one, to the other, and what else has to be asked when a page begins in between. */
function endsOf({ newestFirst, from, until, after }: Listing) {
  const low: Test | null = from === undefined ? null : ['>=', from]
  const high: Test | null = until === undefined ? null : ['<', until]
  if (after === undefined) return { low, high, beyond: null }
  return newestFirst
    ? { low, high: ['<', after] as const, beyond: high }
    : { low: ['>', after] as const, high, beyond: low }
}

const compared =
  (column: string, operator: string, value: string): Condition =>
  (bind) =>
    `${column} ${operator} ${bind(value)}`

/**
 * What keeps each engine on the index that the list is read along, and lets it begin there with the page. Told that a column is equal to
 * something, PostgreSQL may read the primary key instead, past everything else, and MySQL reads all that is before the page. The ids are
 * compared by themselves as well, so that partitions of ids can be left out.
 */
export function conditionsOf(engine: Engine, listing: Listing): readonly Condition[] {
  const { common, also = [], id } = listing
  const [first, ...rest] = common
  const { low, high, beyond } = endsOf(listing)
  const ids = [low, high, beyond].flatMap((test) => (test === null ? [] : [compared(id, ...test)]))
  const others = [...ids, ...rest.map(([column, value]) => compared(column, '=', value)), ...also]
  if (first === undefined) return others

  const [column, value] = first
  if (engine === 'sqlite') return [compared(column, '=', value), ...others]
  const [from, to] = [compared(column, '>=', value), compared(column, '<=', value)]
  if (engine === 'mysql') return [from, to, ...others]
  const pair =
    ([operator, one]: Test): Condition =>
    (bind) =>
      `(${column}, ${id}) ${operator} (${bind(value)}, ${bind(one)})`
  return [low === null ? from : pair(low), high === null ? to : pair(high), ...others]
}
