import { createHash } from 'node:crypto'
import type { ClientId, GrantId, Subject, TokenDigest } from 'grantor'
import { CompiledQuery, type Kysely } from 'kysely'

/** How much there is. A grant has ten tokens, of which the first five have expired; the last one is its live refresh token. */
export interface Crowd {
  readonly clients: number
  readonly subjects: number
  readonly grants: number
  /** When it is, in seconds since 1970. */
  readonly now: number
}

export const tokensPerGrant = 10
const expiredPerGrant = 5
const month = 30 * 86_400

export const tokensOf = ({ grants }: Crowd): number => grants * tokensPerGrant
export const expiredOf = ({ grants }: Crowd): number => grants * expiredPerGrant

export const clientAt = (index: number) => `client-${index}` as ClientId
export const grantAt = (index: number) => `grant-${index}` as GrantId
export const subjectAt = (index: number) => `subject-${index}` as Subject

/** The digest of a grant's token; the youngest has the highest age. */
export const digestAt = ({ grants }: Crowd, grant: number, age: number): TokenDigest =>
  createHash('sha256')
    .update(`token-${age * grants + grant}`)
    .digest('base64url') as TokenDigest

const digest = `translate(rtrim(encode(sha256(convert_to('token-' || i, 'UTF8')), 'base64'), '='), '+/', '-_')`
const accessData = `'{"scope":["items:write"],"projects":["project-' || i % $1 || '"],"limits":{},"resource":["https://app.example/api"]}'`

/** PostgreSQL makes the rows itself. Older tokens come first, as they do in a table that has grown. */
export async function fill(db: Kysely<unknown>, prefix: string, crowd: Crowd): Promise<void> {
  const { clients, subjects, grants, now } = crowd
  const run = (sql: string, ...values: number[]) => db.executeQuery(CompiledQuery.raw(sql, values))
  const live = `i / $1 >= ${expiredPerGrant}`
  const isRefresh = `i / $1 % 3 = 0`
  await run(
    `INSERT INTO ${prefix}clients (id, secrets, metadata, policy, registration, name, created_at, version, listed_at, listed_name)
     SELECT 'client-' || i, '[]', '{"client_name":"Client ' || i || '"}', '{}', CASE WHEN i % 2 = 0 THEN 'manual' ELSE 'dynamic' END,
       'client ' || i, $2::bigint - i % 90 * 86400, 1, $2::bigint - i % 90 * 86400, 'client ' || i FROM generate_series(0, $1::int - 1) i`,
    clients,
    now,
  )
  await run(
    `INSERT INTO ${prefix}grants (id, client_id, subject, projects, scope, resource, details, created_at, expires_at)
     SELECT 'grant-' || i, 'client-' || i % $2::int, 'subject-' || i % $3::int, '["project-' || i || '"]', '["items:write"]',
       '["https://app.example/api"]', '{"keep_alive":true}', $4::bigint - ${month}, $4::bigint + ${month}
     FROM generate_series(0, $1::int - 1) i`,
    grants,
    clients,
    subjects,
    now,
  )
  await run(
    `INSERT INTO ${prefix}grant_projects (project_id, grant_id)
     SELECT 'project-' || i, 'grant-' || i FROM generate_series(0, $1::int - 1) i`,
    grants,
  )
  await run(
    `INSERT INTO ${prefix}tokens (digest, kind, client_id, grant_id, data, created_at, expires_at, redeemed_at, redemption_note)
     SELECT ${digest}, CASE WHEN ${isRefresh} THEN 'refresh_token' ELSE 'access_token' END,
       'client-' || i % $1 % $2::int, 'grant-' || i % $1, CASE WHEN ${isRefresh} THEN '{}' ELSE ${accessData} END,
       $3::bigint - ${month}, CASE WHEN ${live} THEN $3::bigint + ${month} ELSE $3::bigint - 864000 + i / $1 END,
       CASE WHEN ${isRefresh} AND NOT i / $1 = ${tokensPerGrant - 1} THEN $3::bigint - ${month} END,
       CASE WHEN ${isRefresh} AND NOT i / $1 = ${tokensPerGrant - 1} THEN repeat('s', 43) END
     FROM generate_series(0, $1::int * ${tokensPerGrant} - 1) i`,
    grants,
    clients,
    now,
  )
  await run(
    `INSERT INTO ${prefix}events (id, at, type, outcome, actor_type, client_id, grant_id, subject, data)
     SELECT to_char($4::bigint - ${month} + i, 'FM000000000000') || '-' || i, $4::bigint - ${month} + i, 'grant.created', 'success', 'user',
       'client-' || i % $2::int, 'grant-' || i, 'subject-' || i % $3::int, '{}' FROM generate_series(0, $1::int - 1) i`,
    grants,
    clients,
    subjects,
    now,
  )
  await run(
    `INSERT INTO ${prefix}uses (id, at) SELECT digest, created_at FROM ${prefix}tokens WHERE kind = 'access_token'`,
  )
  await run(
    `INSERT INTO ${prefix}usage (client_id, day, account_id, requests, refused)
     SELECT 'client-' || i % $1::int, $2::bigint / 86400 - i / $1::int, '', 100, 1 FROM generate_series(0, $1::int * 30 - 1) i`,
    clients,
    now,
  )
  for (const table of ['clients', 'grants', 'grant_projects', 'tokens', 'events', 'uses', 'usage'])
    await run(`ANALYZE ${prefix}${table}`)
}
