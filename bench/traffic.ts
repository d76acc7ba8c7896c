import type { Answer, Seed, Traffic, WorkloadId } from './contestant.js'
import { alone, type Step, several } from './steps.js'
import { redirectUri, registration, scope } from './terms.js'
import { form, get, json, jsonOf, textOf, wrong } from './wires.js'

/** Where a contestant answers. The form of its requests is the RFC's, as is that of its answers; only the paths are its own. */
export interface Endpoints {
  readonly token: string
  readonly introspection?: string
  readonly registration?: string
  /** A route of the host's own API, which answers `{ subject }`. */
  readonly guarded?: string
  /** What a client has to say at the authorization endpoint, beside what is the same for all, to have both scopes and a refresh token. */
  readonly asked?: Readonly<Record<string, string>>
  /** From the link to the callback, as a browser goes: the last step leaves `code` in the seed. */
  readonly approval?: readonly Step[]
  /** The same for somebody who has approved before, where that is remembered: to make many codes in less time. */
  readonly again?: readonly Step[]
}

/** A confidential client, authenticated by its secret in the body. */
export type Client = { readonly client_id: string; readonly client_secret: string }

export const clientOf = (seed: Seed): Client => ({
  client_id: textOf(seed, 'client_id'),
  client_secret: textOf(seed, 'client_secret'),
})

const sameScopes = (given: string) =>
  given
    .split(' ')
    .filter((one) => one !== 'offline_access')
    .sort()
    .join(' ') === scope

/** A bearer token for both scopes. RFC 6749, section 5.1: `scope` may be left out when it is what was asked for. */
export function tokensOf(answer: Answer): Readonly<Record<string, unknown>> {
  const tokens = jsonOf(answer)
  textOf(tokens, 'access_token')
  const given = tokens.scope === undefined || tokens.scope === scope || sameScopes(String(tokens.scope))
  const bearer = String(tokens.token_type).toLowerCase() === 'bearer'
  if (!given || !bearer || Number(tokens.expires_in) <= 0) wrong(answer, 'a bearer token for both scopes')
  return tokens
}

export const redemption = (token: string): Step => ({
  request: (seed) =>
    form(token, {
      grant_type: 'authorization_code',
      code: textOf(seed, 'code'),
      redirect_uri: redirectUri,
      code_verifier: textOf(seed, 'verifier'),
      ...clientOf(seed),
    }),
  next(_seed, answer) {
    textOf(tokensOf(answer), 'refresh_token')
    return null
  },
})

const clientCredentials = (token: string): Step => ({
  request: (seed) => form(token, { grant_type: 'client_credentials', scope, ...clientOf(seed) }),
  next(seed, answer) {
    tokensOf(answer)
    return seed
  },
})

const refresh = (token: string): Step => ({
  request: (seed) =>
    form(token, { grant_type: 'refresh_token', refresh_token: textOf(seed, 'refresh_token'), ...clientOf(seed) }),
  next(seed, answer) {
    const refresh_token = textOf(tokensOf(answer), 'refresh_token')
    if (refresh_token === seed.refresh_token) wrong(answer, 'another refresh token')
    return { ...seed, refresh_token }
  },
})

const guard = (path: string): Step => ({
  request: (seed) => get(path, { authorization: `Bearer ${textOf(seed, 'access_token')}` }),
  next(seed, answer) {
    if (jsonOf(answer).subject !== seed.subject) wrong(answer, String(seed.subject))
    return seed
  },
})

const introspection = (path: string): Step => ({
  request: (seed) => form(path, { token: textOf(seed, 'access_token'), ...clientOf(seed) }),
  next(seed, answer) {
    const { active, sub } = jsonOf(answer)
    if (active !== true || sub !== seed.subject) wrong(answer, `a live token of ${seed.subject}`)
    return seed
  },
})

const register = (path: string): Step => ({
  request: () => json(path, registration),
  next(seed, answer) {
    const client = jsonOf(answer, 201)
    textOf(client, 'client_id')
    textOf(client, 'client_secret')
    return seed
  },
})

export function trafficOf(workload: WorkloadId, endpoints: Endpoints): Traffic {
  const at = (path: string | undefined): string => {
    if (path === undefined) throw new Error(`nothing answers ${workload}`)
    return path
  }
  switch (workload) {
    case 'client-credentials':
      return alone(clientCredentials(endpoints.token))
    case 'code':
      return alone(redemption(endpoints.token))
    case 'refresh':
      return alone(refresh(endpoints.token))
    case 'guard':
      return alone(guard(at(endpoints.guarded)))
    case 'introspection':
      return alone(introspection(at(endpoints.introspection)))
    case 'registration':
      return alone(register(at(endpoints.registration)))
    case 'flow':
      return several([...(endpoints.approval ?? []), redemption(endpoints.token)])
  }
}
