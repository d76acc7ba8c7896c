import { equal, ok } from './assert.js'
import { commit, given, has, makes, type StorageCase } from './case.js'
import { oneWins, onlyThe, RACERS, range } from './racing.js'
import { inSeconds, randomName, sampleClient, sampleEvent, sampleSetting } from './samples.js'

/** What holds when several want one name, or throw one switch, at the same moment. */
export const nameRaceCases: readonly StorageCase[] = [
  {
    id: 'race.name',
    requirement: 'of 32 clients that want one unique name at once, one gets it, and only its records are there',
    run: async (storage, peer = storage) => {
      const uniqueName = randomName()
      const added = range(RACERS, () => ({ clients: [sampleClient({ uniqueName })], events: [sampleEvent()] }))
      await onlyThe(await oneWins(storage, peer, added, 'registrations of one name'), storage, added)
    },
  },
  {
    id: 'race.rename',
    requirement: 'of clients that are registered under a name and others that are given it at once, one gets it',
    run: async (storage, peer = storage) => {
      const uniqueName = randomName()
      const clients = range(RACERS / 2, () => sampleClient({ uniqueName: randomName() }))
      for (const client of clients) await given(storage, { clients: [client] })
      const renamed = clients.map((client) => ({ ...client, uniqueName, version: 2 }))
      const added = range(RACERS / 2, () => sampleClient({ uniqueName }))
      const edits = renamed.map((client) => ({ client, parts: { update: [client], events: [sampleEvent()] } }))
      const inserts = added.map((client) => ({ client, parts: { clients: [client], events: [sampleEvent()] } }))
      // Two of a kind in turn, so that each handle makes both.
      const racers = range(
        RACERS,
        (index) => (index % 4 < 2 ? edits : inserts)[2 * Math.floor(index / 4) + (index % 2)]!,
      )
      const parts = racers.map((racer) => racer.parts)
      const winner = await oneWins(storage, peer, parts, 'registrations and renamings')
      await has(storage, { clients: [racers[winner]!.client] }, 'of the winner')
      const losers = racers.filter((_, index) => index !== winner).map(({ client }) => client)
      for (const { id, version } of losers)
        equal(
          (await storage.findClient(id))?.uniqueName === uniqueName,
          false,
          `a loser, version ${version}, by its name`,
        )
    },
  },
  {
    id: 'race.name-released',
    requirement:
      'while a client gives its unique name up and others want it, at most one has it, and in the end one does',
    run: async (storage, peer = storage) => {
      const uniqueName = randomName()
      const client = sampleClient({ uniqueName })
      await given(storage, { clients: [client] })
      const revoked = { ...client, version: 2, uniqueName: null, revokedAt: inSeconds(0) }
      const heirs = range(12, () => sampleClient({ uniqueName }))
      const wanting = heirs.map((heir, index) => commit(index % 2 === 0 ? storage : peer, { clients: [heir] }))
      const [made, ...got] = await Promise.all([commit(peer, { update: [revoked] }), ...wanting])
      ok(made === true, 'a revocation lost to those who want the name')
      const owners = heirs.filter((_, index) => got[index])
      ok(owners.length <= 1, `${owners.length} clients got one name`)
      if (owners.length === 0) await makes(storage, { clients: [heirs[0]!] }, 'the name once it was free')
      await has(storage, { clients: [revoked, owners[0] ?? heirs[0]!] }, 'after the race')
    },
  },
  {
    id: 'race.setting-first',
    requirement: 'of 32 that store a setting for the first time at once, one wins',
    run: async (storage, peer = storage) => {
      const { name } = sampleSetting()
      const settings = range(RACERS, (value) => sampleSetting({ name, value }))
      const events = range(RACERS, () => sampleEvent())
      const racers = settings.map((setting, index) => ({ settings: [setting], events: [events[index]!] }))
      const winner = await oneWins(storage, peer, racers, 'first settings')
      await onlyThe(
        winner,
        storage,
        events.map((event) => ({ events: [event] })),
      )
      await has(storage, { settings: [settings[winner]!] }, 'after the race')
    },
  },
  {
    id: 'race.setting',
    requirement: 'of 32 that replace one version of a setting at once, one wins, and so on version by version',
    run: async (storage, peer = storage) => {
      let setting = sampleSetting({ value: 'first' })
      await given(storage, { settings: [setting] })
      for (const version of [2, 3]) {
        const edits = range(RACERS, (value) => ({ ...setting, value, version }))
        const racers = edits.map((edit) => ({ settings: [edit] }))
        setting = edits[await oneWins(storage, peer, racers, 'settings')]!
        equal(await peer.findSetting(setting.name), setting, 'the setting after a race, on the other handle')
      }
    },
  },
]
