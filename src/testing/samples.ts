import type {
  AccountId,
  AuditEvent,
  Client,
  ClientId,
  EventId,
  Grant,
  GrantId,
  ProjectId,
  Setting,
  Subject,
  Timestamp,
  Token,
  TokenDigest,
} from '../records.js'

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Unguessable, so that one storage can serve every case at once, and looking like the real thing. */
export const random = (bytes = 16): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)))

const id = <Id extends string>(prefix: string) => `${prefix}_${random()}` as Id

/** A digest as the core makes them: SHA-256 in base64url, 43 characters. */
export const randomDigest = (): TokenDigest => random(32) as TokenDigest
export const randomSubject = (): Subject => id<Subject>('user')
export const randomProject = (): ProjectId => id<ProjectId>('project')
export const randomAccount = (): AccountId => id<AccountId>('account')

/** A name that no other client has. */
export const randomName = (): string => `name_${random()}`

/** Now, or so many seconds from now. */
export const inSeconds = (seconds: number): Timestamp => (Math.floor(Date.now() / 1000) + seconds) as Timestamp

/** A confidential web client, as dynamic registration would store it, with a random id. */
export function sampleClient(differences: Partial<Client> = {}): Client {
  return {
    id: id<ClientId>('client'),
    secrets: [{ digest: randomDigest(), createdAt: inSeconds(0), expiresAt: null }],
    metadata: { client_name: 'Reporter', redirect_uris: ['https://reporter.example/callback'], contacts: [] },
    policy: {},
    registration: 'dynamic',
    name: 'reporter',
    uniqueName: null,
    ownerId: null,
    accountId: null,
    createdAt: inSeconds(0),
    disabledAt: null,
    version: 1,
    revokedAt: null,
    ...differences,
  }
}

/** A grant of an hour over one project, with random ids. */
export function sampleGrant(differences: Partial<Grant> = {}): Grant {
  return {
    id: id<GrantId>('grant'),
    clientId: id<ClientId>('client'),
    subject: randomSubject(),
    accountId: null,
    projects: [randomProject()],
    scope: ['project:read', 'project:write'],
    resource: ['https://app.example/api'],
    details: {},
    createdAt: inSeconds(0),
    expiresAt: inSeconds(3600),
    revokedAt: null,
    ...differences,
  }
}

/** An unredeemed refresh token of an hour, on the given grant or on none. */
export function sampleToken(grant: Grant | null, differences: Partial<Token> = {}): Token {
  return {
    digest: randomDigest(),
    kind: 'refresh_token',
    clientId: grant?.clientId ?? id<ClientId>('client'),
    grantId: grant?.id ?? null,
    data: { scope: ['project:read'] },
    createdAt: inSeconds(0),
    expiresAt: inSeconds(3600),
    redemption: null,
    ...differences,
  }
}

/** A line of the audit log. Its id begins with its time, as the core's do. */
export function sampleEvent(differences: Partial<AuditEvent> = {}): AuditEvent {
  const at = differences.at ?? inSeconds(0)
  return {
    id: `${String(at).padStart(12, '0')}-${random()}` as EventId,
    at,
    type: 'grant.created',
    outcome: 'success',
    reason: null,
    actor: { type: 'system', id: null },
    clientId: null,
    grantId: null,
    subject: randomSubject(),
    accountId: null,
    address: null,
    agent: null,
    requestId: null,
    data: {},
    ...differences,
  }
}

/** A switch, thrown for the first time, with a random name. */
export function sampleSetting(differences: Partial<Setting> = {}): Setting {
  return { name: `setting_${random()}`, value: true, version: 1, ...differences }
}
