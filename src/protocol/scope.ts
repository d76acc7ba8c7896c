import { OAuthError } from './errors.js'
import { isWithin } from './lists.js'

/** Scope names without repeats, in the order they were asked for. The order carries no meaning. */
export type Scope = readonly string[]

/** Every known scope with itself and all it implies, transitively. */
export type Implications = ReadonlyMap<string, ReadonlySet<string>>

/** RFC 6749 section 3.3: any printable ASCII but space, `"` and `\`. */
const scopeName = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export function isScopeName(text: string): boolean {
  return scopeName.test(text)
}

/**
 * Reads a `scope` parameter (RFC 6749 section 3.3). Extra spaces are forgiven; absent means empty.
 *
 * @throws OAuthError `invalid_scope`, reason `scope.malformed`.
 */
export function parseScope(text: string | undefined): Scope {
  const names: string[] = []
  for (const name of (text ?? '').split(' ')) {
    if (name === '' || names.includes(name)) continue
    if (!isScopeName(name))
      throw new OAuthError('invalid_scope', 'the scope holds a character that is not allowed', 'scope.malformed')
    names.push(name)
  }
  return names
}

export function formatScope(scope: Scope): string {
  return scope.join(' ')
}

/**
 * Computes what every scope implies, directly and through others.
 *
 * @throws TypeError when a name is not a scope, an implied scope is not defined, or scopes imply each other in a circle.
 * @example
 * implications({ read: {}, write: { implies: ['read'] } }).get('write') // Set { 'write', 'read' }
 */
export function implications(scopes: Readonly<Record<string, { readonly implies?: readonly string[] }>>): Implications {
  const defined = new Map(Object.entries(scopes))
  const known = new Map<string, ReadonlySet<string>>()
  const visit = (name: string, path: readonly string[]): ReadonlySet<string> => {
    const done = known.get(name)
    if (done !== undefined) return done
    const definition = defined.get(name)
    if (definition === undefined) throw new TypeError(`scope '${path.at(-1)}' implies '${name}', which is not defined`)
    if (path.includes(name)) throw new TypeError(`scopes imply each other: ${[...path, name].join(' -> ')}`)
    const reach = new Set([name])
    for (const implied of definition.implies ?? []) {
      for (const reached of visit(implied, [...path, name])) reach.add(reached)
    }
    known.set(name, reach)
    return reach
  }
  for (const name of defined.keys()) {
    if (!isScopeName(name)) throw new TypeError(`'${name}' is not a scope name (RFC 6749 section 3.3)`)
    visit(name, [])
  }
  return known
}

/** A scope that is no longer configured still means itself, and nothing more. */
const reach = (name: string, implied: Implications): ReadonlySet<string> => implied.get(name) ?? new Set([name])

function reachOfAll(scope: Scope, implied: Implications): ReadonlySet<string> {
  const only = scope[0]
  if (only !== undefined && scope.length === 1) return reach(only, implied)
  const all = new Set<string>()
  for (const name of scope) for (const reached of reach(name, implied)) all.add(reached)
  return all
}

/** Whether `granted` permits everything in `needed`: a broader scope satisfies a narrower one, a longer name does not. */
export function covers(granted: Scope, needed: Scope, implied: Implications): boolean {
  if (isWithin(needed, granted)) return true
  const all = reachOfAll(granted, implied)
  return needed.every((name) => all.has(name))
}

/**
 * The most that both `requested` and `ceiling` permit. Requested names that the ceiling covers are kept as they are; of any
 * other requested name, the parts that the ceiling covers are kept instead.
 *
 * @example
 * intersectScope(['write'], ['read'], implications({ read: {}, write: { implies: ['read'] } })) // ['read']
 */
export function intersectScope(requested: Scope, ceiling: Scope, implied: Implications): Scope {
  // Nearly always: a token is asked to bring what its grant has, and a person holds what they approved.
  if (isWithin(requested, ceiling)) return requested
  const allowed = reachOfAll(ceiling, implied)
  if (requested.every((name) => allowed.has(name))) return requested
  const kept = new Set(requested.filter((name) => allowed.has(name)))
  const refused = requested.filter((name) => !allowed.has(name))
  const parts = [...reachOfAll(refused, implied)].filter((name) => allowed.has(name) && !kept.has(name))
  const impliedByAnother = (part: string) =>
    [...kept, ...parts].some((other) => other !== part && reach(other, implied).has(part))
  return [...kept, ...parts.filter((part) => !impliedByAnother(part))]
}
