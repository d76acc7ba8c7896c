import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ScopeNode, scopeTree } from '../../src/pages/scope-tree.js'
import type { ScopeView } from '../../src/views.js'
import { admin, billing, read, write } from './samples.js'

type Drawn = string | readonly [string, readonly Drawn[]]

const drawn = ({ scope, brings }: ScopeNode): Drawn =>
  brings.length === 0 ? scope.name : [scope.name, brings.map(drawn)]
const namesIn = (node: ScopeNode): string[] => [node.scope.name, ...node.brings.flatMap(namesIn)]

describe('scopeTree', () => {
  it('CON-01 puts a scope below the nearest that brings it along', () => {
    const nested = [['project:admin', [['project:write', ['project:read']]]], 'billing:read']
    expect(scopeTree([read, billing, admin, write]).offered.map(drawn).sort()).toEqual(nested.sort())
  })

  it('CON-01 finds what is brought along by way of others', () => {
    const direct = { ...admin, implies: ['project:write'] }
    expect(scopeTree([direct, write, read]).offered.map(drawn)).toEqual([
      ['project:admin', [['project:write', ['project:read']]]],
    ])
  })

  it('CON-03 keeps what the person lacks apart, and offers what it would have brought', () => {
    const tree = scopeTree([{ ...admin, held: false }, write, read])
    expect(tree.lacking.map(({ name }) => name)).toEqual(['project:admin'])
    expect(tree.offered.map(drawn)).toEqual([['project:write', ['project:read']]])
  })

  it('names the scopes that one is included in when there are several', () => {
    const exporting = { ...billing, name: 'export', implies: ['project:read'] }
    const [, , shared] = scopeTree([write, exporting, read]).offered
    expect(shared?.includedIn.map(({ name }) => name)).toEqual(['project:write', 'export'])
  })

  it('shows every scope exactly once, whatever implies what', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const scopes = fc.tuple(
      ...names.map((name) =>
        fc
          .record({ implies: fc.subarray(names), held: fc.boolean() })
          .map((differences): ScopeView => ({ ...read, name, ...differences })),
      ),
    )
    fc.assert(
      fc.property(scopes, (views) => {
        const { offered, lacking } = scopeTree(views)
        expect([...offered.flatMap(namesIn), ...lacking.map(({ name }) => name)].sort()).toEqual(names)
      }),
    )
  })
})
