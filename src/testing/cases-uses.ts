import type { GrantId, Timestamp } from '../records.js'
import type { UsedId } from '../storage.js'
import { equal, ok } from './assert.js'
import { commit, given, has, makes, type StorageCase } from './case.js'
import { inSeconds, randomDigest, sampleClient, sampleGrant, sampleToken } from './samples.js'
import { touch, used, useOf } from './telling.js'

/** A client with a secret, a grant and a token: all that is ever used, and their ids. */
function usable() {
  const client = sampleClient()
  const grant = sampleGrant({ clientId: client.id })
  const token = sampleToken(grant)
  const ids: readonly UsedId[] = [token.digest, grant.id, client.id, client.secrets[0]!.digest]
  return { records: { clients: [client], grants: [grant], tokens: [token] }, ids, client, grant, token }
}

/** When grants, tokens, clients and secrets were used, and from where. */
export const useCases: readonly StorageCase[] = [
  {
    id: 'use.newest',
    requirement:
      'of a grant, a token, a client and a secret the newest use stays, in whatever order and however often it is told',
    run: async (storage) => {
      const { records, ids } = usable()
      await given(storage, records)
      const times = [0, 10, 20].map(inSeconds)
      const [early, middle, late] = times.map((at) => (id: UsedId) => useOf(id, at))
      const [last, ...others] = ids
      const told = [middle!(last!), ...others.map(late!), ...others.map(early!), ...others.map(middle!)]
      const newest = [middle!(last!), ...others.map(late!)]
      await used(storage, told, newest, 'the last uses')
      await touch(storage, { uses: others.map(early!) })
      await used(storage, others.map(middle!), newest, 'the last uses after older ones were told')
      equal((await storage.lastUses([...others, ...others])).length, others.length, 'uses that were asked for twice')
    },
  },
  {
    id: 'use.from',
    requirement: 'a use comes back with where it came from, which goes with the newest, and null where nobody knows',
    run: async (storage) => {
      const { records, ids } = usable()
      await given(storage, records)
      const whence = (address: string | null, agent: string | null) => ({ address, agent })
      const rounds = [
        whence('192.0.2.1', 'Client/1.0'),
        whence(null, null),
        whence('2001:db8::1%eth0', 'Grüße "日本語" 👩‍👩‍👧 \\'),
        whence('', 'x'.repeat(300)),
        whence('198.51.100.7', null),
      ]
      const began = inSeconds(0)
      for (const [seconds, from] of rounds.entries()) {
        const at = (began + 2 * seconds) as Timestamp
        const uses = ids.map((id) => useOf(id, at, from))
        await used(storage, uses, uses, 'the last uses')
        const older = ids.map((id) => useOf(id, (at - 1) as Timestamp, whence('203.0.113.9', 'Older/1.0')))
        await touch(storage, { uses: older })
        await used(storage, [], uses, 'the last uses after older ones from elsewhere')
      }
    },
  },
  {
    id: 'use.kept',
    requirement: 'a use stays through every change of what was used',
    run: async (storage) => {
      const { records, ids, client, grant, token } = usable()
      await given(storage, records)
      const uses = ids.map((id) => useOf(id, inSeconds(0), { address: '192.0.2.1', agent: 'Client/1.0' }))
      await used(storage, uses, uses, 'the last uses')
      const second = { digest: randomDigest(), createdAt: inSeconds(1), expiresAt: null }
      const edited = { ...client, version: 2, disabledAt: inSeconds(1), secrets: [...client.secrets, second] }
      await makes(
        storage,
        {
          update: [edited],
          redeem: [{ digest: token.digest, at: inSeconds(1), note: '' }],
          narrow: [{ grantId: grant.id, from: grant, to: { scope: [], projects: [] } }],
        },
        'a change of all that was used',
      )
      await used(storage, [], uses, 'the last uses after a change')
      const another = useOf(second.digest, inSeconds(2))
      await used(storage, [another], [another, ...uses], 'the last uses with that of a second secret')
      const revoked = { ...edited, version: 3, revokedAt: inSeconds(3) }
      const over = { update: [revoked], revoke: [{ grantId: grant.id, at: inSeconds(3) }] }
      await makes(storage, over, 'revoking the client and the grant')
      await used(storage, [], [another, ...uses], 'the last uses of what was revoked')
    },
  },
  {
    id: 'use.unknown',
    requirement: 'what was never used or never was has no last use, and telling of nothing is nothing',
    run: async (storage) => {
      const [grant, never] = [sampleGrant(), sampleGrant()]
      const token = sampleToken(grant)
      await given(storage, { grants: [grant], tokens: [token] })
      await touch(storage, {})
      equal(await storage.lastUses([]), [], 'the last uses of nothing')
      equal(
        await storage.lastUses([grant.id, never.id, token.digest, randomDigest()]),
        [],
        'the last uses of the unused',
      )
      await touch(storage, { uses: [useOf('no such grant' as GrantId, inSeconds(0))] })
    },
  },
  {
    id: 'use.apart',
    requirement: 'a use changes nothing about the grant, and many at once get in nobody’s way',
    run: async (storage, peer = storage) => {
      const grants = Array.from({ length: 4 }, () => sampleGrant())
      await given(storage, { grants })
      const at = inSeconds(5)
      const forwards = grants.map(({ id }) => useOf(id, at))
      const rounds = Array.from({ length: 16 }, (_, index) => {
        const uses = index % 2 === 0 ? forwards : forwards.toReversed()
        return touch(index % 2 === 0 ? storage : peer, { uses })
      })
      const extend = grants.map(({ id }) => ({ grantId: id, expiresAt: inSeconds(0) }))
      const [made] = await Promise.all([commit(storage, { extend }), ...rounds])
      ok(made, 'a commit was refused while its grants were used')
      await used(storage, forwards, forwards, 'the last uses')
      await has(storage, { grants }, 'after it was used')
    },
  },
]
