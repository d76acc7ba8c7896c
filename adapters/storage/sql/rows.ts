import type { AccountId, AuditEvent, Client, FoundToken, Grant, Setting, Timestamp, Token, Usage, Use } from 'grantor'

export type Row = Readonly<Record<string, unknown>>

export const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)

/** Takes typed values out of a row whose columns were selected as `alias_name`. */
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
    name: text('name'),
    uniqueName: textOr('unique_name'),
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
    reason: textOr('reason'),
    actor: { type: text('actor_type'), id: textOr('actor_id') },
    clientId: textOr('client_id'),
    grantId: textOr('grant_id'),
    subject: textOr('subject'),
    accountId: textOr('account_id'),
    address: textOr('address'),
    agent: textOr('agent'),
    requestId: textOr('request_id'),
    data: json('data'),
  }
}

export function readSetting(row: Row): Setting {
  const { text, time, json } = reader(row, 's')
  return { name: text('name'), value: json('value'), version: time('version') }
}

export function readUse(row: Row): Use {
  const { text, textOr, time } = reader(row, 'u')
  return { id: text('id'), at: time('at'), address: textOr('address'), agent: textOr('agent') }
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
