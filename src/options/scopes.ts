import * as z from 'zod/mini'
import type { ScopeOption } from '../context.js'

/** A scope: what people read on the consent page, and what it brings along. */
export interface ScopeDefinition<ScopeName extends string> {
  readonly description: string
  readonly implies?: readonly ScopeName[]
  /** Marked on the consent page, left out of metadata and of the default scope: granted only when asked for by name. */
  readonly sensitive?: boolean
  /** Changes nothing. Where a client asks for such scopes and others, people may give it the read-only ones alone. */
  readonly readOnly?: boolean
  /** Under which heading it stands on the consent page, unless it stands below a scope that brings it along. */
  readonly group?: string
}

const text = z.string().check(z.minLength(1))

/** The shape of one. A string is a description alone. */
export const scopeSchema = z.union([
  text,
  z.strictObject({
    description: text,
    implies: z.optional(z.array(text)),
    sensitive: z.optional(z.boolean()),
    readOnly: z.optional(z.boolean()),
    group: z.optional(text),
  }),
])

export const readScopes = (
  scopes: Readonly<Record<string, string | ScopeDefinition<string>>>,
): ReadonlyMap<string, ScopeOption> =>
  new Map(
    Object.entries(scopes).map(([name, option]) => {
      const definition = typeof option === 'string' ? { description: option } : option
      return [name, { implies: [], sensitive: false, readOnly: false, group: null, ...definition }]
    }),
  )

/** A scope that changes nothing and brings along one that does; null when there is none. */
export function falselyReadOnly(
  scopes: ReadonlyMap<string, ScopeOption>,
): readonly [name: string, brings: string] | null {
  for (const [name, { readOnly, implies }] of scopes) {
    const other = implies.find((one) => scopes.get(one)?.readOnly === false)
    if (readOnly && other !== undefined) return [name, other]
  }
  return null
}
