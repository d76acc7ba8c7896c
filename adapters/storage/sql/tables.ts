import type { AccountId, AuditEvent, Client, FoundToken, Grant, Timestamp, Token, Usage, Use } from 'grantor'
import type { ColumnType, Value } from './engine.js'

/** One column of a table, and where its value stands in the record. */
export interface Column<T> {
  readonly name: string
  readonly type: ColumnType
  readonly value: (record: T) => Value
  /** The most UTF-8 bytes it holds on MySQL, where a server that is not strict would cut off the rest. */
  readonly limit: number | null
}

/** The longest keys that fit every engine, in UTF-8 bytes: 1020 hold 255 characters of any kind. */
export const limits = { url: 2048, id: 1020, word: 255 } as const

const text =
  (limit: number | null) =>
  <T>(name: string, value: (record: T) => string | null): Column<T> => ({ name, type: 'text', value, limit })
const url = text(limits.url)
const id = text(limits.id)
const word = text(limits.word)
const body = text(null)
const number = <T>(name: string, value: (record: T) => number | null): Column<T> => ({
  name,
  type: 'bigint',
  value,
  limit: null,
})

export const clientColumns: readonly Column<Client>[] = [
  url('id', (client) => client.id),
  body('secrets', (client) => JSON.stringify(client.secrets)),
  body('metadata', (client) => JSON.stringify(client.metadata)),
  body('policy', (client) => JSON.stringify(client.policy)),
  word('registration', (client) => client.registration),
  id('owner_id', (client) => client.ownerId),
  id('account_id', (client) => client.accountId),
  number('created_at', (client) => client.createdAt),
  number('disabled_at', (client) => client.disabledAt),
  number('version', (client) => client.version),
  number('revoked_at', (client) => client.revokedAt),
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
  url('client_id', (event) => event.clientId),
  id('grant_id', (event) => event.grantId),
  id('subject', (event) => event.subject),
  body('data', (event) => JSON.stringify(event.data)),
]

export const useColumns: readonly Column<Use>[] = [id('id', (use) => use.id), number('at', (use) => use.at)]

/** A key has no null in it, so that no account is the empty text. */
export const usageColumns: readonly Column<Usage>[] = [
  url('client_id', (usage) => usage.clientId),
  number('day', (usage) => usage.day),
  id('account_id', (usage) => usage.accountId ?? ''),
  number('requests', (usage) => usage.requests),
  number('refused', (usage) => usage.refused),
]

/** The tables' names, with the host's prefix. */
export interface Tables {
  readonly clients: string
  readonly grants: string
  readonly grantProjects: string
  readonly tokens: string
  readonly events: string
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
    uses: `${prefix}uses`,
    usage: `${prefix}usage`,
    schema: `${prefix}schema`,
  }
}

export type Row = Readonly<Record<string, unknown>>

/** The columns of a table as a select list: `t.digest AS t_digest, …`. */
export const selected = (alias: string, columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => `${alias}.${name} AS ${alias}_${name}`).join(', ')

export const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)

/** Takes typed values out of a row whose columns were {@link selected}. */
function reader(row: Row, alias: string) {
  const raw = (name: string) => row[`${alias}_${name}`] ?? null
  const textOr = <T extends string>(name: string) => (raw(name) === null ? null : (textOf(raw(name)) as T))
  const timeOr = (name: string) => (raw(name) === null ? null : (Number(raw(name)) as Timestamp))
  return {
    textOr,
    timeOr,
    text: <T extends string>(name: string) => textOf(raw(name)) as T,
    time: (name: string) => Number(raw(name)) as Timestamp,
    json: <T>(name: string) => JSON.parse(textOf(raw(name))) as T,
  }
}

export function readClient(row: Row, alias = 'c'): Client {
  const { text, textOr, time, timeOr, json } = reader(row, alias)
  return {
    id: text('id'),
    secrets: json('secrets'),
    metadata: json('metadata'),
    policy: json('policy'),
    registration: text('registration'),
    ownerId: textOr('owner_id'),
    accountId: textOr('account_id'),
    createdAt: time('created_at'),
    disabledAt: timeOr('disabled_at'),
    version: time('version'),
    revokedAt: timeOr('revoked_at'),
  }
}

export function readGrant(row: Row, alias = 'g'): Grant {
  const { text, textOr, time, timeOr, json } = reader(row, alias)
  return {
    id: text('id'),
    clientId: text('client_id'),
    subject: textOr('subject'),
    accountId: textOr('account_id'),
    projects: json('projects'),
    scope: json('scope'),
    resource: json('resource'),
    details: json('details'),
    createdAt: time('created_at'),
    expiresAt: time('expires_at'),
    revokedAt: timeOr('revoked_at'),
  }
}

function readToken(row: Row): Token {
  const { text, textOr, time, timeOr, json } = reader(row, 't')
  const at = timeOr('redeemed_at')
  return {
    digest: text('digest'),
    kind: text('kind'),
    clientId: text('client_id'),
    grantId: textOr('grant_id'),
    data: json('data'),
    createdAt: time('created_at'),
    expiresAt: time('expires_at'),
    redemption: at === null ? null : { at, note: textOr('redemption_note') ?? '' },
  }
}

/** A row of token, grant and client joined. */
export const readFound = (row: Row): FoundToken => ({
  token: readToken(row),
  grant: row.g_id === null ? null : readGrant(row),
  client: row.c_id === null ? null : readClient(row),
})

export function readEvent(row: Row): AuditEvent {
  const { text, textOr, time, json } = reader(row, 'e')
  return {
    id: text('id'),
    at: time('at'),
    type: text('type'),
    outcome: text('outcome'),
    clientId: textOr('client_id'),
    grantId: textOr('grant_id'),
    subject: textOr('subject'),
    data: json('data'),
  }
}

export function readUsage(row: Row): Usage {
  const { text, time } = reader(row, 'u')
  const account = text<AccountId>('account_id')
  return {
    clientId: text('client_id'),
    accountId: account === '' ? null : account,
    day: time('day'),
    requests: time('requests'),
    refused: time('refused'),
  }
}
