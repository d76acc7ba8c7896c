import { createProvider, type Provider } from 'grantor'
import { memoryStorage } from 'grantor/storage/memory'
import { describe, expect, it } from 'vitest'
import { readScopes } from '../../src/options/scopes.js'

const start = (scopes: unknown, others: Readonly<Record<string, unknown>> = {}): Provider => {
  const options = {
    issuer: 'https://app.example',
    storage: memoryStorage(),
    resources: { 'https://app.example/api': { name: 'API' } },
    session: () => null,
    login: () => '/login',
    entitlements: () => [],
    interaction: () => '/consent',
    scopes,
    ...others,
  }
  // Reflect.apply, because the compiler would refuse most of these before.
  return Reflect.apply(createProvider, null, [options])
}

describe('scopes', () => {
  it('have no group and are not read-only unless they say so', () => {
    expect([...readScopes({ read: 'Read', pay: { description: 'Pay', group: 'Billing', readOnly: true } })]).toEqual([
      ['read', { description: 'Read', implies: [], sensitive: false, readOnly: false, group: null }],
      ['pay', { description: 'Pay', implies: [], sensitive: false, readOnly: true, group: 'Billing' }],
    ])
  })

  it('that are read-only may imply others that are', () => {
    const scopes = {
      read: { description: 'Read', readOnly: true },
      look: { description: 'Look', readOnly: true, implies: ['read'] },
      write: { description: 'Write', implies: ['look'] },
    }
    expect(() => start(scopes)).not.toThrow()
  })

  it.each([
    [
      'read-only, but implying one that is not',
      { write: 'Write', look: { description: 'Look', readOnly: true, implies: ['write'] } },
      'createProvider: scopes: look is read-only, but implies write, which is not',
    ],
    [
      'read-only, but implying by way of another one that is not',
      {
        write: 'Write',
        read: { description: 'Read', readOnly: true, implies: ['write'] },
        look: { description: 'Look', readOnly: true, implies: ['read'] },
      },
      'createProvider: scopes: read is read-only, but implies write, which is not',
    ],
    ['in a group without a name', { read: { description: 'Read', group: '' } }, /^createProvider: scopes\.read/],
    ['read-only by a word', { read: { description: 'Read', readOnly: 'yes' } }, /^createProvider: scopes\.read/],
    ['with something unknown', { read: { description: 'Read', readonly: true } }, /^createProvider: .*scopes\.read/],
  ])('%s are refused at start-up', (_, scopes, message) => {
    expect(() => start(scopes)).toThrow(message)
  })
})

describe('hooks of the consent page', () => {
  it.each(['switchAccount', 'suspicious'])('%s has to be a function', (name) => {
    expect(() => start({ read: 'Read' }, { [name]: 'x' })).toThrow(`createProvider: ${name}: must be`)
    expect(() => start({ read: 'Read' }, { [name]: () => '/x' })).not.toThrow()
  })
})
