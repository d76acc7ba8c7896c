import { createTable, type Index, type Spelling, typesOf } from './spelling.js'
import { everyClient, hashOf, type Tables } from './tables.js'

/** The version that this release reads and writes. */
export const SCHEMA_VERSION = 1

/**
 * All clients, those that are disabled, and those of one registration, owner or account, in the order of time and in that of names. An id and a name would be
 * too long for one key of InnoDB, so that MySQL has a short hash of the id.
 */
function clientIndexes({ engine }: Spelling): readonly Index[] {
  const both = (byTime: string, byName: string, first: string): readonly Index[] => [
    { name: byTime, columns: `${first}listed_at ASC, id` },
    { name: byName, columns: `${first}listed_name ASC, id` },
  ]
  const hash = engine === 'mysql' ? '_hash' : ''
  return [
    ...both('by_time', 'by_name', '').map((index) => ({ ...index, where: everyClient })),
    ...both('by_registration', 'by_registration_name', 'registration, '),
    ...both('by_owner', 'by_owner_name', `owner_id${hash}, `),
    ...both('by_account', 'by_account_name', `account_id${hash}, `),
    ...both('by_disabled', 'by_disabled_name', 'is_disabled, ').map((index) => ({
      ...index,
      where: 'is_disabled = 1',
    })),
    { name: 'by_revocation', columns: 'revoked_at ASC' },
    { name: 'unique_name', columns: 'unique_name', unique: true },
  ]
}

const hashed = ({ engine }: Spelling, ...columns: readonly string[]): readonly string[] =>
  engine === 'mysql' ? columns.map((column) => `${column}_hash INT UNSIGNED AS (${hashOf(column)}) VIRTUAL`) : []

function createClients(spelling: Spelling, tables: Tables): string[] {
  const { clientId, id, name, word, body, time, day } = typesOf(spelling)
  return createTable(
    spelling,
    tables.clients,
    [
      `id ${clientId} NOT NULL PRIMARY KEY`,
      `secrets ${body} NOT NULL`,
      `metadata ${body} NOT NULL`,
      `policy ${body} NOT NULL`,
      `registration ${word} NOT NULL`,
      `name ${name} NOT NULL`,
      `unique_name ${id}`,
      `owner_id ${id}`,
      `account_id ${id}`,
      `created_at ${time} NOT NULL`,
      `disabled_at ${time}`,
      `version ${time} NOT NULL`,
      `revoked_at ${time}`,
      `listed_at ${time}`,
      `listed_name ${name}`,
      `is_disabled ${day}`,
      ...hashed(spelling, 'owner_id', 'account_id'),
    ],
    clientIndexes(spelling),
  )
}

function first(spelling: Spelling, tables: Tables): string[] {
  const { clientId, id, word, body, time, day } = typesOf(spelling)
  return [
    ...createClients(spelling, tables),
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
        `reason ${body}`,
        `actor_type ${word} NOT NULL`,
        `actor_id ${body}`,
        `client_id ${clientId}`,
        `grant_id ${id}`,
        `subject ${id}`,
        `account_id ${id}`,
        `address ${body}`,
        `agent ${body}`,
        `request_id ${body}`,
        `data ${body} NOT NULL`,
      ],
      [
        { name: 'by_type', columns: 'type, id' },
        { name: 'by_account', columns: 'account_id, id' },
        { name: 'by_subject', columns: 'subject, id' },
        { name: 'by_client', columns: 'client_id, id' },
        { name: 'by_grant', columns: 'grant_id, id' },
      ],
    ),
    ...createTable(
      spelling,
      tables.settings,
      [`name ${id} NOT NULL PRIMARY KEY`, `value ${body} NOT NULL`, `version ${time} NOT NULL`],
      [],
    ),
    ...createTable(
      spelling,
      tables.uses,
      [`id ${clientId} NOT NULL PRIMARY KEY`, `at ${time} NOT NULL`, `address ${body}`, `agent ${body}`],
      [],
    ),
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
