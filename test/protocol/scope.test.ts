import * as fc from 'fast-check'
import { covers, formatScope, implications, intersectScope, OAuthError, parseScope } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const project = implications({
  'project:read': {},
  'project:write': { implies: ['project:read'] },
  'project:admin': { implies: ['project:write'] },
  'audit:read': {},
  owner: { implies: ['project:admin', 'audit:read'] },
})

describe('parseScope', () => {
  it('GEN-09 forgives leading, trailing and double spaces', () => {
    expect(parseScope('  a  b ')).toEqual(['a', 'b'])
    expect(parseScope('   ')).toEqual([])
    expect(parseScope(undefined)).toEqual([])
  })

  it('GEN-09 drops repeats, keeps order and case', () => {
    expect(parseScope('b a B b')).toEqual(['b', 'a', 'B'])
  })

  it.each(['a\tb', 'a\nb', 'é', 'a"b', 'a\\b', 'a\u0000', '\u00a0', '\x7f'])(
    'GEN-09 refuses a character that is not allowed: %j',
    (text) => {
      const error = refusal(() => parseScope(text))
      expect([error.code, error.reason]).toEqual(['invalid_scope', 'scope.malformed'])
    },
  )

  it('GEN-09 allows every character of the grammar', () => {
    const all = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
      (character) => character !== '"' && character !== '\\',
    )
    expect(parseScope(all.join(''))).toEqual([all.join('')])
  })

  it('never throws anything but an OAuthError, and reads what it formats', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('a', 'b', ' ', '"', ':')).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (text) => {
        const scope = orRefusal(() => parseScope(text))
        expect(scope instanceof OAuthError ? scope : parseScope(formatScope(scope))).toEqual(scope)
      }),
    )
  })
})

describe('implications', () => {
  it('reaches through others', () => {
    expect(project.get('owner')).toEqual(
      new Set(['owner', 'project:admin', 'project:write', 'project:read', 'audit:read']),
    )
    expect(project.get('project:read')).toEqual(new Set(['project:read']))
  })

  it('lets two scopes imply the same one', () => {
    const diamond = implications({ top: { implies: ['a', 'b'] }, a: { implies: ['c'] }, b: { implies: ['c'] }, c: {} })
    expect(diamond.get('top')).toEqual(new Set(['top', 'a', 'b', 'c']))
  })

  it.each([
    [{ a: { implies: ['b'] } }, /'b', which is not defined/],
    [{ a: { implies: ['a'] } }, /a -> a/],
    [{ a: { implies: ['b'] }, b: { implies: ['c'] }, c: { implies: ['a'] } }, /a -> b -> c -> a/],
    [{ 'a b': {} }, /not a scope name/],
    [{ a: { implies: ['toString'] } }, /not defined/],
  ])('refuses to start with %j', (scopes, message) => {
    expect(() => implications(scopes)).toThrow(TypeError)
    expect(() => implications(scopes)).toThrow(message)
  })
})

describe('covers', () => {
  it('RS-16 a broader scope satisfies a narrower one, not the other way round', () => {
    expect(covers(['project:admin'], ['project:read'], project)).toBe(true)
    expect(covers(['project:read'], ['project:write'], project)).toBe(false)
    expect(covers(['project:write', 'audit:read'], ['audit:read', 'project:read'], project)).toBe(true)
  })

  it('S-170 a part of a name is another name', () => {
    const known = implications({ read: {}, readwrite: {}, files: {}, 'files:read': {} })
    expect(covers(['read'], ['readwrite'], known)).toBe(false)
    expect(covers(['readwrite'], ['read'], known)).toBe(false)
    expect(covers(['files'], ['files:read'], known)).toBe(false)
    expect(covers(['files:read'], ['files'], known)).toBe(false)
    expect(covers(['READ'], ['read'], known)).toBe(false)
  })

  it('a scope that is no longer configured means itself alone', () => {
    expect(covers(['retired'], ['retired'], project)).toBe(true)
    expect(covers(['retired'], ['project:read'], project)).toBe(false)
  })

  it('nothing needed is always covered, something never by nothing', () => {
    expect(covers([], [], project)).toBe(true)
    expect(covers([], ['project:read'], project)).toBe(false)
  })
})

describe('intersectScope', () => {
  it('keeps the requested names that the ceiling covers, as they were asked for', () => {
    expect(intersectScope(['project:read', 'project:write'], ['project:admin'], project)).toEqual([
      'project:read',
      'project:write',
    ])
  })

  it('narrows a name to what it implies and the ceiling covers', () => {
    expect(intersectScope(['project:admin'], ['project:read'], project)).toEqual(['project:read'])
    expect(intersectScope(['owner'], ['project:write', 'audit:read'], project)).toEqual(['project:write', 'audit:read'])
  })

  it('puts requested names first, and adds nothing that a kept name implies', () => {
    expect(intersectScope(['owner', 'project:write'], ['project:write', 'audit:read'], project)).toEqual([
      'project:write',
      'audit:read',
    ])
  })

  it('is empty when they share nothing', () => {
    expect(intersectScope(['audit:read'], ['project:admin'], project)).toEqual([])
    expect(intersectScope(['unknown'], ['project:admin'], project)).toEqual([])
  })
})

describe('scope algebra', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  /** A scope implies only later ones, so that there is no circle. */
  const graph = fc
    .tuple(...names.map((_, index) => fc.subarray(names.slice(index + 1))))
    .map((implied) =>
      implications(Object.fromEntries(names.map((name, index) => [name, { implies: implied[index]! }]))),
    )
  const scope = fc.subarray([...names, 'unconfigured'])

  it('intersectScope is below both, above everything else below both, and idempotent', () => {
    fc.assert(
      fc.property(graph, scope, scope, scope, (implied, requested, ceiling, other) => {
        const both = intersectScope(requested, ceiling, implied)
        expect(covers(requested, both, implied)).toBe(true)
        expect(covers(ceiling, both, implied)).toBe(true)
        expect(intersectScope(both, ceiling, implied)).toEqual(both)
        expect(intersectScope(both, requested, implied)).toEqual(both)
        expect(new Set(both).size).toBe(both.length)
        const belowBoth = covers(requested, other, implied) && covers(ceiling, other, implied)
        expect(covers(both, other, implied)).toBe(belowBoth)
      }),
    )
  })

  it('intersectScope permits the same whichever comes first, and more under a higher ceiling', () => {
    fc.assert(
      fc.property(graph, scope, scope, scope, (implied, a, b, more) => {
        const both = intersectScope(a, b, implied)
        const turned = intersectScope(b, a, implied)
        expect(covers(both, turned, implied) && covers(turned, both, implied)).toBe(true)
        expect(covers(intersectScope(a, [...b, ...more], implied), both, implied)).toBe(true)
        expect(covers(intersectScope([...a, ...more], b, implied), both, implied)).toBe(true)
      }),
    )
  })

  it('covers is reflexive and transitive', () => {
    fc.assert(
      fc.property(graph, scope, scope, scope, (implied, a, b, c) => {
        expect(covers(a, a, implied)).toBe(true)
        expect(!covers(a, b, implied) || !covers(b, c, implied) || covers(a, c, implied)).toBe(true)
      }),
    )
  })
})
