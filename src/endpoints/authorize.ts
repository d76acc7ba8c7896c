import type { FoundClient } from '../clients/described.js'
import { findClient } from '../clients/find.js'
import type { Context } from '../context.js'
import type { LoginHints, Session } from '../hooks.js'
import { openInteraction } from '../interactions/open.js'
import { isDemanding, loginHints, mustSignIn } from '../interactions/sign-in.js'
import { lazily } from '../lazily.js'
import { requireAccount } from '../policy/account.js'
import { metadataOf, metadataPolicy } from '../policy/client.js'
import { type GrantableRequest, grantableRequest } from '../policy/grantable.js'
import { detailTypes } from '../policy/projects.js'
import {
  authorizationResponse,
  readAuthorizationRequest,
  readTarget,
  stateOf,
} from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import type { Parameters } from '../protocol/parameters.js'
import { isLoopback, matchRedirectUri, outOfBand, redirectHost } from '../protocol/redirect-uri.js'
import type { Client, ClientId, Subject } from '../records.js'
import { isBusy, requireRoom } from '../throttle.js'
import type { Secret } from '../tokens/secret.js'
import { leaveClient } from '../trail.js'
import type { ErrorView } from '../views.js'

const keepClient = lazily(() => import('../clients/described.js'))((it) => it.keepClient)
const answerSilently = lazily(() => import('./authorize-silently.js'))((it) => it.answerSilently)

/** Somebody's browser at the authorization endpoint. */
export interface Arrival {
  readonly parameters: Parameters
  /** The path and query that bring somebody here again, with the same request. */
  readonly returnTo: string
  readonly session: () => Promise<Session | null>
  /** When this browser was sent to the login for this request; null: it was not. */
  readonly sentAt: number | null
  /** The secret of this browser, which interactions are bound to. */
  readonly browser: () => Secret
  /** Tells the host what went wrong, and gives what the client may know of it. */
  readonly fault: (error: unknown) => OAuthError
}

export type AuthorizeOutcome =
  | { readonly kind: 'redirect'; readonly location: string }
  /** Marked: this browser must be known again when it comes back, because it is sent for more than to be somebody. */
  | { readonly kind: 'login'; readonly hints: LoginHints; readonly marked: boolean }
  | { readonly kind: 'interaction'; readonly id: Secret }
  /** An error that is shown here, because it must not travel by itself. */
  | { readonly kind: 'error'; readonly error: OAuthError; readonly onward: ErrorView['onward'] }

const isSilent = ({ parameters }: Arrival): boolean =>
  parameters.get('prompt')?.some((prompt) => prompt.split(' ').includes('none')) ?? false

interface Target {
  readonly client: Client
  readonly found: FoundClient
  readonly redirectUri: string
  readonly redirectUriSent: boolean
}

function toLogin(context: Context, { parameters }: Arrival): AuthorizeOutcome {
  const hints = loginHints(context, parameters)
  return { kind: 'login', hints, marked: isDemanding(hints) }
}

const nobody = () => new OAuthError('login_required', 'nobody is signed in', 'session.missing')

/**
 * The client and where to answer it; null when somebody has to sign in first. Until both are known good, an error is shown and never
 * redirected.
 */
async function findTarget(context: Context, arrival: Arrival): Promise<Target | null> {
  const target = readTarget(arrival.parameters)
  const isSignedIn = async () => (await arrival.session()) !== null
  const found = await findClient(context, target.client_id as ClientId, isSignedIn)
  if (found === 'after_login' && isSilent(arrival)) throw nobody()
  if (found === 'after_login') return null
  if (!found || found.client.revokedAt !== null)
    throw new OAuthError('invalid_request', 'this application is not registered here', 'client.unknown')
  const { client, unwritten } = found
  if (!unwritten || unwritten.record) leaveClient(context, client)
  if (client.disabledAt !== null)
    throw new OAuthError('invalid_request', 'this application has been disabled', 'client.disabled')
  const match = matchRedirectUri(metadataOf(client).redirect_uris, target.redirect_uri, metadataPolicy(context))
  if (!match.ok) throw new OAuthError('invalid_request', match.problem, 'redirect_uri.mismatch')
  return { client, found, redirectUri: match.uri, redirectUriSent: target.redirect_uri !== undefined }
}

function readRequest(context: Context, parameters: Parameters, { client, redirectUri, redirectUriSent }: Target) {
  const target = { client_id: client.id, redirect_uri: redirectUri, redirect_uri_sent: redirectUriSent }
  const request = readAuthorizationRequest(parameters, target, {
    resources: [...context.resources.keys()],
    resourceAliases: context.resourceAliases,
    detailTypes: detailTypes(context, client),
  })
  const { response_types, grant_types } = metadataOf(client)
  if (!response_types.includes('code') || !grant_types.includes('authorization_code'))
    throw new OAuthError(
      'unauthorized_client',
      'this client is not registered for authorization codes',
      'client.grant_type',
    )
  return grantableRequest(context, client, request)
}

function errorRedirect(context: Context, parameters: Parameters, { redirectUri }: Target, error: OAuthError): string {
  return authorizationResponse(redirectUri, {
    error: error.code,
    error_description: error.description,
    state: stateOf(parameters),
    iss: context.issuer,
  })
}

async function admit(
  context: Context,
  arrival: Arrival,
  { client, found }: Target,
  request: GrantableRequest,
): Promise<AuthorizeOutcome> {
  const session = await arrival.session()
  const silent = request.prompt.includes('none')
  if (!session && silent) throw nobody()
  if (!session || mustSignIn(context, request, session, arrival.sentAt)) return toLogin(context, arrival)
  requireAccount(client, session)
  await requireRoom(context, 'interaction', [session.subject])
  const subject = session.subject as Subject
  const kept = found.unwritten ? await keepClient(context, found, subject) : client
  const asked = { client: kept, request, subject, returnTo: arrival.returnTo }
  if (silent) return { kind: 'redirect', location: await answerSilently(context, asked, session, arrival.browser()) }
  return { kind: 'interaction', id: await openInteraction(context, asked, arrival.browser()) }
}

/**
 * A link with `prompt=none` sends people on without their doing anything, signed in or not. Who cannot use this client, whatever it
 * asks for, is told so here; where nobody looks, the client is.
 */
async function mayTravel(arrival: Arrival, { client, redirectUri }: Target, error: OAuthError): Promise<boolean> {
  const silent = isSilent(arrival)
  if (error.reason === 'client.other_account' && !silent) return false
  if (client.registration === 'manual' || isLoopback(redirectUri)) return true
  return !silent && (await arrival.session()) !== null
}

/**
 * The authorization endpoint, RFC 6749 section 4.1.1. For a visitor who is not signed in nothing is written.
 *
 * An error goes back to the client by redirect only if it cannot be used to send strangers somewhere: anybody may register a
 * client, so that an anonymous visitor with a broken link is shown where it leads instead (RFC 9700 section 4.11.2).
 *
 * @throws OAuthError to be shown, never redirected: client and redirect URI are not known good
 */
export async function authorize(context: Context, arrival: Arrival): Promise<AuthorizeOutcome> {
  const { parameters } = arrival
  await requireRoom(context, 'authorization', [context.origin.address])
  const target = await findTarget(context, arrival)
  if (!target) return toLogin(context, arrival)
  try {
    return await admit(context, arrival, target, readRequest(context, parameters, target))
  } catch (thrown) {
    if (isBusy(thrown)) throw thrown
    // A browser cannot be given a 5xx by way of a redirect: the client is told in the error (section 4.1.2.1).
    const error = arrival.fault(thrown)
    if (target.redirectUri === outOfBand) return { kind: 'error', error, onward: null }
    const location = errorRedirect(context, parameters, target, error)
    if (await mayTravel(arrival, target, error)) return { kind: 'redirect', location }
    return { kind: 'error', error, onward: { host: redirectHost(target.redirectUri), url: location } }
  }
}
