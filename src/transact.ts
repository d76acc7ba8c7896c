import type { Context, EventParts } from './context.js'
import { OAuthError } from './protocol/errors.js'
import type { AuditEvent, Timestamp } from './records.js'
import { type Change, change } from './storage.js'

type Parts = Partial<Omit<Change, 'alive' | 'events'>> & { readonly events?: readonly EventParts[] }

/** What a handler has decided: what should be written, if anything, and what to answer once it is. */
export interface Decision<T> {
  readonly change: Parts | null
  readonly outcome: T | OAuthError
}

const attempts = 3

function event(context: Context, at: Timestamp, parts: EventParts): AuditEvent {
  return {
    id: context.newEventId(),
    at,
    type: parts.type,
    outcome: parts.outcome ?? 'success',
    clientId: parts.clientId ?? null,
    grantId: parts.grantId ?? null,
    subject: parts.subject ?? null,
    data: parts.data ?? {},
  }
}

/**
 * Decide, commit, answer. `decide` only reads. When the facts have moved between its reading and the commit, it is asked
 * again; `refused` then tells how many of its decisions came too late.
 *
 * @throws OAuthError the outcome, when that is one. What goes with it is written first.
 */
export async function transact<T>(context: Context, decide: (refused: number) => Promise<Decision<T>>): Promise<T> {
  for (let refused = 0; refused < attempts; refused += 1) {
    const { change: parts, outcome } = await decide(refused)
    if (parts) {
      const at = context.now()
      const events = (parts.events ?? []).map((one) => event(context, at, one))
      if (!(await context.storage.commit(change({ ...parts, events })))) continue
      for (const one of events) context.hooks.onEvent(one)
    }
    if (outcome instanceof OAuthError) throw outcome
    return outcome
  }
  throw new OAuthError(
    'temporarily_unavailable',
    'too many requests at once changed the same grant',
    'storage.contended',
    {
      headers: { 'retry-after': '1' },
    },
  )
}
