import * as fc from 'fast-check'
import { detailsOf, OAuthError, projectsIn, readAuthorizationDetails } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

const read = (value: unknown, types: readonly string[] = ['project']) =>
  readAuthorizationDetails(typeof value === 'string' ? value : JSON.stringify(value), types)

const refused = (...args: Parameters<typeof read>) => {
  const { code, reason } = refusal(() => read(...args))
  return [code, reason]
}

const project = { type: 'project', identifier: 'alpha' }

describe('readAuthorizationDetails', () => {
  it('RAR-01 reads projects by name, and nothing of nothing', () => {
    expect(read([project])).toEqual([project])
    expect(read([{ ...project, locations: ['https://h/api'] }])).toEqual([{ ...project, locations: ['https://h/api'] }])
    expect(readAuthorizationDetails(undefined, [])).toBeNull()
  })

  it.each<readonly [string, unknown, string]>([
    ['no JSON', '[{', 'authorization_details.malformed'],
    ['an object', project, 'authorization_details.malformed'],
    ['a string', '"project"', 'authorization_details.malformed'],
    ['nothing', [], 'authorization_details.malformed'],
    ['no objects', ['project'], 'authorization_details.malformed'],
    ['null', [null], 'authorization_details.malformed'],
    ['a list in a list', [[project]], 'authorization_details.malformed'],
    ['no type', [{ identifier: 'alpha' }], 'authorization_details.malformed'],
    ['a type that is no string', [{ ...project, type: 1 }], 'authorization_details.malformed'],
    ['an unknown type', [{ ...project, type: 'payment' }], 'authorization_details.type'],
    ['an unknown type beside a known one', [project, { type: 'payment' }], 'authorization_details.type'],
    ['a type from the prototype', [{ ...project, type: 'constructor' }], 'authorization_details.type'],
    ['no identifier', [{ type: 'project' }], 'authorization_details.malformed'],
    ['an empty identifier', [{ ...project, identifier: '' }], 'authorization_details.malformed'],
    ['a long identifier', [{ ...project, identifier: 'x'.repeat(129) }], 'authorization_details.malformed'],
    ['an identifier that is a number', [{ ...project, identifier: 42 }], 'authorization_details.malformed'],
    ['an unknown member', [{ ...project, actions: ['read'] }], 'authorization_details.malformed'],
    ['locations that are no list', [{ ...project, locations: 'https://h' }], 'authorization_details.malformed'],
    ['locations that are no strings', [{ ...project, locations: [1] }], 'authorization_details.malformed'],
    [
      'far too many',
      Array.from({ length: 201 }, (_, n) => ({ ...project, identifier: `p${n}` })),
      'authorization_details.malformed',
    ],
  ])('RAR-01 refuses %s', (_name, value, reason) => {
    expect(refused(value)).toEqual(['invalid_authorization_details', reason])
  })

  it('RAR-01 refuses a type that the client may not use', () => {
    expect(refused([project], [])).toEqual(['invalid_authorization_details', 'authorization_details.type'])
  })

  it('RAR-01 takes any text for what it is: details, or a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const result = orRefusal(() => read(text))
        expect(Array.isArray(result) || (result instanceof OAuthError && result.status === 400)).toBe(true)
      }),
    )
  })

  it('is what it was made from', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 20 }),
        (ids) => {
          const details = readAuthorizationDetails(JSON.stringify(detailsOf(ids)), ['project'])
          expect(projectsIn(details ?? [])).toEqual(ids)
        },
      ),
    )
  })
})
