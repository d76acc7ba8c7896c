import * as fc from 'fast-check'
import { freshFor } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const bounds = { shortest: 300, longest: 86_400 }
const now = 1_795_132_800
const http = (seconds: number) => new Date(seconds * 1000).toUTCString()
const fresh = (headers: Record<string, string>) => freshFor(new Headers(headers), now, bounds)

describe('freshFor', () => {
  it.each([
    ['nothing said', {}, 300],
    ['an hour', { 'cache-control': 'max-age=3600' }, 3600],
    ['an hour among other things', { 'cache-control': 'public, Max-Age=3600, stale-if-error=60' }, 3600],
    ['an hour in quotes', { 'cache-control': 'max-age="3600"' }, 3600],
    ['a second: the floor', { 'cache-control': 'max-age=1' }, 300],
    ['nothing at all: the floor', { 'cache-control': 'max-age=0' }, 300],
    ['a year: the ceiling', { 'cache-control': 'max-age=31536000' }, 86_400],
    ['no-cache: the floor', { 'cache-control': 'no-cache, max-age=3600' }, 300],
    ['no-store: not at all', { 'cache-control': 'no-store, max-age=3600' }, 0],
    ['an hour of which half is over', { 'cache-control': 'max-age=3600', age: '1800' }, 1800],
    ['an hour that is over', { 'cache-control': 'max-age=3600', age: '9999' }, 300],
    ['Expires in an hour', { expires: http(now + 3600) }, 3600],
    ['Expires an hour after Date', { expires: http(now + 7200), date: http(now + 3600) }, 3600],
    ['Expires in the past', { expires: http(now - 3600) }, 300],
    ['Expires: 0', { expires: '0' }, 300],
    ['max-age before Expires', { 'cache-control': 'max-age=600', expires: http(now + 3600) }, 600],
    ['nonsense', { 'cache-control': 'max-age=-1, =, ,max-age', expires: 'soon' }, 300],
  ])('CIM-19 %s', (_name, headers, expected) => {
    expect(fresh(headers as Record<string, string>)).toBe(expected)
  })

  it('CIM-19 stays within its bounds, whatever is said', () => {
    const text = fc.string({ unit: fc.constantFrom(...'max-age=0123456789, no-store"'.split('')) })
    fc.assert(
      fc.property(text, text, (control, age) => {
        const seconds = fresh({ 'cache-control': control, age, expires: control })
        expect(seconds === 0 || (seconds >= 300 && seconds <= 86_400)).toBe(true)
      }),
    )
  })
})
