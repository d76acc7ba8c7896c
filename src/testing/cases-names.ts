import type { Client } from '../records.js'
import type { Storage } from '../storage.js'
import { commit, given, has, lacks, makes, refuses, type StorageCase } from './case.js'
import { inSeconds, random, randomName, sampleClient, sampleSetting } from './samples.js'

async function clientWith(storage: Storage, differences: Partial<Client> = {}): Promise<Client> {
  const client = sampleClient(differences)
  await given(storage, { clients: [client] })
  return client
}

const next = (client: Client, differences: Partial<Client>): Client => ({
  ...client,
  ...differences,
  version: client.version + 1,
})

/** Names that are a client's own, and settings: what else is edited by version. */
export const nameCases: readonly StorageCase[] = [
  {
    id: 'name.shared',
    requirement: 'any number of clients have one name, and none of their own',
    run: async (storage) => {
      const clients = Array.from({ length: 3 }, () => sampleClient({ name: 'claude code', uniqueName: null }))
      await given(storage, { clients })
      const edited = clients.map((client) => next(client, { name: 'codex' }))
      await makes(storage, { update: edited }, 'giving all of them another name')
      await has(storage, { clients: edited }, 'that share a name')
    },
  },
  {
    id: 'name.kept',
    requirement:
      'a client keeps its unique name through an edit, and may change it to a free one, which frees the old one',
    run: async (storage) => {
      const [first, second] = [randomName(), randomName()]
      const client = await clientWith(storage, { uniqueName: first })
      const edited = next(client, { metadata: { client_name: 'Other' } })
      await makes(storage, { update: [edited] }, 'an edit that leaves the name')
      const renamed = next(edited, { uniqueName: second })
      await makes(storage, { update: [renamed] }, 'a new name')
      await refuses(storage, { clients: [sampleClient({ uniqueName: second })] }, 'another client of the new name')
      const heir = await clientWith(storage, { uniqueName: first })
      await has(storage, { clients: [renamed, heir] }, 'after one took the name that another had left')
    },
  },
  {
    id: 'name.released',
    requirement: 'a revoked client has no unique name, so that the next one may have it, also in the same change',
    run: async (storage) => {
      const uniqueName = randomName()
      const client = await clientWith(storage, { uniqueName })
      const revoked = next(client, { uniqueName: null, revokedAt: inSeconds(0) })
      const heir = sampleClient({ uniqueName })
      await refuses(storage, { clients: [heir] }, 'a name that a live client has')
      await makes(storage, { update: [revoked] }, 'a revocation')
      await makes(storage, { clients: [heir] }, 'the name of a revoked client')
      const [gone, last] = [next(heir, { uniqueName: null, revokedAt: inSeconds(1) }), sampleClient({ uniqueName })]
      await makes(storage, { update: [gone], clients: [last] }, 'a revocation and the name for another one at once')
      await has(storage, { clients: [revoked, gone, last] }, 'after a name went from one to the next')
      await refuses(storage, { clients: [sampleClient({ uniqueName })] }, 'a name that a live client has again')
    },
  },
  {
    id: 'name.disabled',
    requirement: 'a client that is disabled keeps its unique name',
    run: async (storage) => {
      const uniqueName = randomName()
      const client = await clientWith(storage, { uniqueName })
      const disabled = next(client, { disabledAt: inSeconds(0) })
      await makes(storage, { update: [disabled] }, 'disabling a client')
      await refuses(storage, { clients: [sampleClient({ uniqueName })] }, 'the name of a client that is disabled')
      await makes(storage, { update: [next(disabled, { disabledAt: null })] }, 'enabling it again')
    },
  },
  {
    id: 'name.exchanged',
    requirement: 'one change may let clients hand their unique names on to each other',
    run: async (storage) => {
      const clients = [0, 1, 2].map(() => sampleClient({ uniqueName: randomName() }))
      await given(storage, { clients })
      const handedOn = clients.map((client, index) =>
        next(client, { uniqueName: clients[(index + 1) % 3]!.uniqueName }),
      )
      await makes(storage, { update: handedOn }, 'handing three names on in a circle')
      await has(storage, { clients: handedOn }, 'after names were handed on')
      for (const { uniqueName } of clients)
        await refuses(storage, { clients: [sampleClient({ uniqueName })] }, 'one of the names for a fourth')
      const stale = { ...handedOn[0]!, uniqueName: null }
      await refuses(
        storage,
        { update: [stale, next(handedOn[1]!, { uniqueName: randomName() })] },
        'a stale edit among two',
      )
      await has(storage, { clients: handedOn }, 'after a refused exchange')
    },
  },
  {
    id: 'name.exact',
    requirement: 'unique names compare byte for byte',
    run: async (storage) => {
      const base = `Name-${random()}`
      const ends = ['', ' ', '  ', '\t', 'e', 'é', 'e\u0301', 'ß', 'ss', '\u200b', '%', '_']
      const variants = [base.toUpperCase(), base.toLowerCase(), ` ${base}`, ...ends.map((end) => `${base}${end}`)]
      const clients = variants.map((uniqueName) => sampleClient({ uniqueName }))
      for (const client of clients) await given(storage, { clients: [client] })
      await has(storage, { clients }, 'with a name among lookalikes')
      for (const { uniqueName } of clients)
        await refuses(
          storage,
          { clients: [sampleClient({ uniqueName })] },
          `the name ${JSON.stringify(uniqueName)} again`,
        )
    },
  },
  {
    id: 'setting.several',
    requirement: 'one change stores and replaces several settings, or none when one of them has moved on',
    run: async (storage) => {
      const [first, second, added, never] = [0, 1, 2, 3].map((value) => sampleSetting({ value }))
      await given(storage, { settings: [first!, second!] })
      const edited = [first!, second!].map((setting) => ({ ...setting, value: 'edited', version: 2 }))
      await makes(storage, { settings: [...edited, added!] }, 'two edits beside a new setting')
      await has(storage, { settings: [...edited, added!] }, 'in a change of several settings')
      const again = [{ ...edited[0]!, version: 3 }, edited[1]!, never!]
      await refuses(storage, { settings: again }, 'an edit of a version that is gone, beside others')
      await has(storage, { settings: edited }, 'beside a setting that had moved on')
      await lacks(storage, { settings: [never!] }, 'beside a setting that had moved on')
    },
  },
  {
    id: 'setting.forward',
    requirement: 'a setting is replaced version by version, and each is taken once',
    run: async (storage) => {
      const first = sampleSetting({ value: { open: true, hosts: [] } })
      const second = { ...first, value: null, version: 2 }
      const third = { ...first, value: [1, 'two'], version: 3 }
      await makes(storage, { settings: [first] }, 'a first setting')
      await refuses(storage, { settings: [third] }, 'a version that comes too early')
      await makes(storage, { settings: [second] }, 'a second version')
      await refuses(storage, { settings: [second] }, 'the second version again')
      await refuses(storage, { settings: [first] }, 'the first version again')
      await has(storage, { settings: [second] }, 'after two versions')
      await makes(storage, { settings: [third, sampleSetting()] }, 'a third version beside another setting')
      await has(storage, { settings: [third] }, 'after three versions')
      const refused = await commit(storage, {
        settings: [{ ...third, version: 4 }],
        clients: [await clientWith(storage)],
      })
      if (refused) throw new Error('a taken client id was inserted beside a setting')
      await has(storage, { settings: [third] }, 'beside a taken client id')
    },
  },
]
