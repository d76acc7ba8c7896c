import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { findInteraction } from '../interactions/interaction.js'
import { type Asked, openInteraction } from '../interactions/open.js'
import { approveAgain, coveringGrant } from '../interactions/remembered.js'
import { metadataOf, metadataPolicy } from '../policy/client.js'
import { type GrantableRequest, grantableRequest } from '../policy/grantable.js'
import {
  authorizationResponse,
  readAuthorizationRequest,
  readTarget,
  stateOf,
} from '../protocol/authorization-request.js'
import { OAuthError } from '../protocol/errors.js'
import type { Parameters } from '../protocol/parameters.js'
import { isLoopback, matchRedirectUri, redirectHost } from '../protocol/redirect-uri.js'
import type { Client, ClientId, Subject } from '../records.js'
import type { Secret } from '../tokens/secret.js'
import type { ErrorView } from '../views.js'

/** Somebody's browser at the authorization endpoint. */
export interface Arrival {
  readonly parameters: Parameters
  readonly session: () => Promise<Session | null>
  /** The secret of this browser, which interactions are bound to. */
  readonly browser: () => Secret
  /** Tells the host what went wrong, and gives what the client may know of it. */
  readonly fault: (error: unknown) => OAuthError
}

export type AuthorizeOutcome =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'login' }
  | { readonly kind: 'interaction'; readonly id: Secret }
  /** An error that is shown here, because it must not travel by itself. */
  | { readonly kind: 'error'; readonly error: OAuthError; readonly onward: ErrorView['onward'] }

interface Target {
  readonly client: Client
  readonly redirectUri: string
  readonly redirectUriSent: boolean
}

/** The client and where to answer it. Until both are known good, an error is shown and never redirected. */
async function findTarget(context: Context, parameters: Parameters): Promise<Target> {
  const target = readTarget(parameters)
  const client = await context.storage.findClient(target.client_id as ClientId)
  if (!client || client.revokedAt !== null)
    throw new OAuthError('invalid_request', 'this application is not registered here', 'client.unknown')
  if (client.disabledAt !== null)
    throw new OAuthError('invalid_request', 'this application has been disabled', 'client.disabled')
  const match = matchRedirectUri(metadataOf(client).redirect_uris, target.redirect_uri, metadataPolicy(context))
  if (!match.ok) throw new OAuthError('invalid_request', match.problem, 'redirect_uri.mismatch')
  return { client, redirectUri: match.uri, redirectUriSent: target.redirect_uri !== undefined }
}

function readRequest(context: Context, parameters: Parameters, { client, redirectUri, redirectUriSent }: Target) {
  const target = { client_id: client.id, redirect_uri: redirectUri, redirect_uri_sent: redirectUriSent }
  const request = readAuthorizationRequest(parameters, target, { resources: [...context.resources.keys()] })
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

/** `prompt=none`: an answer without a page, or the reason why there is none (OpenID Connect Core section 3.1.2.6). */
async function answerWithoutPage(
  context: Context,
  arrival: Arrival,
  session: Session,
  asked: Asked,
): Promise<AuthorizeOutcome> {
  const grant = await coveringGrant(context, asked)
  if (!grant) throw new OAuthError('consent_required', 'the user has not approved this', 'consent.missing')
  const browser = arrival.browser()
  const id = await openInteraction(context, asked, browser)
  const interaction = await findInteraction(context, id.reveal(), { session, browser: browser.reveal() })
  return { kind: 'redirect', location: (await approveAgain(context, interaction, grant)).redirectTo }
}

async function admit(
  context: Context,
  arrival: Arrival,
  client: Client,
  request: GrantableRequest,
): Promise<AuthorizeOutcome> {
  const session = await arrival.session()
  const silent = request.prompt.includes('none')
  if (!session && silent) throw new OAuthError('login_required', 'nobody is signed in', 'session.missing')
  if (!session) return { kind: 'login' }
  const asked = { client, request, subject: session.subject as Subject }
  if (silent) return answerWithoutPage(context, arrival, session, asked)
  return { kind: 'interaction', id: await openInteraction(context, asked, arrival.browser()) }
}

/** A link with `prompt=none` sends people on without their doing anything, signed in or not. */
async function mayTravel(arrival: Arrival, { client, redirectUri }: Target): Promise<boolean> {
  if (client.registration === 'manual' || isLoopback(redirectUri)) return true
  const silent = arrival.parameters.get('prompt')?.some((prompt) => prompt.split(' ').includes('none')) ?? false
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
  const target = await findTarget(context, parameters)
  try {
    return await admit(context, arrival, target.client, readRequest(context, parameters, target))
  } catch (thrown) {
    // A browser cannot be given a 5xx by way of a redirect: the client is told in the error (section 4.1.2.1).
    const error = arrival.fault(thrown)
    const location = errorRedirect(context, parameters, target, error)
    if (await mayTravel(arrival, target)) return { kind: 'redirect', location }
    return { kind: 'error', error, onward: { host: redirectHost(target.redirectUri), url: location } }
  }
}
