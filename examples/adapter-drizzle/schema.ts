import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { AuditEvent, Client, Grant, Timestamp, Token, Usage, Use } from 'grantor'

// Columns have the names and types of the records' members, so that a row is a record. The key comes first in its table: by the first
// column Drizzle tells whether a LEFT JOIN found a row.

const word = <T>(name: string) => text(name).$type<NonNullable<T>>()
const time = (name: string) => integer(name).$type<Timestamp>()
/** Written by JSON.stringify and never looked into by a condition, so that equal values are equal texts. */
const json = <T>(name: string) => text(name, { mode: 'json' }).$type<NonNullable<T>>()

export const clients = sqliteTable('oauth_clients', {
  id: word<Client['id']>('id').primaryKey(),
  secrets: json<Client['secrets']>('secrets').notNull(),
  metadata: json<Client['metadata']>('metadata').notNull(),
  policy: json<Client['policy']>('policy').notNull(),
  registration: word<Client['registration']>('registration').notNull(),
  ownerId: word<Client['ownerId']>('owner_id'),
  accountId: word<Client['accountId']>('account_id'),
  createdAt: time('created_at').notNull(),
  disabledAt: time('disabled_at'),
  version: integer('version').notNull(),
  revokedAt: time('revoked_at'),
})

const grantColumns = {
  id: word<Grant['id']>('id').primaryKey(),
  clientId: word<Grant['clientId']>('client_id').notNull(),
  subject: word<Grant['subject']>('subject'),
  accountId: word<Grant['accountId']>('account_id'),
  projects: json<Grant['projects']>('projects').notNull(),
  scope: json<Grant['scope']>('scope').notNull(),
  resource: json<Grant['resource']>('resource').notNull(),
  details: json<Grant['details']>('details').notNull(),
  createdAt: time('created_at').notNull(),
  expiresAt: time('expires_at').notNull(),
  revokedAt: time('revoked_at'),
}
export const grants = sqliteTable('oauth_grants', grantColumns, (t) => [
  index('oauth_grants_subject').on(t.subject, t.id),
  index('oauth_grants_client').on(t.clientId, t.id),
  index('oauth_grants_expiry').on(t.expiresAt),
])

const tokenColumns = {
  digest: word<Token['digest']>('digest').primaryKey(),
  kind: word<Token['kind']>('kind').notNull(),
  clientId: word<Token['clientId']>('client_id').notNull(),
  grantId: word<Token['grantId']>('grant_id'),
  data: json<Token['data']>('data').notNull(),
  createdAt: time('created_at').notNull(),
  expiresAt: time('expires_at').notNull(),
  redemption: json<Token['redemption']>('redemption'),
}
export const tokens = sqliteTable('oauth_tokens', tokenColumns, (t) => [index('oauth_tokens_expiry').on(t.expiresAt)])

const eventColumns = {
  id: word<AuditEvent['id']>('id').primaryKey(),
  at: time('at').notNull(),
  type: text('type').notNull(),
  outcome: word<AuditEvent['outcome']>('outcome').notNull(),
  clientId: word<AuditEvent['clientId']>('client_id'),
  grantId: word<AuditEvent['grantId']>('grant_id'),
  subject: word<AuditEvent['subject']>('subject'),
  data: json<AuditEvent['data']>('data').notNull(),
}
export const events = sqliteTable('oauth_events', eventColumns, (t) => [
  index('oauth_events_subject').on(t.subject, t.id),
  index('oauth_events_client').on(t.clientId, t.id),
  index('oauth_events_grant').on(t.grantId, t.id),
  index('oauth_events_time').on(t.at),
])

/** A table of its own, so that telling of a use never touches the row of a grant. */
export const uses = sqliteTable('oauth_uses', { id: word<Use['id']>('id').primaryKey(), at: time('at').notNull() })

const perDay = {
  clientId: word<Usage['clientId']>('client_id').notNull(),
  day: integer('day').notNull(),
  /** In JSON, because a key cannot hold NULL: `null` is no account, and `""` is one. */
  account: text('account').notNull(),
  requests: integer('requests').notNull(),
  refused: integer('refused').notNull(),
}
export const usage = sqliteTable('oauth_usage', perDay, (t) => [
  primaryKey({ columns: [t.clientId, t.day, t.account] }),
])
