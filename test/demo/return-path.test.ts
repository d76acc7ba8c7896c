import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { returnPath } from '../../examples/demo/return-path.js'

const pieces = fc.constantFrom(
  '/',
  '\\',
  '.',
  '..',
  '%2f',
  '%5C',
  '\t',
  '\n',
  ' ',
  ':',
  '@',
  '?',
  '#',
  'https',
  'javascript',
  'evil.example',
  '\u0000',
)

it('S-022 whatever is asked for, the browser stays on this origin', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), fc.string(), (parts, rest) => {
      const path = returnPath(parts.join('') + rest)
      expect(path.startsWith('/')).toBe(true)
      expect(new URL(path, 'https://app.example/login').origin).toBe('https://app.example')
    }),
    { numRuns: 2_000 },
  )
})

it.each(['/', '/settings/connected-apps', '/oauth/authorize?redirect_uri=https%3A%2F%2Fa.example%2F%2Fcb&state=%5C'])(
  'leads back to %s',
  (path) => expect(returnPath(path)).toBe(path),
)

it.each([undefined, null, ['/a', '/b'], { 0: '/' }, 7])('takes %j for no path at all', (next) =>
  expect(returnPath(next)).toBe('/'),
)
