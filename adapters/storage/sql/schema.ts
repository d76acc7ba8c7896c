import type { Engine } from './engine.js'
import { limits, type Tables } from './tables.js'

/** The version that this release reads and writes. */
export const SCHEMA_VERSION = 1

/** How each engine spells the types. Keys compare byte for byte in all of them; bodies are never searched. */
interface Types {
  readonly clientId: string
  readonly id: string
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
  word: text,
  body: text,
  time: 'bigint',
  day: 'integer',
  table: '',
})

const sqlite: Types = {
  clientId: 'TEXT',
  id: 'TEXT',
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
  word: `VARBINARY(${limits.word})`,
  body: 'LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  time: 'BIGINT',
  // Four bytes: with the two ids beside it, a key of the table of usage is as long as InnoDB allows.
  day: 'INT',
  table: ' ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
}

function typesOf({ engine, collates }: Spelling): Types {
  if (engine === 'postgres') return postgres(collates ? 'text COLLATE "C"' : 'text')
  return engine === 'sqlite' ? sqlite : mysql
}

interface Index {
  readonly name: string
  readonly columns: string
}

function createTable(spelling: Spelling, table: string, lines: readonly string[], indexes: readonly Index[]): string[] {
  const { engine } = spelling
  // MySQL has no CREATE INDEX IF NOT EXISTS, so that its indexes come with the table.
  const inline = engine === 'mysql' ? indexes.map(({ name, columns }) => `INDEX ${table}_${name} (${columns})`) : []
  // ASC says nothing in most engines; YugabyteDB would hash the first column without it, and could not read a range.
  const after = engine === 'mysql' ? [] : indexes
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (\n  ${[...lines, ...inline].join(',\n  ')}\n)${typesOf(spelling).table}`,
    ...after.map(({ name, columns }) => `CREATE INDEX IF NOT EXISTS ${table}_${name} ON ${table} (${columns})`),
  ]
}

function first(spelling: Spelling, tables: Tables): string[] {
  const { clientId, id, word, body, time, day } = typesOf(spelling)
  return [
    ...createTable(
      spelling,
      tables.clients,
      [
        `id ${clientId} NOT NULL PRIMARY KEY`,
        `secrets ${body} NOT NULL`,
        `metadata ${body} NOT NULL`,
        `policy ${body} NOT NULL`,
        `registration ${word} NOT NULL`,
        `owner_id ${id}`,
        `account_id ${id}`,
        `created_at ${time} NOT NULL`,
        `disabled_at ${time}`,
        `version ${time} NOT NULL`,
        `revoked_at ${time}`,
      ],
      [
        { name: 'by_registration', columns: 'registration, created_at' },
        { name: 'by_revocation', columns: 'revoked_at ASC' },
      ],
    ),
    ...createTable(
      spelling,
      tables.grants,
      [
        `id ${id} NOT NULL PRIMARY KEY`,
        `client_id ${clientId} NOT NULL`,
        `subject ${id}`,
        `account_id ${id}`,
        `projects ${body} NOT NULL`,
        `scope ${body} NOT NULL`,
        `resource ${body} NOT NULL`,
        `details ${body} NOT NULL`,
        `created_at ${time} NOT NULL`,
        `expires_at ${time} NOT NULL`,
        `revoked_at ${time}`,
      ],
      [
        { name: 'by_subject', columns: 'subject, id' },
        { name: 'by_client', columns: 'client_id, id' },
        { name: 'by_expiry', columns: 'expires_at ASC' },
      ],
    ),
    ...createTable(
      spelling,
      tables.grantProjects,
      [`project_id ${id} NOT NULL`, `grant_id ${id} NOT NULL`, 'PRIMARY KEY (project_id, grant_id)'],
      [{ name: 'by_grant', columns: 'grant_id' }],
    ),
    ...createTable(
      spelling,
      tables.tokens,
      [
        `digest ${id} NOT NULL PRIMARY KEY`,
        `kind ${word} NOT NULL`,
        `client_id ${clientId} NOT NULL`,
        `grant_id ${id}`,
        `data ${body} NOT NULL`,
        `created_at ${time} NOT NULL`,
        `expires_at ${time} NOT NULL`,
        `redeemed_at ${time}`,
        `redemption_note ${body}`,
      ],
      [{ name: 'by_expiry', columns: 'expires_at ASC' }],
    ),
    ...createTable(
      spelling,
      tables.events,
      [
        `id ${id} NOT NULL PRIMARY KEY`,
        `at ${time} NOT NULL`,
        `type ${word} NOT NULL`,
        `outcome ${word} NOT NULL`,
        `client_id ${clientId}`,
        `grant_id ${id}`,
        `subject ${id}`,
        `data ${body} NOT NULL`,
      ],
      [
        { name: 'by_subject', columns: 'subject, id' },
        { name: 'by_client', columns: 'client_id, id' },
        { name: 'by_grant', columns: 'grant_id, id' },
      ],
    ),
    ...createTable(spelling, tables.uses, [`id ${id} NOT NULL PRIMARY KEY`, `at ${time} NOT NULL`], []),
    ...createTable(
      spelling,
      tables.usage,
      [
        `client_id ${clientId} NOT NULL`,
        `day ${day} NOT NULL`,
        `account_id ${id} NOT NULL`,
        `requests ${time} NOT NULL`,
        `refused ${time} NOT NULL`,
        'PRIMARY KEY (client_id, day, account_id)',
      ],
      [{ name: 'by_day', columns: 'day ASC' }],
    ),
  ]
}

/**
 * The statements that lead to each version from the one before it. A step that was published is never edited. Each statement
 * does no harm when it is run again, also by two processes at once.
 */
const steps: readonly ((spelling: Spelling, tables: Tables) => string[])[] = [first]

export const createVersionTable = (spelling: Spelling, { schema }: Tables): string =>
  `CREATE TABLE IF NOT EXISTS ${schema} (version ${typesOf(spelling).time} NOT NULL PRIMARY KEY)`

const recordVersion = ({ engine }: Spelling, { schema }: Tables, version: number): string =>
  engine === 'mysql'
    ? `INSERT IGNORE INTO ${schema} (version) VALUES (${version})`
    : `INSERT INTO ${schema} (version) VALUES (${version}) ON CONFLICT DO NOTHING`

/** What is missing after `version`, in order. */
export const stepsAfter = (version: number, spelling: Spelling, tables: Tables): readonly string[] =>
  steps.flatMap((step, index) =>
    index < version ? [] : [...step(spelling, tables), recordVersion(spelling, tables, index + 1)],
  )
