import { auditEvent, type EventParts } from './audit.js'
import type { Context } from './context.js'
import { OAuthError } from './protocol/errors.js'
import type { AuditEvent, Token } from './records.js'
import { type Change, change } from './storage.js'
import { leaveAudited } from './trail.js'

type Parts = Partial<Omit<Change, 'alive' | 'events'>> & { readonly events?: readonly EventParts[] }

/** What a handler has decided: what should be written, if anything, and what to answer once it is. */
export interface Decision<T> {
  readonly change: Parts | null
  readonly outcome: T | OAuthError
}

/**
 * Takes a record that is written whatever is decided, a refusal included, because it must never be seen twice. `taken` is thrown when
 * it was there before.
 */
export type Besides = (record: Token, taken: OAuthError) => void

/** Reads, checks, and says what should be written. `refused` tells how many of its decisions came too late. */
type Decide<T> = (refused: number, besides: Besides) => Promise<Decision<T>>

type Once = readonly [record: Token, taken: OAuthError]

const attempts = 3

/** One decision, with what goes beside it. A refusal is thrown, unless something has to be written first. */
function decideOnce<T>(decide: Decide<T>, refused: number, once: Once[]): Promise<Decision<T>> {
  return decide(refused, (record, taken) => void once.push([record, taken])).then(
    (decision) => (once.length === 0 ? decision : withThese(once, decision)),
    (error: unknown) => {
      if (once.length === 0 || !(error instanceof OAuthError)) throw error
      return withThese<T>(once, { change: null, outcome: error })
    },
  )
}

function withThese<T>(once: readonly Once[], { change: parts, outcome }: Decision<T>): Decision<T> {
  const tokens = [...(parts?.tokens ?? []), ...once.map(([record]) => record)]
  return { change: { ...parts, tokens }, outcome }
}

/** Whether a change was refused because of what must not be seen twice. */
async function throwTaken({ storage }: Context, once: readonly Once[]): Promise<void> {
  for (const [record, taken] of once) if (await storage.findToken(record.digest)) throw taken
}

/** Write a change and the events that tell of it. Once they are durable the host hears of them, in the order in which they happened. */
export function commit(
  { storage, hooks }: Pick<Context, 'storage' | 'hooks'>,
  parts: Omit<Parts, 'events'>,
  events: readonly AuditEvent[],
): Promise<boolean> {
  return storage.commit(change(parts, events)).then((done) => {
    if (done) for (const one of events) hooks.onEvent(one)
    return done
  })
}

/**
 * Decide, commit, answer. `decide` only reads. When the facts have moved between its reading and the commit, it is asked
 * again; `refused` then tells how many of its decisions came too late.
 *
 * @throws OAuthError the outcome, when that is one. What goes with it is written first.
 */
export async function transact<T>(context: Context, decide: Decide<T>): Promise<T> {
  for (let refused = 0; refused < attempts; refused += 1) {
    const once: Once[] = []
    const { change: parts, outcome } = await decideOnce(decide, refused, once)
    if (parts) {
      const at = context.now()
      const events = (parts.events ?? []).map((one) => auditEvent(context, at, one))
      if (!(await commit(context, parts, events))) {
        await throwTaken(context, once)
        continue
      }
      if (events.length > 0) leaveAudited(context)
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
