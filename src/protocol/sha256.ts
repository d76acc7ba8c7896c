import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as hash } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { encodeBase64url } from './base64url.js'

/** What is used of `node:crypto`. Bun, Deno and workerd have it too. */
interface Builtin {
  hash(algorithm: 'sha256', data: string, encoding: 'base64url'): string
  createHmac(
    algorithm: 'sha256',
    key: Uint8Array | string,
  ): { update(text: string): { digest(encoding: 'base64url'): string } }
}

interface Digests {
  /** SHA-256 of a text in UTF-8, as base64url. */
  readonly sha256: (text: string) => string
  /** HMAC-SHA256 (RFC 2104) of a text in UTF-8, as base64url. */
  readonly hmacSha256: (key: Uint8Array | string, text: string) => string
}

/** The same everywhere. */
export const portable: Digests = {
  sha256: (text) => encodeBase64url(hash(utf8ToBytes(text))),
  hmacSha256: (key, text) =>
    encodeBase64url(hmac(hash, typeof key === 'string' ? utf8ToBytes(key) : key, utf8ToBytes(text))),
}

function builtin(): Digests | null {
  const host: { readonly process?: { readonly getBuiltinModule?: (id: string) => unknown } } = globalThis
  const crypto = host.process?.getBuiltinModule?.('node:crypto') as Partial<Builtin> | undefined
  const { hash, createHmac } = crypto ?? {}
  if (!hash || !createHmac) return null
  return {
    sha256: (text) => hash('sha256', text, 'base64url'),
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
  }
}

/**
 * A refresh takes six digests of short texts, and an HMAC. What the runtime has built in takes 0.3 µs for one on Node 20, and `@noble/hashes` 3.6;
 * both answer at once, which WebCrypto does not.
 */
export const { sha256, hmacSha256 } = builtin() ?? portable
