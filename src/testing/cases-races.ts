import { equal, ok } from './assert.js'
import { commit, given, has, lacks, makes, type Parts, type StorageCase } from './case.js'
import { oneWins, onlyThe, RACERS, range } from './racing.js'
import { inSeconds, sampleClient, sampleEvent, sampleGrant, sampleToken } from './samples.js'

/** Run the two in both orders of starting; a race may end either way. */
async function bothOrders(race: (revocationFirst: boolean) => Promise<void>): Promise<void> {
  for (let round = 0; round < 8; round += 1) await race(round % 2 === 0)
}

/** What holds when several requests want the same thing at the same moment. */
export const raceCases: readonly StorageCase[] = [
  {
    id: 'race.redeem',
    requirement: 'of 32 redemptions of one token at once, one wins, and only its records are there',
    run: async (storage, peer = storage) => {
      const grant = sampleGrant()
      const token = sampleToken(grant)
      await given(storage, { grants: [grant], tokens: [token] })
      const added = range(RACERS, () => ({ tokens: [sampleToken(grant)], events: [sampleEvent()] }))
      const at = inSeconds(0)
      const note = (index: number) => `racer ${index}`
      const racers = added.map((records, index) => ({
        ...records,
        redeem: [{ digest: token.digest, at, note: note(index) }],
      }))
      const winner = await oneWins(storage, peer, racers, 'redemptions')
      await onlyThe(winner, storage, added)
      await has(storage, { tokens: [{ ...token, redemption: { at, note: note(winner) } }] }, 'after the race')
    },
  },
  {
    id: 'race.redeem-without-grant',
    requirement: 'of 32 redemptions at once of a token without a grant, one wins',
    run: async (storage, peer = storage) => {
      const token = sampleToken(null)
      await given(storage, { tokens: [token] })
      const added = range(RACERS, () => ({ grants: [sampleGrant()], events: [sampleEvent()] }))
      const redeem = [{ digest: token.digest, at: inSeconds(0), note: '' }]
      const racers = added.map((records) => ({ ...records, redeem }))
      await onlyThe(await oneWins(storage, peer, racers, 'redemptions'), storage, added)
    },
  },
  {
    id: 'race.revoke',
    requirement: 'of 32 revocations of one grant at once, one wins, and only its event is there',
    run: async (storage, peer = storage) => {
      const grant = sampleGrant()
      await given(storage, { grants: [grant] })
      const added = range(RACERS, () => ({ events: [sampleEvent()] }))
      const racers = added.map((records, index) => ({
        ...records,
        revoke: [{ grantId: grant.id, at: inSeconds(index) }],
      }))
      await onlyThe(await oneWins(storage, peer, racers, 'revocations'), storage, added)
    },
  },
  {
    id: 'race.insert-token',
    requirement: 'of 32 insertions of one digest at once, one wins',
    run: async (storage, peer = storage) => {
      const { digest } = sampleToken(null)
      const tokens = range(RACERS, (index) => sampleToken(null, { digest, data: { index } }))
      const events = range(RACERS, () => sampleEvent())
      const racers = tokens.map((token, index) => ({ tokens: [token], events: [events[index]!] }))
      const winner = await oneWins(storage, peer, racers, 'insertions')
      await onlyThe(
        winner,
        storage,
        events.map((event) => ({ events: [event] })),
      )
      await has(storage, { tokens: [tokens[winner]!] }, 'after the race')
    },
  },
  {
    id: 'race.insert-grant',
    requirement: 'of 32 insertions of one grant id at once, one wins',
    run: async (storage, peer = storage) => {
      const { id } = sampleGrant()
      const grants = range(RACERS, () => sampleGrant({ id }))
      const winner = await oneWins(
        storage,
        peer,
        grants.map((grant) => ({ grants: [grant] })),
        'insertions',
      )
      await has(storage, { grants: [grants[winner]!] }, 'after the race')
    },
  },
  {
    id: 'race.insert-client',
    requirement: 'of 32 insertions of one client id at once, one wins',
    run: async (storage, peer = storage) => {
      const { id } = sampleClient()
      const clients = range(RACERS, (index) => sampleClient({ id, metadata: { index } }))
      const winner = await oneWins(
        storage,
        peer,
        clients.map((client) => ({ clients: [client] })),
        'insertions',
      )
      await has(storage, { clients: [clients[winner]!] }, 'after the race')
    },
  },
  {
    id: 'race.update',
    requirement: 'of 32 edits of one version of a client at once, one wins',
    run: async (storage, peer = storage) => {
      const client = sampleClient()
      await given(storage, { clients: [client] })
      const edits = range(RACERS, (index) => ({ ...client, version: 2, metadata: { index } }))
      const winner = await oneWins(
        storage,
        peer,
        edits.map((edit) => ({ update: [edit] })),
        'edits',
      )
      await has(storage, { clients: [edits[winner]!] }, 'after the race')
    },
  },
  {
    id: 'race.narrow',
    requirement: 'of 32 narrowings of one grant at once, one wins',
    run: async (storage, peer = storage) => {
      const grant = sampleGrant({ scope: range(RACERS, String) })
      await given(storage, { grants: [grant] })
      const reaches = grant.scope.map((scope) => ({ scope: [scope], projects: grant.projects }))
      const racers = reaches.map((to) => ({ narrow: [{ grantId: grant.id, from: grant, to }] }))
      const winner = await oneWins(storage, peer, racers, 'narrowings')
      await has(storage, { grants: [{ ...grant, ...reaches[winner]! }] }, 'after the race')
    },
  },
  {
    id: 'race.extend',
    requirement: 'of 32 extensions at once none is refused and the latest expiry stays',
    run: async (storage, peer = storage) => {
      const grant = sampleGrant()
      await given(storage, { grants: [grant] })
      const expiries = range(RACERS, (index) => inSeconds(4000 + ((index * 7) % RACERS) * 100))
      const made = await Promise.all(
        expiries.map((expiresAt, index) =>
          commit(index % 2 === 0 ? storage : peer, { extend: [{ grantId: grant.id, expiresAt }] }),
        ),
      )
      ok(!made.includes(false), 'an extension was refused')
      equal(
        (await storage.findGrant(grant.id))?.expiresAt,
        Math.max(...expiries),
        'the expiry after 32 extensions at once',
      )
    },
  },
  {
    id: 'race.revoke-or-refresh',
    requirement:
      'a refresh that is in flight while its grant is revoked comes whole before it or not at all, and the grant stays revoked',
    run: (storage, peer = storage) =>
      bothOrders(async (revocationFirst) => {
        const grant = sampleGrant()
        const [token, successor] = [sampleToken(grant), sampleToken(grant)]
        await given(storage, { grants: [grant], tokens: [token] })
        const at = inSeconds(0)
        const refresh = () =>
          commit(storage, {
            redeem: [{ digest: token.digest, at, note: '' }],
            tokens: [successor],
            extend: [{ grantId: grant.id, expiresAt: inSeconds(7200) }],
          })
        const revoke = () => commit(peer, { revoke: [{ grantId: grant.id, at }] })
        const [first, second] = await Promise.all(revocationFirst ? [revoke(), refresh()] : [refresh(), revoke()])
        const [revoked, refreshed] = revocationFirst ? [first, second] : [second, first]
        ok(revoked, 'a revocation lost to a refresh')
        equal((await storage.findGrant(grant.id))?.revokedAt, at, 'revokedAt after a race with a refresh')
        equal((await storage.findToken(successor.digest))?.token ?? null, refreshed ? successor : null, 'the successor')
        equal(
          (await storage.findToken(token.digest))?.token.redemption,
          refreshed ? { at, note: '' } : null,
          'redemption',
        )
      }),
  },
  {
    id: 'race.revoke-or-insert',
    requirement: 'a token that is being added while its grant is revoked is refused or comes before it',
    run: (storage, peer = storage) =>
      bothOrders(async (revocationFirst) => {
        const grant = sampleGrant()
        await given(storage, { grants: [grant] })
        const tokens = range(8, () => sampleToken(grant))
        const insertions = () => tokens.map((token) => commit(storage, { tokens: [token] }))
        const revoke = () => commit(peer, { revoke: [{ grantId: grant.id, at: inSeconds(0) }] })
        const started = revocationFirst ? [revoke(), ...insertions()] : [...insertions(), revoke()]
        const outcomes = await Promise.all(started)
        const [revoked, inserted] = revocationFirst
          ? [outcomes[0], outcomes.slice(1)]
          : [outcomes.at(-1), outcomes.slice(0, -1)]
        ok(revoked === true, 'a revocation lost to an insertion')
        for (const [index, token] of tokens.entries())
          await (inserted[index] ? has : lacks)(storage, { tokens: [token] }, 'after a race with a revocation')
      }),
  },
  {
    id: 'race.crossed',
    requirement: 'changes that name the same records in different parts do not lock each other up',
    run: async (storage, peer = storage) => {
      const grants = range(4, () => sampleGrant())
      const tokens = grants.map((grant) => sampleToken(grant))
      await given(storage, { grants, tokens })
      const crossing = (index: number): Parts => ({
        extend: [0, 1, 2].map((step) => ({
          grantId: grants[(index + step) % 4]!.id,
          expiresAt: inSeconds(4000 + index),
        })),
        tokens: [sampleToken(grants[(index + 3) % 4]!)],
        events: [sampleEvent()],
      })
      const made = await Promise.all(
        range(RACERS, (index) => commit(index % 2 === 0 ? storage : peer, crossing(index))),
      )
      ok(!made.includes(false), 'a change was refused though every condition held')
      await makes(
        storage,
        { revoke: grants.map(({ id }) => ({ grantId: id, at: inSeconds(0) })) },
        'revoking all of them',
      )
    },
  },
]
