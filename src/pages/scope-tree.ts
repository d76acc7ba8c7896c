import type { ScopeView } from '../views.js'

/** A scope a person may tick, and those it brings along. */
export interface ScopeNode {
  readonly scope: ScopeView
  readonly brings: readonly ScopeNode[]
  /** The scopes it is included in, when it cannot stand below one of them because there are several. */
  readonly includedIn: readonly ScopeView[]
}

export interface ScopeTree {
  readonly offered: readonly ScopeNode[]
  /** Asked for, but not the person's to give. */
  readonly lacking: readonly ScopeView[]
}

/** Everything that each scope brings along, directly or through others, itself left out. */
function reaches(scopes: readonly ScopeView[]): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(scopes.map((scope) => [scope.name, scope.implies]))
  const reach = (name: string) => {
    const found = new Set<string>()
    const open = [...(direct.get(name) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue
      found.add(next)
      open.push(...(direct.get(next) ?? []))
    }
    found.delete(name)
    return found
  }
  return new Map(scopes.map(({ name }) => [name, reach(name)]))
}

/** Puts every held scope below the one scope that brings it along, so that the page need not ask for it twice. */
export function scopeTree(scopes: readonly ScopeView[]): ScopeTree {
  const held = scopes.filter((scope) => scope.held)
  const reached = reaches(held)
  const brings = (one: ScopeView, other: ScopeView) => reached.get(one.name)?.has(other.name) === true
  // Two that bring each other along are equals: neither stands below the other.
  const above = (scope: ScopeView) => held.filter((one) => brings(one, scope) && !brings(scope, one))
  const nearest = (scope: ScopeView) => {
    const all = above(scope)
    return all.filter((one) => !all.some((other) => brings(one, other) && !brings(other, one)))
  }
  const parents = new Map(held.map((scope) => [scope.name, nearest(scope)]))
  const node = (scope: ScopeView): ScopeNode => {
    const [...included] = parents.get(scope.name) ?? []
    return {
      scope,
      brings: held.filter(({ name }) => isOnlyParent(scope, parents.get(name))).map(node),
      includedIn: included.length > 1 ? included : [],
    }
  }
  return {
    offered: held.filter(({ name }) => parents.get(name)?.length !== 1).map(node),
    lacking: scopes.filter((scope) => !scope.held),
  }
}

const isOnlyParent = (scope: ScopeView, parents: readonly ScopeView[] = []) =>
  parents.length === 1 && parents[0] === scope
