import { user as byUser } from '../audit.js'
import type { Context } from '../context.js'
import type { Session } from '../hooks.js'
import { requireAccount } from '../policy/account.js'
import { identityOf } from '../policy/identity.js'
import type { Proof } from '../policy/proof.js'
import { OAuthError } from '../protocol/errors.js'
import { normalizeUserCode } from '../protocol/user-code.js'
import type { Client, Subject, Timestamp, Token, TokenDigest } from '../records.js'
import type { FoundToken } from '../storage.js'
import { countingWrong, requireOwnRoom } from '../throttle.js'
import {
  type DeviceRequest,
  keptUntil,
  type UserCodeData,
  userCodeDigests,
  type VerdictData,
  verdictDigest,
  verdictOn,
} from '../tokens/device.js'
import { derive, digest } from '../tokens/format.js'
import { leaveClient } from '../trail.js'
import { type Decision, transact } from '../transact.js'
import { type Approval, newGrant, type Problem, shareOfNew } from './approval.js'
import { finished } from './decide.js'
import { requireBrowser, type Visitor } from './interaction.js'

/**
 * A user code in the hands of the person who entered it. It is kept under a key that follows from the code and the secret of their
 * browser, so that in no other browser there is such a claim; deciding redeems it.
 */
type ClaimData = {
  readonly request: DeviceRequest
  readonly subject: Subject
  /** What the client was when the code was entered. */
  readonly identity: string
  readonly proof?: Proof
}

export interface Claim {
  readonly token: Token
  readonly client: Client
  readonly data: ClaimData
  readonly session: Session
}

export type DeviceDecision = 'approved' | 'denied'
type Settlement = Decision<DeviceDecided>

/** What was decided, or why the approval could not be taken as it was. */
export type DeviceDecided = { readonly decision: DeviceDecision } | Problem

const refuse = (description: string, reason: string) => new OAuthError('invalid_request', description, reason)

const unknownCode = () => refuse('this code is not known', 'user_code.unknown')
const expiredCode = () => refuse('this code is too old; ask the device for another one', 'user_code.expired')
const takenCode = () => refuse('somebody has entered this code before', 'user_code.taken')

/** Of a visitor without a cookie there is none. */
const claimDigest = (context: Context, code: string, visitor: Visitor): TokenDigest =>
  digest('user_code', derive(requireBrowser(context, visitor), `device:${code}`))

/** @throws OAuthError for a client that is gone, or that this person cannot use */
function requireClient(context: Context, { client }: FoundToken, { session }: Visitor): Client {
  if (client) leaveClient(context, client)
  if (!client || client.revokedAt !== null || client.disabledAt !== null)
    throw refuse('this application is not known any more', 'client.unknown')
  requireAccount(client, session)
  return client
}

/**
 * What this person has claimed in this browser under a code; null when they have not.
 *
 * @param code as `normalizeUserCode` gives it
 * @throws OAuthError when somebody else has in this browser, or the client is gone
 */
export async function findClaim(context: Context, code: string, visitor: Visitor): Promise<Claim | null> {
  const found = await context.storage.findToken(claimDigest(context, code, visitor))
  if (!found) return null
  const data = found.token.data as ClaimData
  if (data.subject !== visitor.session.subject)
    throw refuse('this code was entered by another user', 'interaction.other_subject')
  const client = requireClient(context, found, visitor)
  return { token: found.token, client, data, session: visitor.session }
}

export const decisionOn = ({ token }: Claim): DeviceDecision | null =>
  (token.redemption?.note as DeviceDecision | undefined) ?? null

/** Whether nobody can decide about it any more. */
export const isOver = ({ now }: Pick<Context, 'now'>, { token }: Claim): boolean =>
  token.redemption === null && token.expiresAt <= now()

async function findUserCode({ storage, peppers }: Context, code: string): Promise<FoundToken | null> {
  for (const key of userCodeDigests({ peppers }, code)) {
    const found = await storage.findToken(key)
    if (found) return found
  }
  return null
}

function claimOf(client: Client, { token }: FoundToken, key: TokenDigest, subject: Subject, at: Timestamp): Token {
  const { request, proof } = token.data as UserCodeData
  const data: ClaimData = { request, subject, identity: identityOf(client), ...(proof && { proof }) }
  return { ...token, digest: key, data, createdAt: at }
}

const takeCode = (context: Context, code: string, visitor: Visitor): Promise<string> =>
  transact<string>(context, async () => {
    if (await findClaim(context, code, visitor)) return { change: null, outcome: code }
    const found = await findUserCode(context, code)
    if (!found) throw unknownCode()
    const at = context.now()
    if (found.token.redemption) {
      // By this person, if they pressed twice: their claim was written after it was looked for.
      if (await findClaim(context, code, visitor)) return { change: null, outcome: code }
      throw takenCode()
    }
    if (found.token.expiresAt <= at) throw expiredCode()
    const client = requireClient(context, found, visitor)
    const subject = visitor.session.subject as Subject
    const claim = claimOf(client, found, claimDigest(context, code, visitor), subject, at)
    return { change: { redeem: [{ digest: found.token.digest, at, note: '' }], tokens: [claim] }, outcome: code }
  })

/**
 * Take a code that a person typed, or that a link brought, in their name: from now on only they can decide, in this browser. Entering
 * it again changes nothing. Every code that could be one is counted, so that nobody tries many: for the person whatever it is, and for their
 * address, which others share, when it is wrong.
 *
 * @returns the code as it is kept
 * @throws OAuthError `user_code.unknown`, `user_code.taken` or `user_code.expired`; 429 `throttle.exceeded`
 */
export async function claimDevice(context: Context, typed: string, visitor: Visitor): Promise<string> {
  const code = normalizeUserCode(typed)
  if (code === null) throw unknownCode()
  await requireOwnRoom(context, 'user_code', [visitor.session.subject])
  return countingWrong(context, 'user_code', [context.origin.address], () => takeCode(context, code, visitor))
}

/** @throws OAuthError when there is no such claim, or no time left */
async function requireClaim(context: Context, code: string, visitor: Visitor): Promise<Claim> {
  const claim = await findClaim(context, code, visitor)
  if (!claim) throw unknownCode()
  if (isOver(context, claim)) throw expiredCode()
  return claim
}

/**
 * Nothing but a poll that found the time run out, by another clock than this one, gives a device its answer before the person does.
 *
 * @throws OAuthError
 */
async function refuseClosed(context: Context, { data }: Claim): Promise<void> {
  if (await context.storage.findToken(verdictDigest(data.request.device))) throw expiredCode()
}

/** What is written with any decision: the claim is used up, and the device's question has its one answer. */
const settled = (context: Context, { token, data }: Claim, verdict: VerdictData, grantId: Token['grantId'] = null) => ({
  redeem: [{ digest: token.digest, at: context.now(), note: verdict.verdict }],
  tokens: [verdictOn(context, { ...token, device: data.request.device }, verdict, grantId)],
})

const about = ({ client, data: { subject, request } }: Claim) => ({
  actor: byUser(subject),
  clientId: client.id,
  accountId: client.accountId,
  subject,
  data: { requested: request.scope },
})

async function approve(context: Context, claim: Claim, approval: Approval): Promise<Settlement> {
  const made = await newGrant(context, claim, approval, keptUntil(claim.token.expiresAt))
  if ('problem' in made) return { change: null, outcome: made }
  const { grant, created } = made
  const { proof } = claim.data
  const verdict = {
    verdict: 'approved',
    ...shareOfNew(grant, claim.data.request),
    ...(proof && { proof }),
  } as const
  const event = { ...about(claim), type: 'device.approved', grantId: grant.id, accountId: grant.accountId } as const
  return {
    change: { ...settled(context, claim, verdict, grant.id), grants: [grant], events: [event, created] },
    outcome: { decision: 'approved' },
  }
}

async function deny(context: Context, claim: Claim): Promise<Settlement> {
  const event = { ...about(claim), type: 'device.denied' } as const
  return {
    change: { ...settled(context, claim, { verdict: 'denied' }), events: [event] },
    outcome: { decision: 'denied' },
  }
}

/** Decide once. The same decision again is no other; another one comes too late. */
async function decide(
  context: Context,
  code: string,
  visitor: Visitor,
  decision: DeviceDecision,
  settle: (claim: Claim) => Promise<Settlement>,
): Promise<DeviceDecided> {
  return transact<DeviceDecided>(context, async (refused) => {
    const claim = await requireClaim(context, code, visitor)
    const decided = decisionOn(claim)
    if (decided === decision) return { change: null, outcome: { decision } }
    if (decided) throw finished()
    if (refused > 0) await refuseClosed(context, claim)
    return settle(claim)
  })
}

/**
 * Let a device in that this person has claimed: a new grant, frozen as it is now, which the device comes for.
 *
 * @param code as it is kept
 * @throws OAuthError to be shown
 */
export const approveDevice = (context: Context, code: string, visitor: Visitor, approval: Approval) =>
  decide(context, code, visitor, 'approved', (claim) => approve(context, claim, approval))

/**
 * Turn a device away. It is told `access_denied`.
 *
 * @param code as it is kept
 * @throws OAuthError to be shown
 */
export const denyDevice = (context: Context, code: string, visitor: Visitor) =>
  decide(context, code, visitor, 'denied', (claim) => deny(context, claim))
