import { resourceMetadata, resourceMetadataPath, resourceMetadataPaths, resourceMetadataUrl } from 'grantor/protocol'
import { describe, expect, it } from 'vitest'

const root = '/.well-known/oauth-protected-resource'

describe('resourceMetadataPath', () => {
  it.each([
    ['https://h', root],
    ['https://h/', root],
    ['https://h/mcp', `${root}/mcp`],
    ['https://h/mcp/', `${root}/mcp/`],
    ['https://h/mcp?k=1', `${root}/mcp?k=1`],
    ['https://h?k=1', `${root}?k=1`],
    ['https://h/?k=1', `${root}?k=1`],
    ['https://h/MCP/%6d', `${root}/MCP/%6d`],
  ])('TV-7 PRM-01 PRM-14 %s is described at %s', (resource, path) => {
    expect(resourceMetadataPath(resource)).toBe(path)
  })

  it.each(['', '/mcp', 'mcp', 'urn:mcp', 'https://h/ x'])('has no place for %j', (resource) => {
    expect(() => resourceMetadataPath(resource)).toThrow(TypeError)
  })
})

describe('resourceMetadataPaths', () => {
  it('TV-7 serves the slash variant too', () => {
    expect(resourceMetadataPaths('https://h/mcp', false)).toEqual([`${root}/mcp`, `${root}/mcp/`])
    expect(resourceMetadataPaths('https://h/mcp/', false)).toEqual([`${root}/mcp/`, `${root}/mcp`])
    expect(resourceMetadataPaths('https://h/mcp?k=1', false)).toEqual([`${root}/mcp?k=1`, `${root}/mcp/?k=1`])
  })

  it('PRM-05 serves the root when it is the only resource', () => {
    expect(resourceMetadataPaths('https://h/mcp', true)).toEqual([`${root}/mcp`, `${root}/mcp/`, root])
    expect(resourceMetadataPaths('https://h', true)).toEqual([root, `${root}/`])
  })
})

describe('resourceMetadataUrl', () => {
  it.each([
    ['https://h/mcp', `https://h${root}/mcp`],
    ['http://127.0.0.1:3000/mcp', `http://127.0.0.1:3000${root}/mcp`],
    ['http://[::1]:3000', `http://[::1]:3000${root}`],
  ])('PRM-10 %s is described on its own origin', (resource, url) => {
    expect(resourceMetadataUrl(resource)).toBe(url)
  })
})

describe('resourceMetadata', () => {
  it('PRM-02 PRM-03 PRM-07 PRM-08 describes a resource', () => {
    const resource = {
      resource: 'https://h/mcp',
      issuer: 'https://as.example/',
      name: 'Acme MCP',
      scopes: ['files:read'],
      documentation: 'https://h/docs',
    }
    expect(resourceMetadata(resource)).toEqual({
      resource: 'https://h/mcp',
      authorization_servers: ['https://as.example/'],
      scopes_supported: ['files:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Acme MCP',
      resource_documentation: 'https://h/docs',
    })
  })

  it('PRM-06 PRM-09 leaves out offline_access and what is empty', () => {
    expect(resourceMetadata({ resource: 'https://h', issuer: 'https://h', scopes: ['offline_access'] })).toEqual({
      resource: 'https://h',
      authorization_servers: ['https://h'],
      bearer_methods_supported: ['header'],
    })
  })
})
