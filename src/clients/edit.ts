import type { Context } from '../context.js'
import { checkPolicy } from '../policy/check.js'
import { type ClientPolicy, foldName, metadataOf, policyIn, policyOf, usesSecret } from '../policy/client.js'
import type { ClientMetadata } from '../protocol/client-metadata.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId, JsonObject } from '../records.js'
import { newSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { requireByUsers, requireOwnersPolicy } from './by-users.js'
import { type By, type ClientEdit, changeClient, requireVersion } from './change.js'
import { uniqueNameOf } from './names.js'
import { keptSecret, type Registered, readMetadataFor } from './register.js'

/** What should become of a client. What is left out stays as it is. */
export interface ClientChanges {
  /** Members of RFC 7591. Each replaces the one that is there; null takes it away. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly policy?: Partial<ClientPolicy>
  /** The version that was looked at: somebody else's edit in between is then a conflict and not overwritten. */
  readonly version?: number
}

/** A client that needs a secret from now on gets one; one that no longer does has none left. */
export function secretsAfter(
  context: Context,
  client: Client,
  metadata: ClientMetadata,
  issued: Secret,
): { readonly secrets: Client['secrets']; readonly secret: Secret | null } {
  if (!usesSecret(metadata)) return { secrets: [], secret: null }
  if (client.secrets.length > 0) return { secrets: client.secrets, secret: null }
  return { secrets: [keptSecret(context, issued)], secret: issued }
}

const members = (before: object, after: object): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()

/** Names of what differs. */
export function differences(before: object, after: object): readonly string[] {
  const [a, b] = [before, after].map((one) => new Map<string, unknown>(Object.entries(one)))
  return members(before, after).filter((name) => JSON.stringify(a?.get(name)) !== JSON.stringify(b?.get(name)))
}

/**
 * What follows from new metadata: the name people search for, and the secrets.
 *
 * @param issued the secret that it gets if it needs one now and has none
 */
export function metadataChanges(
  context: Context,
  client: Client,
  metadata: ClientMetadata,
  issued: Secret = newSecret(context, 'client_secret'),
) {
  const name = foldName(metadata.client_name ?? '')
  const { secrets, secret } = secretsAfter(context, client, metadata, issued)
  const uniqueName = uniqueNameOf({ ...client, name })
  return { changes: { metadata, name, uniqueName, secrets }, secret }
}

function mergedMetadata(
  context: Context,
  client: Client,
  { metadata: changes }: ClientChanges,
  by: By,
): ClientMetadata {
  if (!changes) return metadataOf(client)
  if (client.registration === 'metadata_document')
    throw new OAuthError('invalid_request', 'this application describes itself in its own document', 'client.document')
  // What a software statement said holds no longer once somebody says otherwise.
  const given = by.owner === undefined ? context.grantTypes : metadataOf(client).grant_types
  const merged = { ...client.metadata, software_statement: null, ...changes }
  return readMetadataFor(context, client.registration, merged, given)
}

/**
 * Edit a client. What it may do from now on follows at once; tokens that were issued live on as they are.
 *
 * @returns the client, and its secret when it has just become confidential: shown this once
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`; 404 `client.unknown`; 409 `client.version` when it is not
 *   the version that was looked at any more, `client.name_taken`
 */
export async function editClient(context: Context, id: ClientId, wanted: ClientChanges, by: By): Promise<Registered> {
  let issued: Secret | null = null
  const edit = async (client: Client): Promise<ClientEdit | null> => {
    issued = null
    requireVersion(client, wanted.version)
    const metadata = mergedMetadata(context, client, wanted, by)
    const sent = policyIn(wanted.policy ?? {})
    const policy = { ...client.policy, ...(checkPolicy(context, sent, client.registration) as JsonObject) }
    const changed = [...differences(client.metadata, metadata), ...differences(client.policy, policy)]
    if (changed.length === 0) return null
    if (by.owner !== undefined) {
      const edited = { ...policyOf(client), ...sent }
      requireOwnersPolicy(differences(policyOf(client), edited), metadataOf(client).grant_types)
      await requireByUsers(context, { subject: by.owner, accountId: client.accountId, metadata })
    }
    const { changes, secret } = metadataChanges(context, client, metadata)
    issued = secret
    return { changes: { ...changes, policy }, event: { type: 'client.updated', data: { changed } } }
  }
  return { client: await changeClient(context, id, by, edit), secret: issued }
}
