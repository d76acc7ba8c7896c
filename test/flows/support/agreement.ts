import type { AuditEvent, Client, Grant, Storage } from 'grantor'
import { CompiledQuery, type Kysely } from 'kysely'

/** A token as far as its story goes. */
interface KeptToken {
  readonly kind: string
  readonly grantId: string | null
  readonly redeemed: boolean
  readonly note: string
}

/** All that a database has, the log and what the log is about. */
export interface Kept {
  readonly events: readonly AuditEvent[]
  readonly clients: readonly Client[]
  readonly grants: readonly Grant[]
  readonly tokens: readonly KeptToken[]
}

const everything = { limit: 10_000 }

export async function readKept(storage: Storage, db: Kysely<unknown>, prefix: string): Promise<Kept> {
  const { rows } = await db.executeQuery<Readonly<Record<string, unknown>>>(
    CompiledQuery.raw(`SELECT kind, grant_id, redeemed_at, redemption_note FROM ${prefix}tokens`, []),
  )
  return {
    events: (await storage.listEvents({}, everything)).items,
    clients: (await storage.listClients({}, everything)).items,
    grants: (await storage.listGrants({}, everything)).items,
    tokens: rows.map(({ kind, grant_id, redeemed_at, redemption_note }) => ({
      kind: String(kind),
      grantId: grant_id === null ? null : String(grant_id),
      redeemed: redeemed_at !== null,
      note: String(redemption_note ?? ''),
    })),
  }
}

const sorted = (items: readonly (string | null)[]) => items.map(String).sort()

/** Every statement that log and state have to agree on, as two sides that are the same. */
export function bothSides({
  events,
  clients,
  grants,
  tokens,
}: Kept): Readonly<Record<string, readonly [unknown, unknown]>> {
  const of = (type: string, by?: string) =>
    events.filter((event) => event.type === type && (by === undefined || event.data.grant_type === by))
  const grantIds = (some: readonly AuditEvent[]) => sorted(some.map(({ grantId }) => grantId))
  const held = (kind: string, redeemed?: boolean) =>
    sorted(
      tokens
        .filter((token) => token.kind === kind && (redeemed === undefined || token.redeemed === redeemed))
        .map(({ grantId }) => grantId),
    )
  const decided = tokens.filter(({ kind, redeemed }) => kind === 'interaction' && redeemed)
  return {
    'clients that registered': [
      sorted(clients.map(({ id }) => id)),
      sorted(of('client.registered').map((one) => one.clientId)),
    ],
    'grants, with their reach': [
      grants.map(({ id, scope, projects }) => JSON.stringify([id, scope, projects])).sort(),
      of('grant.created')
        .map(({ grantId, data }) => JSON.stringify([grantId, data.scope, data.projects]))
        .sort(),
    ],
    'grants that ended': [
      sorted(grants.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id)),
      grantIds(of('grant.revoked')),
    ],
    'decisions of people': [decided.length, of('grant.created').length + of('interaction.denied').length],
    'codes that were used': [held('authorization_code', true), grantIds(of('token.issued', 'authorization_code'))],
    'refresh tokens that were used': [held('refresh_token', true), grantIds(of('token.issued', 'refresh_token'))],
    'refresh tokens': [held('refresh_token'), grantIds(of('token.issued'))],
    'access tokens': [held('access_token'), grantIds(of('token.issued'))],
  }
}
