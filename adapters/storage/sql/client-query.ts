import type { Client, ClientFilter } from 'grantor'
import type { Place } from '../cursor.js'
import type { Bind } from './clearing.js'
import type { Engine } from './engine.js'
import type { Condition } from './list-query.js'
import { storable } from './reads.js'
import { everyClient, hashOf } from './tables.js'

/** Both columns are null for a client that was revoked. */
export interface Order {
  readonly column: 'c.listed_name' | 'c.listed_at'
  readonly direction: 'ASC' | 'DESC'
  readonly past: '>' | '<'
  /** What every client that is listed has at least. */
  readonly least: string
  readonly by: (client: Client) => Place[0]
}

const up = { direction: 'ASC', past: '>' } as const
const byTime = { column: 'c.listed_at', least: '0', by: ({ createdAt }: Client) => createdAt } as const

export const orders: Readonly<Record<NonNullable<ClientFilter['order']>, Order>> = {
  newest: { ...byTime, direction: 'DESC', past: '<' },
  oldest: { ...byTime, ...up },
  name: { ...up, column: 'c.listed_name', least: "''", by: ({ name }) => name },
}

/** What all clients of a list have in common, the column of the index that begins with it, and how to ask for it beside that of another. */
interface Common {
  readonly column: string
  readonly condition: Condition
  readonly beside: Condition
}

/**
 * A column that holds one value. Of an equality and a place to go on from, MySQL would use the equality and read all that is before the
 * place; of a range that holds one value it uses both. The others may not know which index is the best, and are kept from all but one.
 */
function holding(engine: Engine, column: string, spell: (bind: Bind) => string): Common {
  const equal: Condition = (bind) => `${column} = ${spell(bind)}`
  if (engine === 'sqlite') return { column, condition: equal, beside: (bind) => `+${equal(bind)}` }
  if (engine === 'postgres')
    return { column, condition: equal, beside: (bind) => `${column} IS NOT DISTINCT FROM ${spell(bind)}` }
  return { column, condition: (bind) => `${column} >= ${spell(bind)} AND ${column} <= ${spell(bind)}`, beside: equal }
}

function common(engine: Engine, name: string, value: string | undefined, isHashed: boolean): readonly Common[] {
  if (value === undefined) return []
  const own = holding(engine, `c.${name}`, (bind) => bind(value))
  if (engine !== 'mysql' || !isHashed) return [own]
  // MySQL's index of an id begins with a hash, see the schema.
  const hashed = holding(engine, `c.${name}_hash`, (bind) => hashOf(bind(value)))
  return [{ ...hashed, condition: (bind) => `${hashed.condition(bind)} AND ${own.beside(bind)}`, beside: own.beside }]
}

/** What a list holds, and what the index that it is read along begins with. Null: nothing can be stored under such a text. */
export function listed(engine: Engine, filter: ClientFilter) {
  const { registration, ownerId, accountId, disabled, search } = filter
  if (![registration, ownerId, accountId, search].every((text) => text === undefined || storable(text))) return null
  // A list is read along the first: those of one person are few, and so are those that are disabled.
  const [first, ...others] = [
    ...common(engine, 'owner_id', ownerId, true),
    ...(disabled === true ? [holding(engine, 'c.is_disabled', () => '1')] : []),
    ...common(engine, 'account_id', accountId, true),
    ...common(engine, 'registration', registration, false),
  ]
  const conditions = [first?.condition ?? (() => `c.${everyClient}`), ...others.map(({ beside }) => beside)]
  if (disabled === false) conditions.push(() => 'c.disabled_at IS NULL')
  return { conditions, first: first === undefined ? [] : [first.column] }
}

/** On one side of a place in the order. MySQL compares two columns at once without an index. */
export const onOneSide =
  (engine: Engine, { column }: Order, side: '<' | '>', [by, id]: Place, orEqual: '=' | ''): Condition =>
  (bind) =>
    engine === 'mysql'
      ? `(${column} ${side} ${bind(by)} OR (${column} = ${bind(by)} AND c.id ${side}${orEqual} ${bind(id)}))`
      : `(${column}, c.id) ${side}${orEqual} (${bind(by)}, ${bind(id)})`

const positions: Readonly<Record<Engine, (part: string) => string>> = {
  sqlite: (part) => `instr(c.name, ${part})`,
  postgres: (part) => `strpos(c.name, ${part})`,
  mysql: (part) => `LOCATE(${part}, c.name)`,
}

export const matches =
  (engine: Engine, search: string): Condition =>
  (bind) =>
    `(c.id = ${bind(search)} OR ${positions[engine](bind(search))} > 0)`
