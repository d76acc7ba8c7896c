import { createAdapterFactory } from 'better-auth/adapters'
import { type Clause, type Row, Table } from './table.js'

type Values = Readonly<Record<string, unknown>>

/** An adapter as its documentation has one made, over {@link Table}. Each call is one turn of the event loop, so each is atomic. */
export function mapAdapter() {
  const tables = new Map<string, Table>()
  const tableOf = (model: string): Table => {
    const known = tables.get(model)
    if (known !== undefined) return known
    const table = new Table()
    tables.set(model, table)
    return table
  }
  const first = (model: string, where: readonly Clause[]): Row | null => tableOf(model).find(where)[0] ?? null

  return createAdapterFactory({
    config: {
      adapterId: 'map',
      adapterName: 'Map adapter',
      supportsJSON: true,
      supportsArrays: true,
      transaction: false,
    },
    adapter: () => ({
      async create<T>({ model, data }: { model: string; data: T }) {
        tableOf(model).insert(data as Row)
        return data
      },
      findOne: async <T>({ model, where }: { model: string; where: Clause[] }) => first(model, where) as T | null,
      async findMany<T>({ model, where = [], limit }: { model: string; where?: Clause[] | undefined; limit: number }) {
        return tableOf(model).find(where).slice(0, limit) as T[]
      },
      count: async ({ model, where = [] }) => tableOf(model).find(where).length,
      async update<T>({ model, where, update }: { model: string; where: Clause[]; update: T }) {
        const row = first(model, where)
        return row === null ? null : (tableOf(model).update(row, update as Values) as T)
      },
      async updateMany({ model, where, update }) {
        const rows = tableOf(model).find(where)
        for (const row of rows) tableOf(model).update(row, update)
        return rows.length
      },
      async delete({ model, where }) {
        const row = first(model, where)
        if (row !== null) tableOf(model).remove(row)
      },
      async deleteMany({ model, where }) {
        const rows = tableOf(model).find(where)
        for (const row of rows) tableOf(model).remove(row)
        return rows.length
      },
      async consumeOne<T>({ model, where }: { model: string; where: Clause[] }) {
        const row = first(model, where)
        if (row !== null) tableOf(model).remove(row)
        return row as T | null
      },
      async incrementOne<T>(asked: {
        model: string
        where: Clause[]
        increment: Record<string, number>
        set?: Values | undefined
      }) {
        const row = first(asked.model, asked.where)
        if (row === null) return null
        const sums = Object.entries(asked.increment).map(([field, by]) => [field, Number(row[field] ?? 0) + by])
        return tableOf(asked.model).update(row, { ...Object.fromEntries(sums), ...asked.set }) as T
      },
    }),
  })
}
