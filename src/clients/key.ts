import { sha256 } from '../protocol/sha256.js'
import type { JsonValue } from '../records.js'

/** A short text that stands for some values, of whatever length they are and whatever is in them. */
export const keyOf = (...values: readonly JsonValue[]): string => sha256(JSON.stringify(values))
