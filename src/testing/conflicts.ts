import type { Grant, ProjectId } from '../records.js'
import type { Parts, Records } from './case.js'
import {
  inSeconds,
  randomDigest,
  randomName,
  sampleClient,
  sampleGrant,
  sampleSetting,
  sampleToken,
} from './samples.js'

/** One part of a change, and records that make it impossible. */
export interface Conflict {
  readonly name: string
  readonly requirement: string
  readonly make: () => { readonly records: Records; readonly parts: Parts }
}

const at = inSeconds(0)
const gone = (): Grant => sampleGrant({ revokedAt: at })

const narrowing = (stored: Partial<Grant>, from: Partial<Grant>, to: Partial<Grant>) => {
  const grant = sampleGrant({ scope: ['a', 'b'], projects: ['p', 'q'] as ProjectId[], ...stored })
  return {
    records: { grants: [grant] },
    parts: { narrow: [{ grantId: grant.id, from: { ...grant, ...from }, to: { ...grant, ...from, ...to } }] },
  }
}

/** Every way in which a change can be impossible. */
export const conflicts: readonly Conflict[] = [
  {
    name: 'redeem.taken',
    requirement: 'a redeemed token is not redeemed again',
    make: () => {
      const token = sampleToken(null, { redemption: { at, note: '' } })
      return { records: { tokens: [token] }, parts: { redeem: [{ digest: token.digest, at, note: 'late' }] } }
    },
  },
  {
    name: 'redeem.missing',
    requirement: 'a token that is not there is not redeemed',
    make: () => ({ records: {}, parts: { redeem: [{ digest: randomDigest(), at, note: 'x' }] } }),
  },
  {
    name: 'redeem.one-of-two',
    requirement: 'one of two tokens being redeemed already is a conflict',
    make: () => {
      const tokens = [sampleToken(null), sampleToken(null, { redemption: { at, note: 'first' } })]
      return { records: { tokens }, parts: { redeem: tokens.map(({ digest }) => ({ digest, at, note: 'second' })) } }
    },
  },
  {
    name: 'token.grant-revoked',
    requirement: 'no token is added to a revoked grant',
    make: () => {
      const grant = gone()
      return { records: { grants: [grant] }, parts: { tokens: [sampleToken(grant)] } }
    },
  },
  {
    name: 'token.grant-missing',
    requirement: 'no token is added to a grant that is not there',
    make: () => ({ records: {}, parts: { tokens: [sampleToken(sampleGrant())] } }),
  },
  {
    name: 'extend.revoked',
    requirement: 'a revoked grant is not extended',
    make: () => {
      const grant = gone()
      return { records: { grants: [grant] }, parts: { extend: [{ grantId: grant.id, expiresAt: inSeconds(9999) }] } }
    },
  },
  {
    name: 'extend.missing',
    requirement: 'a grant that is not there is not extended',
    make: () => ({ records: {}, parts: { extend: [{ grantId: sampleGrant().id, expiresAt: at }] } }),
  },
  {
    name: 'revoke.revoked',
    requirement: 'a revoked grant is not revoked again',
    make: () => {
      const grant = gone()
      return { records: { grants: [grant] }, parts: { revoke: [{ grantId: grant.id, at: inSeconds(5) }] } }
    },
  },
  {
    name: 'revoke.missing',
    requirement: 'a grant that is not there is not revoked',
    make: () => ({ records: {}, parts: { revoke: [{ grantId: sampleGrant().id, at }] } }),
  },
  {
    name: 'revoke.one-of-two',
    requirement: 'one of two grants being revoked already is a conflict',
    make: () => {
      const grants = [sampleGrant(), gone()]
      return { records: { grants }, parts: { revoke: grants.map(({ id }) => ({ grantId: id, at })) } }
    },
  },
  {
    name: 'narrow.scope-moved',
    requirement: 'a grant is not narrowed from a scope that it no longer has',
    make: () => narrowing({ scope: ['a'] }, { scope: ['a', 'b'] }, { scope: ['b'] }),
  },
  {
    name: 'narrow.projects-moved',
    requirement: 'a grant is not narrowed from projects that it no longer has',
    make: () => narrowing({}, { projects: ['p', 'q', 'r'] as ProjectId[] }, { projects: ['p'] as ProjectId[] }),
  },
  {
    name: 'narrow.order',
    requirement: 'what a grant is narrowed from is compared element by element, in order',
    make: () => narrowing({}, { scope: ['b', 'a'] }, { scope: ['a'] }),
  },
  {
    name: 'narrow.all-or-named',
    requirement: 'all projects and no project at all are not the same',
    make: () => narrowing({ projects: [] }, { projects: 'all' }, { projects: ['p'] as ProjectId[] }),
  },
  {
    name: 'narrow.revoked',
    requirement: 'a revoked grant is not narrowed',
    make: () => narrowing({ revokedAt: at }, {}, { scope: ['a'] }),
  },
  {
    name: 'narrow.missing',
    requirement: 'a grant that is not there is not narrowed',
    make: () => ({ records: {}, parts: narrowing({}, {}, { scope: ['a'] }).parts }),
  },
  {
    name: 'update.stale',
    requirement: 'a client is not replaced by an edit of an older version',
    make: () => {
      const client = sampleClient({ version: 3 })
      return { records: { clients: [client] }, parts: { update: [{ ...client, version: 3, metadata: {} }] } }
    },
  },
  {
    name: 'update.ahead',
    requirement: 'a client is not replaced by an edit of a version that is not there yet',
    make: () => {
      const client = sampleClient()
      return { records: { clients: [client] }, parts: { update: [{ ...client, version: 3, metadata: {} }] } }
    },
  },
  {
    name: 'update.missing',
    requirement: 'a client that is not there is not replaced',
    make: () => ({ records: {}, parts: { update: [sampleClient({ version: 2 })] } }),
  },
  {
    name: 'update.name-taken',
    requirement: 'a client is not given a unique name that another one has',
    make: () => {
      const [holder, client] = [sampleClient({ uniqueName: randomName() }), sampleClient({ uniqueName: randomName() })]
      const edited = { ...client, version: 2, uniqueName: holder.uniqueName }
      return { records: { clients: [holder, client] }, parts: { update: [edited] } }
    },
  },
  {
    name: 'setting.ahead',
    requirement: 'a setting is not replaced by an edit of a version that is not there yet',
    make: () => {
      const setting = sampleSetting()
      return { records: { settings: [setting] }, parts: { settings: [{ ...setting, value: false, version: 3 }] } }
    },
  },
  {
    name: 'setting.taken',
    requirement: 'a setting that is there is not stored for the first time again',
    make: () => {
      const setting = sampleSetting()
      return { records: { settings: [setting] }, parts: { settings: [{ ...setting, value: false }] } }
    },
  },
  {
    name: 'setting.missing',
    requirement: 'a setting that is not there is not replaced',
    make: () => ({ records: {}, parts: { settings: [sampleSetting({ version: 2 })] } }),
  },
  {
    name: 'client.name-taken',
    requirement: 'a client with a unique name that another one has is not inserted',
    make: () => {
      const uniqueName = randomName()
      return {
        records: { clients: [sampleClient({ uniqueName })] },
        parts: { clients: [sampleClient({ uniqueName })] },
      }
    },
  },
  {
    name: 'client.name-twice',
    requirement: 'two clients with one unique name are not inserted',
    make: () => {
      const uniqueName = randomName()
      return { records: {}, parts: { clients: [sampleClient({ uniqueName }), sampleClient({ uniqueName })] } }
    },
  },
  {
    name: 'client.taken',
    requirement: 'a client with a taken id is not inserted',
    make: () => {
      const client = sampleClient()
      return { records: { clients: [client] }, parts: { clients: [{ ...client, metadata: { client_name: 'Other' } }] } }
    },
  },
  {
    name: 'grant.taken',
    requirement: 'a grant with a taken id is not inserted',
    make: () => {
      const grant = sampleGrant()
      return { records: { grants: [grant] }, parts: { grants: [sampleGrant({ id: grant.id })] } }
    },
  },
  {
    name: 'token.taken',
    requirement: 'a token with a taken digest is not inserted',
    make: () => {
      const token = sampleToken(null)
      return { records: { tokens: [token] }, parts: { tokens: [sampleToken(null, { digest: token.digest })] } }
    },
  },
]
