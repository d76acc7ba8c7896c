import type { FoundToken, Storage } from '../storage.js'
import { equal, ok } from './assert.js'
import { given, makes, type StorageCase } from './case.js'
import { inSeconds, sampleClient, sampleGrant, sampleToken } from './samples.js'

/** One change of a token, its grant and its client, and readers of all three on both handles meanwhile. */
async function readWhileChanging(storage: Storage, peer: Storage): Promise<void> {
  const client = sampleClient()
  const grant = sampleGrant({ clientId: client.id })
  const token = sampleToken(grant)
  await given(storage, { clients: [client], grants: [grant], tokens: [token] })
  const at = inSeconds(0)
  const before: FoundToken = { token, grant, client }
  const after: FoundToken = {
    token: { ...token, redemption: { at, note: '' } },
    grant: { ...grant, revokedAt: at },
    client: { ...client, version: 2, revokedAt: at },
  }
  let isMade = false
  const read = async (reader: Storage) => {
    const seen: (FoundToken | null)[] = []
    for (let more = 2; more > 0; more -= isMade ? 1 : 0) {
      seen.push(await reader.findToken(token.digest))
      // Let timers of the store run, also where its reads wait for nothing.
      await new Promise((resolve) => setTimeout(resolve))
    }
    return seen
  }
  const readers = [storage, peer, storage, peer].map(read)
  const parts = {
    redeem: [{ digest: token.digest, at, note: '' }],
    revoke: [{ grantId: grant.id, at }],
    update: [{ ...client, version: 2, revokedAt: at }],
  }
  await makes(peer, parts, 'a change of a token, its grant and its client').finally(() => {
    isMade = true
  })
  for (const seen of await Promise.all(readers)) {
    const begun = seen.findIndex((found) => found?.token.redemption !== null)
    ok(begun >= 0, 'a change is not seen by a read that began after it')
    for (const [index, found] of seen.entries())
      equal(found, index < begun ? before : after, 'a token, its grant and its client while all three are changed')
  }
}

/** What somebody sees who reads while others write. */
export const readRaceCases: readonly StorageCase[] = [
  {
    id: 'race.found-together',
    requirement:
      'a token is found with its grant and its client as of one moment, while one change is made of all three',
    run: async (storage, peer = storage) => {
      for (let round = 0; round < 8; round += 1) await readWhileChanging(storage, peer)
    },
  },
]
