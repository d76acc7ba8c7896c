import type { Where } from 'better-auth'

export type Row = Record<string, unknown> & { id: string }

export type Clause = Required<Where>

function holds(row: Row, { field, operator, value }: Clause): boolean {
  const held = row[field] ?? null
  switch (operator) {
    case 'eq':
      return held === value
    case 'ne':
      return held !== value
    case 'in':
      return Array.isArray(value) && value.some((one) => one === held)
    case 'not_in':
      return Array.isArray(value) && !value.some((one) => one === held)
    case 'lt':
      return held !== null && value !== null && (held as number) < (value as number)
    case 'lte':
      return held !== null && value !== null && (held as number) <= (value as number)
    case 'gt':
      return held !== null && value !== null && (held as number) > (value as number)
    case 'gte':
      return held !== null && value !== null && (held as number) >= (value as number)
    default:
      throw new TypeError(`the benchmark asks for no ${operator}`)
  }
}

const matches = (row: Row, where: readonly Clause[]) => {
  const any = where.filter(({ connector }) => connector === 'OR')
  const all = where.filter(({ connector }) => connector !== 'OR')
  return all.every((clause) => holds(row, clause)) && (any.length === 0 || any.some((clause) => holds(row, clause)))
}

/** Rows by id, and by each field that somebody has looked for by its value, as a table with indexes has them. */
export class Table {
  readonly #rows = new Map<string, Row>()
  readonly #indexes = new Map<string, Map<unknown, Set<Row>>>()

  insert(row: Row): void {
    this.#rows.set(row.id, row)
    for (const [field, index] of this.#indexes) enter(index, row, field)
  }

  find(where: readonly Clause[]): Row[] {
    const found: Row[] = []
    for (const row of this.#candidates(where)) if (matches(row, where)) found.push(row)
    return found
  }

  update(row: Row, values: Readonly<Record<string, unknown>>): Row {
    for (const [field, index] of this.#indexes) if (field in values) leave(index, row, field)
    Object.assign(row, values)
    for (const [field, index] of this.#indexes) if (field in values) enter(index, row, field)
    return row
  }

  remove(row: Row): void {
    this.#rows.delete(row.id)
    for (const [field, index] of this.#indexes) leave(index, row, field)
  }

  /** The rows with the one value asked for that fewest of them have. */
  #candidates(where: readonly Clause[]): Iterable<Row> {
    let best: ReadonlySet<Row> | undefined
    for (const { field, operator, value, connector } of where) {
      if (operator !== 'eq' || value === null || connector === 'OR') continue
      if (field === 'id') {
        const row = this.#rows.get(String(value))
        return row === undefined ? [] : [row]
      }
      const rows = this.#index(field).get(value) ?? none
      if (best === undefined || rows.size < best.size) best = rows
    }
    return best ?? this.#rows.values()
  }

  #index(field: string): Map<unknown, Set<Row>> {
    const known = this.#indexes.get(field)
    if (known !== undefined) return known
    const index = new Map<unknown, Set<Row>>()
    for (const row of this.#rows.values()) enter(index, row, field)
    this.#indexes.set(field, index)
    return index
  }
}

const none: ReadonlySet<Row> = new Set()

function enter(index: Map<unknown, Set<Row>>, row: Row, field: string): void {
  const rows = index.get(row[field])
  if (rows === undefined) index.set(row[field], new Set([row]))
  else rows.add(row)
}

function leave(index: Map<unknown, Set<Row>>, row: Row, field: string): void {
  const rows = index.get(row[field])
  rows?.delete(row)
  if (rows?.size === 0) index.delete(row[field])
}
