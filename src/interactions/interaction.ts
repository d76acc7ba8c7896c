import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { requireAccount } from '../policy/account.js'
import { metadataOf, metadataPolicy } from '../policy/client.js'
import type { Grantable, GrantableRequest } from '../policy/grantable.js'
import type { Proof } from '../policy/proof.js'
import { equal } from '../protocol/constant-time.js'
import { OAuthError } from '../protocol/errors.js'
import { matchRedirectUri } from '../protocol/redirect-uri.js'
import type { Client, Grant, Subject, Token, TokenDigest } from '../records.js'
import type { Paged } from '../storage.js'
import { derive, digest, readSecret } from '../tokens/format.js'
import type { Secret } from '../tokens/secret.js'
import { leaveClient } from '../trail.js'
import { hasWantedAcr } from './sign-in.js'

/**
 * A decision that waits for a person: the authorization request as it was validated, kept on the server and bound to the
 * browser and the subject it was shown to. It is a token of its own kind; deciding redeems it.
 */
export type InteractionData = {
  readonly request: GrantableRequest
  readonly subject: Subject
  readonly browser: TokenDigest
  /** The path and query that this request came with: whoever opens it asks the same, for themselves. */
  readonly returnTo: string
  /** What the client was when it asked. */
  readonly identity: string
  /** How it has to prove itself afterwards, where its record may change by itself. */
  readonly proof?: Proof
}

export interface Interaction {
  readonly secret: Secret
  readonly token: Token
  readonly client: Client
  readonly data: InteractionData
  /** Of the person it was opened for, as they are signed in now. */
  readonly session: Session
  /** What the client holds of this person, read once. */
  readonly grants: () => Promise<Paged<Grant>>
}

/** Who asks whom for what: an interaction, or anything else that a person decides about. */
export interface Asking {
  readonly client: Client
  readonly data: { readonly request: Grantable } & Pick<InteractionData, 'subject' | 'identity'>
  readonly session: Session
  /** What the client holds of this person, where it asks for more. */
  readonly earlier?: readonly Grant[]
}

/** How many of a person's grants to one client are looked at. */
const lookedAt = 25

/** The grants of a person to a client; those that have ended as well. */
export const grantsTo = (
  { storage }: Pick<Context, 'storage'>,
  { client, subject }: { readonly client: Client; readonly subject: Subject },
): Promise<Paged<Grant>> => storage.listGrants({ subject, clientId: client.id }, { limit: lookedAt })

/** Who comes with an interaction's id: the browser by its cookie, the person by the host's session. */
export interface Visitor {
  readonly browser: string | null
  readonly session: Session
}

const refuse = (description: string, reason: string) => new OAuthError('invalid_request', description, reason)

const otherBrowser = () => refuse('this request was opened in another browser', 'interaction.other_browser')

/** The secret in the cookie of this browser. */
export function requireBrowser(context: Context, visitor: Pick<Visitor, 'browser'>): Secret {
  const browser = visitor.browser === null ? null : readSecret(context, 'browser', visitor.browser)
  if (!browser) throw otherBrowser()
  return browser
}

/**
 * The interaction of this id, for the browser and the person it was opened for.
 *
 * @throws OAuthError to be shown, never redirected
 */
export async function findInteraction(context: Context, id: string, visitor: Visitor): Promise<Interaction> {
  const secret = readSecret(context, 'interaction', id)
  const found = secret && (await context.storage.findToken(digest('interaction', secret)))
  if (!secret || !found) throw refuse('this request is not known, or too old', 'interaction.unknown')
  if (found.client) leaveClient(context, found.client)
  const data = found.token.data as InteractionData
  if (!equal(digest('browser', requireBrowser(context, visitor)), data.browser)) throw otherBrowser()
  if (visitor.session.subject !== data.subject)
    throw refuse('this request was opened for another user', 'interaction.other_subject')
  const { client, token } = found
  if (!client || client.revokedAt !== null || client.disabledAt !== null)
    throw refuse('this application is not known any more', 'client.unknown')
  requireAccount(client, visitor.session)
  // A document that has changed since applies to the next request.
  const registered = data.proof ? [data.request.redirect_uri] : metadataOf(client).redirect_uris
  if (!matchRedirectUri(registered, data.request.redirect_uri, metadataPolicy(context)).ok)
    throw refuse('this application has another address now; start again from it', 'redirect_uri.mismatch')
  if (token.redemption === null && token.expiresAt <= context.now())
    throw refuse('this request is too old; start again from the application', 'interaction.expired')
  if (!hasWantedAcr(context, data.request, visitor.session))
    throw refuse('sign in as this request wants it; start again from the application', 'interaction.sign_in')
  let grants: Promise<Paged<Grant>> | undefined
  return {
    secret,
    token,
    client,
    data,
    session: visitor.session,
    grants: () => (grants ??= grantsTo(context, { client, subject: data.subject })),
  }
}

/** Proves that a decision was made on a page that this browser was shown. It follows from the cookie, which no other site can read. */
export function csrfToken(browser: Secret, id: string): string {
  return derive(browser, `csrf:${id}`)
}

/** @throws OAuthError when the proof is not that of this browser and this page */
export function requireCsrf(
  context: Context,
  visitor: Pick<Visitor, 'browser'>,
  id: string,
  csrf: string | undefined,
): void {
  const browser = requireBrowser(context, visitor)
  if (csrf !== undefined && equal(csrfToken(browser, id), csrf)) return
  throw new OAuthError('access_denied', 'this form was not sent from the page that belongs to it', 'csrf.mismatch', {
    status: 403,
  })
}
