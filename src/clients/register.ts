import { client as byClient, system, user } from '../audit.js'
import type { Context } from '../context.js'
import { newClientId } from '../ids.js'
import { checkPolicy } from '../policy/check.js'
import { type ClientPolicy, foldName, metadataPolicy, usesSecret } from '../policy/client.js'
import { deviceGrantType, mayUseDevices } from '../policy/device.js'
import { refuseClientIdUrl } from '../protocol/client-id-url.js'
import { type ClientMetadata, type ClientMetadataPolicy, readClientMetadata } from '../protocol/client-metadata.js'
import { OAuthError } from '../protocol/errors.js'
import type { AccountId, Actor, Client, ClientId, JsonObject, Registration, Setting, Subject } from '../records.js'
import { digest, newSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'
import { placeForOwn, requireByUsers } from './by-users.js'
import { nameTaken, uniqueNameOf } from './names.js'

/** Who registers a client, and what the host decides about it. */
export interface Registrar {
  readonly registration: Exclude<Registration, 'metadata_document'>
  readonly policy?: Partial<ClientPolicy>
  /** The person it belongs to, for a client of registration `user`. */
  readonly ownerId?: Subject
  /** The only account whose people may use it. Left out: everybody's. */
  readonly accountId?: AccountId
  /** For a `manual` client that is known by the URL of its metadata document: what the host says of it goes before that. */
  readonly id?: string
  /** For the audit log. Left out: its owner, the client itself where it registers itself, or else the host's own code. */
  readonly actor?: Actor
}

export interface Registered {
  readonly client: Client
  /** Shown once; only its digest is kept. Null for a public client. */
  readonly secret: Secret | null
}

/**
 * The host may send people back to itself; a stranger who registers must not make loops of its pages. Nor does a client act for itself
 * because it says so.
 *
 * @param given grant types that the host gave this client, which its own word does not take away
 */
export function policyFor(
  context: Context,
  registration: Registration,
  given: readonly string[] = [],
): ClientMetadataPolicy {
  const whole = metadataPolicy(context)
  if (registration === 'manual') return { ...whole, issuerOrigin: '' }
  const usable = (type: string) =>
    type === deviceGrantType
      ? mayUseDevices(context, registration)
      : type !== 'client_credentials' || given.includes(type)
  const grantTypes = whole.grantTypes.filter(usable)
  const own = registration === 'dynamic' ? context.registration.dynamic?.defaultAuthMethod : undefined
  return { ...whole, grantTypes, defaultAuthMethod: own ?? whole.defaultAuthMethod }
}

/** @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` */
export const readMetadataFor = (
  context: Context,
  registration: Registration,
  metadata: unknown,
  given?: readonly string[],
): ClientMetadata => readClientMetadata(metadata, policyFor(context, registration, given))

/** A secret as its client's record keeps it. */
export const keptSecret = (context: Context, secret: Secret): Client['secrets'][number] => ({
  digest: digest('client_secret', secret),
  createdAt: context.now(),
  expiresAt: null,
})

/** Any other id could be one that is made up for somebody else one day, or a person's. */
function ownUrl(id: string, registration: Registration): ClientId {
  const problem =
    registration === 'manual' ? refuseClientIdUrl(id, { query: true, root: true, loopback: true }) : 'is made up here'
  if (problem === null) return id as ClientId
  throw new OAuthError('invalid_client_metadata', `the id of this client ${problem}`, 'client.id')
}

/** A client as it will be stored, from metadata and policy that have been checked. */
export function newClient(
  context: Context,
  metadata: ClientMetadata,
  { registration, policy = {}, ownerId = undefined, accountId = undefined, id = undefined }: Registrar,
): Registered {
  const secret = usesSecret(metadata) ? newSecret(context, 'client_secret') : null
  const named = { registration, accountId: accountId ?? null, name: foldName(metadata.client_name ?? '') }
  const client: Client = {
    id: id === undefined ? newClientId() : ownUrl(id, registration),
    ...named,
    secrets: secret ? [keptSecret(context, secret)] : [],
    metadata,
    policy: checkPolicy(context, policy, registration) as JsonObject,
    uniqueName: uniqueNameOf(named),
    ownerId: ownerId ?? null,
    createdAt: context.now(),
    disabledAt: null,
    version: 1,
    revokedAt: null,
  }
  return { client, secret }
}

function actorOf({ id, registration, ownerId }: Client): Actor {
  if (ownerId !== null) return user(ownerId)
  return registration === 'dynamic' ? byClient(id) : system
}

/** The line in the audit log for a client that comes to be. */
export const registeredEvent = (client: Client, metadata: ClientMetadata, actor: Actor = actorOf(client)) => ({
  type: 'client.registered' as const,
  actor,
  clientId: client.id,
  subject: client.ownerId,
  accountId: client.accountId,
  data: { registration: client.registration, client_name: metadata.client_name ?? null },
})

/** The place that a client of a person's own takes up; null for every other client. */
async function placeFor(context: Context, { registration, ownerId, accountId }: Client, metadata: ClientMetadata) {
  if (registration !== 'user') return null
  if (ownerId === null) throw new TypeError('a client of registration user has an ownerId')
  await requireByUsers(context, { subject: ownerId, accountId, metadata })
  return placeForOwn(context, ownerId)
}

/**
 * Register a client of the host's own, or of a person's.
 *
 * @param metadata members of RFC 7591, unchecked
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata`; 409 `client.name_taken`; 403 where a person may not
 */
export async function registerClient(context: Context, metadata: unknown, registrar: Registrar): Promise<Registered> {
  const checked = readMetadataFor(context, registrar.registration, metadata)
  const registered = newClient(context, checked, registrar)
  const { client } = registered
  let tried: Setting | null | undefined
  return transact<Registered>(context, async () => {
    const place = await placeFor(context, client, checked)
    if (tried !== undefined && registrar.id !== undefined && (await context.storage.findClient(client.id)))
      throw new OAuthError('invalid_client_metadata', 'there is a client of this id', 'client.id_taken', {
        status: 409,
      })
    // Its id is random and its place was free, so that its name is all that can have been in the way.
    if (tried !== undefined && tried?.version === place?.version && client.uniqueName !== null) throw nameTaken()
    tried = place
    return {
      change: {
        clients: [client],
        settings: place ? [place] : [],
        events: [registeredEvent(client, checked, registrar.actor)],
      },
      outcome: registered,
    }
  })
}
