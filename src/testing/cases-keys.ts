import type { AccountId, ClientId, EventId, Grant, ProjectId, Subject, TokenDigest } from '../records.js'
import { equal, ok } from './assert.js'
import { given, has, makes, refuses, type StorageCase } from './case.js'
import { inSeconds, random, sampleClient, sampleEvent, sampleGrant, sampleSetting, sampleToken } from './samples.js'

const long = (length: number) => `${random()}${'x'.repeat(length)}`.slice(0, length)

/** What is a key, and when two of them are the same. */
export const keyCases: readonly StorageCase[] = [
  {
    id: 'key.exact',
    requirement: 'keys compare byte for byte: letter case, accents, trailing spaces and lookalikes count',
    run: async (storage) => {
      const base = `Key-${random()}`
      const variants = [base, base.toUpperCase(), base.toLowerCase(), `${base} `, `${base}  `, ` ${base}`, `${base}\t`]
      const accents = ['e', 'é', 'e\u0301', 'ß', 'ss', 'ﬁ', 'fi', 'İ', 'I', 'ı', '%', '_', '\u200b', ''].map(
        (end) => `${base}~${end}`,
      )
      const keys = [...new Set([...variants, ...accents])]
      const clients = keys.map((key) => sampleClient({ id: key as ClientId, metadata: { key } }))
      const settings = keys.map((name) => sampleSetting({ name, value: name }))
      const grants = keys.map((key) => sampleGrant({ id: key as Grant['id'], details: { key } }))
      const tokens = keys.map((key) => sampleToken(null, { digest: key as TokenDigest, data: { key } }))
      for (const [index, token] of tokens.entries())
        await given(storage, {
          clients: [clients[index]!],
          grants: [grants[index]!],
          tokens: [token],
          settings: [settings[index]!],
        })
      await has(storage, { clients, grants, tokens, settings }, 'among lookalikes')
      await makes(
        storage,
        { redeem: [{ digest: tokens[0]!.digest, at: inSeconds(0), note: '' }] },
        'redeeming one of them',
      )
      await makes(storage, { revoke: [{ grantId: grants[0]!.id, at: inSeconds(0) }] }, 'revoking one of them')
      await has(storage, { grants: grants.slice(1), tokens: tokens.slice(1) }, 'after its lookalike was changed')
    },
  },
  {
    id: 'key.foreign-text',
    requirement: 'a key that no store could hold is simply not there',
    run: async (storage) => {
      for (const key of ['a\0b', '\ud800', '', '__proto__', 'x'.repeat(5000)]) {
        equal(await storage.findClient(key as ClientId), null, `client ${JSON.stringify(key)}`)
        equal(await storage.findGrant(key as Grant['id']), null, `grant ${JSON.stringify(key)}`)
        equal(await storage.findToken(key as TokenDigest), null, `token ${JSON.stringify(key)}`)
        equal((await storage.listGrants({ subject: key as Subject }, { limit: 1 })).items, [], 'grants of nobody')
        equal((await storage.listClients({ ownerId: key as Subject }, { limit: 1 })).items, [], 'clients of nobody')
        equal((await storage.listEvents({ type: key }, { limit: 1 })).items, [], 'events of no type')
        equal(await storage.findSetting(key), null, `setting ${JSON.stringify(key)}`)
        equal(await storage.lastUses([key as ClientId]), [], `the use of ${JSON.stringify(key)}`)
      }
    },
  },
  {
    id: 'key.size',
    requirement: 'ids of 255 characters, client ids of 2048, names of 200 and bodies of 64 KiB fit',
    run: async (storage) => {
      const client = sampleClient({
        id: `https://${long(2040)}` as ClientId,
        metadata: { text: 'ß'.repeat(32_768) },
        name: `${random()}${'𝒳'.repeat(178)}`,
        uniqueName: long(255),
        ownerId: long(255) as Subject,
        accountId: long(255) as AccountId,
      })
      const projects = [`${random()}${'☃'.repeat(233)}` as ProjectId]
      const grant = sampleGrant({
        id: long(255) as Grant['id'],
        clientId: client.id,
        subject: long(255) as Subject,
        projects,
      })
      const token = sampleToken(grant, { digest: long(255) as TokenDigest, data: { text: 'x'.repeat(65_536) } })
      const event = sampleEvent({
        id: `${sampleEvent().id}${long(255)}`.slice(0, 255) as EventId,
        clientId: client.id,
        grantId: grant.id,
        subject: grant.subject,
        accountId: client.accountId,
      })
      const setting = sampleSetting({ name: long(255), value: 'x'.repeat(65_536) })
      const largest = { clients: [client], grants: [grant], tokens: [token], events: [event], settings: [setting] }
      await given(storage, largest)
      await has(storage, largest, 'of the largest size')
      for (const order of ['newest', 'name'] as const)
        for (const filter of [{ ownerId: client.ownerId! }, { accountId: client.accountId! }])
          equal((await storage.listClients({ ...filter, order }, { limit: 2 })).items, [client], 'a listed one')
      await refuses(storage, { tokens: [token] }, 'a long digest again')
      const almost = `${token.digest.slice(0, 254)}y` as TokenDigest
      ok((await storage.findToken(almost)) === null, 'long digests are compared to their end')
      await given(storage, { tokens: [{ ...token, digest: almost }] })
    },
  },
]
