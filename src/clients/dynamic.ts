import type { Context } from '../context.js'
import { type ClientMetadata, readClientMetadata } from '../protocol/client-metadata.js'
import type { Token } from '../records.js'
import { refuseBusy } from '../throttle.js'
import type { Secret } from '../tokens/secret.js'
import { type Decision, transact } from '../transact.js'
import { type Admission, readInitialAccess } from './initial-access-tokens.js'
import { newClient, policyFor, type Registered, registeredEvent } from './register.js'
import { newManagementToken } from './registration-tokens.js'
import { findSameAgain, type Recent, recentOf, recentToken } from './same-again.js'
import { readStatement } from './statements.js'
import { requireRegistrationOpen } from './switch.js'
import { hostsTerms, openTerms, type Terms } from './terms.js'

/** A client that has registered itself. */
export interface SelfRegistered extends Registered {
  /** With which it reads, changes and deletes its registration; null where it cannot. */
  readonly management: Secret | null
}

/** What a client says of itself, checked, and the terms it is registered under. */
export interface Candidate {
  readonly metadata: ClientMetadata
  readonly terms: Terms
}

/**
 * Read what a client says of itself, in a registration or when it changes one: a trusted statement about its software has the last
 * word (RFC 7591 section 2.3), then the host looks at it.
 *
 * @param given grant types that the host gave this client
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_software_statement`,
 *   `unapproved_software_statement`; `access_denied`, 403, when the host refuses
 */
export async function readCandidate(
  context: Context,
  body: unknown,
  terms: Terms,
  given: readonly string[] = [],
): Promise<Candidate> {
  const statement = await readStatement(context, body)
  const said = statement ? { ...(body as object), ...statement.claims } : body
  const checked = readClientMetadata(said, policyFor(context, 'dynamic', given))
  const metadata = statement ? { ...checked, software_statement: statement.text } : checked
  const { address } = context.origin
  return {
    metadata,
    terms: await hostsTerms(context, terms, { metadata, address, statement: statement?.claims ?? null }),
  }
}

interface Attempt extends Registered {
  readonly metadata: ClientMetadata
  readonly management: { readonly secret: Secret; readonly record: Token } | null
  readonly admission: Admission | null
  readonly recent: Recent | null
}

function attemptOf(context: Context, { metadata, terms }: Candidate, admission: Admission | null): Attempt {
  const { policy, accountId } = terms
  const registered = newClient(context, metadata, {
    registration: 'dynamic',
    policy,
    ...(accountId !== null && { accountId }),
  })
  const manages = context.registration.dynamic?.management === true
  return {
    metadata,
    ...registered,
    management: manages ? newManagementToken(context, registered.client.id) : null,
    admission,
    // Each use of a token is a client of its own.
    recent: admission ? null : recentOf(context, metadata, terms),
  }
}

async function record(context: Context, attempt: Attempt, isTaken: boolean): Promise<Decision<SelfRegistered>> {
  const { client, secret, metadata, management, admission, recent } = attempt
  const used = await admission?.use()
  const remembered = recent && !isTaken ? [recentToken(context, recent, client, management?.record ?? null)] : []
  return {
    change: {
      redeem: used?.redeem ?? [],
      clients: [client],
      tokens: [...(management ? [management.record] : []), ...remembered, ...(used?.tokens ?? [])],
      events: [registeredEvent(client, metadata)],
    },
    outcome: { client, secret, management: management?.secret ?? null },
  }
}

/** @throws OAuthError `temporarily_unavailable`, 429, when too many clients are there that nobody has used */
async function requireRoomForUnused({ unusedClients }: Context): Promise<void> {
  refuseBusy(await unusedClients.take())
}

/**
 * A client registers itself (RFC 7591 section 3).
 *
 * @param body parsed JSON, unchecked
 * @throws OAuthError as RFC 7591 section 3.2.2 has it; 401 for an initial access token that is missing or bad; 403 while
 *   registration is closed, or when the host refuses; 429 when there are too many
 */
export async function registerDynamically(
  context: Context,
  { authorization, body }: { readonly authorization: string | null; readonly body: unknown },
): Promise<SelfRegistered> {
  await requireRegistrationOpen(context)
  const admission = await readInitialAccess(context, authorization)
  const candidate = await readCandidate(context, body, admission?.terms ?? openTerms)
  const attempt = attemptOf(context, candidate, admission)
  let hasRoom = false
  return transact<SelfRegistered>(context, async () => {
    const { same, isTaken } = attempt.recent
      ? await findSameAgain(context, attempt.recent)
      : { same: null, isTaken: false }
    if (same)
      return {
        change: same.redeem.length > 0 ? { redeem: same.redeem } : null,
        outcome: { client: same.client, secret: null, management: null },
      }
    if (!hasRoom) await requireRoomForUnused(context)
    hasRoom = true
    return record(context, attempt, isTaken)
  })
}
