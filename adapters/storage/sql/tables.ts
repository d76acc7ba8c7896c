import type { AuditEvent, Client, Grant, Setting, Token, Usage, Use } from 'grantor'
import type { ColumnType, Value } from './engine.js'

/** One column of a table, and where its value stands in the record. */
export interface Column<T> {
  readonly name: string
  readonly type: ColumnType
  readonly value: (record: T) => Value
  /** The most UTF-8 bytes it holds on MySQL, where a server that is not strict would cut off the rest. */
  readonly limit: number | null
}

/**
 * The longest keys that fit every engine, in UTF-8 bytes: 1020 hold 255 characters of any kind, 800 hold 200. A word, a name and
 * a url have to fit into one key of InnoDB, which has 3072.
 */
export const limits = { url: 2048, id: 1020, name: 800, word: 192 } as const

const text =
  (limit: number | null) =>
  <T>(name: string, value: (record: T) => string | null): Column<T> => ({ name, type: 'text', value, limit })
const url = text(limits.url)
const id = text(limits.id)
const name = text(limits.name)
const word = text(limits.word)
const body = text(null)
const number = <T>(name: string, value: (record: T) => number | null): Column<T> => ({
  name,
  type: 'bigint',
  value,
  limit: null,
})

/**
 * What lists are in the order of is null once a client is revoked, so that nobody has to read past those to find the others, and nobody
 * reads past those that are not disabled to find the few that are.
 */
export const clientColumns: readonly Column<Client>[] = [
  url('id', (client) => client.id),
  body('secrets', (client) => JSON.stringify(client.secrets)),
  body('metadata', (client) => JSON.stringify(client.metadata)),
  body('policy', (client) => JSON.stringify(client.policy)),
  word('registration', (client) => client.registration),
  name('name', (client) => client.name),
  id('unique_name', (client) => client.uniqueName),
  id('owner_id', (client) => client.ownerId),
  id('account_id', (client) => client.accountId),
  number('created_at', (client) => client.createdAt),
  number('disabled_at', (client) => client.disabledAt),
  number('version', (client) => client.version),
  number('revoked_at', (client) => client.revokedAt),
  number('listed_at', (client) => (client.revokedAt === null ? client.createdAt : null)),
  name('listed_name', (client) => (client.revokedAt === null ? client.name : null)),
  number('is_disabled', (client) => (client.disabledAt === null ? null : 1)),
]

export const grantColumns: readonly Column<Grant>[] = [
  id('id', (grant) => grant.id),
  url('client_id', (grant) => grant.clientId),
  id('subject', (grant) => grant.subject),
  id('account_id', (grant) => grant.accountId),
  body('projects', (grant) => JSON.stringify(grant.projects)),
  body('scope', (grant) => JSON.stringify(grant.scope)),
  body('resource', (grant) => JSON.stringify(grant.resource)),
  body('details', (grant) => JSON.stringify(grant.details)),
  number('created_at', (grant) => grant.createdAt),
  number('expires_at', (grant) => grant.expiresAt),
  number('revoked_at', (grant) => grant.revokedAt),
]

export const tokenColumns: readonly Column<Token>[] = [
  id('digest', (token) => token.digest),
  word('kind', (token) => token.kind),
  url('client_id', (token) => token.clientId),
  id('grant_id', (token) => token.grantId),
  body('data', (token) => JSON.stringify(token.data)),
  number('created_at', (token) => token.createdAt),
  number('expires_at', (token) => token.expiresAt),
  number('redeemed_at', (token) => token.redemption?.at ?? null),
  body('redemption_note', (token) => token.redemption?.note ?? null),
]

export const eventColumns: readonly Column<AuditEvent>[] = [
  id('id', (event) => event.id),
  number('at', (event) => event.at),
  word('type', (event) => event.type),
  word('outcome', (event) => event.outcome),
  body('reason', (event) => event.reason),
  word('actor_type', (event) => event.actor.type),
  body('actor_id', (event) => event.actor.id),
  url('client_id', (event) => event.clientId),
  id('grant_id', (event) => event.grantId),
  id('subject', (event) => event.subject),
  id('account_id', (event) => event.accountId),
  body('address', (event) => event.address),
  body('agent', (event) => event.agent),
  body('request_id', (event) => event.requestId),
  body('data', (event) => JSON.stringify(event.data)),
]

export const settingColumns: readonly Column<Setting>[] = [
  id('name', (setting) => setting.name),
  body('value', (setting) => JSON.stringify(setting.value)),
  number('version', (setting) => setting.version),
]

export const useColumns: readonly Column<Use>[] = [
  url('id', (use) => use.id),
  number('at', (use) => use.at),
  body('address', (use) => use.address),
  body('agent', (use) => use.agent),
]

/** A key has no null in it, so that no account is the empty text. */
export const usageColumns: readonly Column<Usage>[] = [
  url('client_id', (usage) => usage.clientId),
  number('day', (usage) => usage.day),
  id('account_id', (usage) => usage.accountId ?? ''),
  number('requests', (usage) => usage.requests),
  number('refused', (usage) => usage.refused),
]

/**
 * So it is with all clients, and only the list of all says so: what an index says as well is for that list alone. For a part of the
 * clients PostgreSQL might otherwise take it too, and read past all the others where that part is old or late in the alphabet.
 */
export const everyClient = 'version > 0'

/** MySQL's short stand-in for an id in an index. Others may have the same one, so that the id is always asked as well. */
export const hashOf = (text: string): string => `CRC32(${text})`

/** The tables' names, with the host's prefix. */
export interface Tables {
  readonly clients: string
  readonly grants: string
  readonly grantProjects: string
  readonly tokens: string
  readonly events: string
  readonly settings: string
  readonly uses: string
  readonly usage: string
  readonly schema: string
}

/** @throws TypeError when the prefix is not a plain lower-case name. */
export function tablesOf(prefix = 'oauth_'): Tables {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(prefix))
    throw new TypeError('a table prefix is a lower-case name of up to 40 letters')
  return {
    clients: `${prefix}clients`,
    grants: `${prefix}grants`,
    grantProjects: `${prefix}grant_projects`,
    tokens: `${prefix}tokens`,
    events: `${prefix}events`,
    settings: `${prefix}settings`,
    uses: `${prefix}uses`,
    usage: `${prefix}usage`,
    schema: `${prefix}schema`,
  }
}

/** The columns of a table as a select list: `t.digest AS t_digest, …`. */
export const selected = (alias: string, columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => `${alias}.${name} AS ${alias}_${name}`).join(', ')
