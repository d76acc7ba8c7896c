import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Seed, Served, WorkloadId } from '../contestant.js'
import type { Client } from '../grantor/traffic.js'
import { lifetimes, redirectUri, scope } from '../terms.js'
import { json, type Reply, refused, tokens as tokensReply } from './replies.js'
import { digest, type Kind, newId, newSecret, sha256 } from './secrets.js'

interface Kept {
  readonly subject: string
  /** The verifier's digest, of a code. */
  readonly challenge?: string
}

/**
 * What no provider can leave out, and nothing else: secrets are drawn and kept as digests, what is presented is looked up, a client's
 * secret is compared in constant time. No scope is judged, no record is checked, nothing is audited.
 */
export interface Store {
  readonly token: (body: string) => Reply
  readonly introspect: (body: string) => Reply
  readonly register: (body: string) => Reply
  /** Whose token this is; null for none that is known. */
  readonly subjectOf: (authorization: string | undefined) => string | null
  readonly seeder: (workload: WorkloadId) => Served['seed']
}

const now = () => Math.floor(Date.now() / 1000)

export const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other))

export const bearerOf = (authorization: string | undefined): string => authorization?.slice('Bearer '.length) ?? ''

export function openStore(origin: string): Store {
  const tokens = new Map<string, Kept>()
  const clients = new Map<string, string>()
  const grant = newId('grant')

  const client: Client = { client_id: newId('client'), client_secret: newSecret('client_secret') }
  clients.set(client.client_id, digest('client_secret', client.client_secret))

  const keep = (kind: Kind, kept: Kept): string => {
    const secret = newSecret(kind)
    tokens.set(digest(kind, secret), kept)
    return secret
  }

  const isKnown = (form: URLSearchParams): boolean => {
    const expected = clients.get(form.get('client_id') ?? '')
    const shown = digest('client_secret', form.get('client_secret') ?? '')
    return expected !== undefined && isSame(shown, expected)
  }

  const pair = (subject: string): Reply =>
    tokensReply(keep('access_token', { subject }), keep('refresh_token', { subject }))

  const redeemed = (kind: Kind, secret: string | null): Kept | undefined => {
    const key = digest(kind, secret ?? '')
    const kept = tokens.get(key)
    tokens.delete(key)
    return kept
  }

  const grants: Readonly<Record<string, (form: URLSearchParams) => Reply>> = {
    client_credentials: () => tokensReply(keep('access_token', { subject: client.client_id })),
    authorization_code(form) {
      const kept = redeemed('authorization_code', form.get('code'))
      const isRight = kept?.challenge === sha256(form.get('code_verifier') ?? '')
      return kept && isRight && form.get('redirect_uri') === redirectUri ? pair(kept.subject) : refused()
    },
    refresh_token(form) {
      const kept = redeemed('refresh_token', form.get('refresh_token'))
      return kept ? pair(kept.subject) : refused()
    },
  }

  const live = (index: number): Seed => {
    const subject = `person-${index + 1}`
    const secrets = {
      access_token: keep('access_token', { subject }),
      refresh_token: keep('refresh_token', { subject }),
    }
    return { ...client, subject, ...secrets }
  }
  const seeds: Partial<Record<WorkloadId, (index: number) => Seed>> = {
    code(index) {
      const verifier = randomBytes(32).toString('base64url')
      const code = keep('authorization_code', { subject: `person-${index + 1}`, challenge: sha256(verifier) })
      return { ...client, verifier, code }
    },
    refresh: live,
    guard: live,
    introspection: live,
  }

  return {
    token(body) {
      const form = new URLSearchParams(body)
      return isKnown(form) ? (grants[form.get('grant_type') ?? '']?.(form) ?? refused()) : refused()
    },
    introspect(body) {
      const form = new URLSearchParams(body)
      const jti = digest('access_token', form.get('token') ?? '')
      const kept = isKnown(form) ? tokens.get(jti) : undefined
      if (!kept) return refused()
      const iat = now()
      return json({
        active: true,
        scope,
        client_id: client.client_id,
        token_type: 'Bearer',
        iss: origin,
        aud: [`${origin}/api`],
        sub: kept.subject,
        sub_type: 'user',
        iat,
        nbf: iat,
        exp: iat + lifetimes.accessToken,
        jti,
        grant_id: grant,
        authorization_details: [{ type: 'project', identifier: 'alpha' }],
        projects: ['alpha'],
        project_scope: {},
      })
    },
    register(body) {
      const metadata: unknown = JSON.parse(body)
      const id = newId('client')
      const secret = newSecret('client_secret')
      clients.set(id, digest('client_secret', secret))
      const registrationToken = keep('registration_access_token', { subject: id })
      const own = {
        client_id: id,
        client_id_issued_at: now(),
        client_secret: secret,
        client_secret_expires_at: 0,
        registration_access_token: registrationToken,
        registration_client_uri: `${origin}/oauth/register/${id}`,
      }
      return json({ ...own, ...(metadata as object) }, 201)
    },
    subjectOf: (authorization) => tokens.get(digest('access_token', bearerOf(authorization)))?.subject ?? null,
    seeder(workload) {
      const make = seeds[workload] ?? ((): Seed => client)
      return async (count) => Array.from({ length: count }, (_, index) => make(index))
    },
  }
}
