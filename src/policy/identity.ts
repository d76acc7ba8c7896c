import { sha256 } from '../protocol/sha256.js'
import type { Client } from '../records.js'
import { metadataOf } from './client.js'
import { proofOf } from './proof.js'

/**
 * Stands for what a person decides by when they approve a client: what it is called and looks like, where answers go, and how it
 * proves itself. New keys in the same place are not a new client.
 */
export function identityOf(client: Client): string {
  const { client_name = '', logo_uri = '', redirect_uris } = metadataOf(client)
  const { methods, jwks, jwks_uri } = proofOf(client)
  const keys = jwks_uri ?? (jwks ? 'inline' : '')
  const parts = [client_name, logo_uri, [...redirect_uris].sort(), [...methods].sort(), keys]
  return sha256(JSON.stringify(parts))
}
