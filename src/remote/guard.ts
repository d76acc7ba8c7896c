import { checkOptions, type Guarded, type GuardOptions, needOf } from '../http/guard-options.js'
import { type Guard, guarding, type Outcome, refusal } from '../http/guarding.js'
import type { HttpRequest } from '../http/message.js'
import { errorJson } from '../http/respond.js'
import { newId } from '../ids.js'
import { OAuthError } from '../protocol/errors.js'
import type { Introspection } from '../protocol/introspection.js'
import { sameResource } from '../protocol/resource.js'
import { type Implications, parseScope } from '../protocol/scope.js'
import type { AccountId, ClientId, GrantId, ProjectId, Subject, Timestamp } from '../records.js'
import { invalid, type Judgement, judgeWorth, type Need, presentedToken, type Worth } from '../resource/judgement.js'
import { type Inspect, ProviderUnavailable } from './introspector.js'

/** What guards of resources away from their provider have in common. */
export interface Post {
  readonly issuer: string
  readonly guarded: Guarded
  readonly implied: Implications
  readonly inspect: Inspect
  /** Seconds. */
  readonly now: () => number
  readonly onRefusal: (refusal: { reason: string; status: number; error: string | null; requestId: string }) => void
  readonly onError: (error: unknown, requestId: string) => void
}

type Active = Extract<Introspection, { active: true }>

const scopesIn = (text: string | undefined) => parseScope(text)

/** How far a token goes: everywhere it names, or in the one project that was asked about where it names none. */
function reachOf({ scope, projects, project_scope }: Active, { project, live }: Need): Worth['reach'] {
  const held = Object.entries(project_scope).map(([name, text]) => [name, scopesIn(text)] as const)
  const limits = Object.fromEntries(held)
  if (project === undefined || (projects !== 'all' && !live))
    return { scope: scopesIn(scope), projects: projects as readonly ProjectId[] | 'all', limits }
  const there = Object.hasOwn(limits, project) ? limits[project] : undefined
  return there
    ? { scope: there, projects: [project as ProjectId], limits: {} }
    : { scope: scopesIn(scope), projects: [], limits: {} }
}

function worthOf(answer: Active, need: Need): Worth {
  const { sub, sub_type, client_id, grant_id, account_id, projects, aud, exp, auth_time, acr } = answer
  return {
    access: {
      subject: sub_type === 'client' ? null : (sub as Subject),
      clientId: client_id as ClientId,
      grantId: grant_id as GrantId,
      accountId: (account_id ?? null) as AccountId | null,
      projects: projects as readonly ProjectId[] | 'all',
      resource: aud,
      expiresAt: exp as Timestamp,
      authenticatedAt: auth_time ?? null,
      acr: acr ?? null,
    },
    reach: reachOf(answer, need),
  }
}

/** The provider's audit log is out of reach here. */
const noAudit = async () => {
  throw new TypeError('audit: the log is where the provider is, and this guard is not')
}

/** An answer is looked at as a token would be: from whom it is, for whom, and until when (RFC 7662 section 4). */
function judgeAnswer(post: Post, answer: Introspection, need: Need): Judgement {
  if (!answer.active) return invalid(need, 'access_token.inactive')
  if (answer.iss !== post.issuer) return invalid(need, 'access_token.issuer')
  if (answer.exp <= post.now()) return invalid(need, 'access_token.expired')
  if (!answer.aud.some((one) => sameResource(one, need.resource))) return invalid(need, 'access_token.audience')
  return judgeWorth(worthOf(answer, need), need, { implied: post.implied, now: post.now(), audit: noAudit })
}

async function judge(post: Post, authorization: string | null, need: Need): Promise<Judgement> {
  const presented = presentedToken(authorization, need)
  if ('refusal' in presented) return presented
  const { project, live } = need
  return judgeAnswer(post, await post.inspect({ token: presented.token, project, live }), need)
}

/** A token is never called bad because the provider is away: clients throw away what is called bad. */
function faultOf(thrown: unknown, requestId: string): OAuthError {
  if (thrown instanceof OAuthError) return thrown
  return thrown instanceof ProviderUnavailable
    ? new OAuthError('temporarily_unavailable', 'try again in a moment', 'provider.unavailable', {
        headers: { 'retry-after': '2' },
      })
    : new OAuthError('server_error', `something went wrong here (${requestId})`, 'server.fault')
}

/** The guard of one or many routes of a resource that is away from its provider. */
export function remoteGuardOf<HostRequest, ScopeName extends string>(
  post: Post,
  options: GuardOptions<HostRequest, ScopeName>,
): Guard<HostRequest, ScopeName> {
  checkOptions(post.guarded, options)

  const decide = async (request: HttpRequest, host: HostRequest, requestId: string): Promise<Outcome> => {
    const need = needOf(post.guarded, request, host, options)
    const judgement = await judge(post, request.headers.get('authorization'), need)
    if ('access' in judgement) return { access: judgement.access, refused: null }
    const { reason, status, challenge } = judgement.refusal
    post.onRefusal({ reason, status, error: challenge.error ?? null, requestId })
    return { response: refusal(judgement.refusal), refused: { reason, status } }
  }

  return guarding(options, (request, host) => {
    const requestId = newId()
    return decide(request, host, requestId).catch((thrown: unknown) => {
      const error = faultOf(thrown, requestId)
      if (error === thrown) post.onRefusal({ reason: error.reason, status: error.status, error: error.code, requestId })
      else post.onError(thrown, requestId)
      return { response: errorJson(error), refused: error }
    })
  })
}
