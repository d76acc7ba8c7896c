import type { Context } from '../context.js'
import type { GrantableRequest } from '../policy/grantable.js'
import { authorizationResponse } from '../protocol/authorization-request.js'
import { outOfBand } from '../protocol/redirect-uri.js'
import type { Timestamp } from '../records.js'
import type { Secret } from '../tokens/secret.js'
import type { CodeView, DoneView } from '../views.js'
import type { Interaction } from './interaction.js'
import { clientView } from './view.js'

/**
 * What follows a decision: where the browser goes next, or, for a client that cannot be redirected to, what the person is shown
 * and takes there by hand. A code that is shown is in no URL, so that no history keeps it.
 */
export type Answered = { readonly redirectTo: string } | { readonly code: CodeView } | { readonly done: DoneView }

/** As long as RFC 6749 section 4.1.2 allows, because it takes a while to copy something. */
const byHand = 600

export const isByHand = (request: Pick<GrantableRequest, 'redirect_uri'>): boolean => request.redirect_uri === outOfBand

export const codeExpiry = (context: Context, request: GrantableRequest): Timestamp =>
  (context.now() + (isByHand(request) ? byHand : context.lifetimes.authorizationCode)) as Timestamp

const redirect = (context: Context, { request }: Interaction['data'], members: Record<string, string>) => ({
  redirectTo: authorizationResponse(request.redirect_uri, { ...members, state: request.state, iss: context.issuer }),
})

export function answerWithCode(
  context: Context,
  { client, data }: Interaction,
  code: Secret,
  expiresAt: Timestamp,
): Answered {
  if (!isByHand(data.request)) return redirect(context, data, { code: code.reveal() })
  return { code: { client: clientView(client), code: code.reveal(), expiresIn: expiresAt - context.now() } }
}

export function answerDenied(context: Context, { client, data }: Interaction): Answered {
  const error = 'access_denied'
  if (isByHand(data.request)) return { done: { outcome: 'denied', client: clientView(client), error } }
  return redirect(context, data, { error, error_description: 'the user refused' })
}
