import type { Context } from '../context.js'
import { lazily } from '../lazily.js'
import { isClientIdUrl } from '../protocol/client-id-url.js'
import type { Client, ClientId } from '../records.js'
import type { FoundClient } from './described.js'

const lookUpClient = lazily(() => import('./metadata-document.js'))((it) => it.lookUpClient)

/** What the host has registered is what the host has said; and one that may not come in need not be looked up. */
const isSettled = (record: Client): boolean =>
  record.registration !== 'metadata_document' || record.revokedAt !== null || record.disabledAt !== null

/**
 * The client of an authorization request. What the host has registered always wins; a URL that it has not is looked up in the
 * document it leads to. Nothing of it is written here, because anybody may ask.
 *
 * @returns null when there is no such client; `'after_login'` when that is told only to somebody who is signed in
 * @throws OAuthError to be shown, never redirected: nothing is known yet of where an answer may go
 */
export async function findClient(
  context: Context,
  id: ClientId,
  isSignedIn: () => Promise<boolean>,
): Promise<FoundClient | 'after_login' | null> {
  const record = await context.storage.findClient(id)
  if (record && isSettled(record)) return { client: record, unwritten: null }
  const rules = context.registration.metadataDocuments
  if (!context.documents || !rules || !isClientIdUrl(id)) return null
  return lookUpClient(context, rules, { id, record }, isSignedIn)
}
