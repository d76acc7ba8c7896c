import type { Access } from '../access.js'
import { bearerChallenge } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import type { Refusal } from '../resource/judgement.js'
import { exposedHeaders, resourceCors, resourcePreflight } from './cors.js'
import type { GuardOptions } from './guard-options.js'
import type { HttpRequest, HttpResponse } from './message.js'
import { errorJson, json } from './respond.js'

export type GuardResult<ScopeName extends string> =
  | {
      readonly ok: true
      readonly access: Access<ScopeName>
      /** For the host's own answer: caching, and CORS where it is turned on. */
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly ok: false; readonly response: HttpResponse }

export type Guard<HostRequest, ScopeName extends string> = (
  request: HttpRequest,
  host: HostRequest,
) => Promise<GuardResult<ScopeName>>

/** The answer to a request that may not pass. */
export function refusal({ status, challenge }: Refusal): HttpResponse {
  const { error = 'unauthorized', error_description = 'an access token is needed' } = challenge
  const body = { error, error_description, ...(challenge.scope && { scope: challenge.scope.join(' ') }) }
  return json(status, body, { 'www-authenticate': bearerChallenge(challenge) })
}

const forbiddenOrigin = () =>
  errorJson(
    new OAuthError('access_denied', 'scripts of this origin may not call here', 'origin.forbidden', { status: 403 }),
  )

const exposed = { 'access-control-expose-headers': exposedHeaders }
const uncached = Object.freeze({ 'cache-control': 'private' })

/** What was decided, and why where somebody is refused. */
export type Outcome =
  | { readonly access: Access; readonly refused: null }
  | { readonly response: HttpResponse; readonly refused: { readonly status: number; readonly reason: string } }

/** A guard around whoever decides: origins and preflights before it, headers after it. */
export function guarding<HostRequest, ScopeName extends string>(
  { origins }: Pick<GuardOptions<HostRequest, ScopeName>, 'origins'>,
  decide: (request: HttpRequest, host: HostRequest) => Promise<Outcome>,
): Guard<HostRequest, ScopeName> {
  const passed = (outcome: Outcome, cors: Readonly<Record<string, string>>): GuardResult<ScopeName> => {
    if (outcome.refused) {
      const { response } = outcome
      return { ok: false, response: { ...response, headers: { ...response.headers, ...cors } } }
    }
    const headers = origins === undefined ? uncached : { ...uncached, ...cors }
    return { ok: true, access: outcome.access as Access<ScopeName>, headers }
  }
  return (request, host) => {
    const cors = origins === undefined ? exposed : resourceCors(request, origins)
    if (cors === null) return Promise.resolve({ ok: false, response: forbiddenOrigin() })
    if (origins !== undefined && request.method === 'OPTIONS')
      return Promise.resolve({ ok: false, response: resourcePreflight(request, cors) })
    return decide(request, host).then((outcome) => passed(outcome, cors))
  }
}
