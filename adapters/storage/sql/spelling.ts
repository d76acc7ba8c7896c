import type { Engine } from './engine.js'
import { limits } from './tables.js'

/** How each engine spells the types. Keys compare byte for byte in all of them; bodies are never searched. */
interface Types {
  readonly clientId: string
  readonly id: string
  readonly name: string
  readonly word: string
  readonly body: string
  readonly time: string
  readonly day: string
  readonly table: string
}

/** What the spelling of a table depends on. */
export interface Spelling {
  readonly engine: Engine
  /** Whether a text may be told to compare byte by byte. CockroachDB always does, and cannot be told. */
  readonly collates: boolean
}

const postgres = (text: string): Types => ({
  clientId: text,
  id: text,
  name: text,
  word: text,
  body: text,
  time: 'bigint',
  day: 'integer',
  table: '',
})

const sqlite: Types = {
  clientId: 'TEXT',
  id: 'TEXT',
  name: 'TEXT',
  word: 'TEXT',
  body: 'TEXT',
  time: 'INTEGER',
  day: 'INTEGER',
  table: '',
}

/** Collations of MySQL and MariaDB confuse letter case or ignore trailing spaces; bytes are bytes. */
const mysql: Types = {
  clientId: `VARBINARY(${limits.url})`,
  id: `VARBINARY(${limits.id})`,
  name: `VARBINARY(${limits.name})`,
  word: `VARBINARY(${limits.word})`,
  body: 'LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  time: 'BIGINT',
  // Four bytes: with the two ids beside it, a key of the table of usage is as long as InnoDB allows.
  day: 'INT',
  table: ' ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
}

export function typesOf({ engine, collates }: Spelling): Types {
  if (engine === 'postgres') return postgres(collates ? 'text COLLATE "C"' : 'text')
  return engine === 'sqlite' ? sqlite : mysql
}

export interface Index {
  readonly name: string
  readonly columns: string
  readonly unique?: true
  /** Only rows of which this holds; MySQL has them all. */
  readonly where?: string
}

export function createTable(
  spelling: Spelling,
  table: string,
  lines: readonly string[],
  indexes: readonly Index[],
): string[] {
  const { engine } = spelling
  // MySQL has no CREATE INDEX IF NOT EXISTS, so that its indexes come with the table.
  const kind = ({ unique }: Index) => (unique ? 'UNIQUE INDEX' : 'INDEX')
  const inline =
    engine === 'mysql' ? indexes.map((index) => `${kind(index)} ${table}_${index.name} (${index.columns})`) : []
  // ASC says nothing in most engines; YugabyteDB would hash the first column without it, and could not read a range.
  const after = engine === 'mysql' ? [] : indexes
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (\n  ${[...lines, ...inline].join(',\n  ')}\n)${typesOf(spelling).table}`,
    ...after.map((index) => {
      const where = index.where === undefined ? '' : ` WHERE ${index.where}`
      return `CREATE ${kind(index)} IF NOT EXISTS ${table}_${index.name} ON ${table} (${index.columns})${where}`
    }),
  ]
}
