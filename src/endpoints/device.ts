import type { Context } from '../context.js'
import type { Approval } from '../interactions/approval.js'
import {
  approveDevice,
  type Claim,
  claimDevice,
  type DeviceDecided,
  decisionOn,
  denyDevice,
  findClaim,
  isOver,
} from '../interactions/device.js'
import { csrfToken, requireBrowser, requireCsrf, type Visitor } from '../interactions/interaction.js'
import type { Look } from '../interactions/projects.js'
import { type Attempt, choiceView, clientView } from '../interactions/view.js'
import { OAuthError } from '../protocol/errors.js'
import { type Parameters, required, single } from '../protocol/parameters.js'
import { formatUserCode, normalizeUserCode } from '../protocol/user-code.js'
import { throttleKey } from '../throttle.js'
import type { DeviceCodeView, DeviceView, DoneView } from '../views.js'
import { readChoice, readLook } from './interaction.js'

/** Where a person is on the way to letting a device in. */
export type DeviceStep =
  | { readonly step: 'code'; readonly view: DeviceCodeView }
  | { readonly step: 'decision'; readonly view: DeviceView }
  | { readonly step: 'done'; readonly view: DoneView }

/** Somebody at the page, and the path with its query that brings them back to it. */
export interface DeviceVisit {
  readonly visitor: Visitor
  readonly returnTo: string
}

/** What the CSRF value of each page is bound to beside the browser. */
const entering = 'device'
const deciding = (code: string) => `device:${code}`

/** More than any code needs, and no more than fits on a page. */
const longestShown = 40

function codeStep(
  context: Context,
  { code, ...typed }: Pick<DeviceCodeView, 'code' | 'linked' | 'problem'>,
  { visitor, returnTo }: DeviceVisit,
): DeviceStep {
  const { subject, name } = visitor.session
  return {
    step: 'code',
    view: {
      csrf: csrfToken(requireBrowser(context, visitor), entering),
      person: { subject, name },
      switchAccount: context.hooks.switchAccount?.(returnTo) ?? null,
      code: code.slice(0, longestShown),
      ...typed,
    },
  }
}

/** A hint and no more: who means harm can be near, and who does not can use two networks at once. */
function isNear(here: string | null, there: string | null): boolean | null {
  const [one, other] = [throttleKey(here), throttleKey(there)]
  return one === null || other === null ? null : one === other
}

/** What was tried before, and which part of the projects is looked at. */
interface Shown {
  readonly attempt?: Attempt
  readonly look?: Look
}

async function decisionStep(
  context: Context,
  code: string,
  claim: Claim,
  { visitor }: DeviceVisit,
  shown: Shown,
): Promise<DeviceStep> {
  const { from } = claim.data.request
  const csrf = csrfToken(requireBrowser(context, visitor), deciding(code))
  return {
    step: 'decision',
    view: {
      ...(await choiceView(context, claim, { session: visitor.session, csrf, ...shown }, null)),
      code: formatUserCode(code),
      from: { ...from, near: isNear(context.origin.address, from.address) },
    },
  }
}

/**
 * The page for a code, as far as this person is with it in this browser. Only what they have claimed is looked up, so that the
 * address of the page tells nobody whether a code is any good.
 *
 * @param typed what the address of the page has for a code; empty: nothing
 * @throws OAuthError to be shown
 */
export async function showDevice(
  context: Context,
  typed: string,
  visit: DeviceVisit,
  shown: Shown = {},
): Promise<DeviceStep> {
  const code = normalizeUserCode(typed)
  if (code === null)
    return codeStep(context, { code: typed, linked: false, problem: typed === '' ? null : 'unknown' }, visit)
  const claim = await findClaim(context, code, visit.visitor)
  if (!claim) return codeStep(context, { code: formatUserCode(code), linked: true, problem: null }, visit)
  const decision = decisionOn(claim)
  const client = clientView(claim.client)
  if (decision)
    return { step: 'done', view: { outcome: decision === 'approved' ? 'device' : 'denied', client, error: null } }
  if (isOver(context, claim)) return codeStep(context, { code: '', linked: false, problem: 'expired' }, visit)
  return decisionStep(context, code, claim, visit, shown)
}

const problems: Readonly<Record<string, NonNullable<DeviceCodeView['problem']>>> = {
  'user_code.unknown': 'unknown',
  'user_code.taken': 'taken',
  'user_code.expired': 'expired',
}

/** What the host or its page was told to do with a code. `csrf` is the one that was read with the view. */
interface Proven {
  readonly csrf: string | undefined
}

/**
 * Take the code that a person typed in their name.
 *
 * @returns the code as people are shown it
 * @throws OAuthError `user_code.unknown`, `user_code.taken` or `user_code.expired`; 429 after too many
 */
export async function enterCode(
  context: Context,
  typed: string,
  { csrf }: Proven,
  visitor: Visitor,
): Promise<{ readonly code: string }> {
  requireCsrf(context, visitor, entering, csrf)
  return { code: formatUserCode(await claimDevice(context, typed, visitor)) }
}

function requireOwnPage(context: Context, typed: string, { csrf }: Proven, visitor: Visitor): string {
  const code = normalizeUserCode(typed) ?? ''
  requireCsrf(context, visitor, deciding(code), csrf)
  return code
}

/** @throws OAuthError when this is not the page that belongs to the code, or it is too late */
export const approveCode = async (
  context: Context,
  typed: string,
  { csrf, ...approval }: Proven & Approval,
  visitor: Visitor,
): Promise<DeviceDecided> =>
  approveDevice(context, requireOwnPage(context, typed, { csrf }, visitor), visitor, approval)

/** @throws OAuthError as {@link approveCode} does */
export const denyCode = async (
  context: Context,
  typed: string,
  proven: Proven,
  visitor: Visitor,
): Promise<DeviceDecided> => denyDevice(context, requireOwnPage(context, typed, proven, visitor), visitor)

/** What comes of a form: another page, or this one once more. */
export type DeviceOutcome =
  | { readonly kind: 'go'; readonly code: string }
  | { readonly kind: 'page'; readonly page: DeviceStep; readonly status: number }

async function enter(context: Context, form: Parameters, visit: DeviceVisit): Promise<DeviceOutcome> {
  const code = single(form, 'user_code') ?? ''
  try {
    return { kind: 'go', ...(await enterCode(context, code, { csrf: single(form, 'csrf') }, visit.visitor)) }
  } catch (error) {
    const problem = error instanceof OAuthError ? problems[error.reason] : undefined
    if (problem === undefined) throw error
    return { kind: 'page', page: codeStep(context, { code, linked: false, problem }, visit), status: 400 }
  }
}

async function decide(context: Context, form: Parameters, visit: DeviceVisit): Promise<DeviceOutcome> {
  const code = required(form, 'user_code')
  const csrf = single(form, 'csrf')
  const elsewhere = single(form, 'look')
  const last = readChoice(form)
  const again = async (problem: Attempt['problem']): Promise<DeviceOutcome> => {
    requireOwnPage(context, code, { csrf }, visit.visitor)
    const look = readLook(form, last, elsewhere ?? single(form, 'page'))
    const page = await showDevice(context, code, visit, { attempt: { problem, last }, look })
    return { kind: 'page', page, status: 200 }
  }
  if (elsewhere !== undefined) return again(null)
  switch (required(form, 'decision')) {
    case 'approve': {
      const decided = await approveCode(context, code, { csrf, ...last }, visit.visitor)
      return 'problem' in decided ? again(decided.problem) : { kind: 'go', code }
    }
    case 'deny':
      await denyCode(context, code, { csrf }, visit.visitor)
      return { kind: 'go', code }
    default:
      throw new OAuthError('invalid_request', 'decision is approve or deny', 'interaction.decision')
  }
}

/** A code that somebody typed, or what they decided about the device that shows it. */
export const submitDevice = async (context: Context, form: Parameters, visit: DeviceVisit): Promise<DeviceOutcome> =>
  form.has('decision') || form.has('look') ? decide(context, form, visit) : enter(context, form, visit)
