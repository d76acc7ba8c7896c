import { client as byClient, user } from '../audit.js'
import type { Context } from '../context.js'
import type { Kept } from '../documents/cache.js'
import { foldName } from '../policy/client.js'
import type { ClientMetadata } from '../protocol/client-metadata.js'
import type { Client, ClientId, JsonObject, Subject } from '../records.js'
import { commit, type Decision, transact } from '../transact.js'
import { differences } from './edit.js'
import { type Described, type DocumentState, readRecord } from './gone.js'
import { registeredEvent } from './register.js'

/** A client as its document describes it. */
export interface FoundClient {
  readonly client: Client
  /** What the document says and the record does not: to be written before anything refers to it. Null: nothing. */
  readonly unwritten: { readonly record: Client | null; readonly kept: Kept<ClientMetadata> } | null
}

const newcomer = (context: Context, id: ClientId) =>
  ({
    id,
    secrets: [],
    policy: {},
    registration: 'metadata_document',
    uniqueName: null,
    ownerId: null,
    accountId: null,
    createdAt: context.now(),
    disabledAt: null,
    version: 0,
    revokedAt: null,
  }) as const

/** The client that a document describes: as it is known already, or new. */
export function describedBy(
  context: Context,
  id: ClientId,
  record: Client | null,
  { value, etag, fetchedAt, freshUntil }: Kept<ClientMetadata>,
): Client {
  const document: DocumentState = { fetched_at: fetchedAt, fresh_until: freshUntil, ...(etag !== null && { etag }) }
  const metadata: Described & JsonObject = { ...value, document }
  return { ...(record ?? newcomer(context, id)), metadata, name: foldName(value.client_name ?? '') }
}

/** What becomes of a record by what its document says. */
function updated(record: Client, next: Client, kept: Kept<ClientMetadata>, late: boolean): Decision<Client> {
  const { members, document } = readRecord(record)
  const changed = differences(members, kept.value)
  const isNewer = record.revokedAt !== null || document.fetched_at > kept.fetchedAt
  // That nothing has changed is not worth being late for.
  if (isNewer || (late && changed.length === 0)) return { change: null, outcome: record }
  const about = { actor: byClient(record.id), clientId: record.id }
  const event = { ...about, type: 'client.updated', data: { changed } } as const
  return { change: { update: [next], events: changed.length > 0 ? [event] : [] }, outcome: next }
}

/**
 * Write what a document says, now that something will refer to it. Of several who see it first one writes it, and the others find it
 * written.
 *
 * @param subject the person who came with it; null where a program came by itself
 */
export async function keepClient(
  context: Context,
  { client: { id, ...client }, unwritten }: FoundClient,
  subject: Subject | null,
): Promise<Client> {
  if (!unwritten) return { id, ...client }
  const { kept } = unwritten
  return transact<Client>(context, async (refused) => {
    const record = refused === 0 ? unwritten.record : await context.storage.findClient(id)
    const described = describedBy(context, id, record, kept)
    const next = { ...described, version: described.version + 1 }
    if (record) return updated(record, next, kept, refused > 0)
    const actor = subject === null ? byClient(id) : user(subject)
    return { change: { clients: [next], events: [registeredEvent(next, kept.value, actor)] }, outcome: next }
  })
}

/** Remember since when a document is not there. Whoever comes at the same moment remembers the same. */
export async function noteGone(context: Context, record: Client): Promise<void> {
  const { members, document } = readRecord(record)
  if (document.gone_since !== undefined) return
  const metadata: JsonObject = { ...members, document: { ...document, gone_since: context.now() } }
  await commit(context, { update: [{ ...record, metadata, version: record.version + 1 }] }, [])
}
