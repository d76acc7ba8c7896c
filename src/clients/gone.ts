import { metadataOf } from '../policy/client.js'
import type { ClientMetadata } from '../protocol/client-metadata.js'
import type { Client, Timestamp } from '../records.js'

/** What a record remembers of its document beside what was in it, so that other nodes need not fetch it too. */
export type DocumentState = {
  readonly fetched_at: Timestamp
  readonly fresh_until: Timestamp
  readonly etag?: string
  /** Since when its owner has answered that there is no such document. */
  readonly gone_since?: Timestamp
}

/** The metadata of a client that describes itself. The member that is no name of RFC 7591 is our own. */
export type Described = ClientMetadata & { readonly document: DocumentState }

/** What a document said, and what is remembered of it. */
export function readRecord(record: Client): { readonly members: ClientMetadata; readonly document: DocumentState } {
  const { document, ...members } = metadataOf(record) as Described
  return { members, document }
}

/** For how many seconds a document may be gone before its client is taken for gone too. */
const goneAfter = 7 * 86_400

/** Whether the owner of a client has taken its document away for good. */
export function isGone(client: Client, now: Timestamp): boolean {
  if (client.registration !== 'metadata_document') return false
  const { gone_since } = readRecord(client).document
  return gone_since !== undefined && now > gone_since + goneAfter
}
