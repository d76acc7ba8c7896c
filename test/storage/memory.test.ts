import { createProvider } from 'grantor'
import { pages } from 'grantor/pages'
import { memoryStorage } from 'grantor/storage/memory'
import { afterEach, describe, expect, it, vi } from 'vitest'

const boot = (options?: Parameters<typeof memoryStorage>[0]) =>
  createProvider({
    issuer: 'http://127.0.0.1',
    storage: memoryStorage(options),
    scopes: { 'project:read': 'Read' },
    resources: { 'http://127.0.0.1/api': { name: 'API' } },
    session: () => null,
    login: () => '/login',
    entitlements: () => [],
    pages: pages({ name: 'Test' }),
  })

describe('a provider that forgets everything at a restart', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
    vi.unstubAllGlobals()
  })

  it.each(['development', 'test', ''])('boots with NODE_ENV=%j', (mode) => {
    vi.stubEnv('NODE_ENV', mode)
    expect(() => boot()).not.toThrow()
  })

  it('boots where there is no process at all', () => {
    vi.stubGlobal('process', undefined)
    expect(() => memoryStorage()).not.toThrow()
  })

  it('does not boot with NODE_ENV=production, unless that is wanted', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => boot()).toThrow('with NODE_ENV=production use a database')
    expect(() => boot({ allowInProduction: true })).not.toThrow()
  })
})
