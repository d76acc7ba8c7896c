import type { Client } from '../records.js'
import { equal } from './assert.js'
import { given, has, lacks, makes, refuses, type StorageCase } from './case.js'
import { horizon, inTurn, left, longAgo, oldClient, oldGrant, oldToken, purgeAll } from './purging.js'
import { inSeconds, randomName, sampleClient, sampleGrant } from './samples.js'
import { used, useOf } from './telling.js'

const cases: readonly StorageCase[] = [
  {
    id: 'purge.clients',
    requirement:
      'clients go that could come back by themselves or were revoked long ago, but none with a grant of any kind',
    run: async (storage) => {
      const holding = (client: Client, grant: Parameters<typeof sampleGrant>[0] = {}) => ({
        client,
        grant: sampleGrant({ clientId: client.id, ...grant }),
      })
      const revoked = { revokedAt: longAgo(0), version: 2 }
      const held = [
        holding(oldClient()),
        holding(oldClient(), { revokedAt: longAgo(0) }),
        holding(oldClient(), { createdAt: longAgo(0), expiresAt: horizon }),
        holding(oldClient(revoked)),
        holding(oldClient({ registration: 'metadata_document' })),
        holding(oldClient({ registration: 'manual', ...revoked }), { projects: 'all', subject: null }),
      ]
      const kept = [
        ...held.map(({ client }) => client),
        oldClient({ registration: 'manual' }),
        oldClient({ registration: 'user' }),
        oldClient({ registration: 'manual', disabledAt: longAgo(0) }),
        oldClient({ disabledAt: longAgo(0) }),
        oldClient({ registration: 'metadata_document', disabledAt: longAgo(0) }),
        oldClient({ registration: 'metadata_document', createdAt: horizon }),
        oldClient({ registration: 'manual', revokedAt: horizon, version: 2 }),
        sampleClient(),
      ]
      const going = [
        oldClient(),
        oldClient({ secrets: [] }),
        oldClient({ registration: 'metadata_document' }),
        oldClient({ disabledAt: longAgo(0), ...revoked }),
        oldClient({ registration: 'metadata_document', ...revoked }),
        oldClient({ registration: 'manual', ...revoked }),
        oldClient({ registration: 'user', ...revoked }),
      ]
      await given(storage, { clients: [...kept, ...going] })
      await given(storage, { grants: held.map(({ grant }) => grant) })
      await purgeAll(storage, { unusedClientsBefore: null })
      await has(storage, { clients: [...kept, ...going] }, 'after a purge that is not about clients')
      for (const client of kept.slice(0, 2)) await makes(storage, { update: [{ ...client, version: 2 }] }, 'an edit')
      await purgeAll(storage, { limit: 1 })
      await has(storage, { clients: kept.slice(2), grants: held.map(({ grant }) => grant) }, 'after a purge of clients')
      equal(
        (await left(storage, { clients: kept.slice(0, 2) })).clients,
        2,
        'clients left that were edited and have grants',
      )
      await lacks(storage, { clients: going }, 'after a purge of clients')
    },
  },
  {
    id: 'purge.clients-later',
    requirement: 'a client goes once it is revoked long enough, or its last grant has gone, and may come again',
    run: async (storage) => {
      const [manual, holder] = [oldClient({ registration: 'manual' }), oldClient()]
      const grants = [oldGrant({ clientId: holder.id }), oldGrant({ clientId: holder.id, expiresAt: horizon })]
      await given(storage, { clients: [manual, holder], grants })
      await purgeAll(storage)
      await has(storage, { clients: [manual, holder], grants: grants.slice(1) }, 'after a purge')
      await makes(storage, { update: [{ ...manual, version: 2, revokedAt: longAgo(5) }] }, 'revoking a client')
      await purgeAll(storage, { expiredBefore: longAgo(1001) })
      await lacks(storage, { clients: [manual, holder], grants }, 'after a later purge')
      await given(storage, { clients: [manual] })
      await given(storage, { grants: [sampleGrant({ clientId: manual.id })] })
      await has(storage, { clients: [manual] }, 'that registered again')
    },
  },
  {
    id: 'purge.clients-disabled',
    requirement: 'a client that is disabled stays until it is enabled again or revoked',
    run: async (storage) => {
      const clients = [oldClient(), oldClient({ registration: 'metadata_document' }), oldClient()]
      await given(storage, { clients })
      const disabled = clients.map((client) => ({ ...client, version: 2, disabledAt: longAgo(5) }))
      await makes(storage, { update: disabled }, 'disabling clients')
      await purgeAll(storage)
      await has(storage, { clients: disabled }, 'after a purge of clients')
      const [first, second, third] = disabled
      const enabled = [first!, second!].map((client) => ({ ...client, version: 3, disabledAt: null }))
      await makes(storage, { update: [...enabled, { ...third!, version: 3, revokedAt: longAgo(6) }] }, 'edits')
      await purgeAll(storage)
      await lacks(storage, { clients }, 'after a purge of clients that are not disabled any more')
    },
  },
  {
    id: 'purge.clients-names',
    requirement: 'the unique name of a client that was purged is free, and it is in no list',
    run: async (storage) => {
      const client = oldClient({ uniqueName: randomName(), ownerId: sampleGrant().subject })
      await given(storage, { clients: [client] })
      await refuses(storage, { clients: [sampleClient({ uniqueName: client.uniqueName })] }, 'a name that is taken')
      await purgeAll(storage)
      await lacks(storage, { clients: [client] }, 'after a purge')
      equal((await storage.listClients({ ownerId: client.ownerId! }, { limit: 5 })).items, [], 'clients of its owner')
      await makes(storage, { clients: [sampleClient({ uniqueName: client.uniqueName })] }, 'the name that is free')
    },
  },
  {
    id: 'purge.uses',
    requirement: 'the last use of what is purged goes with it, that of a secret with its client, and no other',
    run: async (storage) => {
      const [client, kept] = [oldClient(), sampleClient()]
      const [grant, live] = [oldGrant(), sampleGrant({ clientId: kept.id })]
      const token = oldToken()
      await given(storage, { clients: [client, kept], grants: [grant, live], tokens: [token] })
      const secretsOf = ({ secrets }: Client) => secrets.map(({ digest }) => digest)
      const going = [token.digest, grant.id, client.id, ...secretsOf(client)]
      const staying = [live.id, kept.id, ...secretsOf(kept)].map((id) => useOf(id, inSeconds(0)))
      // A store that forgets expired tokens by itself may have forgotten this one.
      await storage.touch({ uses: going.map((id) => useOf(id, inSeconds(0))), usage: [] })
      await used(storage, staying, staying, 'the last uses')
      await purgeAll(storage)
      equal(await storage.lastUses(going), [], 'the last uses of what was purged')
      await used(storage, [], staying, 'the last uses of what stays')
    },
  },
]

/** The clearing away of clients that nobody needs, and of what hangs on them. */
export const purgeClientCases: readonly StorageCase[] = cases.map((one) => ({ ...one, run: inTurn(one.run) }))
