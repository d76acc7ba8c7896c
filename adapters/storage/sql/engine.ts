import { type Kysely, sql } from 'kysely'

/** Which SQL the database speaks. `mysql` is MariaDB as well. */
export type Engine = 'sqlite' | 'postgres' | 'mysql'

const spellings: Readonly<Record<string, Engine>> = {
  'select "a", $1': 'postgres',
  'select "a", ?': 'sqlite',
  'select `a`, ?': 'mysql',
}

/**
 * The engine behind a Kysely instance, as its dialect spells a statement. Its classes say nothing: a bundler may have made
 * two copies of them.
 *
 * @throws TypeError for a dialect that this adapter does not know.
 */
export function engineOf<DB>(db: Kysely<DB>): Engine {
  const { sql: text } = sql`select ${sql.ref('a')}, ${1}`.compile(db.withoutPlugins())
  const engine = spellings[text]
  if (engine !== undefined) return engine
  throw new TypeError(`cannot tell which SQL "${text}" is; pass { engine: 'sqlite' | 'postgres' | 'mysql' }`)
}

/** What a statement can be given. */
export type Value = string | number | null

/** A statement under construction. `bind` adds a value and returns the place for it in the text. */
export interface Binder<Source> {
  readonly bind: (read: (source: Source) => Value, type?: ColumnType) => string
  readonly reads: readonly ((source: Source) => Value)[]
}

export type ColumnType = 'text' | 'bigint'

/** PostgreSQL numbers its parameters, and has to be told their type wherever it cannot be seen from a column beside them. */
export function binder<Source>(engine: Engine): Binder<Source> {
  const reads: ((source: Source) => Value)[] = []
  return {
    reads,
    bind(read, type) {
      reads.push(read)
      if (engine !== 'postgres') return '?'
      return type === undefined ? `$${reads.length}` : `$${reads.length}::${type}`
    },
  }
}

/** One place per item, each bound to what `read` takes from the item of that index: `$1, $2, $3`. */
export function bindEach<Source>(
  { bind }: Binder<Source>,
  count: number,
  read: (source: Source, index: number) => Value,
): string {
  return Array.from({ length: count }, (_, index) => bind((source) => read(source, index))).join(', ')
}

/** A statement that is written and filled in at once. `bind` is called in the order of the places. */
export function filled(engine: Engine, write: (bind: (value: Value, type?: ColumnType) => string) => string) {
  const { bind, reads } = binder<undefined>(engine)
  const text = write((value, type) => bind(() => value, type))
  return { sql: text, values: reads.map((read) => read(undefined)) }
}
