import type {
  AuditEvent,
  Client,
  ClientId,
  EventId,
  Grant,
  JsonObject,
  ProjectId,
  Subject,
  TokenDigest,
} from '../records.js'
import { equal, ok } from './assert.js'
import { given, has, makes, refuses, type StorageCase } from './case.js'
import {
  inSeconds,
  random,
  randomAccount,
  randomDigest,
  randomProject,
  randomSubject,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleToken,
} from './samples.js'

/** Texts that a careless store bends, cuts, escapes twice or runs. */
const hostile: readonly string[] = [
  '',
  ' ',
  ' both ends ',
  'trailing  ',
  '\ttab and\nnewline\r\n',
  `'; DROP TABLE oauth_tokens; --`,
  `"double" 'single' \`back\` \\ backslash \\' \\u0041 \\0`,
  '100%_like*?[a-z]',
  '$1 ? :name @p1 {{y}} #{z} <%= z %>',
  'null',
  'true',
  '0123',
  '1e5',
  '[]',
  '{"a":1}',
  'Grüße, Zoë; 日本語; עברית; Ω≈ç',
  'e\u0301 is not \u00e9',
  '👩‍👩‍👧 🇺🇳 𝒳 \u{10ffff}',
  '\u202eright to left\u202c\u200b\ufeff',
  '<script>alert(1)</script>&amp;',
]

const hostileJson: JsonObject = {
  texts: hostile,
  emptyArray: [],
  emptyObject: {},
  nested: { list: [[], {}, [[1], { a: [{}] }], null], deep: { deeper: { deepest: [true, false, null] } } },
  numbers: [0, -1, 1.5, 1e21, 5e-324, 9007199254740991, -9007199254740991, 0.1],
  ...Object.fromEntries(hostile.map((text) => [text, text])),
  '1': 'a numeric member',
  constructor: 'not a function',
}

const long = (length: number) => `${random()}${'x'.repeat(length)}`.slice(0, length)

const everyField = {
  client: (): Client =>
    sampleClient({
      secrets: [
        { digest: randomDigest(), createdAt: inSeconds(0), expiresAt: inSeconds(60) },
        { digest: randomDigest(), createdAt: inSeconds(1), expiresAt: null },
      ],
      metadata: hostileJson,
      policy: hostileJson,
      registration: 'metadata_document',
      ownerId: randomSubject(),
      accountId: randomAccount(),
      disabledAt: inSeconds(2),
      revokedAt: inSeconds(3),
    }),
  grant: (): Grant =>
    sampleGrant({
      accountId: randomAccount(),
      projects: [randomProject(), randomProject(), ...hostile.filter(Boolean).map((text) => text as ProjectId)],
      scope: hostile,
      resource: hostile,
      details: hostileJson,
      revokedAt: inSeconds(0),
    }),
  event: (): AuditEvent =>
    sampleEvent({
      type: 'refresh_token.reused',
      outcome: 'failure',
      clientId: sampleClient().id,
      grantId: sampleGrant().id,
      data: hostileJson,
    }),
}

/** A record comes back as it went in. */
export const recordCases: readonly StorageCase[] = [
  {
    id: 'record.client',
    requirement: 'a client comes back as it was stored, whatever its members say',
    run: async (storage) => {
      const clients = [everyField.client(), sampleClient({ secrets: [], metadata: {}, policy: {} })]
      await given(storage, { clients })
      await has(storage, { clients }, 'read back')
    },
  },
  {
    id: 'record.grant',
    requirement: 'a grant comes back as it was stored, in the order of its lists, and all projects differ from none',
    run: async (storage) => {
      const none = { scope: [], resource: [], subject: null } as const
      const grants = [everyField.grant(), sampleGrant({ projects: 'all' }), sampleGrant({ projects: [], ...none })]
      await given(storage, { grants })
      await has(storage, { grants }, 'read back')
    },
  },
  {
    id: 'record.token',
    requirement: 'a token comes back as it was stored, redeemed or not, on a grant or on none',
    run: async (storage) => {
      const grant = sampleGrant()
      const redemption = { at: inSeconds(0), note: hostile.join() }
      const tokens = [
        sampleToken(grant, { data: hostileJson }),
        sampleToken(null, { data: {}, redemption }),
        sampleToken(null, { redemption: { at: inSeconds(0), note: '' } }),
      ]
      await given(storage, { grants: [grant], tokens })
      await has(storage, { tokens }, 'read back')
    },
  },
  {
    id: 'record.event',
    requirement: 'an event comes back as it was stored',
    run: async (storage) => {
      const events = [everyField.event(), sampleEvent()]
      await given(storage, { events })
      await has(storage, { events }, 'read back')
      const own = sampleEvent({ subject: null, grantId: sampleGrant().id })
      await given(storage, { events: [own] })
      const { items } = await storage.listEvents({ grantId: own.grantId! }, { limit: 5 })
      equal(items, [own], 'an event without a subject')
    },
  },
  {
    id: 'record.note',
    requirement: 'the note of a redemption comes back as it was stored',
    run: async (storage) => {
      for (const note of hostile) {
        const token = sampleToken(null)
        const at = inSeconds(0)
        await given(storage, { tokens: [token] })
        await makes(storage, { redeem: [{ digest: token.digest, at, note }] }, 'a redemption')
        await has(storage, { tokens: [{ ...token, redemption: { at, note } }] }, 'after its redemption')
      }
    },
  },
  {
    id: 'record.found-together',
    requirement: 'a token is found together with its grant and its client, as far as they are there',
    run: async (storage) => {
      const client = sampleClient()
      const grant = sampleGrant({ clientId: client.id })
      const [whole, own, alone] = [sampleToken(grant), sampleToken(null, { clientId: client.id }), sampleToken(null)]
      await given(storage, { clients: [client], grants: [grant], tokens: [whole, own, alone] })
      equal(await storage.findToken(whole.digest), { token: whole, grant, client }, 'a token with everything')
      equal(await storage.findToken(own.digest), { token: own, grant: null, client }, 'a token without a grant')
      equal(await storage.findToken(alone.digest), { token: alone, grant: null, client: null }, 'a token by itself')
      const revoked = { ...client, version: 2, revokedAt: inSeconds(0) }
      await makes(storage, { update: [revoked] }, 'revoking the client')
      equal(
        await storage.findToken(whole.digest),
        { token: whole, grant, client: revoked },
        'a token of a revoked client',
      )
    },
  },
  {
    id: 'record.sealed',
    requirement: 'changing an object that was stored or returned changes nothing in the store',
    run: async (storage) => {
      const grant = sampleGrant({ details: { list: [1] } })
      const stored = structuredClone(grant)
      const token = sampleToken(grant)
      await given(storage, { grants: [stored], tokens: [token] })
      const tamper = (record: { readonly scope: readonly string[]; readonly details: JsonObject } | null) => {
        for (const list of [record?.scope, record?.details.list])
          try {
            if (Array.isArray(list)) list.push('more')
          } catch {
            // A frozen record is as good as a copied one.
          }
      }
      tamper(stored)
      tamper(await storage.findGrant(grant.id))
      tamper((await storage.findToken(token.digest))?.grant ?? null)
      tamper((await storage.listGrants({ subject: grant.subject! }, { limit: 1 })).items[0] ?? null)
      await has(storage, { grants: [grant] }, 'after somebody changed their copy')
    },
  },
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
      const grants = keys.map((key) => sampleGrant({ id: key as Grant['id'], details: { key } }))
      const tokens = keys.map((key) => sampleToken(null, { digest: key as TokenDigest, data: { key } }))
      for (const [index, token] of tokens.entries())
        await given(storage, { clients: [clients[index]!], grants: [grants[index]!], tokens: [token] })
      await has(storage, { clients, grants, tokens }, 'among lookalikes')
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
      }
    },
  },
  {
    id: 'key.size',
    requirement: 'ids of 255 characters, client ids of 2048 and bodies of 64 KiB fit',
    run: async (storage) => {
      const client = sampleClient({ id: `https://${long(2040)}` as ClientId, metadata: { text: 'ß'.repeat(32_768) } })
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
      })
      await given(storage, { clients: [client], grants: [grant], tokens: [token], events: [event] })
      await has(
        storage,
        { clients: [client], grants: [grant], tokens: [token], events: [event] },
        'of the largest size',
      )
      await refuses(storage, { tokens: [token] }, 'a long digest again')
      const almost = `${token.digest.slice(0, 254)}y` as TokenDigest
      ok((await storage.findToken(almost)) === null, 'long digests are compared to their end')
      await given(storage, { tokens: [{ ...token, digest: almost }] })
    },
  },
]
