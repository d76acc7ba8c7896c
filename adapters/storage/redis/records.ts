import type { Activity, AuditEvent, Change, Client, FoundToken, Grant, Setting, Timestamp, Token, Usage } from 'grantor'

/** A record to insert, as the script takes it. Texts only: a number would come back in Lua's spelling. */
interface Insertion {
  readonly kind: 'client' | 'grant' | 'token' | 'event'
  readonly id: string
  /** Names and values in turn. */
  readonly fields: readonly string[]
  /** When Redis may forget it. */
  readonly gone?: string
  /** When clearing away may take it. */
  readonly time?: string
  /** The client that may have become one in use, or one that may go. */
  readonly client?: string
}

const fields = (values: Readonly<Record<string, string | null>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [name, value]))

const textOrNull = (value: number | null) => (value === null ? null : String(value))

/** Since when a client has had nothing to stay for but its grants; null for one that somebody made, or that would come back enabled. */
function sinceOf({ registration, createdAt, disabledAt, revokedAt }: Client): string | null {
  if (revokedAt !== null) return String(revokedAt)
  const comesBack = registration === 'dynamic' || registration === 'metadata_document'
  return comesBack && disabledAt === null ? String(createdAt) : null
}

/** What comes before an id in a list. A tab sorts before every character of a name, as the end of a text does. */
const before = (text: string, id: string) => `${text}\t${id}`

/** Lua knows no half of a character, and nobody lists by one. */
const wellFormed = (text: string) => text.replaceAll(/\p{Surrogate}/gu, '\ufffd')

/** The lists that a client is in, and its members in them. */
function placesOf(client: Client): string | null {
  if (client.revokedAt !== null) return null
  const { id, name, createdAt } = client
  const { registration, ownerId, accountId } = client
  const by = clientLists({ registration, ownerId, accountId, disabled: client.disabledAt !== null })
  const texts = { by: ['all', ...by], time: before(String(createdAt).padStart(12, '0'), id), name: before(name, id) }
  return wellFormed(JSON.stringify(texts))
}

/** The lists of some clients in either order, by what all of them have. */
export const clientLists = (have: {
  readonly registration?: string | undefined
  readonly ownerId?: string | null | undefined
  readonly accountId?: string | null | undefined
  readonly disabled?: boolean | undefined
}): readonly string[] =>
  Object.entries(have).flatMap(([by, value]) => (value === null || value === undefined ? [] : [`${by}:${value}`]))

const digestsOf = ({ secrets }: Client) => secrets.map(({ digest }) => digest)

const clientFields = (client: Client) =>
  fields({
    body: JSON.stringify(client),
    version: String(client.version),
    since: sinceOf(client),
    name: client.name,
    uniqueName: client.uniqueName,
    places: placesOf(client),
    secrets: digestsOf(client).join(' '),
  })

const ofClient = (client: Client): Insertion => ({
  kind: 'client',
  id: client.id,
  fields: clientFields(client),
  client: client.id,
})

function ofGrant({ scope, projects, expiresAt, revokedAt, ...rest }: Grant): Insertion {
  const { clientId, subject } = rest
  const judged = { scope: JSON.stringify(scope), projects: JSON.stringify(projects), expiresAt: String(expiresAt) }
  const listed = { clientId, subject, revokedAt: textOrNull(revokedAt) }
  return {
    kind: 'grant',
    id: rest.id,
    fields: fields({ body: JSON.stringify(rest), ...judged, ...listed }),
    time: String(expiresAt),
    client: clientId,
  }
}

/** Clocks differ, and a late replay should still be recognised as one, so a token is kept for an hour longer than it lives. */
const KEPT_AFTER_EXPIRY = 3600

function ofToken({ redemption, ...rest }: Token): Insertion {
  const { clientId, grantId } = rest
  const used = redemption === null ? null : JSON.stringify(redemption)
  return {
    kind: 'token',
    id: rest.digest,
    fields: fields({ body: JSON.stringify(rest), clientId, grantId, redemption: used }),
    gone: String(rest.expiresAt + KEPT_AFTER_EXPIRY),
  }
}

function ofEvent(event: AuditEvent): Insertion {
  const { id, at, clientId, subject, grantId, accountId, type } = event
  return {
    kind: 'event',
    id,
    fields: fields({ body: JSON.stringify(event), clientId, subject, grantId, accountId, type }),
    time: String(at),
  }
}

/** The change as the script takes it. */
export function encode(change: Change): string {
  const clients = [...change.update, ...change.clients]
  return JSON.stringify({
    redeem: change.redeem.map(({ digest, ...redemption }) => ({ digest, redemption: JSON.stringify(redemption) })),
    alive: change.alive,
    extend: change.extend.map(({ grantId, expiresAt }) => ({ id: grantId, expiresAt: String(expiresAt) })),
    revoke: change.revoke.map(({ grantId, at }) => ({ id: grantId, at: String(at) })),
    narrow: change.narrow.map(({ grantId, from, to }) => ({
      id: grantId,
      fromScope: JSON.stringify(from.scope),
      fromProjects: JSON.stringify(from.projects),
      scope: JSON.stringify(to.scope),
      projects: JSON.stringify(to.projects),
    })),
    update: change.update.map((client) => ({
      id: client.id,
      ifVersion: String(client.version - 1),
      fields: clientFields(client),
      secrets: digestsOf(client),
    })),
    settings: change.settings.map((setting) => ({
      id: setting.name,
      body: JSON.stringify(setting),
      version: String(setting.version),
      ifVersion: String(setting.version - 1),
    })),
    names: clients.flatMap(({ id, uniqueName }) => (uniqueName === null ? [] : [{ name: uniqueName, id }])),
    secrets: clients.flatMap((client) => digestsOf(client).map((digest) => ({ digest, client: client.id }))),
    insert: [
      ...change.clients.map(ofClient),
      ...change.grants.map(ofGrant),
      ...change.tokens.map(ofToken),
      ...change.events.map(ofEvent),
    ],
  })
}

const DIGITS = 8

/** An id that sorts by day, up to one. */
export const usageFrom = (day: number): string => String(Math.max(0, day)).padStart(DIGITS, '0')

const usageId = ({ clientId, accountId, day }: Usage) => `${usageFrom(day)}:${JSON.stringify([accountId, clientId])}`

/** What happened at the guard, as the script takes it. */
export const encodeActivity = ({ uses, usage }: Activity): string =>
  JSON.stringify({
    uses: uses.map((use) => ({ id: use.id, at: String(use.at), use: JSON.stringify(use) })),
    usage: usage.map((one) => ({
      id: usageId(one),
      client: one.clientId,
      day: String(one.day),
      fields: fields({ clientId: one.clientId, accountId: one.accountId, day: String(one.day) }),
      requests: String(one.requests),
      refused: String(one.refused),
    })),
  })

type Text = string | null

/** What the script for usage returns for each day and account. */
export type UsageFields = readonly [clientId: string, accountId: Text, day: string, requests: string, refused: string]

export const readUsage = ([clientId, accountId, day, requests, refused]: UsageFields): Usage => ({
  clientId: clientId as Usage['clientId'],
  accountId: accountId as Usage['accountId'],
  day: Number(day),
  requests: Number(requests),
  refused: Number(refused),
})

/** What a script returns for a record: its body, and for a grant what may have changed since. */
export type Fields = readonly [body: Text, scope?: Text, projects?: Text, expiresAt?: Text, revokedAt?: Text]

export const readWhole = <T extends Client | AuditEvent | Setting>([body]: Fields): T | null =>
  body === null ? null : (JSON.parse(body) as T)

export function readGrant([body, scope, projects, expiresAt, revokedAt]: Fields): Grant | null {
  if (typeof body !== 'string' || typeof scope !== 'string' || typeof projects !== 'string') return null
  return {
    ...(JSON.parse(body) as Omit<Grant, 'scope' | 'projects' | 'expiresAt' | 'revokedAt'>),
    scope: JSON.parse(scope) as Grant['scope'],
    projects: JSON.parse(projects) as Grant['projects'],
    expiresAt: Number(expiresAt) as Timestamp,
    revokedAt: typeof revokedAt === 'string' ? (Number(revokedAt) as Timestamp) : null,
  }
}

/** What the script for a token returns. */
export type FoundFields = readonly [token: string, redemption: Text, grant: Fields, client: Text]

export const readFound = ([token, redemption, grant, client]: FoundFields): FoundToken => ({
  token: {
    ...(JSON.parse(token) as Omit<Token, 'redemption'>),
    redemption: redemption === null ? null : (JSON.parse(redemption) as Token['redemption']),
  },
  grant: readGrant(grant),
  client: readWhole<Client>([client]),
})
