import type { Context } from '../context.js'
import { bearerChallenge, readBearer } from '../protocol/challenge.js'
import { OAuthError } from '../protocol/errors.js'
import type { Client, ClientId, Timestamp, Token } from '../records.js'
import type { FoundToken, Redeem } from '../storage.js'
import { derive, digest, newSecret, readSecret, secretFrom } from '../tokens/format.js'
import { newRotation, readNote, writeNote } from '../tokens/rotate.js'
import type { Secret } from '../tokens/secret.js'
import { transact } from '../transact.js'

const kind = 'registration_access_token'

/** A year. A client that is looked after gets a new token long before. */
const lifetime = 31_536_000

/** For how many seconds the token before goes on working, should the answer with the new one be lost. */
const overlap = 600

/** Why a token was ended, where it was not followed by another one. */
const ends: ReadonlySet<string> = new Set(['shared', 'foreign'])

type ManagementData = {
  /** It followed another one, which works until this one is used. */
  readonly follows: boolean
}

function tokenOf(context: Context, secret: Secret, clientId: ClientId, follows: boolean): Token {
  const data: ManagementData = { follows }
  const at = context.now()
  const expiresAt = (at + lifetime) as Timestamp
  return {
    digest: digest(kind, secret),
    kind,
    clientId,
    grantId: null,
    data,
    createdAt: at,
    expiresAt,
    redemption: null,
  }
}

/** A token with which a client reads, changes and deletes its own registration (RFC 7592). */
export function newManagementToken(
  context: Context,
  clientId: ClientId,
): { readonly secret: Secret; readonly record: Token } {
  const secret = newSecret(context, kind)
  return { secret, record: tokenOf(context, secret, clientId, false) }
}

/** The one that follows a token, always the same one: a request whose answer was lost can be sent again. */
function successorOf(context: Context, secret: Secret, note: string): Secret | null {
  const rotation = readNote(context, note)
  return rotation && secretFrom(context, kind, derive(secret, `${kind}:${rotation.salt}`, rotation.pepper))
}

/** The secret that a client gets by the change for which this token was exchanged, if it gets one: it can be told again as well. */
function clientSecretOf(context: Context, secret: Secret, note: string): Secret | null {
  const rotation = readNote(context, note)
  const purpose = 'client_secret'
  return rotation && secretFrom(context, purpose, derive(secret, `${purpose}:${rotation.salt}`, rotation.pepper))
}

/** That a token has been used is a record of its own, because records are never edited. */
const useOf = (secret: Secret) => digest(kind, `${secret.reveal()}:used`)

function refuse(description: string, reason: string, error?: string): OAuthError {
  const challenge = bearerChallenge({ ...(error !== undefined && { error, error_description: description }) })
  return new OAuthError('invalid_token', description, reason, { headers: { 'www-authenticate': challenge } })
}

const invalid = (reason: string) =>
  refuse('this registration access token is unknown, expired or revoked', reason, 'invalid_token')

/** A client that manages itself, and the token it did so with. */
export interface Management {
  readonly client: Client
  readonly secret: Secret
  readonly token: Token
  /** The token that followed this one; null while it is the newest. */
  readonly successor: Secret | null
}

/** Whoever has a token of another client should not have it. */
async function endForeign(context: Context, { token }: FoundToken): Promise<never> {
  await transact<undefined>(context, async (refused) => ({
    change:
      refused > 0 || token.redemption
        ? null
        : { redeem: [{ digest: token.digest, at: context.now(), note: 'foreign' }] },
    outcome: undefined,
  }))
  throw invalid('registration_access_token.other_client')
}

/** The token that followed a spent one, if the spent one still works: for a while, and until the new one is used. */
async function requireFollowed(context: Context, secret: Secret, { redemption }: Token): Promise<Secret | null> {
  if (redemption === null) return null
  const successor = ends.has(redemption.note) ? null : successorOf(context, secret, redemption.note)
  if (!successor || context.now() > redemption.at + overlap) throw invalid('registration_access_token.revoked')
  if (await context.storage.findToken(useOf(successor))) throw invalid('registration_access_token.superseded')
  return successor
}

/**
 * The client of this id, by the token that manages it (RFC 7592 section 2).
 *
 * @throws OAuthError `invalid_token`, 401 with a challenge, whatever it is that is wrong; 403 for a client that has been disabled
 */
export async function requireManagement(
  context: Context,
  authorization: string | null,
  clientId: ClientId,
): Promise<Management> {
  const bearer = readBearer(authorization)
  if (bearer.kind === 'none') throw refuse('a registration access token is needed', 'registration_access_token.missing')
  const secret = readSecret(context, kind, bearer.token)
  const found = secret && (await context.storage.findToken(digest(kind, secret)))
  if (!secret || !found) throw invalid('registration_access_token.unknown')
  const { token, client } = found
  if (token.clientId !== clientId) return endForeign(context, found)
  if (!client || client.revokedAt !== null) throw invalid('client.unknown')
  if (token.expiresAt <= context.now()) throw invalid('registration_access_token.expired')
  const successor = await requireFollowed(context, secret, token)
  if (client.disabledAt !== null)
    throw new OAuthError('access_denied', 'this client has been disabled', 'client.disabled', { status: 403 })
  return { client, secret, token, successor }
}

/** What is written beside whatever a token was used for. */
export interface ManagementUse {
  readonly redeem: readonly Redeem[]
  readonly tokens: readonly Token[]
}

/** The first use of a token that followed another one ends that other one. */
async function firstUse(context: Context, { secret, token, client }: Management): Promise<readonly Token[]> {
  const { follows } = token.data as ManagementData
  if (!follows || context.now() > token.createdAt + overlap) return []
  const used = useOf(secret)
  if (await context.storage.findToken(used)) return []
  return [{ ...tokenOf(context, secret, client.id, false), digest: used, expiresAt: token.expiresAt }]
}

/** Use a token and leave it as it is. Half way to its end it is exchanged, so that it never ends under a client in use. */
export async function useManagement(
  context: Context,
  management: Management,
): Promise<ManagementUse & { readonly secret: Secret }> {
  const { token, secret, successor } = management
  if (successor === null && context.now() > token.createdAt + lifetime / 2) return renewManagement(context, management)
  return { secret: successor ?? secret, redeem: [], tokens: await firstUse(context, management) }
}

/** Use a token and exchange it for the next. */
export async function renewManagement(
  context: Context,
  management: Management,
): Promise<ManagementUse & { readonly secret: Secret; readonly clientSecret: Secret }> {
  const { token, secret, client, successor } = management
  const note = successor && token.redemption ? token.redemption.note : writeNote(newRotation(context))
  const next = successorOf(context, secret, note)
  const clientSecret = clientSecretOf(context, secret, note)
  if (!next || !clientSecret) throw new TypeError('a rotation that was written can be read')
  // It was exchanged before, and the answer lost: the next one is there already.
  if (successor) return { secret: next, clientSecret, redeem: [], tokens: [] }
  return {
    secret: next,
    clientSecret,
    redeem: [{ digest: token.digest, at: context.now(), note }],
    tokens: [tokenOf(context, next, client.id, true), ...(await firstUse(context, management))],
  }
}
