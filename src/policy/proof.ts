import type { AuthMethod, ClientMetadata } from '../protocol/client-metadata.js'
import type { Client } from '../records.js'
import { metadataOf } from './client.js'

/** How a client may prove who it is, and with which keys. In a form that can be stored as JSON. */
export type Proof = Pick<ClientMetadata, 'jwks' | 'jwks_uri' | 'token_endpoint_auth_signing_alg'> & {
  readonly methods: readonly AuthMethod[]
}

/** As the client's record has it now. */
export function proofOf(client: Client): Proof {
  const { token_endpoint_auth_method: method, token_endpoint_auth_methods_supported: methods } = metadataOf(client)
  const { jwks, jwks_uri, token_endpoint_auth_signing_alg: algorithm } = metadataOf(client)
  return {
    methods: methods ?? [method],
    ...(jwks && { jwks }),
    ...(jwks_uri !== undefined && { jwks_uri }),
    ...(algorithm !== undefined && { token_endpoint_auth_signing_alg: algorithm }),
  }
}

/**
 * How a client has to prove itself for as long as what it is given now lives. A document may be another one in a minute, and not by
 * its owner's will: what a person was asked about goes on under the terms of that moment. Whoever edits a record of ours means it to
 * hold at once, so that for every other client there is none.
 */
export const boundProofOf = (client: Client): Proof | undefined =>
  client.registration === 'metadata_document' ? proofOf(client) : undefined

/** What was once proved with a key is never again to be had without. */
export const narrowProof = (proof: Proof | undefined, method: AuthMethod): Proof | undefined =>
  proof && method === 'private_key_jwt' ? { ...proof, methods: [method] } : proof
