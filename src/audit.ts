import type { Context } from './context.js'
import type {
  AccountId,
  Actor,
  AuditEvent,
  ClientId,
  GrantId,
  JsonObject,
  JsonValue,
  ProjectId,
  Registration,
  Subject,
  Timestamp,
} from './records.js'

type Scope = readonly string[]
type Nothing = Readonly<Record<never, never>>
type Projects = readonly ProjectId[] | 'all'

/** What comes again and again is one event with a number: how often, and since when. */
type Repeated = { readonly count: number; readonly since: Timestamp }

/** What each type of event tells besides who, when and about whom. */
export type EventData = {
  readonly 'client.registered': { readonly registration: Registration; readonly client_name: string | null }
  /** Names of what was changed, never the values: they are in the record. */
  readonly 'client.updated': { readonly changed: readonly string[] }
  /** For how many seconds the secret before it goes on working. */
  readonly 'client.secret_rotated': { readonly overlap: number }
  readonly 'client.disabled': Nothing
  readonly 'client.enabled': Nothing
  readonly 'client.deleted': Nothing
  readonly 'client.authentication_failed': Repeated & { readonly method: string | null; readonly path: string }
  /** How many clients it is good for, and until when. */
  readonly 'initial_access_token.issued': { readonly uses: number; readonly expires_at: Timestamp }
  readonly 'grant.created': {
    readonly requested: Scope
    readonly scope: Scope
    readonly projects: Projects
    readonly resource: readonly string[]
    /** What the person calls it. */
    readonly label?: string
    /** The host trusts the client: nobody was asked. */
    readonly trusted?: true
  }
  /** A consent that was given before answered a new request. */
  readonly 'grant.remembered': { readonly requested: Scope; readonly resource: readonly string[] }
  readonly 'grant.narrowed': {
    readonly from: { readonly scope: Scope; readonly projects: Projects }
    readonly to: { readonly scope: Scope; readonly projects: Projects }
  }
  readonly 'grant.revoked': Nothing
  readonly 'interaction.denied': { readonly requested: Scope }
  readonly 'device.approved': { readonly requested: Scope }
  readonly 'device.denied': { readonly requested: Scope }
  readonly 'token.issued': { readonly grant_type: string; readonly scope: Scope; readonly resource: readonly string[] }
  readonly 'token.revoked': Nothing
  readonly 'refresh_token.reused': Nothing
  readonly 'code.replayed': Nothing
  /** A code was presented with a wrong verifier so often that it is used up. */
  readonly 'code.burnt': Nothing
  readonly 'request.refused': Repeated & { readonly status: number; readonly error: string; readonly path: string }
  readonly 'setting.changed': { readonly name: string; readonly value: JsonValue }
}

export type EventType = keyof EventData

/** A record rather than a list, so that the compiler tells which one is missing. */
const known: Readonly<Record<EventType, true>> = {
  'client.registered': true,
  'client.updated': true,
  'client.secret_rotated': true,
  'client.disabled': true,
  'client.enabled': true,
  'client.deleted': true,
  'client.authentication_failed': true,
  'initial_access_token.issued': true,
  'grant.created': true,
  'grant.remembered': true,
  'grant.narrowed': true,
  'grant.revoked': true,
  'interaction.denied': true,
  'device.approved': true,
  'device.denied': true,
  'token.issued': true,
  'token.revoked': true,
  'refresh_token.reused': true,
  'code.replayed': true,
  'code.burnt': true,
  'request.refused': true,
  'setting.changed': true,
}

/** Every type of event that the provider writes, for a list to choose from. */
export const eventTypes = Object.keys(known) as readonly EventType[]

/** An event of one type of the provider's own, with what it tells. */
export type AuditEventOf<Type extends EventType> = Type extends EventType
  ? Omit<AuditEvent, 'type' | 'data'> & { readonly type: Type; readonly data: EventData[Type] }
  : never

/** Any event of the provider's own: a look at `type` tells what is in `data`. */
export type KnownEvent = AuditEventOf<EventType>

const firstWord = (type: string) => type.split('.', 1)[0]
const ownWords = new Set(eventTypes.map(firstWord))

/** Whether a type of event is the provider's own, or could become so: its first word is one of the provider's. */
export const isOwnType = (type: string): boolean => ownWords.has(firstWord(type))

/** Whether an event is the provider's own. What the host writes with `access.audit` has types of the host's. */
export const isKnownEvent = (event: AuditEvent): event is KnownEvent => Object.hasOwn(known, event.type)

interface About {
  readonly actor: Actor
  readonly clientId?: ClientId
  readonly grantId?: GrantId | null
  readonly subject?: Subject | null
  readonly accountId?: AccountId | null
  readonly outcome?: AuditEvent['outcome']
  readonly reason?: string
}

/** The parts of an event that its author knows. The rest is known of every request. */
export type EventParts = {
  readonly [Type in EventType]: About & { readonly type: Type } & (EventData[Type] extends Nothing
      ? Nothing extends EventData[Type]
        ? { readonly data?: Nothing }
        : { readonly data: EventData[Type] }
      : never)
}[EventType]

export const system: Actor = { type: 'system', id: null }
export const user = (subject: Subject | null): Actor => ({ type: 'user', id: subject })
export const client = (id: ClientId): Actor => ({ type: 'client', id })

/** An event as it is stored: what its author knows, and where the request came from. */
export function auditEvent(
  context: Pick<Context, 'newEventId' | 'origin'>,
  at: Timestamp,
  parts: About & { readonly type: string; readonly data?: JsonObject },
): AuditEvent {
  return {
    id: context.newEventId(),
    at,
    type: parts.type,
    outcome: parts.outcome ?? 'success',
    reason: parts.reason ?? null,
    actor: parts.actor,
    clientId: parts.clientId ?? null,
    grantId: parts.grantId ?? null,
    subject: parts.subject ?? null,
    accountId: parts.accountId ?? null,
    address: context.origin.address,
    agent: context.origin.agent,
    requestId: context.origin.requestId,
    data: parts.data ?? {},
  }
}
