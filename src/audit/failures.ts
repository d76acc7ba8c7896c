import { auditEvent, client as byClient, type EventData, type EventParts, user } from '../audit.js'
import type { Context, Origin } from '../context.js'
import { later } from '../later.js'
import type { OAuthError } from '../protocol/errors.js'
import type { Timestamp } from '../records.js'
import type { Trail } from '../trail.js'
import { commit } from '../transact.js'

/**
 * Failures that change nothing and have to be seen all the same. Whoever causes them must not be able to make the database write: they
 * are counted here, for clients that are known, and written off the path of the requests, the first of a kind after a few
 * seconds and those that follow once a minute. What waits here when a process dies is lost.
 */
export interface FailureLog {
  /** One more. Those of the same key are told of together, by the first of them. */
  readonly note: (key: string, origin: Origin, tell: Tell) => void
  /** Write what waits. Never rejects. */
  readonly flush: () => Promise<void>
}

type Tell = (repeated: Pick<EventData['request.refused'], 'count' | 'since'>) => EventParts

/** How long the first failure of a kind waits, and for how long those after it are counted. */
const flushAfterMs = 5_000
const windowSeconds = 60
/** How many kinds are told apart. */
const mostKinds = 10_000
/** Events in one commit. */
const batch = 20

interface Kind {
  readonly tell: Tell
  readonly origin: Origin
  readonly since: Timestamp
  readonly count: number
}

type Needed = Pick<Context, 'storage' | 'now' | 'hooks' | 'newEventId'>

export function failureLog(context: Needed): FailureLog {
  const waiting = new Map<string, Kind>()
  /** Until when a kind that was written about is only counted. */
  const quietUntil = new Map<string, Timestamp>()

  const take = (all: boolean): readonly Kind[] => {
    const at = context.now()
    for (const [key, until] of quietUntil) if (until <= at) quietUntil.delete(key)
    const due = [...waiting].filter(([key]) => all || !quietUntil.has(key))
    for (const [key] of due) {
      waiting.delete(key)
      quietUntil.set(key, (at + windowSeconds) as Timestamp)
    }
    return due.map(([, kind]) => kind)
  }

  const write = async (kinds: readonly Kind[]) => {
    const at = context.now()
    for (let start = 0; start < kinds.length; start += batch) {
      const events = kinds
        .slice(start, start + batch)
        .map(({ tell, origin, count, since }) => auditEvent({ ...context, origin }, at, tell({ count, since })))
      await commit(context, {}, events)
    }
  }

  let writing = Promise.resolve()
  const flush = (all: boolean) => {
    timer.cancel()
    writing = writing
      .then(() => write(take(all)))
      .catch((error: unknown) => context.hooks.onError(error, 'audit'))
      .finally(() => waiting.size > 0 && timer.soon())
    return writing
  }
  const timer = later(flushAfterMs, () => void flush(false))

  return {
    note(key, origin, tell) {
      const before = waiting.get(key)
      if (!before && waiting.size >= mostKinds) return
      waiting.set(
        key,
        before ? { ...before, count: before.count + 1 } : { tell, origin, since: context.now(), count: 1 },
      )
      timer.soon()
    },
    flush: () => flush(true),
  }
}

function eventOf(
  { path, client, method }: Trail & { readonly client: NonNullable<Trail['client']> },
  { code, reason, status }: OAuthError,
): Tell {
  const about = { clientId: client.id, accountId: client.accountId, outcome: 'failure', reason } as const
  // Nobody knows who it was: the name of a client is no secret.
  if (code === 'invalid_client')
    return (repeated) => ({
      ...about,
      type: 'client.authentication_failed',
      actor: { type: 'client', id: null },
      data: { ...repeated, method, path },
    })
  const actor = method === null ? user(null) : byClient(client.id)
  return (repeated) => ({ ...about, type: 'request.refused', actor, data: { ...repeated, status, error: code, path } })
}

/** Remember that the request on this trail was refused, unless it left an event of its own or its client is not known. */
export function noteRefusal(
  { trail, failures, origin }: Pick<Context, 'trail' | 'failures' | 'origin'>,
  error: OAuthError,
): void {
  if (!trail) return
  trail.refusal = error
  const { client, audited } = trail
  // A device that asks whether somebody has decided is not refused: it is told to wait.
  if (!client || audited || error.status >= 500 || error.code === 'authorization_pending') return
  failures.note(JSON.stringify([client.id, error.code, error.reason]), origin, eventOf({ ...trail, client }, error))
}
