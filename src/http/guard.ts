import type { Origin } from '../context.js'
import { newId } from '../ids.js'
import { judge } from '../resource/guard.js'
import { type Site, whenceOf } from './call.js'
import { asOAuthError } from './failures.js'
import { checkOptions, type Guarded, type GuardOptions, needOf } from './guard-options.js'
import { type Guard, guarding, type Outcome, refusal } from './guarding.js'
import type { HttpRequest } from './message.js'
import { placesOf } from './resource-paths.js'
import { errorJson } from './respond.js'

/**
 * The guard of one or many routes: what a request may do, or the answer to send instead (RFC 6750 section 3, RFC 9728 section 5.1).
 *
 * @throws TypeError at boot for options that could not work
 */
export function guardOf<HostRequest, ScopeName extends string>(
  site: Site,
  options: GuardOptions<HostRequest, ScopeName>,
): Guard<HostRequest, ScopeName> {
  const { context } = site
  const { scopes, acrValues } = context
  const resources = [...context.resources.keys()]
  const guarded: Guarded = { resources, places: placesOf(resources), scopes, acrValues }
  checkOptions(guarded, options)

  const decide = async (request: HttpRequest, host: HostRequest): Promise<Outcome> => {
    let id: string | undefined
    const requestId = () => (id ??= newId())
    let known: Origin | undefined
    const origin = () => (known ??= { ...whenceOf(context, request, host), requestId: requestId() })
    try {
      const need = needOf(guarded, request, host, options)
      const judgement = await judge(context, request.headers.get('authorization'), need, origin)
      if ('access' in judgement) return { access: judgement.access, refused: null }
      const { reason, status, challenge } = judgement.refusal
      context.hooks.onRefusal({ reason, status, error: challenge.error ?? null, requestId: requestId() })
      return { response: refusal(judgement.refusal), refused: { reason, status } }
    } catch (thrown) {
      const error = asOAuthError(thrown, { site, requestId: requestId() })
      return { response: errorJson(error), refused: error }
    }
  }

  const { telemetry } = context
  return guarding(options, telemetry ? (request, host) => telemetry.guard(() => decide(request, host)) : decide)
}
