import * as fc from 'fast-check'
import { findResource, OAuthError, refuseResource, sameResource, selectResources } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { orRefusal, refusal } from './refusal.js'

describe('sameResource', () => {
  it.each([
    ['RI-C1', 'https://h/mcp', 'https://h/mcp'],
    ['RI-C2', 'https://h/mcp', 'HTTPS://H/mcp'],
    ['RI-C3', 'https://h', 'https://h/'],
    ['RI-C4', 'https://h:443/mcp', 'https://h/mcp'],
    ['RI-C4', 'http://localhost:80/mcp', 'http://localhost/mcp'],
    ['RI-C3', 'https://h?x=1', 'https://h/?x=1'],
  ])('%s %s is %s', (_, a, b) => {
    expect([sameResource(a, b), sameResource(b, a)]).toEqual([true, true])
  })

  it.each([
    ['RI-C5', 'https://h/mcp', 'https://h/mcp/'],
    ['RI-C6', 'https://h/mcp', 'https://h/MCP'],
    ['RI-C6', 'https://h/mcp', 'https://h/mcp2'],
    ['RI-C6', 'https://h/mcp', 'https://h/mcp?x=1'],
    ['RI-C6', 'https://h/mcp', 'http://h/mcp'],
    ['RI-C6', 'https://h/mcp', 'https://h/mcp#f'],
    ['RI-C6', 'https://h/mcp#f', 'https://h/mcp#f'],
    ['RI-C7', 'https://h/mcp', 'https://h'],
    ['RI-C8', 'https://h/mcp?tenant=a', 'https://h/mcp'],
    ['RI-C9', 'https://h/mcp', 'https://h/a/../mcp'],
    ['RI-C9', 'https://h/a/../mcp', 'https://h/a/../mcp'],
    ['RI-C9', 'https://h/mcp', 'https://h/%6Dcp'],
    ['S-162', 'https://h/mcp', 'https://h/mc'],
    ['S-162', 'https://h/mcp', 'https://h/mcp.evil'],
    ['S-162', 'https://h', 'https://h.evil'],
    ['RI-C4', 'https://h:8443/mcp', 'https://h/mcp'],
  ])('%s %s is not %s', (_, a, b) => {
    expect([sameResource(a, b), sameResource(b, a)]).toEqual([false, false])
  })

  it('is symmetric and transitive, and reflexive for resource identifiers', () => {
    const uri = fc
      .tuple(
        fc.constantFrom('https', 'HTTPS', 'http'),
        fc.constantFrom('h', 'H', 'h:443', 'h:80', 'localhost', 'localhost:80'),
        fc.constantFrom('', '/', '/mcp', '/mcp/', '/MCP', '/a/../mcp'),
        fc.constantFrom('', '?x', '#'),
      )
      .map(([scheme, host, path, tail]) => `${scheme}://${host}${path}${tail}`)
    fc.assert(
      fc.property(uri, uri, uri, (a, b, c) => {
        expect(sameResource(a, a)).toBe(refuseResource(a) === null)
        expect(sameResource(a, b)).toBe(sameResource(b, a))
        expect(!sameResource(a, b) || !sameResource(b, c) || sameResource(a, c)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('refuseResource', () => {
  it.each([
    'https://h',
    'https://h/mcp',
    'https://h:8443/mcp?x=1',
    'http://localhost:3000/mcp',
    'http://127.0.0.1:1/api',
  ])('RI-01 accepts %s', (uri) => {
    expect(refuseResource(uri)).toBeNull()
  })

  it.each([
    '',
    'h/mcp',
    '/mcp',
    'mcp',
    'https://h/mcp#',
    'https://h/mcp#f',
    'https://u@h/mcp',
    'https://h/ mcp',
    'https://h/\\mcp',
    'https://h/a/../mcp',
    'https://h/%2e%2e/mcp',
    'http://h/mcp',
    'https:h/mcp',
    'https://h:99999/',
    'urn:mcp',
  ])('RI-01 refuses %j', (uri) => {
    expect(refuseResource(uri)).toBeTypeOf('string')
  })
})

describe('findResource', () => {
  it('gives the configured spelling', () => {
    expect(findResource('HTTPS://H:443/mcp', ['https://h/api', 'https://h/mcp'])).toBe('https://h/mcp')
    expect(findResource('https://h/', ['https://h'])).toBe('https://h')
  })

  it('RI-C5 forgives a slash at the end, either way', () => {
    expect(findResource('https://h/mcp/', ['https://h/mcp'])).toBe('https://h/mcp')
    expect(findResource('https://h/mcp', ['https://h/mcp/'])).toBe('https://h/mcp/')
    expect(findResource('https://h/mcp/?x=1', ['https://h/mcp?x=1'])).toBe('https://h/mcp?x=1')
    expect(findResource('https://h/mcp//', ['https://h/mcp'])).toBeNull()
  })

  it('RI-C5 but not when the slash form is configured too', () => {
    const both = ['https://h/mcp', 'https://h/mcp/']
    expect(findResource('https://h/mcp/', both)).toBe('https://h/mcp/')
    expect(findResource('https://h/mcp', both)).toBe('https://h/mcp')
  })

  it('RI-C7 the origin stands for a resource only by an alias', () => {
    expect(findResource('https://h', ['https://h/mcp'])).toBeNull()
    expect(findResource('https://h/', ['https://h/mcp'], new Map([['https://h', 'https://h/mcp']]))).toBe(
      'https://h/mcp',
    )
  })

  it('RI-10 never answers with anything that is not configured', () => {
    const configured = ['https://h', 'https://h/mcp', 'https://h/mcp/', 'http://localhost:3000/api']
    const requested = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc
        .tuple(fc.constantFrom(...configured), fc.constantFrom('', '/', '?', '#', 'x', '/..'))
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(requested, (uri) => {
        expect([...configured, null]).toContain(findResource(uri, configured))
      }),
    )
  })
})

describe('selectResources', () => {
  const two = ['https://h/api', 'https://h/mcp']

  it('RI-02 names each once, whatever the spelling', () => {
    expect(selectResources(['https://h/mcp', 'HTTPS://h/mcp', 'https://h/mcp/'], two)).toEqual(['https://h/mcp'])
    expect(selectResources(['https://h/mcp', 'https://h/api'], two)).toEqual(['https://h/mcp', 'https://h/api'])
  })

  it('RI-03 refuses an unknown one, also among known ones', () => {
    const error = refusal(() => selectResources(['https://h/mcp', 'https://evil/mcp'], two))
    expect([error.code, error.reason, error.status]).toEqual(['invalid_target', 'resource.unknown', 400])
  })

  it('RI-01 refuses a malformed one', () => {
    const error = refusal(() => selectResources(['https://h/mcp#x'], two))
    expect([error.code, error.reason]).toEqual(['invalid_target', 'resource.malformed'])
  })

  it('RI-08 none means the only one, and nothing when there are several', () => {
    expect(selectResources([], ['https://h/mcp'])).toEqual(['https://h/mcp'])
    expect(selectResources([], two)).toEqual([])
    expect(selectResources([], [])).toEqual([])
  })

  it('RI-10 gives configured resources only, or refuses', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...two), fc.webUrl(), fc.string()), { maxLength: 4 }),
        (requested) => {
          const selected = orRefusal(() => selectResources(requested, two))
          expect(selected instanceof OAuthError || selected.every((resource) => two.includes(resource))).toBe(true)
        },
      ),
    )
  })
})
