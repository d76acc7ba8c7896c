import type { Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { commit, given, has, lacks, type StorageCase } from './case.js'
import { inTurn, kinds, left, nothing, old, oldClient, oldGrant, oldToken, purgeAll, range } from './purging.js'
import { inSeconds, randomProject, sampleEvent, sampleGrant, sampleToken } from './samples.js'

/** A purge first looks and then deletes, so that the extensions are spread over it, at another pace in each round. */
async function extendWhilePurging(storage: Storage, peer: Storage, round: number): Promise<void> {
  const projects = range(8, () => randomProject())
  const grants = projects.map((project) => oldGrant({ projects: [project] }))
  await given(storage, { grants })
  const expiresAt = inSeconds(3600)
  const extendAll = async () => {
    const made: boolean[] = []
    for (const { id } of grants) {
      made.push(await commit(peer, { extend: [{ grantId: id, expiresAt }] }))
      await new Promise((resolve) => setTimeout(resolve, (made.length * round) % 4))
    }
    return made
  }
  const purges = [purgeAll(storage, { limit: 2 }), purgeAll(peer, { limit: 3 })]
  const [made] = await Promise.all([extendAll(), ...purges])
  await purgeAll(storage)
  for (const [index, grant] of grants.entries()) {
    const now = made[index] ? { ...grant, expiresAt } : null
    equal(await storage.findGrant(grant.id), now, `a grant whose extension was ${made[index] ? 'made' : 'refused'}`)
    const listed = await storage.listGrants({ projectId: projects[index]! }, { limit: 5 })
    equal(listed.items, now === null ? [] : [now], 'the same grant by its project')
  }
}

const cases: readonly StorageCase[] = [
  {
    id: 'purge.at-once',
    requirement: 'two purges at once take every record, each once, and neither fails',
    run: async (storage, peer = storage) => {
      await purgeAll(storage)
      const records = old(12)
      await given(storage, { tokens: records.tokens, grants: records.grants })
      await given(storage, { clients: records.clients, events: records.events })
      const there = await left(storage, records)
      const both = await Promise.all([purgeAll(storage, { limit: 5 }), purgeAll(peer, { limit: 5 })])
      const rest = await purgeAll(storage)
      equal(await left(storage, records), nothing, 'old records left after two purges at once')
      for (const kind of kinds) {
        const removed = both[0][kind] + both[1][kind] + rest[kind]
        ok(removed <= there[kind], `two purges say that they removed ${removed} of ${there[kind]} ${kind}`)
      }
    },
  },
  {
    id: 'purge.extended',
    requirement: 'a grant that is extended while it is purged is either extended and there, or refused and gone',
    run: async (storage, peer = storage) => {
      for (let round = 0; round < 6; round += 1) await extendWhilePurging(storage, peer, round)
    },
  },
  {
    id: 'purge.redeemed',
    requirement: 'a redemption of a token that is being purged is made whole or refused, and never fails',
    run: async (storage, peer = storage) => {
      const tokens = range(12, () => oldToken({ expiresAt: inSeconds(-5) }))
      await given(storage, { tokens })
      const added = tokens.map(() => ({ events: [sampleEvent()], tokens: [sampleToken(null)] }))
      const redemptions = tokens.map(({ digest }, index) =>
        commit(index % 2 === 0 ? storage : peer, {
          redeem: [{ digest, at: inSeconds(0), note: '' }],
          ...added[index]!,
        }),
      )
      const purge = { expiredBefore: inSeconds(0), limit: 3 }
      const purges = [purgeAll(peer, purge), purgeAll(storage, purge)]
      const [made] = await Promise.all([Promise.all(redemptions), ...purges])
      for (const [index, records] of added.entries())
        await (made[index] ? has : lacks)(storage, records, 'of a redemption during a purge')
    },
  },
  {
    id: 'purge.granted',
    requirement: 'grants are made while their clients are purged, and a client whose grant came first stays',
    run: async (storage, peer = storage) => {
      const clients = range(12, () => oldClient())
      const grants = clients.map(({ id: clientId }) => sampleGrant({ clientId }))
      await given(storage, { clients })
      await given(storage, { grants: grants.slice(0, 4) })
      const purges = [purgeAll(storage, { limit: 3 }), purgeAll(peer, { limit: 2 })]
      const grantings = grants
        .slice(4)
        .map((grant, index) => commit(index % 2 === 0 ? storage : peer, { grants: [grant] }))
      const [made] = await Promise.all([Promise.all(grantings), ...purges])
      ok(!made.includes(false), 'a grant was refused while clients were purged')
      await has(storage, { clients: clients.slice(0, 4), grants }, 'after a purge')
    },
  },
]

/** The clearing away of what is over while others are at work. */
export const purgeRaceCases: readonly StorageCase[] = cases.map((one) => ({ ...one, run: inTurn(one.run) }))
