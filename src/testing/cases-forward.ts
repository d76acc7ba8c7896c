import type { Grant, ProjectId } from '../records.js'
import type { Storage } from '../storage.js'
import { equal } from './assert.js'
import { commit, given, has, makes, refuses, type StorageCase } from './case.js'
import { inSeconds, sampleClient, sampleEvent, sampleGrant, sampleToken } from './samples.js'

async function grantWith(storage: Storage, differences: Partial<Grant> = {}): Promise<Grant> {
  const grant = sampleGrant(differences)
  await given(storage, { grants: [grant] })
  return grant
}

/** State only moves forward, whatever is written after it and whatever the clock says. */
export const forwardCases: readonly StorageCase[] = [
  {
    id: 'redeem.once',
    requirement: 'the first redemption stays as it is, whatever comes later',
    run: async (storage) => {
      const token = sampleToken(null)
      const at = inSeconds(0)
      await given(storage, { tokens: [token] })
      await makes(storage, { redeem: [{ digest: token.digest, at, note: 'first' }] }, 'the first redemption')
      for (const later of [inSeconds(0), inSeconds(60), inSeconds(10 ** 9)])
        await refuses(storage, { redeem: [{ digest: token.digest, at: later, note: 'later' }] }, 'a later redemption')
      await has(storage, { tokens: [{ ...token, redemption: { at, note: 'first' } }] }, 'after later redemptions')
    },
  },
  {
    id: 'redeem.any-time',
    requirement: 'no time is compared: a token is redeemed after its expiry and before its making alike',
    run: async (storage) => {
      for (const at of [inSeconds(10 ** 9), inSeconds(-(10 ** 9))]) {
        const token = sampleToken(null)
        await given(storage, { tokens: [token] })
        await makes(storage, { redeem: [{ digest: token.digest, at, note: '' }] }, 'a redemption at an odd time')
        await has(storage, { tokens: [{ ...token, redemption: { at, note: '' } }] }, 'redeemed at an odd time')
      }
    },
  },
  {
    id: 'redeem.kinds',
    requirement: 'every kind of token is redeemed once',
    run: async (storage) => {
      const kinds = ['authorization_code', 'interaction', 'device_code', 'user_code', 'request_uri'] as const
      const tokens = kinds.map((kind) => sampleToken(null, { kind }))
      await given(storage, { tokens })
      const redeem = tokens.map(({ digest }) => ({ digest, at: inSeconds(0), note: 'used' }))
      await makes(storage, { redeem }, 'redeeming five tokens at once')
      for (const one of redeem) await refuses(storage, { redeem: [one] }, 'redeeming one of them again')
    },
  },
  {
    id: 'revoke.once',
    requirement: 'a grant stays revoked since the first revocation, whatever comes later',
    run: async (storage) => {
      const grant = await grantWith(storage)
      const at = inSeconds(0)
      await makes(storage, { revoke: [{ grantId: grant.id, at }] }, 'the first revocation')
      await refuses(storage, { revoke: [{ grantId: grant.id, at: inSeconds(9) }] }, 'a second revocation')
      await refuses(
        storage,
        { extend: [{ grantId: grant.id, expiresAt: inSeconds(9999) }] },
        'extending a revoked grant',
      )
      await refuses(storage, { tokens: [sampleToken(grant)] }, 'a token for a revoked grant')
      await refuses(storage, { grants: [grant] }, 'inserting a revoked grant anew')
      await has(storage, { grants: [{ ...grant, revokedAt: at }] }, 'after all of that')
    },
  },
  {
    id: 'revoke.any-time',
    requirement: 'no time is compared: a grant revoked in the future is revoked now',
    run: async (storage) => {
      const grant = await grantWith(storage)
      const at = inSeconds(10 ** 9)
      await makes(storage, { revoke: [{ grantId: grant.id, at }] }, 'a revocation in the future')
      await refuses(storage, { tokens: [sampleToken(grant)] }, 'a token for a revoked grant')
      await has(storage, { grants: [{ ...grant, revokedAt: at }] }, 'revoked in the future')
    },
  },
  {
    id: 'revoke.found-with-token',
    requirement: 'a token is found with its grant, and its grant is seen to be revoked',
    run: async (storage) => {
      const grant = await grantWith(storage)
      const token = sampleToken(grant)
      await given(storage, { tokens: [token] })
      const at = inSeconds(0)
      await makes(storage, { revoke: [{ grantId: grant.id, at }], events: [sampleEvent()] }, 'a revocation')
      const revoked = { ...grant, revokedAt: at }
      equal(await storage.findToken(token.digest), { token, grant: revoked, client: null }, 'the token and its grant')
    },
  },
  {
    id: 'extend.grows',
    requirement: 'an expiry only grows, and an earlier one is no reason to refuse',
    run: async (storage) => {
      const grant = await grantWith(storage, { expiresAt: inSeconds(5000) })
      const extendTo = (seconds: number) =>
        makes(storage, { extend: [{ grantId: grant.id, expiresAt: inSeconds(seconds) }] }, `extending to ${seconds}`)
      await extendTo(4000)
      await has(storage, { grants: [grant] }, 'after an earlier expiry')
      const expiresAt = inSeconds(6000)
      await makes(storage, { extend: [{ grantId: grant.id, expiresAt }] }, 'extending')
      await has(storage, { grants: [{ ...grant, expiresAt }] }, 'after a later expiry')
      await extendTo(5500)
      await has(storage, { grants: [{ ...grant, expiresAt }] }, 'after an earlier expiry again')
    },
  },
  {
    id: 'extend.all-or-nothing',
    requirement: 'an expiry does not grow when the change is refused',
    run: async (storage) => {
      const grant = await grantWith(storage)
      const taken = sampleToken(null)
      await given(storage, { tokens: [taken] })
      const extend = [{ grantId: grant.id, expiresAt: inSeconds(9999) }]
      await refuses(storage, { extend, tokens: [taken] }, 'extending beside a taken digest')
      await has(storage, { grants: [grant] }, 'after a refused extension')
    },
  },
  {
    id: 'revoke.beside-tokens',
    requirement: 'one change revokes a grant and adds tokens to another',
    run: async (storage) => {
      const [old, next] = [await grantWith(storage), sampleGrant()]
      const added = { grants: [next], tokens: [sampleToken(next)], events: [sampleEvent()] }
      await makes(storage, { ...added, revoke: [{ grantId: old.id, at: inSeconds(0) }] }, 'replacing a grant')
      await has(storage, added, 'beside a revocation')
      const again = { grants: [sampleGrant()], events: [sampleEvent()] }
      await refuses(storage, { ...again, revoke: [{ grantId: old.id, at: inSeconds(0) }] }, 'replacing it twice')
    },
  },
  {
    id: 'narrow.again',
    requirement: 'a grant is narrowed step by step, and each step is taken once',
    run: async (storage) => {
      const first = await grantWith(storage, { scope: ['a', 'b', 'c'], projects: 'all' })
      const second = { ...first, projects: ['p', 'q'] as ProjectId[] }
      const third = { ...second, scope: ['c'], projects: ['q'] as ProjectId[] }
      const step = (from: Grant, to: Grant) => commit(storage, { narrow: [{ grantId: first.id, from, to }] })
      equal(await step(first, second), true, 'narrowing all projects to two')
      equal(await step(first, third), false, 'narrowing from what is no longer so')
      equal(await step(second, third), true, 'narrowing further')
      equal(await step(second, third), false, 'taking the same step again')
      await has(storage, { grants: [third] }, 'after two steps')
    },
  },
  {
    id: 'update.replaces',
    requirement: 'an edit replaces the whole client and the next edit builds on it',
    run: async (storage) => {
      const first = sampleClient()
      const second = sampleClient({ id: first.id, version: 2, disabledAt: inSeconds(0), secrets: [] })
      const third = { ...second, version: 3, revokedAt: inSeconds(1), metadata: {} }
      await given(storage, { clients: [first] })
      await makes(storage, { update: [second] }, 'an edit')
      await has(storage, { clients: [second] }, 'after an edit')
      await makes(storage, { update: [third] }, 'a second edit')
      await refuses(storage, { update: [third] }, 'the second edit again')
      await has(storage, { clients: [third] }, 'after two edits')
    },
  },
]
