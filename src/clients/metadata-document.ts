import type { Context, Documents } from '../context.js'
import { type DocumentCache, documentCache, type Kept } from '../documents/cache.js'
import type { Load } from '../documents/load.js'
import { DocumentUnavailable } from '../documents/unavailable.js'
import { readClientDocument } from '../protocol/client-document.js'
import { isClientIdUrl, refuseClientIdUrl } from '../protocol/client-id-url.js'
import type { ClientMetadata } from '../protocol/client-metadata.js'
import { OAuthError } from '../protocol/errors.js'
import type { JsonDocument } from '../protocol/strict-json.js'
import { isLoopbackHost } from '../protocol/uri.js'
import type { Client, ClientId } from '../records.js'
import type { MetadataDocumentRules } from '../registration.js'
import { describedBy, type FoundClient, keepClient, noteGone } from './described.js'
import { findClient } from './find.js'
import { readRecord } from './gone.js'
import { policyFor } from './register.js'

/** How long a document is kept, in seconds, whatever its owner says. */
const bounds = { shortest: 300, longest: 86_400 }

function readDocument(document: JsonDocument, clientId: string, context: Context): ClientMetadata {
  const redirects = context.registration.metadataDocuments?.redirects ?? 'own'
  return readClientDocument(document, clientId, { ...policyFor(context, 'metadata_document'), redirects })
}

/** The documents in which clients describe themselves. */
export const clientDocuments = (load: Load, maxBytes: number): DocumentCache<ClientMetadata> =>
  documentCache(load, { maxBytes, bounds, read: readDocument })

/** The document that a record was made from. One that would not be accepted any more is none. */
function keptIn(context: Context, record: Client): Kept<ClientMetadata> | null {
  const { members, document } = readRecord(record)
  const { fetched_at: fetchedAt, fresh_until: freshUntil, etag = null } = document
  try {
    return {
      value: readDocument({ ...members, client_id: record.id }, record.id, context),
      etag,
      fetchedAt,
      freshUntil,
    }
  } catch {
    return null
  }
}

const unavailable =
  'the metadata document of this application could not be had: it has to be a small JSON document at a public https address'

/** What a page may say. Neither what was answered nor how: whoever names a URL could look around with our eyes. */
function refusal(cause: unknown): unknown {
  if (cause instanceof DocumentUnavailable)
    return new OAuthError('invalid_request', unavailable, 'client_document.unavailable', { cause })
  if (cause instanceof OAuthError && cause.code === 'invalid_client_metadata')
    return new OAuthError('invalid_request', cause.description, cause.reason, { cause })
  return cause
}

async function requireAdmitted(context: Context, id: ClientId, rules: MetadataDocumentRules): Promise<void> {
  const loopback = isLoopbackHost(new URL(context.issuer).hostname)
  const problem = refuseClientIdUrl(id, { ...rules, loopback })
  if (problem !== null)
    throw new OAuthError('invalid_request', `this client_id ${problem}`, 'client_document.client_id_url')
  if (!(await rules.allow(id)))
    throw new OAuthError('invalid_request', 'this application is not admitted here', 'client_document.not_admitted')
}

interface Sought {
  readonly id: ClientId
  readonly record: Client | null
  readonly known: Kept<ClientMetadata> | null
}

async function fetchDocument(
  context: Context,
  { clients }: Documents,
  { id, record, known }: Sought,
  isSignedIn: () => Promise<boolean>,
): Promise<Kept<ClientMetadata>> {
  try {
    return await clients.find(context, id, known)
  } catch (error) {
    if (error instanceof DocumentUnavailable && error.gone && record && (await isSignedIn()))
      await noteGone(context, record)
    throw refusal(error)
  }
}

/**
 * The client that the document at its id describes. Nothing of it is written here, because anybody may ask.
 *
 * @param record the client as it is known here, if it is
 * @returns `'after_login'` when that is told only to somebody who is signed in
 * @throws OAuthError to be shown, never redirected: nothing is known yet of where an answer may go
 */
export async function lookUpClient(
  context: Context,
  rules: MetadataDocumentRules,
  { id, record }: Omit<Sought, 'known'>,
  isSignedIn: () => Promise<boolean>,
): Promise<FoundClient | 'after_login' | null> {
  const documents = await context.documents?.()
  if (!documents) return null
  await requireAdmitted(context, id, rules)
  const known = record && keptIn(context, record)
  const fresh = documents.clients.peek(context, id, known)
  if (!fresh && rules.afterLogin && !(await isSignedIn())) return 'after_login'
  const kept = fresh ?? (await fetchDocument(context, documents, { id, record, known }, isSignedIn))
  const unwritten = kept === known ? null : { record, kept }
  return { client: describedBy(context, id, record, kept), unwritten }
}

/**
 * Look up and write a client that comes by itself, without a person, to an endpoint where it has never been. Whether it is let in
 * there is decided afterwards.
 *
 * @throws OAuthError `invalid_client`
 */
export async function introduceClient(context: Context, clientId: string): Promise<void> {
  if (!isClientIdUrl(clientId)) return
  try {
    const found = await findClient(context, clientId as ClientId, async () => false)
    if (found && found !== 'after_login') await keepClient(context, found, null)
  } catch (cause) {
    if (!(cause instanceof OAuthError) || cause.code !== 'invalid_request') throw cause
    throw new OAuthError('invalid_client', 'unknown client or bad credentials', cause.reason, { cause })
  }
}
