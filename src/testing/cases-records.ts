import type { AuditEvent, Client, Grant, JsonObject, JsonValue, ProjectId } from '../records.js'
import { equal } from './assert.js'
import { given, has, makes, type StorageCase } from './case.js'
import {
  inSeconds,
  randomAccount,
  randomDigest,
  randomName,
  randomProject,
  randomSubject,
  sampleClient,
  sampleEvent,
  sampleGrant,
  sampleSetting,
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

const everyField = {
  client: (differences: Partial<Client> = {}): Client =>
    sampleClient({
      secrets: [
        { digest: randomDigest(), createdAt: inSeconds(0), expiresAt: inSeconds(60) },
        { digest: randomDigest(), createdAt: inSeconds(1), expiresAt: null },
      ],
      metadata: hostileJson,
      policy: hostileJson,
      registration: 'user',
      name: 'grüße, zoë; 日本語 👩‍👩‍👧',
      uniqueName: randomName(),
      ownerId: randomSubject(),
      accountId: randomAccount(),
      disabledAt: inSeconds(2),
      ...differences,
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
  event: (text: string): AuditEvent =>
    sampleEvent({
      type: 'refresh_token.reused',
      outcome: 'failure',
      reason: text,
      actor: { type: 'client', id: text },
      clientId: sampleClient().id,
      grantId: sampleGrant().id,
      accountId: randomAccount(),
      address: text,
      agent: `${text}${'x'.repeat(300)}`,
      requestId: text,
      data: hostileJson,
    }),
}

/** A record comes back as it went in. */
export const recordCases: readonly StorageCase[] = [
  {
    id: 'record.client',
    requirement: 'a client comes back as it was stored, whatever its members say',
    run: async (storage) => {
      const revoked = everyField.client({ uniqueName: null, revokedAt: inSeconds(3) })
      const clients = [everyField.client(), revoked, sampleClient({ secrets: [], metadata: {}, policy: {}, name: '' })]
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
      const actors = (['user', 'client', 'admin', 'system'] as const).map((type) =>
        sampleEvent({ actor: { type, id: null } }),
      )
      const events = [sampleEvent(), ...actors, ...hostile.map(everyField.event)]
      for (const event of events) await given(storage, { events: [event] })
      await has(storage, { events }, 'read back')
      const own = sampleEvent({ subject: null, grantId: sampleGrant().id })
      await given(storage, { events: [own] })
      const { items } = await storage.listEvents({ grantId: own.grantId! }, { limit: 5 })
      equal(items, [own], 'an event without a subject')
    },
  },
  {
    id: 'record.setting',
    requirement: 'a setting comes back as it was stored, whatever JSON it holds and whatever it is called',
    run: async (storage) => {
      const values: readonly JsonValue[] = [null, true, false, 0, 1.5, '', 'null', [], {}, [null], hostile, hostileJson]
      const named = hostile.map((text) => sampleSetting({ name: `${sampleSetting().name}${text}`, value: text }))
      const settings = [...values.map((value) => sampleSetting({ value })), ...named]
      for (const setting of settings) await given(storage, { settings: [setting] })
      await has(storage, { settings }, 'read back')
      const edited = settings.map((setting) => ({ ...setting, version: 2, value: [setting.value] }))
      for (const setting of edited) await makes(storage, { settings: [setting] }, 'a second version')
      await has(storage, { settings: edited }, 'read back after an edit')
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
]
