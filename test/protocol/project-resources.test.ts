import * as fc from 'fast-check'
import { findResource, lookUpResource, refuseConfiguredResource, selectResources } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'
import { refusal } from './refusal.js'

const mcp = 'https://h/p/{project}/mcp'

describe('a resource for each project', () => {
  it.each<readonly [string, string, string | null]>([
    ['https://h/p/42/mcp', 'https://h/p/42/mcp', '42'],
    ['HTTPS://H:443/p/42/mcp/', 'https://h/p/42/mcp', '42'],
    ['https://h/p/a%20b/mcp', 'https://h/p/a%20b/mcp', 'a b'],
    ['https://h/p/a:b@c/mcp', 'https://h/p/a%3Ab%40c/mcp', 'a:b@c'],
    ['https://h/p/a%3Ab%40c/mcp', 'https://h/p/a%3Ab%40c/mcp', 'a:b@c'],
    ['https://h/p/%C3%BC/mcp', 'https://h/p/%C3%BC/mcp', 'ü'],
  ])('RI-10 %s is %s, for the project %s', (requested, resource, project) => {
    expect(lookUpResource(requested, [mcp])).toEqual({ resource, configured: mcp, project })
  })

  it.each([
    'https://h/p//mcp',
    'https://h/p/mcp',
    'https://h/p/42',
    'https://h/p/42/43/mcp',
    'https://h/p/42/MCP',
    'https://h/P/42/mcp',
    'https://h/p/42/mcp?x=1',
    'https://h/p/42/mcp#f',
    'https://evil/p/42/mcp',
    'http://h/p/42/mcp',
    'https://h/p/../mcp',
    'https://h/p/%2e%2e/mcp',
    'https://h/p/a%2Fb/mcp',
    'https://h/p/%34%32/mcp',
    'https://h/p/%ff/mcp',
    'https://h/p/{project}/mcp',
    'https://h/p/42/mcp.evil',
  ])('RI-C9 RI-03 S-162 %s is none', (requested) => {
    expect(findResource(requested, [mcp])).toBeNull()
    expect(refusal(() => selectResources([requested], [mcp])).code).toBe('invalid_target')
  })

  it('gives way to one that has its own name', () => {
    const configured = [mcp, 'https://h/p/me/mcp']
    expect(lookUpResource('https://h/p/me/mcp', configured)?.project).toBeNull()
    expect(lookUpResource('https://h/p/42/mcp', configured)?.project).toBe('42')
  })

  it('RI-08 is never meant by a request that names none', () => {
    expect(selectResources([], [mcp])).toEqual([])
  })

  it('may end with the project', () => {
    expect(findResource('https://h/42', ['https://h/{project}'])).toBe('https://h/42')
    expect(findResource('https://h/42/', ['https://h/{project}'])).toBe('https://h/42')
    expect(findResource('https://h/', ['https://h/{project}'])).toBeNull()
  })

  it('RI-02 is one for each project, whatever way it is written', () => {
    const asked = ['https://h/p/1/mcp', 'https://h/p/2/mcp', 'HTTPS://h/p/1/mcp/']
    expect(selectResources(asked, [mcp])).toEqual(['https://h/p/1/mcp', 'https://h/p/2/mcp'])
  })

  it('names the project that it was made for, and no other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (project) => {
        const resource = mcp.replace('{project}', () => encodeURIComponent(project))
        const found = lookUpResource(resource, [mcp])
        const isPlain = !project.includes('/') && !/^\.{1,2}$/.test(project)
        expect(found?.project ?? null).toBe(isPlain ? project : null)
      }),
    )
  })

  it.each<readonly [string, string | null]>([
    [mcp, null],
    ['https://h/{project}', null],
    ['https://h/mcp', null],
    ['https://h/p/x{project}/mcp', '{project} once'],
    ['https://h/{project}/{project}', '{project} once'],
    ['https://h/{tenant}/mcp', '{project} once'],
    ['https://{project}.h/mcp', '{project} once'],
    ['https://h/mcp?p={project}', '{project} once'],
    ['https://h/{project}/mcp?x=1', '{project} once'],
    ['http://h/{project}', 'must use https'],
    ['https://h/../{project}', 'must not contain . or ..'],
  ])('as configured, %s: %s', (resource, problem) => {
    expect(refuseConfiguredResource(resource) ?? '').toContain(problem ?? '')
  })
})
