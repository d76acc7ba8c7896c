import { limits } from './limits.js'

/** A JSON object that came from outside, before any member has been looked at. */
export type JsonDocument = Readonly<Record<string, unknown>>

/** Strings, and the characters that give JSON its structure. In a text that `JSON.parse` takes, there is nothing else to see. */
const structure = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g

/** Whether an object names a member twice, which two readers could take in two ways, or anything is nested too deep. */
function isAmbiguous(json: string): boolean {
  /** The member names of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = []
  let last = ''
  for (const [token] of json.matchAll(structure)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const name = JSON.parse(last) as string
      const names = open.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
    if (open.length > limits.jsonDepth) return true
    last = token
  }
  return false
}

/**
 * A JSON object that can be read in one way only: strict UTF-8 with or without a byte order mark, no member twice, not nested deeper
 * than anybody needs. Null when it is not that.
 */
export function readJsonDocument(bytes: Uint8Array): JsonDocument | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !isAmbiguous(text) ? (value as JsonDocument) : null
  } catch {
    return null
  }
}
