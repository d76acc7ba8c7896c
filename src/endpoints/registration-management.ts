import { client as byClient } from '../audit.js'
import { editOf } from '../clients/change.js'
import { readCandidate } from '../clients/dynamic.js'
import { differences, metadataChanges } from '../clients/edit.js'
import { deleteClient } from '../clients/end.js'
import { renewManagement, requireManagement, useManagement } from '../clients/registration-tokens.js'
import { registrationRefused } from '../clients/terms.js'
import type { Context } from '../context.js'
import { metadataOf } from '../policy/client.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId, JsonObject } from '../records.js'
import { digest } from '../tokens/format.js'
import { transact } from '../transact.js'
import { clientInformation, type RegistrationRequest } from './registration.js'

/** A client at its own registration: which one it is by the path, and what it may do by its token (RFC 7592 section 2). */
export interface OwnRegistrationRequest extends RegistrationRequest {
  readonly clientId: ClientId
  /** As it is echoed. */
  readonly uri: string
}

type ClientInformation = ReturnType<typeof clientInformation>

/** RFC 7592 section 2.1. */
export async function readRegistration(
  context: Context,
  { authorization, clientId, uri }: Omit<OwnRegistrationRequest, 'body'>,
): Promise<ClientInformation> {
  return transact<ClientInformation>(context, async () => {
    const management = await requireManagement(context, authorization, clientId)
    const { secret: token, ...used } = await useManagement(context, management)
    return { change: used, outcome: clientInformation(management.client, null, { uri, token }) }
  })
}

const refuse = (description: string) =>
  new OAuthError('invalid_client_metadata', description, 'client_metadata.server_member')

/** Members that only the server sets. A client that sends them has mixed up what it was told with what it may say. */
const serverMembers = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
] as const

function isOwnSecret({ secrets }: Client, secret: unknown, now: number): boolean {
  if (typeof secret !== 'string') return false
  const shown = digest('client_secret', secret)
  return secrets.some(({ digest, expiresAt }) => equal(digest, shown) && (expiresAt === null || expiresAt > now))
}

/** RFC 7592 section 2.2: a client names itself, and sends back nothing that is the server's. */
function requireOwnMembers(context: Context, client: Client, body: unknown): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuse('the client metadata must be a JSON object')
  const members = body as Readonly<Record<string, unknown>>
  if (members.client_id !== client.id) throw refuse('client_id must be that of this client')
  const server = serverMembers.find((name) => Object.hasOwn(members, name))
  if (server !== undefined) throw refuse(`${server} must not be sent`)
  if (Object.hasOwn(members, 'client_secret') && !isOwnSecret(client, members.client_secret, context.now()))
    throw refuse('client_secret must be the present one, or left out')
}

/** RFC 7592 section 2.2: what is sent replaces what was registered, and what is left out is no longer there. */
export async function replaceRegistration(
  context: Context,
  { authorization, body, clientId, uri }: OwnRegistrationRequest,
): Promise<ClientInformation> {
  return transact<ClientInformation>(context, async () => {
    const management = await requireManagement(context, authorization, clientId)
    const { client } = management
    requireOwnMembers(context, client, body)
    const before = { policy: client.policy, accountId: client.accountId }
    const { metadata, terms } = await readCandidate(context, body, before, metadataOf(client).grant_types)
    // A client stays with its account: one that the host wants in another one now cannot go on as it is.
    if (terms.accountId !== client.accountId) throw registrationRefused()
    const { secret: token, clientSecret, ...used } = await renewManagement(context, management)
    const changed = differences(client.metadata, metadata)
    const { changes, secret } = metadataChanges(context, client, metadata, clientSecret)
    // What the answer that was lost told is told again.
    const told = secret ?? (isOwnSecret(client, clientSecret.reveal(), context.now()) ? clientSecret : null)
    const policy = { ...client.policy, ...(terms.policy as JsonObject) }
    const edit = { changes: { ...changes, policy }, event: { type: 'client.updated', data: { changed } } } as const
    const { next, change } = editOf(client, edit, { actor: byClient(client.id) })
    const isSame = changed.length === 0 && differences(client.policy, policy).length === 0
    return {
      change: isSame ? used : { ...used, ...change },
      outcome: clientInformation(isSame ? client : next, told, { uri, token }),
    }
  })
}

/** RFC 7592 section 2.3: nothing that the client holds is live any more. */
export async function endRegistration(
  context: Context,
  { authorization, clientId }: Pick<OwnRegistrationRequest, 'authorization' | 'clientId'>,
): Promise<void> {
  const { client } = await requireManagement(context, authorization, clientId)
  await deleteClient(context, client.id, { actor: byClient(client.id) })
}
