import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

const mark = /^\/\* (grantor_[0-9a-f]{16}) \*\//

/**
 * Put a name derived from its content before a statement. A counter would not do: two storages on one pool, or two releases on
 * one pooler, would give different statements the same name.
 */
export const named = (sql: string): string => `/* grantor_${bytesToHex(sha256(utf8ToBytes(sql)).slice(0, 8))} */ ${sql}`

/** The name that {@link named} put there. */
export const nameOf = (sql: string): string | null => mark.exec(sql)?.[1] ?? null
