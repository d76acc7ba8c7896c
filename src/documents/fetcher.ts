/** What is wanted of a document that somebody else publishes. */
export interface DocumentRequest {
  /** For the `Accept` header, the only one that says anything of the request. */
  readonly accept: string
  /** The `ETag` of what is known already, for `If-None-Match`; null when nothing is. */
  readonly etag: string | null
  /** Of the body, decompressed. More is an error, and is not read. */
  readonly maxBytes: number
  /** The provider is on loopback itself, so that a document may be there too where the host wants that. */
  readonly loopback: boolean
  /** Aborted when it has taken too long. */
  readonly signal: AbortSignal
}

export interface DocumentResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** Empty unless the status is 200. */
  readonly body: Uint8Array
}

/**
 * Gets a document from a URL that a stranger has named. It has to see to it that the connection goes to a public address, that it goes
 * to the very address that was checked, and that no redirect is followed; or a stranger reaches what only this server can reach. On
 * Node that is `documentFetcher()` of `grantor/node`.
 */
export type DocumentFetcher = (url: string, request: DocumentRequest) => Promise<DocumentResponse>
