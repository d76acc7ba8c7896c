import type { AccountId, AuditEvent, Client, FoundToken, Grant, Setting, Timestamp, Token, Usage, Use } from 'grantor'

export type Row = Readonly<Record<string, unknown>>

/** Some drivers hand out texts as bytes. */
export const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)

const isThere = (value: unknown): boolean => value !== null && value !== undefined

/** Columns were selected as `alias_name`. */
const text = <T extends string>(row: Row, column: string) => textOf(row[column]) as T
const textOr = <T extends string>(row: Row, column: string) => (isThere(row[column]) ? text<T>(row, column) : null)
const time = (row: Row, column: string) => Number(row[column]) as Timestamp
const timeOr = (row: Row, column: string) => (isThere(row[column]) ? time(row, column) : null)
const json = <T>(row: Row, column: string) => JSON.parse(text(row, column)) as T

export function readClient(row: Row): Client {
  return {
    id: text(row, 'c_id'),
    secrets: json(row, 'c_secrets'),
    metadata: json(row, 'c_metadata'),
    policy: json(row, 'c_policy'),
    registration: text(row, 'c_registration'),
    name: text(row, 'c_name'),
    uniqueName: textOr(row, 'c_unique_name'),
    ownerId: textOr(row, 'c_owner_id'),
    accountId: textOr(row, 'c_account_id'),
    createdAt: time(row, 'c_created_at'),
    disabledAt: timeOr(row, 'c_disabled_at'),
    version: time(row, 'c_version'),
    revokedAt: timeOr(row, 'c_revoked_at'),
  }
}

export function readGrant(row: Row): Grant {
  return {
    id: text(row, 'g_id'),
    clientId: text(row, 'g_client_id'),
    subject: textOr(row, 'g_subject'),
    accountId: textOr(row, 'g_account_id'),
    projects: json(row, 'g_projects'),
    scope: json(row, 'g_scope'),
    resource: json(row, 'g_resource'),
    details: json(row, 'g_details'),
    createdAt: time(row, 'g_created_at'),
    expiresAt: time(row, 'g_expires_at'),
    revokedAt: timeOr(row, 'g_revoked_at'),
  }
}

function readToken(row: Row): Token {
  const at = timeOr(row, 't_redeemed_at')
  return {
    digest: text(row, 't_digest'),
    kind: text(row, 't_kind'),
    clientId: text(row, 't_client_id'),
    grantId: textOr(row, 't_grant_id'),
    data: json(row, 't_data'),
    createdAt: time(row, 't_created_at'),
    expiresAt: time(row, 't_expires_at'),
    redemption: at === null ? null : { at, note: textOr(row, 't_redemption_note') ?? '' },
  }
}

/** A row of token, grant and client joined. */
export const readFound = (row: Row): FoundToken => ({
  token: readToken(row),
  grant: row.g_id === null ? null : readGrant(row),
  client: row.c_id === null ? null : readClient(row),
})

export function readEvent(row: Row): AuditEvent {
  return {
    id: text(row, 'e_id'),
    at: time(row, 'e_at'),
    type: text(row, 'e_type'),
    outcome: text(row, 'e_outcome'),
    reason: textOr(row, 'e_reason'),
    actor: { type: text(row, 'e_actor_type'), id: textOr(row, 'e_actor_id') },
    clientId: textOr(row, 'e_client_id'),
    grantId: textOr(row, 'e_grant_id'),
    subject: textOr(row, 'e_subject'),
    accountId: textOr(row, 'e_account_id'),
    address: textOr(row, 'e_address'),
    agent: textOr(row, 'e_agent'),
    requestId: textOr(row, 'e_request_id'),
    data: json(row, 'e_data'),
  }
}

export function readSetting(row: Row): Setting {
  return { name: text(row, 's_name'), value: json(row, 's_value'), version: time(row, 's_version') }
}

export function readUse(row: Row): Use {
  return {
    id: text(row, 'u_id'),
    at: time(row, 'u_at'),
    address: textOr(row, 'u_address'),
    agent: textOr(row, 'u_agent'),
  }
}

export function readUsage(row: Row): Usage {
  const account = text<AccountId>(row, 'u_account_id')
  return {
    clientId: text(row, 'u_client_id'),
    accountId: account === '' ? null : account,
    day: time(row, 'u_day'),
    requests: time(row, 'u_requests'),
    refused: time(row, 'u_refused'),
  }
}
