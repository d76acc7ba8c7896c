import type { ClientId, GrantId } from '../records.js'
import { change, type Storage } from '../storage.js'
import { equal, ok, rejects } from './assert.js'
import {
  commit,
  fromTheFuture,
  given,
  has,
  lacks,
  makes,
  type Parts,
  type Records,
  refuses,
  type StorageCase,
} from './case.js'
import { type Conflict, conflicts } from './conflicts.js'
import {
  inSeconds,
  randomDigest,
  randomName,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleSetting,
  sampleToken,
} from './samples.js'

/** A change of every kind whose conditions all hold, and the records before and after it. */
function whole() {
  const client = sampleClient()
  const extended = sampleGrant()
  const revoked = sampleGrant()
  const narrowed = sampleGrant()
  const token = sampleToken(extended)
  const fresh = sampleGrant()
  const [setting, switched] = [sampleSetting(), sampleSetting()]
  const added: Records = {
    clients: [sampleClient()],
    grants: [fresh],
    tokens: [sampleToken(fresh), sampleToken(extended), sampleToken(null)],
    events: [sampleEvent(), sampleEvent()],
    settings: [switched],
  }
  const edited = { ...client, version: 2, metadata: { client_name: 'Reporter 2' }, name: 'reporter 2' }
  const set = { ...setting, version: 2, value: { since: 1 } }
  const reach = { scope: ['project:read'], projects: narrowed.projects }
  const at = inSeconds(1)
  const expiresAt = inSeconds(7200)
  const parts: Parts = {
    ...added,
    redeem: [{ digest: token.digest, at, note: 'salt' }],
    extend: [{ grantId: extended.id, expiresAt }],
    revoke: [{ grantId: revoked.id, at }],
    narrow: [{ grantId: narrowed.id, from: narrowed, to: reach }],
    update: [edited],
    settings: [switched, set],
  }
  const before: Records = {
    clients: [client],
    grants: [extended, revoked, narrowed],
    tokens: [token],
    settings: [setting],
  }
  const after: Records = {
    clients: [edited],
    settings: [set],
    grants: [
      { ...extended, expiresAt },
      { ...revoked, revokedAt: at },
      { ...narrowed, ...reach },
    ],
    tokens: [{ ...token, redemption: { at, note: 'salt' } }],
  }
  return { parts, before, after, added }
}

/** The conflict comes in the middle of a change that could otherwise be made, so that a half-written one shows. */
async function nothingIsWritten(storage: Storage, { make, requirement }: Conflict): Promise<void> {
  const { parts, before, after, added } = whole()
  const conflict = make()
  await given(storage, before)
  await given(storage, conflict.records)
  const merged: Parts = {
    redeem: [...(parts.redeem ?? []), ...(conflict.parts.redeem ?? [])],
    extend: [...(parts.extend ?? []), ...(conflict.parts.extend ?? [])],
    revoke: [...(parts.revoke ?? []), ...(conflict.parts.revoke ?? [])],
    narrow: [...(parts.narrow ?? []), ...(conflict.parts.narrow ?? [])],
    update: [...(parts.update ?? []), ...(conflict.parts.update ?? [])],
    clients: [...(parts.clients ?? []), ...(conflict.parts.clients ?? [])],
    grants: [...(parts.grants ?? []), ...(conflict.parts.grants ?? [])],
    tokens: [...(parts.tokens ?? []), ...(conflict.parts.tokens ?? [])],
    settings: [...(parts.settings ?? []), ...(conflict.parts.settings ?? [])],
    ...(parts.events ? { events: parts.events } : {}),
  }
  await refuses(storage, conflict.parts, `alone, ${requirement}`)
  await refuses(storage, merged, `among others, ${requirement}`)
  await has(storage, before, 'beside a refused part of the same change')
  await lacks(storage, added, 'beside a refused part of the same change')
  await has(storage, conflict.records, 'that was in the way of a change')
  await makes(storage, parts, 'the same change without the conflict')
  await has(storage, after, 'after a change that names it')
  await has(storage, added, 'added by a change of many parts')
}

/** One refusal per condition, and what a commit is when there is none. */
export const commitCases: readonly StorageCase[] = [
  ...conflicts.map((conflict) => ({
    id: `commit.${conflict.name}`,
    requirement: `${conflict.requirement}, and nothing beside it is written`,
    run: (storage: Storage) => nothingIsWritten(storage, conflict),
  })),
  {
    id: 'commit.empty',
    requirement: 'a change of nothing is made',
    run: async (storage) => ok(await storage.commit(change({})), 'an empty change was refused'),
  },
  {
    id: 'commit.unknown-part',
    requirement: 'a change with a part that the adapter does not know throws, and nothing of it is written',
    run: async (storage) => {
      const records = { clients: [sampleClient()], events: [sampleEvent()] }
      await rejects(storage.commit(fromTheFuture(records)), 'a commit with an unknown part')
      await lacks(storage, records, 'beside an unknown part')
    },
  },
  {
    id: 'commit.unknown-part-empty',
    requirement: 'a part that the adapter does not know and that asks for nothing is no reason not to make the change',
    run: async (storage) => {
      const records = { clients: [sampleClient()], events: [sampleEvent()] }
      ok(await storage.commit(fromTheFuture(records, [])), 'a change was refused for an empty part')
      await has(storage, records, 'beside an empty part that nobody knows')
    },
  },
  {
    id: 'commit.event.taken',
    requirement: 'an event with a taken id is refused or thrown, replaces nothing, and nothing beside it is written',
    run: async (storage) => {
      const { parts, before, after, added } = whole()
      const event = sampleEvent()
      await given(storage, { ...before, events: [event] })
      const again = { ...event, type: 'token.issued', outcome: 'failure' as const }
      const made = await commit(storage, { ...parts, events: [again] }).catch(() => false)
      ok(!made, 'an event with a taken id was written')
      await has(storage, { ...before, events: [event] }, 'beside an event with a taken id')
      await lacks(storage, added, 'beside an event with a taken id')
      await makes(storage, parts, 'the same change with events of its own')
      await has(storage, after, 'after a change that names it')
    },
  },
  {
    id: 'commit.visible',
    requirement: 'what was committed is seen at once, through this handle and through another',
    run: async (storage, peer = storage) => {
      for (const [writer, reader] of [
        [storage, peer],
        [peer, storage],
      ] as const) {
        const { parts, before, after, added } = whole()
        await given(writer, before)
        await has(reader, before, 'inserted through another handle')
        await makes(writer, parts, 'a change of every part')
        await has(reader, after, 'changed through another handle')
        await has(reader, added, 'added through another handle')
        await has(writer, after, 'changed through the same handle')
      }
    },
  },
  {
    id: 'commit.largest',
    requirement: 'a change of 25 records is made, of whatever kind',
    run: async (storage) => {
      const tokens = Array.from({ length: 12 }, () => sampleToken(null))
      const events = Array.from({ length: 13 }, () => sampleEvent())
      await makes(storage, { tokens, events }, 'a change of 25 records')
      await has(storage, { tokens, events }, 'in a change of 25 records')
      for (const records of [
        { clients: Array.from({ length: 25 }, () => sampleClient({ uniqueName: randomName() })) },
        { grants: Array.from({ length: 25 }, () => sampleGrant()) },
        { settings: Array.from({ length: 25 }, () => sampleSetting()) },
      ]) {
        await makes(storage, records, 'a change of 25 records of one kind')
        await has(storage, records, 'in a change of 25 records of one kind')
      }
    },
  },
  {
    id: 'find.nothing',
    requirement: 'what is not there is null',
    run: async (storage) => {
      equal(await storage.findClient('nobody' as ClientId), null, 'a client that is not there')
      equal(await storage.findGrant('nothing' as GrantId), null, 'a grant that is not there')
      equal(await storage.findToken(randomDigest()), null, 'a token that is not there')
      equal(await storage.findSetting('nothing'), null, 'a setting that is not there')
    },
  },
]
